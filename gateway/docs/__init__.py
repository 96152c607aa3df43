"""Pages for developers, made from the documents: the API's (OpenAPI), the feed's and the events' (AsyncAPI).

In English, as the documents are; no scripts, and nothing fetched from elsewhere.
"""

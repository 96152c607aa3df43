"""The shapes of the API's answers; the OpenAPI document is made from these, and from the enumerations of contracts."""

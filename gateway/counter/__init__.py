"""What a reader sees of the town's counter, typed: what is offered, filed, found and told, in their language.

It knows whose request it serves (the town, the language, who is signed in), and nothing of what an answer looks like:
no address, no shape, no template. `gateway/api` makes JSON of it, `gateway/portal` pages.
"""

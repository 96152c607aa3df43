"""MAGDA, the Flemish data-sharing platform, as the source of a town's population (README.md says what it can answer).

SOAP services GeefPersoon, GeefGezinssamenstelling and their histories, 02.02, as the platform's own manual and its
public simulator have them.
"""

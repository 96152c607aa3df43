"""What is said of a product beside its own texts."""

FEDERAL = (
    "The National Register writes and seals this certificate, in Dutch, and more may stand on it than on one of the "
    "town. You receive its PDF as it was sealed. Hand on the file as it is: printing or scanning it breaks the seal."
)
"""Of a product of which the town gives the federal attest."""

FOR_WHOM = {
    "self": "For yourself",
    "parent": "For your minor child",
    "spouse": "For your spouse or legal cohabitant",
    "descendant": "For your parents and grandparents",
    "ascendant": "For your children and grandchildren",
    "anyone": "For everybody, once it is public",
}
"""By the capacity in which somebody asks (contracts/product.py)."""

"""Who looked at somebody's data, and for what."""

LOOKED_BY = {
    "you": "You",
    "parent": "A parent who asked about you",
    "relative": "Your spouse or legal cohabitant, or a relative, who asked about you",
    "unsettled": "Somebody who asked about you and was told nothing",
    "another": "Somebody whose own application concerns you too, such as one about your household",
    "operator": "The town, to put its register right",
    "town": "The town, because somebody checked a certificate",
}
"""Who looked at a reader's data, by what the registry calls them."""


LOOKED_FOR = {
    "extract": "For a certificate",
    "prefill": "To show who a certificate can be asked for",
    "numbers": "To find everything that is yours, also under an earlier number",
    "verification": "To see whether a certificate is still true",
    "repair": "Because the register contradicts itself",
}
"""What for, by its purpose."""

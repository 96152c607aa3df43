"""Who looked at somebody's data, and for what."""

LOOKED_BY = {
    "you": "You",
    "parent": "A parent who asked about you",
    "relative": "Your spouse or legal cohabitant, or a relative, who asked about you",
    "unsettled": "Somebody who asked about you and was told nothing",
    "another": "Somebody whose own application concerns you too, such as one about your household",
    "operator": "The town, to put its register right",
    "town": "The town, because somebody checked a certificate",
    "department": "Another public service: %(department)s",
}
"""Who looked at a reader's data, by what the registry calls them."""

BY_WHOM = "Somebody, or the town itself"
"""Of one that a registry of the next version knows and this gateway does not."""


LOOKED_FOR = {
    "extract": "For a certificate",
    "prefill": "To show who a certificate can be asked for",
    "numbers": "To find everything that is yours, also under an earlier number",
    "verification": "To see whether a certificate is still true",
    "repair": "Because the register contradicts itself",
    "department": "Because it heard of an application that concerns you, and may know this",
    "confirming": "Because it is asked to confirm something about you",
}
"""What for, by its purpose."""

WHAT_FOR = "For another purpose"
"""Of one that a registry of the next version knows and this gateway does not."""


ONLY_AT_DESK = (
    "Looks at your data for an application about somebody with whom you do not live are told only at the counter of the"
    " town, whether there are any or not."
)
"""What stands under every list of looks, whatever is in it."""


LOOKED_AT = {
    "identity": "Identity",
    "life": "Whether somebody is alive",
    "civil-status": "Civil status",
    "household": "Household",
    "nationality": "Nationality",
    "residence": "Main residence",
    "residence-history": "Earlier addresses",
    "departure": "Departure for abroad",
    "voter": "Registration as a voter",
    "last-wishes": "Last wishes",
    "legal-cohabitation": "Legal cohabitation",
    "birth-deed": "Deed of birth",
    "birth-deed-copy": "Copy of the deed of birth",
    "marriage-deed": "Deed of marriage",
    "death-deed": "Deed of death",
    "divorce-deed": "Deed of divorce",
    "acknowledgement-deed": "Deed of acknowledgement",
    "adoption-deed": "Deed of adoption",
    "nationality-deed": "Deed of nationality",
    "lifeless-child-deed": "Deed of a lifeless child",
    "criminal-record": "Criminal record",
    "criminal-record-regulated": "Criminal record, for a regulated activity",
    "criminal-record-minors": "Criminal record, for work with minors",
    "federal-attest": "Certificate of the National Register",
}
"""What was looked at, by the name of the fact (services/contracts/facts). A deployment's own fact has only its name."""

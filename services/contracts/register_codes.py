"""Codes of the population registers, as facts carry them."""

RELATIONS = (
    "reference-person",
    "spouse",
    "legal-cohabitant",
    "partner",
    "child",
    "stepchild",
    "foster-child",
    "parent",
    "parent-in-law",
    "grandparent",
    "great-grandparent",
    "grandchild",
    "great-grandchild",
    "sibling",
    "sibling-in-law",
    "child-in-law",
    "uncle-or-aunt",
    "nephew-or-niece",
    "cousin",
    "other-relative",
    "community-member",
    "unrelated",
)
"""Relation to the reference person (Royal Decree of 16 July 1992 on the population registers, article 1).

`community-member`: of a community or home, where nobody is related to a reference person.
"""

REGISTERS = (
    "population",
    "foreigners",
    "waiting",
    "waiting-eu",
    "eu-officials",
    "protocol",
    "bis",
)
"""In which register somebody is entered: the population and the foreigners' register (Act of 19 July 1991, article 1,
first paragraph, 1°), the waiting register of those who ask for protection and of citizens of the Union whose residence
is still to be checked (2°), officials of the European Union, those with a special identity card (Royal Decree of
30 October 1991), and those whom a BIS number is all that is known of: they are in none."""

CIVIL_STATES = (
    "unmarried",
    "married",
    "putative-marriage",
    "marriage-annulled",
    "separated",
    "divorced",
    "marriage-dissolved",
    "widowed",
    "partnership",
    "partnership-ended",
    "undetermined",
)
"""Civil status as the register records it. `separated`: from bed and board, the marriage goes on (old Civil Code,
article 308); `partnership`: registered abroad, with the standing of a marriage there."""

LAST_WISHES = (
    "burial",
    "cremation-columbarium",
    "cremation-scattered-lawn",
    "cremation-scattered-sea",
    "cremation-buried",
    "cremation-scattered-elsewhere",
    "cremation-buried-elsewhere",
    "cremation-kept-elsewhere",
)
"""How somebody wants to be laid to rest, as it can be declared to a town (Flemish Decree of 16 January 2004, article
15, and its order of 14 May 2004; the Walloon, the Brussels and the German-speaking ones know the same)."""

ELECTIONS = ("chamber", "parliaments", "european", "municipal")
"""The Chamber of Representatives; the parliaments of region and community; the European Parliament; the municipal
council (and, in Flanders and Wallonia, the province's)."""

"""Where an application stands, and why it was refused or has to wait."""

from services.contracts.errors import Refusal

AWAY = "The register cannot answer right now. You need not do anything: we carry on as soon as it can."

CONFIRMING = (
    "Another public service has to confirm something first, and we have asked it. "
    "You need not do anything: we carry on as soon as it has answered."
)

CONTRADICTED = (
    "The register contradicts itself here, so the town must look at it first. "
    "You need not do anything: we carry on once it has been put right."
)

UNSOUND = (
    "The document that another public service sent us is not in order, so we do not pass it on. "
    "You need not do anything: the staff of the town take it up with that service, and we carry on once a sound one "
    "has come."
)

NOT_TOLD = "The register that our town asks does not tell this. Please ask at the counter of the town."

STATES = {
    "submitted": "We have received your application and are consulting the register.",
    "looked-up": "The register has answered.",
    "awaiting-payment": "Your application is waiting for your payment.",
    "awaiting-decision": "An officer of the town is looking at your application.",
    "awaiting-confirmation": CONFIRMING,
    "deferred": AWAY,
    "cleared": "Everything is in order. Your certificate is being made.",
    "issued": "Your certificate is ready.",
    "delivered": "We have told you by e-mail that your certificate is ready.",
    "refused": "The certificate cannot be issued.",
    "withdrawn": "You have withdrawn your application.",
    "expired": "Your application has expired, because it could not be completed in time.",
}

REASONS = {
    Refusal.NOT_A_RESIDENT: "This person is not registered in our town. Ask the town where they live.",
    Refusal.IN_NO_REGISTER: (
        "This person has a BIS number only and is in no population register, so there is no certificate "
        "from one. It can be asked for once they are registered in a town."
    ),
    Refusal.UNKNOWN_PERSON: "The register does not know this person. Please ask at the counter of the town.",
    Refusal.DECEASED: "This person is recorded as deceased, so this certificate cannot be issued.",
    Refusal.MOVED_OUT: "This person has moved to another town, which can issue this certificate.",
    Refusal.EMIGRATED: (
        "This person is recorded as having left for abroad and is no longer registered in our town. "
        "Please ask at the counter of the town."
    ),
    Refusal.STRUCK_OFF: "This person has been struck off the register. Please ask at the counter of the town.",
    Refusal.DECLARED_ABSENT: "This person has been declared absent by a court. Please ask at the counter of the town.",
    Refusal.RESIDENCE_LOST: (
        "This person has been removed from the register, because the right of residence has ended. Please "
        "ask the town's service for foreigners."
    ),
    Refusal.RESIDENCE_UNVERIFIED: (
        "It has not been checked yet that this person, or someone in the household, lives at this "
        "address. The town's service for foreigners tells you how far that is."
    ),
    Refusal.NOT_TOLD: NOT_TOLD,
    Refusal.REFERENCE_ADDRESS: (
        "This address is a reference address, where post is sent for this person or someone in the "
        "household. Please ask at the counter of the town."
    ),
    Refusal.IDENTITY_DECLARED: (
        "This person is in the waiting register, under the identity that was declared. Please come to the "
        "town's service for foreigners for this certificate."
    ),
    Refusal.SPECIAL_REGISTER: (
        "This person, or someone in the household, is in a special register (officials of the European "
        "Union, diplomats), from which the town issues nothing automatically. Please ask at the counter "
        "of the town."
    ),
    Refusal.PROTECTED_ADDRESS: (
        "This address is protected. Please come to the counter of the town for this certificate."
    ),
    Refusal.NOT_ENTITLED: (
        "You cannot ask for this certificate for this person here. If you think that you may, come to the "
        "counter of the town where they live."
    ),
    Refusal.COLLECTIVE_HOUSEHOLD: "This person lives in a collective household. Please ask at the counter of the town.",
    Refusal.NOT_A_VOTER: (
        "This person is not recorded as a voter here. If you think that is wrong, please ask at the counter of the "
        "town."
    ),
    Refusal.STILL_REGISTERED: "This person is still registered in our town, so there is no deregistration to certify.",
    Refusal.DEED_ABSENT: (
        "The database of deeds of the civil registry has no such deed. Please ask at the counter of the "
        "municipality where it was drawn up; a deed from abroad is asked for in that country."
    ),
    Refusal.DEED_NOT_PUBLIC: (
        "This deed is not old enough yet to be open to everybody. Relatives who may have it ask for it by the "
        "person; heirs, notaries and lawyers ask at the counter of the town."
    ),
    Refusal.DEED_UNNAMED: (
        "To find the deed we need the municipality and the year, and its number or the name and the date. One "
        "of them is missing or cannot be right. Please apply again with these."
    ),
    Refusal.ATTEST_ABSENT: (
        "The National Register gives no such certificate about this person. Please ask at the counter of the town."
    ),
    Refusal.DOCUMENT_UNSOUND: UNSOUND,
    Refusal.DEED_MIGRATING: (
        "This deed is not in the database of deeds yet. The municipality that keeps it has been asked to put "
        "it there. You need not do anything: we carry on as soon as it is there."
    ),
    Refusal.ONLY_AT_THE_COUNTER: (
        "This cannot be given here. Please ask at the counter of the town, where somebody looks at it with you."
    ),
    Refusal.REGISTER_UNAVAILABLE: AWAY,
    Refusal.REGISTER_CONTRADICTED: CONTRADICTED,
    Refusal.CONFIRMATION_AWAITED: CONFIRMING,
    Refusal.NOT_CONFIRMED: (
        "The public service that has to confirm something for this certificate has not confirmed it, so it cannot be "
        "issued. Please ask at the counter of the town."
    ),
    Refusal.CHARACTER_UNPRINTABLE: (
        "The register holds a character that we cannot print, so this certificate could not be made. You have nothing "
        "to pay. Please ask at the counter of the town; you can apply again once that has been put right."
    ),
    Refusal.TOO_LONG_TO_PRINT: (
        "What the register holds is longer than we can print, so this certificate could not be made. You have nothing "
        "to pay. Please ask at the counter of the town; you can apply again once that has been put right."
    ),
    Refusal.NO_LONGER_GIVEN: "This is no longer given here. Please ask at the counter of the town.",
}
"""Of another person."""

OWN_REASONS = {
    Refusal.ATTEST_ABSENT: (
        "The National Register gives no such certificate about you. Please ask at the counter of the town."
    ),
    Refusal.NOT_A_RESIDENT: "You are not registered in our town. Ask the town where you live.",
    Refusal.IN_NO_REGISTER: (
        "You have a BIS number only and are in no population register, so there is no certificate from "
        "one. You can ask for it once you are registered in a town."
    ),
    Refusal.UNKNOWN_PERSON: "The register does not know you under this number. Please ask at the counter of the town.",
    Refusal.DECEASED: (
        "You are recorded as deceased, so this certificate cannot be issued. If that is wrong, please "
        "come to the counter of the town."
    ),
    Refusal.MOVED_OUT: "You have moved to another town, which can issue this certificate.",
    Refusal.EMIGRATED: (
        "You are recorded as having left for abroad and are no longer registered in our town. Please ask "
        "at the counter of the town."
    ),
    Refusal.STRUCK_OFF: "You have been struck off the register. Please ask at the counter of the town.",
    Refusal.DECLARED_ABSENT: "You have been declared absent by a court. Please ask at the counter of the town.",
    Refusal.RESIDENCE_LOST: (
        "You have been removed from the register, because the right of residence has ended. Please ask "
        "the town's service for foreigners."
    ),
    Refusal.RESIDENCE_UNVERIFIED: (
        "It has not been checked yet that you, or someone in your household, live at this address. The "
        "town's service for foreigners tells you how far that is."
    ),
    Refusal.NOT_TOLD: NOT_TOLD,
    Refusal.REFERENCE_ADDRESS: (
        "Your address, or that of someone in your household, is a reference address, where post is sent. "
        "Please ask at the counter of the town."
    ),
    Refusal.IDENTITY_DECLARED: (
        "You are in the waiting register, under the identity that you declared. Please come to the town's "
        "service for foreigners for this certificate."
    ),
    Refusal.SPECIAL_REGISTER: (
        "You are, or someone in your household is, in a special register (officials of the European "
        "Union, diplomats), from which the town issues nothing automatically. Please ask at the counter "
        "of the town."
    ),
    Refusal.NOT_ENTITLED: (
        "You cannot ask for this certificate here. If you think that you may, come to the counter of the town."
    ),
    Refusal.COLLECTIVE_HOUSEHOLD: "You live in a collective household. Please ask at the counter of the town.",
    Refusal.NOT_A_VOTER: (
        "You are not recorded as a voter here. If you think that is wrong, please ask at the counter of the town."
    ),
    Refusal.STILL_REGISTERED: "You are still registered in our town, so there is no deregistration to certify.",
}
"""Of the reader, where that is said otherwise."""

EXPIRED_BECAUSE = {
    Refusal.DEED_MIGRATING: (
        "Your application has expired: the deed was not put into the database of deeds in time. That was not "
        "your fault. Please ask at the counter of the municipality where it was drawn up, or apply again "
        "later."
    ),
    Refusal.REGISTER_CONTRADICTED: (
        "Your application has expired: the register contradicted itself, and that was not put right in "
        "time. That was not your fault. Please come to the counter of the town, or apply again later."
    ),
    Refusal.DOCUMENT_UNSOUND: (
        "Your application has expired: the document that another public service sent us was not in order, and no "
        "sound one came in time. That was not your fault. Please come to the counter of the town, or apply again later."
    ),
    Refusal.REGISTER_UNAVAILABLE: (
        "Your application has expired: the register could not be consulted in time. That was not your "
        "fault. Please apply again later, or come to the counter of the town."
    ),
    Refusal.CONFIRMATION_AWAITED: (
        "Your application has expired: another public service had to confirm something, and did not answer in time. "
        "That was not your fault. Please apply again, or come to the counter of the town."
    ),
    Refusal.NO_LONGER_GIVEN: (
        "Your application has been ended: what you asked for is no longer given here. That was not your fault. Please "
        "ask at the counter of the town."
    ),
}
"""Why an application expired, or was ended, where it is known."""

STEPS = {
    "facts-expired": "The facts from the register had grown too old, so we are consulting it again.",
    "overdue": "The register has not answered yet, so we are asking it again.",
    "not-told": "We have not been able to send you a message. Your certificate is ready here.",
}
"""A step's code beside the refusals. Any other code of an `issued` step comes from notify: nobody could be told."""

OF_A_DOCUMENT = {
    STATES["cleared"]: "Everything is in order. Your document is being prepared.",
    STATES["issued"]: "Your document is ready.",
    STATES["delivered"]: "We have told you by e-mail that your document is ready.",
    STATES["refused"]: "The document cannot be given.",
    STEPS["not-told"]: "We have not been able to send you a message. Your document is ready here.",
    REASONS[Refusal.NOT_ENTITLED]: (
        "You cannot ask for this document about this person here. If you think that you may, come to the counter of "
        "the town."
    ),
    OWN_REASONS[Refusal.NOT_ENTITLED]: (
        "You cannot ask for this document here. If you think that you may, come to the counter of the town."
    ),
}
"""Instead of each, where another authority's document is passed on, such as a deed: it is no certificate, and a mail
does not call it one either (services/notify/compose.py)."""


def sentence_of(state: str, code: str | None, *, own: bool = False, is_of_a_document: bool = False) -> str:
    """One plain sentence for a line of a timeline; `own` where the application is known to be about its reader."""
    sentence = _sentence_of(state, code, own=own)
    return OF_A_DOCUMENT.get(sentence, sentence) if is_of_a_document else sentence


def _sentence_of(state: str, code: str | None, *, own: bool) -> str:
    if state == "expired" and code in list(EXPIRED_BECAUSE):
        return EXPIRED_BECAUSE[Refusal(code)]
    if own and code in list(OWN_REASONS):
        return OWN_REASONS[Refusal(code)]
    if code in STEPS:
        return STEPS[code]
    if code in list(Refusal):
        return REASONS[Refusal(code)]
    if code and state in ("issued", "delivered"):
        return STEPS["not-told"]
    return STATES.get(state, STATES["submitted"])

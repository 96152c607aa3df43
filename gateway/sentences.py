"""Every sentence the API says, in English: the msgids of gateway/locale. Slugs are those of contracts/errors.py."""

from services.contracts.errors import Refusal

PROBLEMS: dict[str, tuple[int, str, str]] = {
    "bad-request": (400, "The request cannot be read", "Something in the request is not as it should be."),
    "not-json": (400, "This is not JSON", "The body must be JSON in UTF-8, without duplicate keys, NaN or Infinity."),
    "too-deep": (400, "The JSON is nested too deeply", "A few levels are enough for every request here."),
    "unprintable-text": (400, "The text cannot be used", "A text contains NUL or half a character."),
    "bad-path": (404, "Not found", "There is nothing at this address."),
    "bad-host": (
        400,
        "The host is missing",
        "The header Host must be there once, and name the host that you are calling, and nothing else.",
    ),
    "idempotency-key-missing": (
        400,
        "The Idempotency-Key is missing",
        "Send a header Idempotency-Key of 1 to 255 visible ASCII characters, so that trying again files nothing twice.",
    ),
    "idempotency-key-malformed": (
        400,
        "The Idempotency-Key cannot be read",
        'Write it as one text in quotation marks, such as "8e03978e-40d5-43dd-bc93-6894a57f9324".',
    ),
    "invalid-parameter": (
        400,
        "Please check the address",
        "What stands behind the question mark cannot be accepted as it is.",
    ),
    "not-signed-in": (401, "Please sign in", "You are not signed in, or your sign-in has expired."),
    "bad-token": (
        401,
        "The access token is not valid",
        "It has expired, is damaged, or was made out for someone else.",
    ),
    "forbidden": (403, "Not allowed", "You may not do this."),
    "citizens-only": (403, "For citizens only", "You are signed in as an officer. Sign in as a citizen to do this."),
    "cross-site": (
        403,
        "The request came from another site",
        "Changes are only taken from our own pages.",
    ),
    "sign-in-failed": (403, "Signing in failed", "Nothing was changed. Please try to sign in again."),
    "no-national-number": (
        403,
        "Your national number is missing",
        "The sign-in did not tell us a valid national number. Choose another way to sign in.",
    ),
    "not-found": (404, "Not found", "There is nothing at this address."),
    "unknown-product": (404, "Unknown product", "The town does not offer this product here."),
    "method-not-allowed": (
        405,
        "Method not allowed",
        "This address does not take this method; the header Allow names those it takes.",
    ),
    "not-acceptable": (406, "Not available in that form", "What you accept is not what there is here."),
    "too-slow": (408, "Too slow", "The request took too long to arrive. Please send it again."),
    "application-lost": (
        410,
        "Your application is lost",
        "Our records had to be restored, and what was filed in the hours before is no longer in them. Please file your "
        "application again. If you have received a certificate for it, that is genuine all the same.",
    ),
    "precondition-failed": (412, "No longer the same", "What is here is not what your condition asks for."),
    "too-large": (413, "Too large", "The request is larger than is accepted here."),
    "too-long": (414, "Too long", "The address or a header is longer than is accepted here."),
    "unsupported-media-type": (415, "Unsupported type", "The content type or encoding is not accepted here."),
    "range-not-satisfiable": (416, "No such part", "What is here is shorter than the part that you ask for."),
    "expectation-failed": (417, "Not to be expected here", "The header Expect may only say 100-continue."),
    "unknown-town": (421, "No town here", "No town is served under this name."),
    "invalid-field": (422, "Please check what you filled in", "One or more fields cannot be accepted as they are."),
    "language-not-allowed": (
        422,
        "The town may not use this language",
        "Choose one of the languages that the product lists.",
    ),
    "contact-missing": (
        422,
        "Your e-mail address is missing",
        "We need an address to tell you when your certificate is ready.",
    ),
    "idempotency-key-reused": (
        422,
        "The Idempotency-Key was used before",
        "The same key came earlier with other content. Use a new key for a new application.",
    ),
    "not-withdrawable": (409, "Too late to withdraw", "The application has gone too far, or has ended already."),
    "too-many-requests": (429, "Too many requests", "Please wait a moment and try again."),
    "internal-error": (
        500,
        "Something went wrong on our side",
        "Nothing you sent is the cause. Please try again later.",
    ),
    "not-implemented": (501, "Not understood here", "The transfer coding of the request is not known here."),
    "sessions-unavailable": (
        503,
        "Not available for a moment",
        "We cannot check your sign-in right now, so nothing personal is shown. Please try again in a few seconds.",
    ),
    "sign-out-unfinished": (
        503,
        "Not signed out everywhere yet",
        "This browser has forgotten who you are, but your sign-in could not be ended for good. "
        "Please sign out again in a few seconds.",
    ),
    "service-unavailable": (
        503,
        "Not available for a moment",
        "Nothing is lost. Please try again in a few seconds, with the same Idempotency-Key where there was one.",
    ),
    "version-not-supported": (505, "Not this version of HTTP", "Only versions 1.1 and 1.0 are spoken here."),
}
"""Slug to status, title and detail."""

OURS = frozenset(slug for slug, (status, _, _) in PROBLEMS.items() if status in (500, 503)) | {"sign-in-failed"}
"""Not the reader's mistake, or perhaps not: their page shows the request's id, by which an operator finds it. Why a
sign-in failed says the log alone."""

ASK_WITH_NUMBER = "If it keeps happening, tell the town this number:"
"""Before the request's id."""

PERHAPS_ANOTHERS = "It does not exist, or it is not yours."
"""Instead of the detail of `not-found`, for an id that could be somebody's."""

WANTED_JSON = "Send JSON in UTF-8, with Content-Type: application/json."
WANTED_PDF = "Send a PDF with Content-Type: application/pdf, or as the field `file` of multipart/form-data."
WANTED_PLAIN = "Send the body uncompressed, without Content-Encoding."
WANTED = (WANTED_JSON, WANTED_PDF, WANTED_PLAIN)
"""Instead of the detail of `unsupported-media-type`, for what reads a body."""

AWAY = "The register cannot answer right now. You need not do anything: we carry on as soon as it can."

CONFIRMING = (
    "Another public service has to confirm something first, and we have asked it. "
    "You need not do anything: we carry on as soon as it has answered."
)

CONTRADICTED = (
    "The register contradicts itself here, so the town must look at it first. "
    "You need not do anything: we carry on once it has been put right."
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
}
"""Of another person."""

OWN_REASONS = {
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
    Refusal.REGISTER_UNAVAILABLE: (
        "Your application has expired: the register could not be consulted in time. That was not your "
        "fault. Please apply again later, or come to the counter of the town."
    ),
    Refusal.CONFIRMATION_AWAITED: (
        "Your application has expired: another public service had to confirm something, and did not answer in time. "
        "That was not your fault. Please apply again, or come to the counter of the town."
    ),
}
"""Why an application expired, where it is known."""

STEPS = {
    "facts-expired": "The facts from the register had grown too old, so we are consulting it again.",
    "overdue": "The register has not answered yet, so we are asking it again.",
    "not-told": "We have not been able to send you a message. Your certificate is ready here.",
}
"""A step's code beside the refusals. Any other code of an `issued` step comes from notify: nobody could be told."""

LOOKED_BY = {
    "you": "You",
    "parent": "A parent who asked about you",
    "relative": "Your spouse or legal cohabitant, or a relative, who asked about you",
    "another": "Somebody whose own application concerns you too, such as one about your household",
    "operator": "The town, to put its register right",
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

FIELD_SENTENCES = {
    "required": "Fill this in.",
    "unknown-field": "This field is not known.",
    "wrong-type": "This is not the type that is expected here.",
    "not-a-choice": "Choose one of: %(choices)s.",
    "not-a-number": "Give a whole number from %(least)s to %(most)s.",
    "unknown-parameter": "This parameter is not known here. Known are: %(choices)s.",
    "repeated-parameter": "Give this parameter only once.",
    "not-a-cursor": "This is not a place in the list. Begin without it, and follow what next says.",
    "too-long": "Use at most %(most)s characters.",
    "too-many": "Send at most %(most)s of these.",
    "unprintable": "A character in this text cannot be used.",
    "says-nothing": "Write this in words or figures.",
    "not-a-day": "Write a day that exists and has come, such as 4/3/1921: day, month and year.",
    "not-a-municipality": "Write the name of a Belgian municipality of today, the one that the place is part of now.",
    "number-or-person": "Give the number of the deed, or the name of the person and the day that it is about.",
    "not-a-national-number": "This is not a valid national number.",
    "not-an-e-mail-address": "This is not a valid e-mail address.",
    "not-an-idempotency-key": "Use 1 to %(most)s printable ASCII characters.",
    "not-offered": "The town does not offer this product.",
    "only-for-yourself": "You can ask for this product only for yourself.",
    "only-for-your-child": "You can ask for this product only for your minor child.",
    "no-file": "Choose a file.",
    "several-files": "Choose one file at a time.",
    "empty-file": "This file is empty. Choose the PDF file that you received.",
    "a-picture": "This is a picture. Choose the PDF file itself, "
    "or check the code that stands beside the QR code, if there is one.",
    "not-a-pdf": "This is not a PDF file. Choose the file as you received it; its name ends with .pdf.",
    "password-protected": "This PDF file opens only with a password, so we cannot look into it. "
    "Ask for the file as the town issued it, or check the code that stands beside the QR code, if there is one.",
    "not-base64": "This is not base64.",
    "too-large": "This file is too large: at most %(megabytes)s MB.",
    "not-accepted": "This value cannot be used here.",
}
"""The slug of what is wrong with a field (contracts/field_errors.py) to the sentence a reader gets for it."""

VERDICTS: dict[str, tuple[str, str]] = {
    "authentic": ("Authentic", "This certificate was issued by the town and is still current."),
    "out-of-date": (
        "Authentic, but no longer current",
        "The town issued this certificate, but its facts may have changed since.",
    ),
    "superseded": ("Superseded", "The town issued this certificate, but has since replaced it by a newer one."),
    "unknown": (
        "Unknown",
        "The town has no certificate with this code, or no longer keeps it. "
        "Check the code, or be careful with this document.",
    ),
    "unknown-records-lost": (
        "Not in the records",
        "The town has no certificate with this code, but its records of the time below were lost. "
        "If the certificate was issued then, it may be genuine: check its PDF file, or ask the town.",
    ),
    "number": (
        "This is the number, not the code",
        "A certificate is checked with its code, which stands beside the QR code: "
        "four groups of four letters and digits.",
    ),
    "another-site": (
        "Not an address of this town",
        "The address that you gave is not one of this town, so the code in it was not checked. "
        "If it stands on a certificate of this town, be careful with that document.",
    ),
    "several": (
        "Several codes",
        "What you gave holds more than one code. Check them one by one.",
    ),
    "mistyped": (
        "This cannot be a code",
        "A code has sixteen letters and digits in four groups of four, and what you gave is none: there is a mistake "
        "in it. Compare it with the code beside the QR code. "
        "If it stands there like this, be careful with that document.",
    ),
    "untouched": ("Untouched", "This file was issued by the town and has not been changed since."),
    "untouched-superseded": (
        "Untouched, but superseded",
        "This file was issued by the town and has not been changed, "
        "but the town has since replaced the certificate by a newer one.",
    ),
    "untouched-out-of-date": (
        "Untouched, but no longer current",
        "This file was issued by the town and has not been changed, but its facts may have changed since.",
    ),
    "altered": (
        "Altered",
        "This file bears marks of a certificate of the town, but it is not the file that the town issued: "
        "another program has written it again, or somebody has changed it. Do not rely on what it says.",
    ),
    "no-longer-kept": (
        "No longer kept",
        "The seal on this file is the town's and unbroken, "
        "but the town no longer keeps this certificate and cannot say more.",
    ),
    "no-longer-kept-records-lost": (
        "Not in the records",
        "The seal on this file is the town's and unbroken, but the certificate is not in the town's records: "
        "the town keeps it no longer, or it was issued in the time below, of which the records were lost.",
    ),
    "not-ours": (
        "Not recognised",
        "This file is not one that the town issued. A scan, photo or print of a genuine document, or one that another"
        " program has written again, looks like this, too: do not rely on the file alone. If it has a code beside a "
        "QR code, check that. A document that another authority sealed has none: ask for the file as it was received.",
    ),
    "not-ours-broken": (
        "Not recognised, and the seal is broken",
        "This file is not one that the town issued, and its seal does not cover it as it is: another program has "
        "written it again, or somebody has changed it. Do not rely on what it says, and ask for the file as it was "
        "received. If it has a code beside a QR code, check that.",
    ),
    "not-ours-unbroken": (
        "Not recognised, but sealed by somebody",
        "This file is not one that the town issued. Somebody else has sealed it, and the seal is unbroken, but whose "
        "it is, is not checked here. Open the file in a program that checks seals and look whose it is, or ask the "
        "authority that is named there.",
    ),
}
"""A verdict as title and sentence; `…out-of-date` is one past its `current_until`, `…-records-lost` what may be missing
only because the store was restored."""


def sentence_of(state: str, code: str | None, *, own: bool = False) -> str:
    """One plain sentence for a line of a timeline; `own` where the application is known to be about its reader."""
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

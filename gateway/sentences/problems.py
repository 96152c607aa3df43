"""Problems, as the API and the pages tell them. Slugs are those of contracts/errors.py."""

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
    "token-missing": (
        401,
        "The access token is missing",
        "Get one at /departments/token, and send it as Authorization: Bearer.",
    ),
    "not-admitted": (
        401,
        "The department is not let in",
        "Its secret or certificate is not, or no longer, known here. The town says why.",
    ),
    "facts-not-allowed": (
        403,
        "Not for this department",
        "None of what this is about may be told to the department.",
    ),
    "forbidden": (403, "Not allowed", "You may not do this."),
    "citizens-only": (403, "For citizens only", "You are signed in as an officer. Sign in as a citizen to do this."),
    "officers-only": (403, "For officers of the town only", "Sign in as an officer of the town to do this."),
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
    "webhook-disabled": (
        409,
        "The webhook is disabled",
        "It is sent nothing now. Enable it, and have sent again what was parked.",
    ),
    "events-gone": (
        410,
        "Some events are not kept any more",
        "What was told behind this place is not complete any more. Begin without it; what you know you know by its id.",
    ),
    "facts-gone": (
        410,
        "Not kept any more",
        "What was asked for then is not kept any more, or was refused. Nothing can be asked anew.",
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
        "Not in this language",
        "Choose one of the languages that the product lists.",
    ),
    "no-form-there": (
        422,
        "No multilingual form for this country",
        "A form is of no use there, or we do not give it in a language of that country. What is needed instead is told "
        "beside the country.",
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
    "confirmation-answered": (
        409,
        "Answered before",
        "Another answer was given before, and that one stands: `outcome` says which.",
    ),
    "confirmation-overtaken": (
        409,
        "Asked anew meanwhile",
        "The facts have changed since that asking, or it was never asked. `asking` is the number of the one that "
        "waits.",
    ),
    "confirmation-over": (
        410,
        "Needed no more",
        "Nothing waits for this confirmation any more: it was given, or the application has ended.",
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
        "Nothing is lost. Please try again in a few seconds.",
    ),
    "version-not-supported": (505, "Not this version of HTTP", "Only versions 1.1 and 1.0 are spoken here."),
}
"""Slug to status, title and detail."""


OURS = frozenset(slug for slug, (status, _, _) in PROBLEMS.items() if status in (500, 503)) | {"sign-in-failed"}
"""Not the reader's mistake, or perhaps not: their page shows the request's id, by which an operator finds it. Why a
sign-in failed says the log alone."""


AT_THE_COUNTER = "Only at the counter"
"""The title of `unknown-product`, for what only the desk gives."""


OFFICIAL_LANGUAGES = "This form is filled in in an official language of the town only: %(languages)s."
"""The detail of `language-not-allowed`, for what the town gives in its official languages alone."""


ASK_WITH_NUMBER = "If it keeps happening, tell the town this number:"
"""Before the request's id."""


PERHAPS_ANOTHERS = "It does not exist, or it is not yours."
"""Instead of the detail of `not-found`, for an id that could be somebody's."""


AGAIN_UNDER_ITS_KEY = "Nothing is lost. Please try again in a few seconds, with the same Idempotency-Key."
"""The detail of `service-unavailable`, for a request that came with such a key."""


WANTED_JSON = "Send JSON in UTF-8, with Content-Type: application/json."
WANTED_PDF = "Send a PDF with Content-Type: application/pdf, or as the field `file` of multipart/form-data."
WANTED_PLAIN = "Send the body uncompressed, without Content-Encoding."
"""Instead of the detail of `unsupported-media-type`, for what reads a body."""

"""What is wrong with a field."""

WHERE_TO_GO = "Where to go: %(department)s, %(address)s, %(phone)s."
"""After what is said of a thing that only the desk gives."""

FIELD_SENTENCES = {
    "required": "Fill this in.",
    "unknown-field": "This field is not known.",
    "wrong-type": "This is not the type that is expected here.",
    "not-a-choice": "Choose one of: %(choices)s.",
    "not-listed": "Choose one of those that are listed.",
    "not-a-country": "Give the two letters of a country, such as FR.",
    "not-a-number": "Give a whole number from %(least)s to %(most)s.",
    "unknown-parameter": "This parameter is not known here. Known are: %(choices)s.",
    "repeated-parameter": "Give this parameter only once.",
    "not-a-cursor": "This is not a place in the list. Begin without it, and follow what next says.",
    "not-a-moment-or-event": "Write a moment, such as 2026-11-27T08:00:00+01:00, or the id of an event that is kept.",
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
    "only-at-the-counter": "%(thing)s",
    "leads-elsewhere": "%(way)s",
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

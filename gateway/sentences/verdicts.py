"""What a check of a certificate found."""

STILL_TRUE = {
    "current": "Yes. When it was last asked, the register said the same as the certificate.",
    "superseded": "No. When it was last asked, the register said something else than the certificate. "
    "Ask the person for a newer one.",
    "not-known": "We do not know. When it was last asked, the register gave no answer that we can tell you. "
    "That means nothing in itself: ask the person for a newer certificate.",
    "not-asked": "We do not know yet. The register has not been asked about this certificate so far.",
}
"""Whether a certificate is still true, by its state, and before the register was asked at all."""

VERDICTS: dict[str, tuple[str, str]] = {
    "authentic": ("Authentic", "This certificate was issued by the town and is still current."),
    "out-of-date": (
        "Authentic, but no longer current",
        "The town issued this certificate, but its facts may have changed since.",
    ),
    "superseded": ("Superseded", "The town issued this certificate, but has since replaced it by a newer one."),
    "no-longer-true": (
        "Authentic, but no longer true",
        "The town issued this certificate, but its register no longer says the same.",
    ),
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
    "untouched-no-longer-true": (
        "Untouched, but no longer true",
        "This file was issued by the town and has not been changed, "
        "but the register of the town no longer says the same.",
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
    "not-ours-another-town": (
        "Of another town",
        "This file bears the marks of a certificate of %(town)s, and its seal is unbroken. The town did not issue it, "
        "so it cannot say more. Check the file at %(town)s.",
    ),
    "altered-another-town": (
        "Of another town, and altered",
        "This file bears marks of a certificate of %(town)s, but its seal is broken: another program has written it "
        "again, or somebody has changed it. Do not rely on what it says, and ask for the file as %(town)s issued it.",
    ),
}
"""A verdict as title and sentence; `…out-of-date` is one past its `current_until`, `…-records-lost` what may be missing
only because the store was restored."""

PASSED_ON = {
    "authentic": "This document was passed on by the town, as another authority sealed it, and is still current.",
    "out-of-date": "This document was passed on by the town, but its facts may have changed since.",
    "untouched": "This file was passed on by the town and has not been changed since.",
    "untouched-out-of-date": "This file was passed on by the town and has not been changed, but its facts may have "
    "changed since.",
    "untouched-superseded": "This file was passed on by the town and has not been changed, but the town has since "
    "passed on a newer one.",
    "superseded": "This document was passed on by the town, which has since passed on a newer one.",
}
"""The sentence of a verdict where another authority made the document, and the town did not issue it."""

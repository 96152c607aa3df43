"""From an answer of GeefAttest to the document in it, as it was sealed.

The PDF stands in the answer in base64 (AttestType of the platform's schema Persoon-02.00: `INSZ`, `Document`). Whose
seal it bears, and whether it is whole, is looked at afterwards (sources/federal_attests.py).
"""

import base64
import binascii

from services.contracts.sealed import LARGEST_SEALED
from services.registry.sources.magda.answers import Answered
from services.registry.sources.magda.faults import WrongAnswer
from services.registry.sources.magda.xml import local, text


def document(answered: Answered) -> bytes | None:
    """None where the National Register has no such attest of this person. Raises WrongAnswer."""
    if answered.content is None:
        return None
    if [local(each) for each in answered.content] != ["Attest"]:
        raise WrongAnswer("answer-incomplete")
    written = "".join(text(answered.content[0], "Document").split())
    try:
        pdf = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise WrongAnswer("document-not-whole") from None
    if not pdf.startswith(b"%PDF-"):
        raise WrongAnswer("document-not-whole")
    if len(pdf) > LARGEST_SEALED:
        raise WrongAnswer("answer-too-large")
    return pdf

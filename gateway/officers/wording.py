"""What is wrong with what an officer chose, in the reader's language."""

from gateway.language import translate
from gateway.sentences import SETUP_SENTENCES
from services.contracts.mends import Mend


def nearest(mend: str) -> str | None:
    """A colour that will do instead of one that does not."""
    return str(mend.values["nearest"]) if isinstance(mend, Mend) and "nearest" in mend.values else None


def mended(mend: str) -> str:
    """The sentence of a mend; in general for one that has none of its own."""
    if isinstance(mend, Mend) and mend.slug in SETUP_SENTENCES:
        return translate(SETUP_SENTENCES[mend.slug], **mend.values)
    return translate(SETUP_SENTENCES["not-accepted"])

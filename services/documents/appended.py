"""Files to which something was added: they begin with the whole of the file that was there before."""

import hashlib
import re
from collections.abc import Iterator

MOST_BEGINNINGS = 16
"""Looked at are the first ones: of each version of a file there is one, and what we issued has few."""

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
"""Of a PDF (ISO 32000-1, 7.5.5); how the last line ends is left to who writes it."""


def beginnings(pdf: bytes) -> Iterator[str]:
    """The SHA-256 of each beginning of the file that could be a whole one by itself, with its last line ended or not.

    Whoever adds to a file, as annotating programs do (ISO 32000-1, 7.5.6), leaves what was there as it is.
    """
    digest, at = hashlib.sha256(), 0
    for number, end in enumerate(_END.finditer(pdf)):
        if number == MOST_BEGINNINGS:
            return
        for place in sorted({end.start() + 5, end.start() + 6, end.end()}):
            if at < place <= end.end() and place < len(pdf):
                digest.update(pdf[at:place])
                at = place
                yield digest.hexdigest()

"""How asking MAGDA can go wrong, and MAGDA's exceptions sorted by what has to be done about them.

    SourceUnavailable          nobody answers, or what came cannot be an answer: it is asked again
    ├── WrongAnswer            it came, and is refused: too large, half, another's, with entities, …
    └── SourceRefused          the platform says no: an operator has to act

What the platform says of a person (nothing found, another number, a doubt) is no failure: answers.py.
"""

from enum import Enum, auto

from services.registry.domain import SourceRefused, SourceUnavailable


class WrongAnswer(SourceUnavailable):
    """What came is no answer to what was asked. `reason` is a slug and names nobody."""


class Verdict(Enum):
    """What an exception of type FOUT means for the question."""

    NOTHING_FOUND = auto()
    NO_HOUSEHOLD = auto()
    DOUBTED = auto()
    TECHNICAL = auto()
    REFUSED = auto()


_NOTHING_FOUND = frozenset({"30001", "30002", "30003"})
"""Nothing found; a number that was cancelled; one that there is not."""
_NO_HOUSEHOLD = frozenset({"40098", "40099", "40101"})
"""The reference person, or the person, is deceased, or is not the National Register's."""
_DOUBTED = frozenset({"30004", "40083", "40157", "40182"})
"""Another number, without saying which; a mistake in the source's data; a cancelled or anomalous reference person."""
_TECHNICAL_IN = ((60000, 69999), (99984, 99999))
_OURS = frozenset({"60003"})
"""A question in a wrong format."""


def verdict(code: str) -> Verdict:
    """On a code that no table has an operator has to look: it may be a right that was taken away."""
    if code in _NOTHING_FOUND:
        return Verdict.NOTHING_FOUND
    if code in _NO_HOUSEHOLD:
        return Verdict.NO_HOUSEHOLD
    if code in _DOUBTED:
        return Verdict.DOUBTED
    number = int(code) if code.isdecimal() and code.isascii() else 0
    if code not in _OURS and any(first <= number <= last for first, last in _TECHNICAL_IN):
        return Verdict.TECHNICAL
    return Verdict.REFUSED


def failure(found: Verdict, code: str) -> SourceUnavailable:
    """What is raised where the platform did not answer about anybody."""
    named = code if code.isdecimal() and code.isascii() and len(code) <= 6 else "unnamed"
    return SourceRefused(f"magda-{named}") if found is Verdict.REFUSED else SourceUnavailable(f"magda-{named}")

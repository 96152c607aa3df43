"""Which events departments hear: of every product two, and those that a product's file names (`department_event`);
and, each for itself alone, what it is asked to confirm and what became of its answers.

Those that a file names are described in `catalogue/department-events/<name>.yaml`: `titles`, and the `purposes` for
which a department may want to know of it, in each language. What all look like is the departments' own
(contracts/feed/).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.contracts.catalogue_files import Problem, all_of, incomplete, loaded, text_of, unwritable
from services.contracts.feed.events import ALIVE, is_name

CERTIFICATE_ISSUED, APPLICATION_REFUSED = "certificate-issued", "application-refused"

OF_EVERY_PRODUCT = MappingProxyType(
    {
        CERTIFICATE_ISSUED: (
            "A certificate was issued",
            "It is sealed and stored, and can be verified from now on.",
        ),
        APPLICATION_REFUSED: (
            "An application was refused",
            "Nothing is issued. Why, is told to the citizen alone.",
        ),
    }
)
"""Title and description of those that are heard of every product, in English: they are for who builds."""

CONFIRMATION_REQUESTED, CONFIRMATION_REMINDED, CONFIRMATION_NEEDLESS = (
    "confirmation-requested",
    "confirmation-reminded",
    "confirmation-needless",
)
ANSWER_TAKEN, ANSWER_REFUSED = "answer-taken", "answer-refused"

DIRECTED = MappingProxyType(
    {
        CONFIRMATION_REQUESTED: (
            "A confirmation is asked for",
            "The department is to confirm something about a person before an application goes on: whom, it reads with "
            "the reference in `confirmation`. A higher `asking` replaces the one before.",
        ),
        CONFIRMATION_REMINDED: (
            "A confirmation has not come",
            "No answer came by the time that was expected. At `expires_at` the application ends without it.",
        ),
        CONFIRMATION_NEEDLESS: (
            "A confirmation is needed no more",
            "The application has ended: no answer is taken.",
        ),
        ANSWER_TAKEN: (
            "An answer is taken",
            "What the department said by an event of its own, whose id is in `answer`, is kept and counts.",
        ),
        ANSWER_REFUSED: (
            "An answer is not taken",
            "Nothing came of what the department said, and `code` says why: the same again is refused again.",
        ),
    }
)
"""As OF_EVERY_PRODUCT, of those that one department alone is told: no topic covers them, they come with its right to
answer."""


@dataclass(frozen=True, kw_only=True)
class DepartmentEvent:
    """One that products name: how it is called, and what for a department may want to know of it."""

    titles: dict[str, str]
    purposes: dict[str, str]


@cache
def department_events() -> dict[str, DepartmentEvent]:
    """Those of the catalogue by name, ours and a deployment's own. Raises Unreadable."""
    return all_of("department-events", _read)


def every_event() -> tuple[str, ...]:
    """The names of all that a department may be let hear; that the way is open (ALIVE) each hears of its towns."""
    return (*OF_EVERY_PRODUCT, *department_events())


def _read(told: str, file: Path) -> DepartmentEvent:
    return loaded(DepartmentEvent, told, text_of(told, file), lambda written: _problems(written, file.stem))


def _problems(written: DepartmentEvent, name: str) -> Iterator[Problem]:
    taken = (*OF_EVERY_PRODUCT, *DIRECTED, ALIVE)
    if not is_name(name) or name in taken:
        yield "id", f"the file's name: lower-case words with hyphens, and none of {', '.join(taken)}"
    texts = [("titles", written.titles), ("purposes", written.purposes)]
    yield from incomplete(texts)
    yield from unwritable(texts)

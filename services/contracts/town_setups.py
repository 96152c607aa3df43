"""What a town's officers choose, and may change while it is served: the rest of its file is the operator's."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from services.contracts.events import Event, event
from services.contracts.logos import taken_logo
from services.contracts.naming import Names
from services.contracts.notices import AccessibilityStatement, PrivacyNotice
from services.contracts.questions import Question, question
from services.contracts.town_problems import town_problems
from services.contracts.town_texts import Problem
from services.contracts.towns import Colours, Office, Tariff, Town


@dataclass(frozen=True, kw_only=True)
class TownSetup:
    """As the fields of a town's file (towns.Town), but that `logo` is the drawing itself: an SVG."""

    departments: Names
    colours: Colours
    office: Office
    logo: str
    courtesy_languages: tuple[str, ...] = ()
    products_off: tuple[str, ...] = ()
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    mails_name_products: bool = False
    accessibility: AccessibilityStatement = field(default_factory=AccessibilityStatement)
    privacy: PrivacyNotice = field(default_factory=PrivacyNotice)

    @classmethod
    def of(cls, town: Town, *, logo: bytes) -> "TownSetup":
        """What a town has chosen."""
        return cls(logo=logo.decode(), **{name: getattr(town, name) for name in _LIKE_THE_TOWNS})

    def of_town(self, town: Town) -> Town:
        """The town with these choices in the place of its own. `logo` stays the name of its file."""
        return replace(town, **{name: getattr(self, name) for name in _LIKE_THE_TOWNS})


_LIKE_THE_TOWNS = tuple(each.name for each in fields(TownSetup) if each.name != "logo")


def differences(before: TownSetup, after: TownSetup) -> tuple[str, ...]:
    """The fields that are chosen otherwise, by their paths: `products_off`, `colours.primary`."""
    return tuple(_differences(before, after))


def _differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    for each in fields(after):
        one, other = getattr(before, each.name), getattr(after, each.name)
        if is_dataclass(one) and is_dataclass(other):
            yield from _differences(one, other, f"{path}{each.name}.")
        elif one != other:
            yield f"{path}{each.name}"


def setup_problems(setup: TownSetup, *, of: Town) -> Iterator[Problem]:
    """What is wrong with it for this town, each as the field's path and its mend; what a file would be told."""
    drawing = setup.logo.encode("utf-8", "surrogatepass")
    own = {each.name for each in fields(TownSetup)}
    for place, mend in town_problems(setup.of_town(of), lambda: taken_logo("the logo", drawing)):
        if place.partition(".")[0].partition("[")[0] in own:
            yield place, mend


LONGEST_AUTHOR = 200
"""Characters of who changed something."""


@event("intake", "town-changed", about="town")
@dataclass(frozen=True, kw_only=True)
class TownChanged(Event):
    """The town is served otherwise from now on: by what its officers chose, or by its file again (`setup` None).

    `town_id` is the REFNIS code. Versions count from 1; 0 is the file, where nobody has ever chosen anything.
    """

    town_id: str
    version: int
    changed_at: datetime
    setup: TownSetup | None = None


@dataclass(frozen=True, kw_only=True)
class TownVersion:
    """Since when a town is served so, and who changed it: an officer's name, or an operator's account. `of` is the
    version that chose it first, where it was taken back to; `is_file`: it is what the town's file says. `changed` is
    what it has otherwise than the one before (`differences`)."""

    version: int
    changed_at: datetime
    by: str
    of: int
    is_file: bool = False
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TownHistory:
    """All versions of a town, the latest first."""

    versions: tuple[TownVersion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChangedTown:
    """As TownChanged says it."""

    town: str
    version: int
    setup: TownSetup | None = None


@dataclass(frozen=True, kw_only=True)
class ChangedTowns:
    """Those that are served otherwise than was known."""

    towns: tuple[ChangedTown, ...] = ()


@question("intake", answer=ChangedTowns)
@dataclass(frozen=True, kw_only=True)
class ReadTowns(Question[ChangedTowns]):
    """Which towns have another version than is `known`, by REFNIS code; what is not in it is known as its file says."""

    known: dict[str, int] = field(default_factory=dict)


@question("intake", answer=TownHistory)
@dataclass(frozen=True, kw_only=True)
class ReadTownHistory(Question[TownHistory]):
    """Raises NotFound where no such town is served."""

    town: str


@question("intake", answer=ChangedTown)
@dataclass(frozen=True, kw_only=True)
class ChangeTown(Question[ChangedTown]):
    """Serve a town so from now on. `after` is the version that whoever chose has seen: what was changed since is not
    lost unseen. The same once more changes nothing.

    Raises NotFound, TownNotInOrder and TownChangedMeanwhile.
    """

    town: str
    setup: TownSetup
    by: str
    after: int


@question("intake", answer=ChangedTown)
@dataclass(frozen=True, kw_only=True)
class TakeTownBack(Question[ChangedTown]):
    """Serve a town as in an earlier version, 0 being its file: a new version of the same choices.

    Raises NotFound (no such town, or version), TownNotInOrder (what was in order then is not today) and
    TownChangedMeanwhile.
    """

    town: str
    to: int
    by: str
    after: int

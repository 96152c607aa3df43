"""Stand-ins for the registry's ports, and a small town to ask about."""

from collections.abc import Container
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from deploy.demo.generator import in_memory
from services.chassis.admission import Hearing
from services.chassis.pseudonyms import KeyedPseudonyms
from services.contracts.address import Address
from services.contracts.catalogue import products
from services.contracts.delivery import ConcurrentChange, TryLater, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.extracts import Request
from services.contracts.intake import (
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ExtractRequested,
)
from services.contracts.national_number import compose
from services.contracts.product import Product
from services.contracts.registry import LookPlace
from services.contracts.schema import Unreadable, dump, load
from services.registry.access import Access
from services.registry.domain import (
    CivilState,
    CivilStatus,
    Dossier,
    Household,
    Membership,
    Nationality,
    Near,
    Parent,
    Place,
    Registration,
    Standing,
    Stay,
)
from services.registry.extract import Extract
from services.registry.handlers import Inquiries, end_extract
from services.registry.ports import Source
from tests.intake.fakes import a_town
from tests.memory import Memory

T = TypeVar("T")

TOWN, OTHER_TOWN = "24001", "21005"
TOWNS = {refnis: a_town(refnis) for refnis in (TOWN, OTHER_TOWN)}
NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
HOME = Address(
    street={"nl": "Voorbeeldstraat"}, house_number="12", box="101", postcode="3200", municipality={"nl": "Aarschot"}
)
EARLIER = replace(HOME, house_number="1", box=None)

PARENT, PARTNER = compose(1985, 7, 30, 1), compose(1987, 3, 12, 2)
CHILD, TODDLER, GROWN = compose(2015, 5, 4, 1), compose(2021, 9, 21, 2), compose(2006, 1, 1, 2)
STRANGER, NOBODY = compose(1970, 1, 1, 1), compose(1971, 1, 1, 1)


def a_dossier(number: str = PARENT, **chosen: Any) -> Dossier:
    """Here since 2010 and at HOME since 2019, or since birth."""
    born = chosen.get("born_on", "1985-07-30").replace("-00", "-28")
    stays = (Stay(address=EARLIER, since=max(born, "2010-01-01"), until="2019-04-15"),) if born < "2019-04-15" else ()
    usual: dict[str, Any] = {
        "number": number,
        "first_names": ("Voornaam", "Tweede"),
        "last_name": "Naam",
        "sex": "M",
        "born_on": "1985-07-30",
        "birth_place": Place(refnis="24062"),
        "birth_country": "BE",
        "nationalities": (Nationality(code="BE", since="1985-07-30"),),
        "registration": Registration(standing=Standing.RESIDENT, since=max(born, "2010-01-01")),
        "stays": (*stays, Stay(address=HOME, since=max(born, "2019-04-15"))),
        "civil_status": CivilStatus(state=CivilState.UNMARRIED),
        "household": "h1",
    }
    return Dossier(**{**usual, **chosen})


def gone(standing: Standing) -> Registration:
    return Registration(standing=standing, since="2024-01-01")


def a_family() -> list[Dossier]:
    """Two parents, two minors and a grown child in one household; the partner has no authority over the older minor."""
    both = (Parent(number=PARENT, authority=True), Parent(number=PARTNER, authority=True))
    return [
        a_dossier(PARENT, children=(CHILD, TODDLER, GROWN)),
        a_dossier(PARTNER, born_on="1987-03-12", children=(CHILD, TODDLER, GROWN)),
        a_dossier(CHILD, born_on="2015-05-04", parents=(both[0], Parent(number=PARTNER, authority=False))),
        a_dossier(TODDLER, born_on="2021-09-21", parents=both),
        a_dossier(GROWN, born_on="2006-01-01", parents=both),
    ]


def a_household(*members: tuple[str, str], collective: bool = False) -> Household:
    usual = ((PARENT, "reference-person"), (PARTNER, "spouse"), (TODDLER, "child"), (CHILD, "child"), (GROWN, "child"))
    return Household(
        id="h1",
        address=HOME,
        members=tuple(
            Membership(number=number, relation=relation, since="2021-09-21" if number == TODDLER else "2019-04-15")
            for number, relation in members or usual
        ),
        collective=collective,
    )


@dataclass
class FakeRegister(Near):
    """Both the register and its view; `asked` are the numbers looked for.

    `breaks` maps methods of the view to what they raise.
    """

    dossiers_: dict[str, Dossier]
    household_: Household | None
    town: str = TOWN
    away: BaseException | None = None
    asked: list[str] = field(default_factory=list)
    breaks: dict[str, BaseException] = field(default_factory=dict)
    test_numbers: bool = False
    references: tuple[str, ...] = ()
    lacks: frozenset[str] = frozenset()

    def view(self, *, town: str) -> "FakeRegister":
        if self.away:
            raise self.away
        return self if town == self.town else FakeRegister({}, None, town=town)

    def dossier(self, number: str) -> Dossier | None:
        self._break("dossier")
        self.asked.append(number)
        return self.dossiers_.get(number)

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        self._break("dossiers")
        self.asked += numbers
        return {number: self.dossiers_[number] for number in numbers if number in self.dossiers_}

    def merged_into(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        self._break("merged_into")
        return tuple(sorted(number for number, each in self.dossiers_.items() if each.replaced_by in numbers))

    def household(self, household_id: str) -> Household | None:
        self._break("household")
        found = self.household_
        return found if found is not None and found.id == household_id else None

    def residents_of(self, household_id: str) -> tuple[str, ...]:
        self._break("residents_of")
        found = (
            number for number, each in self.dossiers_.items() if each.is_resident and each.household == household_id
        )
        return tuple(sorted(found))

    def living_at(self, address: Address) -> tuple[str, ...]:
        self._break("living_at")
        return in_memory.living_at(address, self.dossiers_.values(), [self.household_] if self.household_ else [])

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        self._break("children_of")
        return in_memory.children_of(numbers, self.dossiers_.values())

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        self._break("parents_of")
        return in_memory.parents_of(numbers, self.dossiers_.values())

    def in_full(self, dossier: Dossier) -> Dossier:
        return dossier

    def confirm(self) -> None:
        self._break("confirm")

    def close(self) -> None:
        self._break("close")

    def _break(self, method: str) -> None:
        if method in self.breaks:
            raise self.breaks[method]


def a_register(*dossiers: Dossier, household: Household | None = None, family: bool = True) -> FakeRegister:
    """The family, with `dossiers` in place of theirs or beside them.

    Of the family, those whom `household` does not list live in another one.
    """
    household = household or a_household()
    everyone = {each.number: each for each in (*(a_family() if family else ()), *dossiers)}
    given = {each.number for each in dossiers}
    listed = {membership.number for membership in household.members}
    while more := {everyone[number].replaced_by for number in listed if number in everyone} - listed - {None}:
        listed |= more
    for number in everyone.keys() - given - listed:
        everyone[number] = replace(everyone[number], household="h2")
    return FakeRegister(everyone, household)


@dataclass(frozen=True)
class _Version:
    number: int


class FakeExtracts:
    """Keeps extracts as the real store does: guarded by version, remembering causes."""

    def __init__(self) -> None:
        self.kept: dict[str, Extract] = {}
        self.events: list[Event] = []
        self.memory = Memory(Hearing.LATEST)

    def hear(self, application_id: str, cause: Cause) -> Extract | None:
        known = self.kept.get(application_id)
        if known is None or known.town != cause.town:
            return None
        self.memory.admit(application_id, cause)
        return known

    def save(self, extract: Extract, events: tuple[Event, ...], *, cause: Cause | None = None) -> Extract:
        id = extract.application_id
        current = self.kept.get(id)
        if (current.origin if current else None) != extract.origin:
            raise ConcurrentChange(id)
        version = current.origin.number + 1 if current and isinstance(current.origin, _Version) else 1
        kept = self.kept[id] = replace(extract, origin=_Version(version))
        self.events += events
        self.memory.remember(id, cause)
        return kept

    def due(self, *, towns: Container[str], now: datetime) -> list[Extract]:
        waiting = [kept for kept in self.kept.values() if kept.town in towns and kept.due_at and kept.due_at <= now]
        return sorted(waiting, key=lambda kept: kept.due_at or now)

    def waiting_for(self, reference: str) -> list[Extract]:
        return [kept for kept in self.kept.values() if reference in kept.references]

    def only(self) -> Extract:
        (kept,) = self.kept.values()
        return kept


class FakeAccesses:
    def __init__(self) -> None:
        self.entries: dict[str, Access] = {}

    def record(self, access: Access) -> None:
        self.entries.setdefault(access.id, access)

    def about(self, *numbers: str, town: str) -> list[Access]:
        here = (entry for entry in self.entries.values() if entry.town == town)
        found = (entry for entry in here if set(numbers) & set(entry.about))
        return sorted(found, key=lambda entry: entry.at)

    def page(self, *numbers: str, town: str, limit: int, after: LookPlace | None = None) -> list[Access]:
        told = (each for each in self.about(*numbers, town=town) if {each.by, *each.known_to} & set(numbers))
        newest = sorted(told, key=lambda each: (each.at, each.id), reverse=True)
        return [each for each in newest if after is None or (each.at, each.id) < (after.at, after.id)][:limit]

    def only(self) -> Access:
        (entry,) = self.entries.values()
        return entry


class FakeLocker:
    """Keeps what is locked beside the token."""

    def __init__(self) -> None:
        self.contents: dict[str, tuple[str, Any]] = {}
        self.lacks: str | None = None
        """The id of a key that it was not given, under which all is locked."""

    def lock(self, value: Any, *, bound_to: str) -> str:
        token = f"locked-{len(self.contents)}"
        self.contents[token] = (bound_to, value)
        return token

    def forget(self) -> None:
        """As where a key was lost."""
        self.contents = {}

    def unlock(self, cls: type[T], token: str, *, bound_to: str) -> T:
        if self.lacks:
            raise TryLater(f"key-not-here: requests {self.lacks}")
        binding, value = self.contents.get(token, ("", None))
        if binding != bound_to:
            raise Unacceptable("cannot-unlock")
        try:
            return load(cls, dump(value))
        except Unreadable:
            raise Unacceptable("cannot-unlock") from None


def a_cause(sequence: int = 1, *, town: str = TOWN, type: str = ApplicationSubmitted.TYPE, digest: str = "d") -> Cause:
    return Cause(
        event_id=f"a1:{sequence}",
        type=type,
        source=f"/towns/{town}/intake",
        subject="a1",
        sequence=sequence,
        digest=digest,
    )


def a_product(*facts: str, capacities: tuple[str, ...] = ("self", "parent")) -> Product:
    """The residence product with other facts."""
    return replace(products()["residence"], id="special", facts=facts, capacities=capacities)


def an_extract(id: str = "a1", *, town: str = TOWN) -> Extract:
    return Extract(application_id=id, town=town, product="residence", request="locked")


@dataclass
class Desk:
    """All the handlers need, and what came of it."""

    register: FakeRegister
    sources: dict[str, Source] = field(default_factory=dict)
    extracts: FakeExtracts = field(default_factory=FakeExtracts)
    accesses: FakeAccesses = field(default_factory=FakeAccesses)
    requests: FakeLocker = field(default_factory=FakeLocker)
    facts: FakeLocker = field(default_factory=FakeLocker)
    pseudonyms: KeyedPseudonyms = field(default_factory=lambda: KeyedPseudonyms(b"p" * 32))
    products: dict[str, Product] = field(default_factory=lambda: dict(products()))
    now: datetime = NOON

    def ports(self) -> dict[str, Any]:
        inquiries = Inquiries(**{each.name: getattr(self, each.name) for each in fields(Inquiries)})
        return {"extracts": self.extracts, "inquiries": inquiries, "now": self.now}

    def submitted(self, product: str = "residence", **asked: Any) -> ApplicationSubmitted:
        request = Request(**{"applicant": PARENT, "subject": PARENT, "capacity": "self", **asked})
        token = self.requests.lock(request, bound_to="a1")
        return ApplicationSubmitted(application_id="a1", product=product, request=token, submitted_at=NOON)

    def requested(self, submitted: ApplicationSubmitted, reason: str = "facts-expired") -> ExtractRequested:
        return ExtractRequested(
            application_id="a1",
            product=submitted.product,
            request=submitted.request,
            reason=reason,
            requested_at=NOON,
        )

    def withdrawn(self) -> ApplicationWithdrawn:
        return ApplicationWithdrawn(application_id="a1", product="residence", withdrawn_at=NOON)

    def end(self, event: ApplicationWithdrawn | ApplicationExpired, cause: Cause) -> None:
        end_extract(event, cause, extracts=self.extracts, now=self.now)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def emitted(self) -> list[Event]:
        """What was emitted since the last look."""
        events, self.extracts.events = self.extracts.events, []
        return events

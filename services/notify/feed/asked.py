"""What departments ask over the HTTP API. Each question is answered for whoever is admitted at that moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from services.contracts.confirmations import Answered, Outcome
from services.contracts.departments import is_department_id
from services.contracts.errors import InvalidField, NotAdmitted, NotFound, TooManyRequests
from services.contracts.field_errors import field_error
from services.contracts.notify import (
    MOST_EVENTS,
    Admission,
    AdmitDepartment,
    DepartmentView,
    EventPage,
    FindConfirmation,
    FoundConfirmation,
    KeyView,
    ListRecipients,
    Pass,
    ReadDepartment,
    ReadEvents,
    ReadReference,
    ReadRoles,
    Recipient,
    Recipients,
    Referred,
    RehearseAnswer,
    Roles,
    SandboxTold,
    TellSandbox,
    TopicView,
)
from services.contracts.product import Product
from services.notify.feed.answering import KnownConfirmations
from services.notify.feed.budgets import REFUSALS, SANDBOX_EVENTS, Budgets, seconds_left
from services.notify.feed.confirmations import Confirmation
from services.notify.feed.credentials import Credentials, shown
from services.notify.feed.departments import Department, Departments
from services.notify.feed.handlers import Feed
from services.notify.feed.references import Reference
from services.notify.feed.rehearsing import Rehearsing, asked_of
from services.notify.feed.sandbox import invented_facts, sandbox_events


class Pages(Protocol):
    """Where what departments were told is read."""

    def page(self, department: Department, *, town: str, after: str | None, limit: int) -> EventPage:
        """Raises InvalidField and EventsGone."""

    def told(self, department: Department, *, town: str) -> tuple[int, datetime | None]:
        """How many events of the town it was told that are kept, and when the last of them was."""


class KnownReferences(Protocol):
    """Where references lead."""

    def find(self, reference: str, *, town: str, heard_by: Department) -> Reference | None:
        """None where the department may hear of none of its events in that town, nor had them told in the sandbox."""


class Queues(Protocol):
    """What of a department is at the broker."""

    def waiting_and_parked(self, user: str) -> tuple[int | None, int | None]:
        """By its user there. None where the broker does not tell."""


@dataclass(frozen=True, kw_only=True)
class Admissions:
    """Who is let in."""

    departments: Departments
    credentials: Credentials

    def admit(self, asked: AdmitDepartment) -> Admission:
        """Raises NotAdmitted."""
        known = self.credentials.of(self._let_in(asked.department, town=asked.town).id)
        found = shown(known, secret=asked.secret, thumbprint=asked.thumbprint)
        if found is None:
            raise NotAdmitted
        return Admission(key=found.id)

    def admitted(self, asked_by: Pass) -> Department:
        """Raises NotAdmitted where that does not hold any more."""
        department = self._let_in(asked_by.department, town=asked_by.town)
        if not any(each.id == asked_by.key for each in self.credentials.of(department.id)):
            raise NotAdmitted
        return department

    def _let_in(self, id: str, *, town: str) -> Department:
        """At its towns; one that hears of none yet, and tries its program in the sandbox, at each."""
        department = self.departments.find(id) if is_department_id(id) else None
        if department is None or department.is_suspended or town not in (department.towns or (town,)):
            raise NotAdmitted
        return department


def read_events(asked: ReadEvents, *, admissions: Admissions, pages: Pages) -> EventPage:
    """Raises NotAdmitted, InvalidField and EventsGone."""
    department = admissions.admitted(asked.asked_by)
    if not 1 <= asked.limit <= MOST_EVENTS:
        raise InvalidField(fields={"limit": field_error("not-a-number", least=1, most=MOST_EVENTS)})
    return pages.page(department, town=asked.asked_by.town, after=asked.after, limit=asked.limit)


def read_reference(
    asked: ReadReference,
    *,
    admissions: Admissions,
    references: KnownReferences,
    products: Mapping[str, Product],
    today: date,
) -> Referred:
    """Raises NotAdmitted, NotFound and FactsNotAllowed."""
    department = admissions.admitted(asked.asked_by)
    found = references.find(asked.reference, town=asked.asked_by.town, heard_by=department)
    if found is None:
        raise NotFound
    referred = Referred(
        application_id=found.application_id,
        product=found.product,
        title=department.title,
        purpose=department.purpose,
        facts=department.facts,
    )
    if found.application_id is None:
        facts = invented_facts(department, products.get(found.product), today=today)
        return replace(referred, invented=facts)
    return referred


def read_roles(asked: ReadRoles, *, admissions: Admissions) -> Roles:
    """Raises NotAdmitted."""
    return Roles(departments=admissions.admitted(asked.asked_by).asked_as(asked.asked_by.town))


def list_recipients(asked: ListRecipients, *, departments: Departments) -> Recipients:
    """Also those that are suspended: what they heard they have."""
    heard = [each for each in departments.all() if asked.town in each.towns]
    return Recipients(
        recipients=tuple(
            Recipient(title=each.title, purpose=each.purpose, facts=each.facts)
            for each in sorted(heard, key=lambda each: each.title.casefold())
        )
    )


def find_confirmation(
    asked: FindConfirmation, *, admissions: Admissions, confirmations: KnownConfirmations
) -> FoundConfirmation:
    """Raises NotAdmitted and NotFound."""
    department, found = _found(asked, admissions, confirmations)
    return FoundConfirmation(
        reference=found.reference,
        application_id=found.application_id,
        department=found.department,
        title=department.title,
        purpose=department.purpose,
        rehearsed=asked_of(found) if found.is_rehearsed else None,
        is_answered=found.is_answered,
    )


def rehearse_answer(
    asked: RehearseAnswer,
    *,
    admissions: Admissions,
    confirmations: KnownConfirmations,
    rehearsing: Rehearsing,
    now: datetime,
) -> Answered:
    """Raises NotAdmitted, NotFound, InvalidField, and what Rehearsing does."""
    department, found = _found(asked, admissions, confirmations)
    if not found.is_rehearsed:
        raise NotFound
    if asked.outcome not in list(Outcome):
        raise InvalidField(fields={"outcome": field_error("not-a-choice", choices=list(map(str, Outcome)))})
    return rehearsing.answer(found.reference, by=department.id, asking=asked.asking, outcome=asked.outcome, now=now)


def _found(
    asked: FindConfirmation | RehearseAnswer, admissions: Admissions, confirmations: KnownConfirmations
) -> tuple[Department, Confirmation]:
    """Who asks, and about what. Raises NotAdmitted and NotFound."""
    department = admissions.admitted(asked.asked_by)
    found = confirmations.find(asked.confirmation, town=asked.asked_by.town, by=department)
    if found is None:
        raise NotFound
    return department, found


def read_department(
    asked: ReadDepartment, *, admissions: Admissions, pages: Pages, queues: Queues, budgets: Budgets, now: datetime
) -> DepartmentView:
    """Raises NotAdmitted."""
    department, town = admissions.admitted(asked.asked_by), asked.asked_by.town
    told, last_told_at = pages.told(department, town=town)
    waiting, parked = queues.waiting_and_parked(department.user)
    return DepartmentView(
        department=department.id,
        title=department.title,
        purpose=department.purpose,
        heard=tuple(
            TopicView(event=each.event, product=each.product) for each in department.topics if each.town == town
        ),
        facts=department.facts,
        answers=department.asked_as(town),
        keys=tuple(
            KeyView(id=each.id, kind=each.kind, made_at=each.made_at)
            for each in admissions.credentials.of(department.id)
        ),
        added_at=department.added_at,
        told=told,
        last_told_at=last_told_at,
        waiting=waiting,
        parked=parked,
        refusals_untold=budgets.beyond(REFUSALS, department.user, now=now),
    )


def tell_sandbox(
    asked: TellSandbox,
    *,
    admissions: Admissions,
    feed: Feed,
    budgets: Budgets,
    products: Mapping[str, Product],
    new_id: Callable[[], str],
    now: datetime,
) -> SandboxTold:
    """Raises NotAdmitted, InvalidField and TooManyRequests."""
    department = admissions.admitted(asked.asked_by)
    events = tuple(sandbox_events(asked.events, department=department, products=products, new_id=new_id, now=now))
    if not budgets.spend(SANDBOX_EVENTS, department.id, len(events), now=now):
        raise TooManyRequests(str(seconds_left(now)))
    for each in events:
        feed.tell(each)
    return SandboxTold(events=tuple(each.event.to_json().decode() for each in events))

"""Who is let in, and what is answered to whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.catalogue import products
from services.contracts.departments import Answering
from services.contracts.errors import FactsNotAllowed, InvalidField, NotAdmitted, NotFound, TooManyRequests
from services.contracts.facts import POPULATION, parts, source_of
from services.contracts.feed.concerning import confirmation_of
from services.contracts.feed.events import PublicEvent
from services.contracts.feed_schemas import told_events
from services.contracts.national_number import is_valid
from services.contracts.notify import (
    AdmitDepartment,
    FindConfirmation,
    ListRecipients,
    Pass,
    ReadDepartment,
    ReadEvents,
    ReadReference,
    ReadRoles,
    Recipient,
    Referred,
    SandboxTold,
    TellSandbox,
)
from services.contracts.sandbox_facts import invented
from services.contracts.schema import dump, load
from services.notify.feed.asked import (
    Admissions,
    find_confirmation,
    list_recipients,
    read_department,
    read_events,
    read_reference,
    read_roles,
    tell_sandbox,
)
from services.notify.feed.budgets import Budget, BudgetStore
from services.notify.feed.confirmations import Confirmations
from services.notify.feed.credentials import CredentialStore, certificate, new_secret
from services.notify.feed.departments import DepartmentStore
from services.notify.feed.numbering import Numbering
from services.notify.feed.pulling import Pulling
from services.notify.feed.references import References
from services.notify.feed.store import FeedStore
from tests.notify.feed.making import NOON, OTHER_TOWN, TOWN, a_department, requested, told
from tests.outbox import KeptInOutbox

Store = Database[dict[str, Any]]

THUMBPRINT = "ab" * 32


class Quiet:
    """A broker that tells nothing."""

    def waiting_and_parked(self, department: str) -> tuple[int | None, int | None]:
        return None, None


@pytest.fixture
def admissions(database: Store) -> Admissions:
    """The police and the schools of one town, and an office that hears of none."""
    departments = DepartmentStore(database)
    departments.add(a_department("police", f"{TOWN}.certificate-issued.*", facts=("residence",)))
    departments.add(a_department("schools", f"{TOWN}.certificate-issued.life"))
    departments.add(replace(a_department("newcomer"), topics=()))
    return Admissions(departments=departments, credentials=CredentialStore(database))


def secret_of(admissions: Admissions, department: str, *, later: int = 0) -> str:
    credential, secret = new_secret(department, now=NOON + timedelta(seconds=later))
    admissions.credentials.add(credential)
    return secret


def let_in(admissions: Admissions, department: str, *, town: str = TOWN, secret: str | None = None) -> Pass:
    secret = secret or secret_of(admissions, department)
    admitted = admissions.admit(AdmitDepartment(town=town, department=department, secret=secret))
    return Pass(town=town, department=department, key=admitted.key)


def is_refused(admissions: Admissions, **asked: Any) -> bool:
    try:
        admissions.admit(AdmitDepartment(**({"town": TOWN, "department": "police"} | asked)))
    except NotAdmitted:
        return True
    return False


def test_a_secret_lets_its_department_in_and_is_kept_nowhere(admissions: Admissions, database: Store) -> None:
    secret = secret_of(admissions, "police")

    assert let_in(admissions, "police", secret=secret).department == "police"
    assert len(secret.partition(".")[2]) == 43
    kept = database["department_credentials"].find_one({"department": "police"})
    assert kept is not None
    assert secret.partition(".")[2] not in str(kept)


HOSTILE: dict[str, Callable[[str], dict[str, Any]]] = {
    "nothing is shown": lambda _: {},
    "another's": lambda secret: {"department": "schools", "secret": secret},
    "of a town that it does not hear of": lambda secret: {"town": OTHER_TOWN, "secret": secret},
    "of no town": lambda secret: {"town": "00000", "secret": secret},
    "cut off": lambda secret: {"secret": secret[:-1]},
    "its id alone": lambda secret: {"secret": secret.partition(".")[0]},
    "added to": lambda secret: {"secret": secret + "x"},
    "64 KB": lambda secret: {"secret": secret + "x" * 65536},
    "half a character": lambda secret: {"secret": secret[:-1] + "\ud800"},
    "as a thumbprint": lambda secret: {"thumbprint": secret},
    "a thumbprint of nobody": lambda _: {"thumbprint": "cd" * 32},
    "no department": lambda secret: {"department": "nobody", "secret": secret},
    "half a character for a department": lambda secret: {"department": "\ud800", "secret": secret},
    "a department of 64 KB": lambda secret: {"department": "x" * 65536, "secret": secret},
}


@pytest.mark.parametrize("asked", HOSTILE.values(), ids=HOSTILE)
def test_nothing_else_does(admissions: Admissions, asked: Callable[[str], dict[str, Any]]) -> None:
    secret = secret_of(admissions, "police")

    assert is_refused(admissions, **asked(secret))


def test_two_secrets_are_valid_at_once_and_a_third_ends_the_first(admissions: Admissions) -> None:
    first, second = (secret_of(admissions, "police", later=number) for number in range(2))
    admitted_by_first = let_in(admissions, "police", secret=first)
    assert not is_refused(admissions, secret=second)

    third = secret_of(admissions, "police", later=2)

    assert is_refused(admissions, secret=first)
    assert not any(is_refused(admissions, secret=each) for each in (second, third))
    with pytest.raises(NotAdmitted):
        admissions.admitted(admitted_by_first)


def test_a_certificate_lets_its_department_in_beside_its_secrets(admissions: Admissions) -> None:
    secret = secret_of(admissions, "police")
    admissions.credentials.add(certificate("police", thumbprint=bytes.fromhex(THUMBPRINT), now=NOON))

    assert not is_refused(admissions, thumbprint=THUMBPRINT)
    assert not is_refused(admissions, secret=secret)
    assert is_refused(admissions, thumbprint=THUMBPRINT, department="schools")
    assert is_refused(admissions, secret=THUMBPRINT)


def test_who_is_suspended_or_removed_is_refused_at_once(admissions: Admissions) -> None:
    secret = secret_of(admissions, "police")
    admitted = let_in(admissions, "police", secret=secret)
    police = admissions.admitted(admitted)

    admissions.departments.suspend(police, is_suspended=True)
    assert is_refused(admissions, secret=secret)
    with pytest.raises(NotAdmitted):
        admissions.admitted(admitted)

    admissions.departments.suspend(police, is_suspended=False)
    assert admissions.admitted(admitted) == police
    admissions.departments.remove("police")
    with pytest.raises(NotAdmitted):
        admissions.admitted(admitted)


def test_a_pass_of_another_town_or_with_anothers_key_is_none(admissions: Admissions) -> None:
    police, schools = let_in(admissions, "police"), let_in(admissions, "schools")

    for forged in (replace(police, town=OTHER_TOWN), replace(police, key=schools.key), replace(police, key="")):
        with pytest.raises(NotAdmitted):
            admissions.admitted(forged)


def referred(database: Store, admissions: Admissions, by: Pass, reference: str) -> Referred:
    return read_reference(
        ReadReference(asked_by=by, reference=reference),
        admissions=admissions,
        references=References(database),
        products=products(),
        today=NOON.date(),
    )


def test_a_reference_leads_those_who_hear_of_it_to_its_application(admissions: Admissions, database: Store) -> None:
    feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: NOON)
    about_a_residence, refused = told(1), told(2, "application-refused")
    feed.tell(about_a_residence)
    feed.tell(refused)
    database["department_events"].delete_many({})  # as after seven days

    def read(by: Pass, reference: str) -> Referred:
        return referred(database, admissions, by, reference)

    police = let_in(admissions, "police")
    found = read(police, about_a_residence.event.reference)
    assert (found.application_id, found.product, found.facts) == ("application-1", "residence", ("residence",))
    assert (found.title, found.purpose) == ("Police zone 5387", "to find whoever moved")
    for by, reference in (
        (police, refused.event.reference),
        (let_in(admissions, "schools"), about_a_residence.event.reference),
        (let_in(admissions, "newcomer", town=OTHER_TOWN), about_a_residence.event.reference),
        (police, "x" * 65536),
        (police, "\ud800"),
    ):
        with pytest.raises(NotFound):
            read(by, reference)


def sandbox(admissions: Admissions, database: Store, by: Pass, *events: str, now: datetime = NOON) -> SandboxTold:
    numbers = count(1)
    return tell_sandbox(
        TellSandbox(asked_by=by, events=events),
        admissions=admissions,
        feed=FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: now),
        budgets=BudgetStore(database),
        products=products(),
        new_id=lambda: f"{next(numbers):032x}",
        now=now,
    )


def test_the_sandbox_tells_every_event_to_who_asks_alone(admissions: Admissions, database: Store) -> None:
    newcomer, police = let_in(admissions, "newcomer"), let_in(admissions, "police")

    said = sandbox(admissions, database, newcomer)

    events = [PublicEvent.from_json(each.encode()) for each in said.events]
    assert {each.name for each in events} == set(told_events())
    assert {each.town for each in events} == {"00000"}
    (keys,) = ({each["outbox"][0]["routing_key"].split(".")[2] for each in database["department_events"].find()},)
    assert keys == {"newcomer"}
    Numbering(database).number()
    pages = Pulling(database, Numbering(database), clock=lambda: NOON)
    read = [
        read_events(ReadEvents(asked_by=by, limit=100), admissions=admissions, pages=pages).events
        for by in (newcomer, police)
    ]
    assert (set(read[0]), read[1]) == (set(said.events), ())


def test_the_sandbox_tells_what_is_named_and_nothing_that_is_no_event(admissions: Admissions, database: Store) -> None:
    newcomer = let_in(admissions, "newcomer")

    (said,) = sandbox(admissions, database, newcomer, "departure-certified").events

    assert PublicEvent.from_json(said.encode()).data == {"product": "departure"}
    for name in ("no-such-event", "", "*", "x" * 65536, "\ud800"):
        with pytest.raises(InvalidField):
            sandbox(admissions, database, newcomer, name)


def references(said: SandboxTold) -> dict[str, str]:
    """By the event's name; an `alive` has none."""
    events = [PublicEvent.from_json(each.encode()) for each in said.events]
    return {each.name: each.reference for each in events if each.name != "alive"}


def test_who_may_ask_for_nothing_yet_gets_invented_facts_of_all_that_the_sandbox_told(
    admissions: Admissions, database: Store
) -> None:
    newcomer = let_in(admissions, "newcomer")

    for event, reference in references(sandbox(admissions, database, newcomer)).items():
        found = referred(database, admissions, newcomer, reference)
        assert found.application_id is None
        assert found.invented, event
        assert set(found.invented) <= set(products()[found.product].facts)


def test_whoever_may_ask_for_a_fact_gets_that_one_invented(admissions: Admissions, database: Store) -> None:
    police = let_in(admissions, "police")
    told_of = references(sandbox(admissions, database, police, "certificate-issued", "departure-certified"))

    found = referred(database, admissions, police, told_of["certificate-issued"])

    assert set(found.invented) == {"residence"}
    with pytest.raises(FactsNotAllowed):  # as of the product itself
        referred(database, admissions, police, told_of["departure-certified"])


def test_what_the_sandbox_told_one_department_no_other_finds(admissions: Admissions, database: Store) -> None:
    (reference,) = references(
        sandbox(admissions, database, let_in(admissions, "newcomer"), "certificate-issued")
    ).values()

    with pytest.raises(NotFound):
        referred(database, admissions, let_in(admissions, "police"), reference)


def test_what_the_sandbox_told_who_was_called_so_before_the_next_does_not_find(
    admissions: Admissions, database: Store
) -> None:
    newcomer = let_in(admissions, "newcomer")
    (reference,) = references(sandbox(admissions, database, newcomer, "certificate-issued")).values()
    predecessor = admissions.admitted(newcomer)

    admissions.departments.remove("newcomer")
    admissions.departments.add(replace(predecessor, added_at=NOON + timedelta(seconds=1)))

    with pytest.raises(NotFound):
        referred(database, admissions, let_in(admissions, "newcomer"), reference)


def test_what_became_of_an_answer_leads_to_no_invented_facts(admissions: Admissions, database: Store) -> None:
    """It is told one department alone, as what is of the sandbox is."""
    feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: NOON)
    refused = replace(told(1, "answer-refused"), application_id=None, only_for="police")
    feed.tell(refused)

    with pytest.raises(NotFound):
        referred(database, admissions, let_in(admissions, "police"), refused.event.reference)


def test_who_floods_the_sandbox_is_told_until_when_and_nothing_is_kept(
    admissions: Admissions, database: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.feed.asked.SANDBOX_EVENTS", Budget(name="sandbox", most=3))
    newcomer, police = let_in(admissions, "newcomer"), let_in(admissions, "police")
    for by in (newcomer, replace(newcomer, town=OTHER_TOWN)):
        sandbox(admissions, database, by, "certificate-issued")

    with pytest.raises(TooManyRequests) as refused:
        sandbox(admissions, database, newcomer, "certificate-issued", "alive")

    assert refused.value.detail == str(12 * 3600)
    assert database["department_events"].count_documents({"only_for": "newcomer"}) == 1  # ids begin anew in each call
    assert sandbox(admissions, database, police, "alive").events
    assert sandbox(admissions, database, newcomer, "alive", now=NOON + timedelta(hours=12)).events


def test_there_is_an_invented_part_of_every_fact_that_a_department_may_know() -> None:
    known = {name for name, part in parts().items() if source_of(part) == POPULATION}

    found = invented(known, today=NOON.date())

    assert set(found) == known
    for name, part in found.items():
        assert load(parts()[name], dump(part)) == part
    assert is_valid(found["identity"].national_number, test=True)
    assert not is_valid(found["identity"].national_number)


@pytest.mark.parametrize("limit", [0, -1, 101, 10**9])
def test_a_page_has_a_size(admissions: Admissions, database: Store, limit: int) -> None:
    by, pages = let_in(admissions, "police"), Pulling(database, Numbering(database), clock=lambda: NOON)

    with pytest.raises(InvalidField):
        read_events(ReadEvents(asked_by=by, limit=limit), admissions=admissions, pages=pages)


def test_a_department_reads_what_is_kept_of_it(admissions: Admissions, database: Store) -> None:
    feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: NOON)
    feed.tell(told(1))
    by = let_in(admissions, "police")

    found = read_department(
        ReadDepartment(asked_by=by),
        admissions=admissions,
        pages=Pulling(database, Numbering(database), clock=lambda: NOON),
        queues=Quiet(),
        budgets=BudgetStore(database),
        now=NOON,
    )

    assert (found.title, found.purpose, found.facts) == ("Police zone 5387", "to find whoever moved", ("residence",))
    assert [(each.event, each.product) for each in found.heard] == [("certificate-issued", "*")]
    assert (found.answers, found.refusals_untold) == ((), 0)
    assert [each.id for each in found.keys] == [by.key]
    assert (found.told, found.last_told_at, found.waiting, found.parked) == (1, NOON, None, None)


def test_anybody_may_know_which_departments_hear_of_a_town(admissions: Admissions) -> None:
    answers = (Answering(town=TOWN, asked="police"),)
    admissions.departments.add(replace(a_department("zone", title="a zone"), topics=(), answers=answers))
    admissions.departments.replace(replace(a_department("schools", title="Schools"), is_suspended=True))

    def listed(town: str) -> list[Recipient]:
        return list(list_recipients(ListRecipients(town=town), departments=admissions.departments).recipients)

    assert [each.title for each in listed(TOWN)] == ["a zone", "Police zone 5387", "Schools"]
    assert listed(TOWN)[1] == Recipient(title="Police zone 5387", purpose="to find whoever moved", facts=("residence",))
    assert listed(OTHER_TOWN) == listed("00000") == []


def test_a_confirmation_is_found_by_who_gives_it_and_opens_no_facts(admissions: Admissions, database: Store) -> None:
    """Being asked is no right to the facts of the application, and hearing everything none to what another is asked."""
    answers = (Answering(town=TOWN, asked="police"),)
    admissions.departments.add(replace(a_department("zone"), topics=(), answers=answers, facts=("residence",)))
    feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: NOON)
    asked = requested()
    for _ in range(2):
        feed.tell(asked)
    confirmation = confirmation_of("application-1-1")
    zone, police = let_in(admissions, "zone"), let_in(admissions, "police")

    def find(by: Pass, confirmation: str = confirmation) -> Any:
        question = FindConfirmation(asked_by=by, confirmation=confirmation)
        return find_confirmation(question, admissions=admissions, confirmations=Confirmations(database))

    found = find(zone)
    assert (found.reference, found.application_id, found.department) == ("application-1-1", "application-1", "police")
    assert [read_roles(ReadRoles(asked_by=by), admissions=admissions).departments for by in (zone, police)] == [
        ("police",),
        (),
    ]
    for by, other in ((police, confirmation), (zone, "0" * 32), (zone, "\ud800"), (zone, "x" * 65536)):
        with pytest.raises(NotFound):
            find(by, other)
    with pytest.raises(NotFound):
        read_reference(
            ReadReference(asked_by=zone, reference=asked.event.reference),
            admissions=admissions,
            references=References(database),
            products=products(),
            today=NOON.date(),
        )
    with pytest.raises(NotAdmitted):
        let_in(admissions, "zone", town=OTHER_TOWN)

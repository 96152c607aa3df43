"""What a department answers by an event: kept once and handed on, or refused and told why; and nobody else's."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.departments import Answering
from services.contracts.feed.answers import Answer, answer_key
from services.contracts.feed.concerning import confirmation_of
from services.contracts.feed.events import LARGEST, PublicEvent
from services.notify.feed.answering import MOST_ANSWERS, Said, hear_answer
from services.notify.feed.answers import AnswerStore
from services.notify.feed.budgets import REFUSALS, Budget, BudgetStore, day_after
from services.notify.feed.confirmations import Confirmations
from services.notify.feed.departments import Department
from services.notify.feed.projecting import Told
from services.notify.feed.store import FeedStore
from tests.notify.feed.making import NOON, OTHER_TOWN, TOWN, a_department, requested
from tests.outbox import KeptInOutbox, events_in

Store = Database[dict[str, Any]]

POLICE = replace(a_department("zone"), topics=(), answers=(Answering(town=TOWN, asked="police"),))
CONFIRMATION = confirmation_of("application-1-1")
ANSWER = Answer(id="2026/1", department="zone", confirmation=CONFIRMATION, asking=1, outcome="confirmed", time=NOON)
SAID = Said(by=POLICE, key=answer_key(TOWN, "police"), body=ANSWER.to_json())


class Hearing:
    """notify's ear, on a real store; nothing is published."""

    def __init__(self, database: Store) -> None:
        self.database = database
        self._feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: NOON)
        self._answers = AnswerStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
        self.budgets = BudgetStore(database)
        self.tell(requested())

    def tell(self, *told: Told) -> None:
        for each in told:
            self._feed.tell(each)

    def __call__(self, said: Said, *, answers: AnswerStore | None = None, now: datetime = NOON) -> bool:
        return hear_answer(
            said,
            confirmations=Confirmations(self.database),
            answers=answers or self._answers,
            feed=self._feed,
            budgets=self.budgets,
            now=now,
        )

    @property
    def handed_on(self) -> list[dict[str, Any]]:
        return [event for each in self.database["department_answers"].find() for event in events_in(each)]

    @property
    def refusals(self) -> list[tuple[PublicEvent, str]]:
        """With the routing key by which each finds its department."""
        found = self.database["department_events"].find({"name": "answer-refused"})
        return [(PublicEvent.from_json(each["body"].encode()), each["outbox"][0]["routing_key"]) for each in found]


@pytest.fixture
def hearing(database: Store) -> Hearing:
    return Hearing(database)


def test_an_answer_is_handed_on_with_who_gave_it(hearing: Hearing) -> None:
    assert hearing(SAID)

    (event,) = hearing.handed_on
    assert (event["type"], event["source"]) == ("be.loket.notify.answer-given.v1", f"/towns/{TOWN}/notify")
    assert {
        name: event["data"][name]
        for name in ("application_id", "reference", "asking", "department", "product", "outcome")
    } == {
        "application_id": "application-1",
        "reference": "application-1-1",
        "asking": 1,
        "department": "police",
        "product": "criminal-record-596-2",
        "outcome": "confirmed",
    }
    assert (event["data"]["given_by"], event["data"]["given_id"]) == ("zone", "2026/1")
    assert hearing.refusals == []


def test_the_same_again_is_handed_on_once(hearing: Hearing) -> None:
    assert [hearing(SAID) for _ in range(3)] == [True] * 3

    assert len(hearing.handed_on) == 1


def test_another_answer_under_the_same_id_is_refused_and_the_first_stands(hearing: Hearing) -> None:
    hearing(SAID)

    for _ in range(2):
        assert not hearing(replace(SAID, body=replace(ANSWER, outcome="not-confirmed").to_json()))

    assert [each["data"]["outcome"] for each in hearing.handed_on] == ["confirmed"]
    ((refusal, key),) = hearing.refusals
    assert refusal.data["code"] == "same-id-other-answer"
    assert refusal.data["answer"] == "2026/1"
    assert key == f"{TOWN}.answer-refused.all.zone"


def test_two_departments_may_use_one_id(hearing: Hearing) -> None:
    other = replace(POLICE, id="other-zone", user="department.other-zone.0")

    assert hearing(SAID)
    assert hearing(replace(SAID, by=other, body=replace(ANSWER, department="other-zone").to_json()))

    assert {each["data"]["given_by"] for each in hearing.handed_on} == {"zone", "other-zone"}


def test_so_many_answers_may_be_given_to_one_confirmation_and_no_more(hearing: Hearing) -> None:
    """Whoever gives them, and whichever asking they are about; those that were given may be given again."""
    zones = [POLICE, replace(POLICE, id="other-zone", user="department.other-zone.0")]
    hearing.tell(requested("application-2"))

    def say(number: int, confirmation: str = CONFIRMATION) -> bool:
        zone = zones[number % 2]
        answer = replace(ANSWER, id=str(number), department=zone.id, asking=number + 1, confirmation=confirmation)
        return hearing(replace(SAID, by=zone, body=answer.to_json()))

    taken = [say(number) for number in range(MOST_ANSWERS + 2)]

    assert taken == [True] * MOST_ANSWERS + [False] * 2
    assert [refusal.data["code"] for refusal, _ in hearing.refusals] == ["too-many-answers"] * 2
    assert [say(0), say(MOST_ANSWERS), say(MOST_ANSWERS, confirmation_of("application-2-1"))] == [True, False, True]
    assert len(hearing.handed_on) == MOST_ANSWERS + 1
    assert len(hearing.refusals) == 2


def body(**changed: Any) -> bytes:
    return json.dumps(json.loads(ANSWER.to_json()) | changed).encode()


def by(**changed: Any) -> Department:
    return replace(POLICE, **changed)


REFUSED: dict[str, tuple[str, Callable[[], Said]]] = {
    "no JSON": ("malformed", lambda: replace(SAID, body=b"{")),
    "no event": ("malformed", lambda: replace(SAID, body=b"[]")),
    "bytes": ("malformed", lambda: replace(SAID, body=b"\xff\xfe")),
    "deep": ("malformed", lambda: replace(SAID, body=b"[" * 60_000)),
    "64 KB of backslashes": ("malformed", lambda: replace(SAID, body=body(id="\\" * LARGEST))),
    "an id of backslashes": ("malformed", lambda: replace(SAID, body=body(id="\\" * 101))),
    "a lone surrogate": ("malformed", lambda: replace(SAID, body=body(id="\ud800"))),
    "a line break behind": ("malformed", lambda: replace(SAID, body=body(id="2026/1\n"))),
    "no such outcome": ("malformed", lambda: replace(SAID, body=body(data={"asking": 1, "outcome": "perhaps"}))),
    "an asking beyond all": (
        "malformed",
        lambda: replace(SAID, body=body(data={"asking": 2**70, "outcome": "confirmed"})),
    ),
    "an asking of true": ("malformed", lambda: replace(SAID, body=body(data={"asking": True, "outcome": "confirmed"}))),
    "an asking below all": ("malformed", lambda: replace(SAID, body=body(data={"asking": 0, "outcome": "confirmed"}))),
    "another's source": ("wrong-source", lambda: replace(SAID, body=replace(ANSWER, department="schools").to_json())),
    "the town's source": ("malformed", lambda: replace(SAID, body=body(source=f"/towns/{TOWN}"))),
    "a type of ours": ("malformed", lambda: replace(SAID, body=body(type="be.loket.departments.answer-taken.v1"))),
    "no such reference": ("not-found", lambda: replace(SAID, body=replace(ANSWER, confirmation="0" * 32).to_json())),
    "another town's": ("not-found", lambda: replace(SAID, key=answer_key(OTHER_TOWN, "police"))),
    "of another town": (
        "not-found",
        lambda: replace(
            SAID, by=by(answers=(Answering(town=OTHER_TOWN, asked="police"),)), key=answer_key(OTHER_TOWN, "police")
        ),
    ),
    "asked of another": (
        "not-found",
        lambda: replace(SAID, by=by(answers=(Answering(town=TOWN, asked="school"),)), key=answer_key(TOWN, "school")),
    ),
    "with the key of another": (
        "not-found",
        lambda: replace(
            SAID,
            by=by(answers=(*POLICE.answers, Answering(town=TOWN, asked="school"))),
            key=answer_key(TOWN, "school"),
        ),
    ),
    "suspended": ("not-admitted", lambda: replace(SAID, by=by(is_suspended=True))),
    "let no more": ("not-found", lambda: replace(SAID, by=by(answers=()))),
}


@pytest.mark.parametrize(("code", "said"), REFUSED.values(), ids=REFUSED)
def test_whatever_else_comes_is_refused_and_told_once(hearing: Hearing, code: str, said: Callable[[], Said]) -> None:
    assert not hearing(said())
    assert not hearing(said())

    assert hearing.handed_on == []
    ((refusal, key),) = hearing.refusals
    assert refusal.data["code"] == code
    assert key.endswith(f".answer-refused.all.{said().by.id}")
    assert "application-1" not in json.dumps(dict(refusal.data))


def flood(count: int, by: Department = POLICE) -> list[Said]:
    """Each malformed in its own way."""
    return [replace(SAID, by=by, body=b"{" * (each + 1)) for each in range(count)]


def test_of_a_flood_the_first_refusals_are_told_the_rest_is_counted_and_nothing_else_grows(
    hearing: Hearing, database: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.feed.answering.REFUSALS", Budget(name=REFUSALS.name, most=3))
    other = replace(POLICE, id="other-zone", user="department.other-zone.0")

    for said in (*flood(8), *flood(2, by=other)):
        assert not hearing(said)

    told = [(refusal.data["code"], key.rpartition(".")[2]) for refusal, key in hearing.refusals]
    assert told == [("malformed", "zone")] * 3 + [("too-many-refused", "zone")] + [("malformed", "other-zone")] * 2
    assert [hearing.budgets.beyond(REFUSALS, each.user, now=NOON) for each in (POLICE, other)] == [5, 0]
    assert database["department_references"].count_documents({}) == 0  # they are about no application
    assert hearing(SAID)  # what is right is taken all the same
    hearing(flood(9)[-1], now=day_after(NOON))
    assert hearing.refusals[-1][0].data["code"] == "malformed"


def test_what_a_crash_left_unpublished_is_published_when_it_comes_again(database: Store, hearing: Hearing) -> None:
    relayed: list[str] = []

    class Recording(KeptInOutbox):
        def relay(self, collection: Any, document: dict[str, Any]) -> bool:
            relayed.append(document["_id"])
            return True

    hearing(SAID)
    again = AnswerStore(database, relay=Recording(), clock=lambda: NOON)
    given = database["department_answers"].find_one()
    assert given is not None
    hearing(SAID, answers=again, now=NOON + timedelta(days=1))

    assert relayed == [given["_id"]]

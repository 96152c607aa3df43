"""Facts of a source beyond the population: given, refused, promised, away, contradicted."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from services.contracts import facts as contracts
from services.contracts.catalogue import products
from services.contracts.errors import Refusal
from services.contracts.extracts import Facts
from services.contracts.intake import ExtractRequested
from services.contracts.registry import ExtractCompiled, ExtractContradicted, ExtractDeferred, ExtractRefused
from services.registry import facts as room
from services.registry.extract import EXPECTED_WITHIN, State
from services.registry.facts import Fact
from services.registry.handlers import ask_again, compile_extract, hear_promises
from services.registry.ports import Away, Contradicted, Found, Outcome, Promised, Refused, SourceQuestion
from tests.registry.fakes import NOON, PARENT, STRANGER, TOWN, Desk, a_cause, a_dossier, a_register, an_extract

DEED, CODE = "tested-deed", Refusal.REGISTER_UNAVAILABLE


@dataclass(frozen=True, kw_only=True)
class TestedDeed:
    """As `part` would make it, without being known to other tests."""

    __test__: ClassVar[bool] = False
    FACT: ClassVar[str] = DEED
    SOURCE: ClassVar[str] = "tested-deeds"

    number: str


def _refusal(answer: dict[str, str]) -> Refusal | None:
    return Refusal.NOT_ENTITLED if answer.get("secret") else None


def _compile(answer: dict[str, str]) -> TestedDeed:
    return TestedDeed(number=answer["number"])


@pytest.fixture(autouse=True)
def fact(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**room.known_facts(), DEED: Fact(part=TestedDeed, compile=_compile, refusal=_refusal)}
    parts = {**contracts.parts(), DEED: TestedDeed}
    monkeypatch.setattr(room, "known_facts", lambda: known)
    monkeypatch.setattr(contracts, "parts", lambda: parts)


@dataclass
class FakeSource:
    outcome: Outcome
    asked: list[SourceQuestion] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def look_up(self, question: SourceQuestion) -> Outcome:
        self.asked.append(question)
        return self.outcome

    def answered(self) -> tuple[str, ...]:
        return tuple(self.told)

    def acknowledge(self, references: Collection[str]) -> None:
        self.told = [each for each in self.told if each not in references]

    def check(self, *, reach: bool = False) -> None:
        return None

    def close(self) -> None:
        """Nothing was opened."""


GIVEN = Found(answers={DEED: {"number": "1985/12"}})
PROMISED = Promised(by=NOON + timedelta(days=2), reference="r1", code=CODE)


def a_desk(outcome: Outcome, *facts: str) -> tuple[Desk, FakeSource]:
    desk, source = Desk(a_register()), FakeSource(outcome)
    product = replace(products()["residence"], id="deed", facts=("identity", *facts, DEED), capacities=("self",))
    desk.products["deed"] = product
    desk.sources["tested-deeds"] = source
    return desk, source


def filed(desk: Desk, **asked: Any) -> list[Any]:
    compile_extract(desk.submitted("deed", **asked), a_cause(), **desk.ports())
    return desk.emitted()


def again(desk: Desk) -> list[Any]:
    ask_again(towns={TOWN}, **desk.ports())
    return desk.emitted()


def facts_of(desk: Desk, event: Any) -> Facts:
    assert isinstance(event, ExtractCompiled)
    return desk.facts.unlock(Facts, event.facts, bound_to="a1")


def test_the_sources_answer_stands_beside_the_populations():
    desk, source = a_desk(GIVEN, "residence")

    (event,) = filed(desk)

    facts = facts_of(desk, event)
    assert facts.parts[DEED] == TestedDeed(number="1985/12")
    assert set(facts.parts) == {"identity", "residence", DEED}
    (question,) = source.asked
    assert (question.subject.dossier.number, question.facts, question.town) == (PARENT, (DEED,), TOWN)


def test_the_look_tells_what_was_asked_and_of_whom():
    desk, _ = a_desk(GIVEN)

    filed(desk)

    look = desk.accesses.only()
    assert (look.facts, look.sources) == (("identity", DEED), ("population", "tested-deeds"))
    assert (look.about, look.outcome) == ((PARENT,), "given")


def test_who_may_not_ask_asks_no_source():
    desk, source = a_desk(GIVEN)
    desk.register.dossiers_[STRANGER] = a_dossier(STRANGER)

    (event,) = filed(desk, subject=STRANGER)

    assert (event.code, source.asked) == (Refusal.NOT_ENTITLED, [])


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Refused(code=Refusal.UNKNOWN_PERSON), Refusal.UNKNOWN_PERSON),
        (Found(answers={DEED: {"number": "1", "secret": "yes"}}), Refusal.NOT_ENTITLED),
    ],
)
def test_a_source_refuses_and_a_fact_does(outcome: Outcome, code: Refusal):
    desk, _ = a_desk(outcome)

    assert filed(desk) == [ExtractRefused(application_id="a1", code=code, refused_at=NOON, asking=1)]


def test_a_source_that_is_away_is_asked_again():
    desk, source = a_desk(Away(until=NOON + timedelta(hours=1)))

    (event,) = filed(desk)
    assert (event.awaiting, event.expected_by) == ("register", NOON + timedelta(hours=1))

    source.outcome = GIVEN
    desk.later(minutes=1)
    assert isinstance(again(desk)[0], ExtractCompiled)


def test_a_source_that_does_not_take_us_is_for_an_operator():
    desk, _ = a_desk(Away(reason="http-403", refused=True))

    (event,) = filed(desk)

    kept = desk.extracts.only()
    assert isinstance(event, ExtractDeferred)
    assert (kept.state, kept.code) == (State.STUCK, "http-403")
    assert kept.away is not None
    assert kept.away.source == "tested-deeds"


def test_a_source_that_contradicts_itself_waits_for_people():
    desk, _ = a_desk(Contradicted(kind="deed-of-another"))

    assert filed(desk) == [ExtractContradicted(application_id="a1", kind="deed-of-another", found_at=NOON, asking=1)]
    assert desk.extracts.only().state is State.CONTRADICTED


def test_a_source_that_is_not_there_is_away():
    desk, _ = a_desk(GIVEN)
    desk.sources.clear()

    assert isinstance(filed(desk)[0], ExtractDeferred)


class TestPromise:
    def test_it_is_told_by_when_and_nothing_is_asked_meanwhile(self):
        desk, source = a_desk(PROMISED)

        assert filed(desk) == [
            ExtractDeferred(
                application_id="a1",
                code=CODE.value,
                awaiting="tested-deeds",
                expected_by=NOON + timedelta(days=2),
                asking=1,
            )
        ]
        desk.later(days=1)
        assert again(desk) == []
        assert len(source.asked) == 1
        assert desk.accesses.only().outcome == "promised"

    def test_once_kept_it_completes_by_itself(self):
        desk, source = a_desk(PROMISED)
        filed(desk)
        desk.later(hours=3)

        source.outcome, source.told = GIVEN, ["r1"]
        assert hear_promises(sources=desk.sources, extracts=desk.extracts, now=desk.now) == 1
        (event,) = again(desk)

        assert facts_of(desk, event).parts[DEED] == TestedDeed(number="1985/12")
        assert desk.extracts.only().references == ()
        assert source.told == []

    def test_told_twice_or_of_another_it_changes_nothing(self):
        desk, source = a_desk(PROMISED)
        filed(desk)
        source.outcome = GIVEN
        for told in (["r1", "r1"], ["r1"], ["r2"]):
            source.told = told
            hear_promises(sources=desk.sources, extracts=desk.extracts, now=desk.now)
        assert len(again(desk)) == 1

        source.told = ["r1"]
        assert hear_promises(sources=desk.sources, extracts=desk.extracts, now=desk.now) == 0
        assert again(desk) == []

    def test_it_is_acknowledged_only_once_it_is_kept(self):
        desk, source = a_desk(PROMISED)
        filed(desk)
        source.told = ["r1"]

        def broken(*_: object) -> None:
            raise RuntimeError

        desk.extracts.save = broken  # type: ignore[method-assign, assignment]
        with pytest.raises(RuntimeError):
            hear_promises(sources=desk.sources, extracts=desk.extracts, now=desk.now)

        assert source.told == ["r1"]

    def test_one_source_that_breaks_off_keeps_no_other_from_being_heard(self):
        class Broken(FakeSource):
            def answered(self) -> tuple[str, ...]:
                raise RuntimeError("tells nothing")

        desk, source = a_desk(PROMISED)
        filed(desk)
        source.told = ["r1"]
        desk.sources = {"broken": Broken(GIVEN), **desk.sources}

        with pytest.raises(RuntimeError, match="tells nothing"):
            hear_promises(sources=desk.sources, extracts=desk.extracts, now=desk.now)

        assert source.told == []

    def test_one_that_fails_is_told_anew(self):
        desk, source = a_desk(PROMISED)
        filed(desk)
        source.outcome = replace(PROMISED, by=NOON + timedelta(days=5))
        desk.later(days=2, seconds=1)

        (event,) = again(desk)

        assert event.expected_by == NOON + timedelta(days=5)
        assert desk.extracts.only().promises == 2

    def test_one_that_passes_in_vain_is_not_asked_for_all_the_time(self):
        desk, source = a_desk(PROMISED)
        filed(desk)
        desk.later(days=3)

        for _ in range(3):
            again(desk)
            desk.later(minutes=1)

        assert len(source.asked) == 2
        assert desk.extracts.only().due_at == NOON + timedelta(days=3) + EXPECTED_WITHIN * 2

    @pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=5)], ids=["as it was", "always in five minutes"])
    def test_one_that_is_never_kept_is_told_less_and_less_often(self, ahead: timedelta):
        """A source that repeats a moment that has passed, or is always nearly done, for as long as there is time."""
        desk, source = a_desk(PROMISED)
        told = filed(desk)
        while desk.now < NOON + timedelta(days=29):
            desk.later(minutes=10)
            if ahead:
                source.outcome = replace(PROMISED, by=desk.now + ahead)
            told += again(desk)

        assert len(told) <= 12
        assert len(source.asked) == len(told)
        moments = [each.expected_by for each in told]
        assert moments == sorted(set(moments))

    def test_one_that_was_over_when_it_was_given_is_for_as_long_as_an_absence(self):
        desk, _ = a_desk(replace(PROMISED, by=NOON - timedelta(days=1)))

        (event,) = filed(desk)

        assert event.expected_by == NOON + EXPECTED_WITHIN

    def test_of_two_the_longer_one_is_told(self):
        later = replace(PROMISED, by=NOON + timedelta(days=9), reference="r2")

        extract, (event,) = an_extract().promised({"a": PROMISED, "b": later}, now=NOON)

        assert (event.awaiting, event.expected_by) == ("b", NOON + timedelta(days=9))
        assert extract.references == ("r1", "r2")

    def test_facts_that_grew_too_old_are_asked_for_anew(self):
        desk, source = a_desk(PROMISED)
        submitted = desk.submitted("deed")
        compile_extract(submitted, a_cause(), **desk.ports())
        source.outcome = GIVEN

        compile_extract(desk.requested(submitted), a_cause(2, type=ExtractRequested.TYPE, digest="e"), **desk.ports())

        assert isinstance(desk.emitted()[-1], ExtractCompiled)
        assert desk.extracts.only().references == ()

    def test_an_end_forgets_it(self):
        desk, source = a_desk(PROMISED)
        filed(desk)
        desk.end(desk.withdrawn(), a_cause(2, type=desk.withdrawn().TYPE, digest="w"))

        source.told = ["r1"]
        hear_promises(sources=desk.sources, extracts=desk.extracts, now=desk.now)

        assert (again(desk), len(source.asked)) == ([], 1)

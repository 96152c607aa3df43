"""The criminal record, asked over a real road, as it should be and with all its faults."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.criminal_record.service import CONVICTED
from deploy.demo.far.faults import FAULTS
from deploy.demo.generator.hard_cases import HARD_CASES
from services.contracts.errors import Refusal
from services.registry.domain import Dossier
from services.registry.ports import Away, Contradicted, Found, Refused
from services.registry.sources import criminal_record, https
from services.registry.sources.criminal_record import CriminalRecords, Settings
from tests.registry.fakes import TOWN, a_dossier
from tests.registry.far import Clock, a_question, record_served, settings, surroundings, today

CLEAN = a_dossier(HARD_CASES["demo-citizen"].number)
CONVICT = a_dossier(sorted(CONVICTED)[0])
PRODUCTS = ("criminal-record-595", "criminal-record-596-1")


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("record")
    with record_served(folder) as server:
        server.folder = folder  # type: ignore[attr-defined]
        yield server


@pytest.fixture
def clock() -> Clock:
    return today()


@pytest.fixture
def source(far: Any, clock: Clock) -> Iterator[CriminalRecords]:
    far.switch.set(None)
    found = CriminalRecords({TOWN: Settings(**settings(far.port))}, surroundings(far.folder, clock))
    yield found
    found.close()
    far.switch.set(None)


def asked(dossier: Dossier, clock: Clock, product: str = "criminal-record-596-1", **more: Any) -> Any:
    return a_question(dossier, product, now=clock(), **more)


@pytest.mark.parametrize("product", PRODUCTS)
def test_an_empty_record_is_given(source: CriminalRecords, clock: Clock, product: str):
    found = source.look_up(asked(CLEAN, clock, product))

    assert isinstance(found, Found)
    (record,) = found.answers.values()
    assert record.convictions == ()
    assert f"criminal-record-{record.model.replace('.', '-')}" == product


def test_convictions_are_given_the_last_one_first_with_what_it_was_asked_for(source: CriminalRecords, clock: Clock):
    found = source.look_up(asked(CONVICT, clock, regulated_activity="security"))

    assert isinstance(found, Found)
    (record,) = found.answers.values()
    days = [each.decided_on for each in record.convictions]
    assert days == sorted(days, reverse=True)
    assert len(days) == 3
    assert record.asked_for == "security"


@pytest.mark.parametrize(("years", "day"), [(17, "-01-01"), (18, "-00-00"), (10, "-06-30")])
def test_who_may_be_a_minor_asks_at_the_desk(source: CriminalRecords, clock: Clock, years: int, day: str):
    young = a_dossier(born_on=f"{clock().year - years}{day}")

    assert source.look_up(asked(young, clock)) == Refused(code=Refusal.ONLY_AT_THE_COUNTER)


def test_it_is_nobody_elses_to_ask(source: CriminalRecords, clock: Clock):
    asked_by_parent = source.look_up(asked(CLEAN, clock, capacity="parent"))

    assert asked_by_parent == Refused(code=Refusal.ONLY_AT_THE_COUNTER)


AWAY = ("away", "refusing", "huge", "half", "no-json", "nested", "other-question", "half-document", "late", "never")
NOT_ITS_OWN = ("altered-document", "unsealed", "stranger-seal", "expired-seal", "twice")


@pytest.mark.parametrize("fault", AWAY)
def test_what_cannot_be_an_answer_is_asked_again(
    far: Any, source: CriminalRecords, clock: Clock, fault: str, monkeypatch: pytest.MonkeyPatch
):
    if fault in ("late", "never"):
        monkeypatch.setattr(https.Budget.__init__, "__defaults__", (0.3,))
    far.switch.set(fault)

    assert isinstance(source.look_up(asked(CONVICT, clock)), Away)


def test_the_record_of_somebody_else_is_a_contradiction(far: Any, source: CriminalRecords, clock: Clock):
    far.switch.set("another")

    assert source.look_up(asked(CLEAN, clock)) == Contradicted(kind="record-of-another")


@pytest.mark.parametrize(("born_on", "given"), [("2019-03-14", True), ("2019-03-15", False), ("2020-00-00", False)])
def test_a_judgment_from_before_somebody_was_born_is_somebody_elses(
    source: CriminalRecords, clock: Clock, born_on: str, given: bool, monkeypatch: pytest.MonkeyPatch
):
    """The first of theirs is of 14 March 2019; years on, whoever was born then may ask."""
    monkeypatch.setattr(criminal_record, "may_be_minor", lambda *_: False)

    answer = source.look_up(asked(replace(CONVICT, born_on=born_on), clock))

    assert isinstance(answer, Found) if given else answer == Contradicted(kind="record-of-another")


def test_every_fault_is_tried():
    assert {*AWAY, *NOT_ITS_OWN, "another"} == set(FAULTS)


def test_a_file_that_is_missing_is_told_to_the_operator(tmp_path: Path, clock: Clock):
    source = CriminalRecords({TOWN: Settings(**settings(1))}, surroundings(tmp_path, clock))

    assert isinstance(source.look_up(asked(CLEAN, clock)), Away)
    assert source.check() is not None

"""The database of deeds, asked over a real road, as it should be and with all its faults."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from deploy.demo.deeds.archive import ABSENT, CORRECTED, FOUND, MIGRATING, SHOWN, TOO_LARGE
from deploy.demo.far.authorities import DEEDS, STRANGER_ROOT, demo_authorities
from deploy.demo.far.faults import FAULTS
from deploy.demo.generator.hard_cases import HARD_CASES
from services.contracts.errors import Refusal
from services.registry.domain import Dossier, Standing
from services.registry.ports import Away, Contradicted, Found, Promised, Refused
from services.registry.seals import WITHIN_S
from services.registry.sources import https, resting
from services.registry.sources.deeds import Deeds, Settings
from services.registry.sources.sealing import SealChecker
from tests.registry.fakes import TOWN, a_dossier, gone
from tests.registry.far import Clock, a_question, deeds_served, settings, surroundings, today

BY_FATE = {fate: HARD_CASES[key] for (key, _), fate in reversed(SHOWN.items())}


def a_citizen(fate: str = FOUND) -> Dossier:
    case = BY_FATE[fate]
    return a_dossier(case.number, born_on=case.born_on)


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authorities")
    demo_authorities(folder)
    return folder


@pytest.fixture
def clock() -> Clock:
    return today()


@pytest.fixture
def far(authorities: Path, clock: Clock) -> Iterator[Any]:
    (authorities / "migrations.json").unlink(missing_ok=True)
    people = [a_citizen(fate) for fate in BY_FATE]
    people.append(a_dossier(born_on="1985-07-30", registration=gone(Standing.DECEASED)))
    with deeds_served(authorities, *people, clock=clock) as served:
        served.switch.set(None)
        yield served
        served.switch.set(None)
        while _made:
            _made.pop().close()


_made: list[Deeds] = []


def a_source(far: Any, authorities_: Path, clock: Clock, /, **changed: str) -> Deeds:
    written = {"seal_authorities": "deeds-root.pem", **settings(far.server.port), **changed}
    source = Deeds({TOWN: Settings(**written)}, surroundings(authorities_, clock))
    _made.append(source)
    return source


@pytest.fixture
def source(far: Any, authorities: Path, clock: Clock) -> Deeds:
    return a_source(far, authorities, clock)


def asked(dossier: Dossier, clock: Clock, product: str = "birth-deed-extract", **more: Any) -> Any:
    return a_question(dossier, product, now=clock(), **more)


def test_a_look_at_its_seal_takes_nothing_of_the_time_to_answer(
    source: Deeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    """On a machine that has other things to do it takes longer than what the answer left of it."""
    given: list[float] = []
    monkeypatch.setattr(SealChecker, "wrong", lambda _, pdf, *, left_s: given.append(left_s))

    assert isinstance(source.look_up(asked(a_citizen(), clock)), Found)
    assert given == [WITHIN_S]
    assert WITHIN_S > https.BUDGET_S


def test_a_deed_that_is_there_is_given_byte_for_byte(source: Deeds, clock: Clock):
    found = source.look_up(asked(a_citizen(), clock))

    assert isinstance(found, Found)
    deed = found.answers["birth-deed"]
    assert deed.document.content().startswith(b"%PDF-")
    assert (deed.form, deed.reference) == ("extract", deed.original)


@pytest.mark.parametrize(
    ("product", "fields", "form"),
    [
        ("birth-deed-extract", {"deed_filiation": "extract"}, "extract"),
        ("birth-deed-extract", {"deed_filiation": "extract-with-filiation"}, "extract-with-filiation"),
        ("birth-deed-copy", {}, "copy"),
    ],
)
def test_it_is_given_in_the_form_that_was_asked_for(
    source: Deeds, clock: Clock, product: str, fields: dict[str, str], form: str
):
    found = source.look_up(asked(a_citizen(), clock, product, **fields))

    assert isinstance(found, Found)
    assert {deed.form for deed in found.answers.values()} == {form}


@pytest.mark.parametrize(("fate", "code"), [(ABSENT, Refusal.DEED_ABSENT), (TOO_LARGE, Refusal.ONLY_AT_THE_COUNTER)])
def test_what_is_not_there_or_too_large_is_refused_by_name(source: Deeds, clock: Clock, fate: str, code: Refusal):
    assert source.look_up(asked(a_citizen(fate), clock)) == Refused(code=code)


def test_of_deeds_that_correct_each_other_the_last_one_counts(source: Deeds, clock: Clock):
    found = source.look_up(asked(a_citizen(CORRECTED), clock))

    assert isinstance(found, Found)
    deed = found.answers["birth-deed"]
    assert deed.reference == f"{deed.original}-corrected"


def test_what_is_not_migrated_is_promised_and_told_until_it_was_heard(
    source: Deeds, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    promised = source.look_up(asked(a_citizen(MIGRATING), clock))

    assert isinstance(promised, Promised)
    assert promised.code is Refusal.DEED_MIGRATING
    assert promised.by == clock() + timedelta(minutes=5)
    assert tuple(source.answered()) == ()
    clock.later(minutes=6)
    assert tuple(source.answered()) == (promised.reference,)
    assert isinstance(source.look_up(asked(a_citizen(MIGRATING), clock)), Found)

    source.acknowledge((promised.reference,))  # an extract may be on its way into the store just now
    assert tuple(source.answered()) == (promised.reference,)
    monkeypatch.setattr("services.registry.sources.deeds.HELD_BACK_S", 0.0)
    source.acknowledge((promised.reference,))
    assert tuple(source.answered()) == ()


def test_a_promise_outlives_both_processes(far: Any, authorities: Path, clock: Clock):
    promised = a_source(far, authorities, clock).look_up(asked(a_citizen(MIGRATING), clock))
    clock.later(minutes=6)

    with deeds_served(authorities, a_citizen(MIGRATING), clock=clock) as anew:
        assert tuple(a_source(anew, authorities, clock).answered()) == (promised.reference,)  # type: ignore[union-attr]


def test_a_promise_told_twice_is_one(far: Any, source: Deeds, clock: Clock):
    promised = source.look_up(asked(a_citizen(MIGRATING), clock))
    clock.later(minutes=6)
    far.switch.set("twice")

    assert tuple(source.answered()) == (promised.reference,)  # type: ignore[union-attr]


AWAY = ("away", "refusing", "huge", "half", "no-json", "nested", "other-question", "half-document")
CONTRADICTED = {
    "another": "deed-of-another",
    "altered-document": "deed-seal-broken",
    "unsealed": "deed-seal-untrusted",
    "stranger-seal": "deed-seal-untrusted",
    "expired-seal": "deed-seal-untrusted",
}


@pytest.mark.parametrize("fault", AWAY)
def test_what_cannot_be_an_answer_is_asked_again(far: Any, source: Deeds, clock: Clock, fault: str):
    far.switch.set(fault)
    assert isinstance(source.look_up(asked(a_citizen(), clock)), Away)

    far.switch.set(None)
    assert isinstance(source.look_up(asked(a_citizen(), clock)), Found)


@pytest.mark.parametrize(("fault", "kind"), CONTRADICTED.items())
def test_an_answer_that_is_false_is_never_given(far: Any, source: Deeds, clock: Clock, fault: str, kind: str):
    far.switch.set(fault)

    assert source.look_up(asked(a_citizen(), clock)) == Contradicted(kind=kind)


@pytest.mark.parametrize("fault", ["late", "never"])
def test_an_answer_that_comes_too_late_is_asked_again(
    far: Any, source: Deeds, clock: Clock, fault: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(https.Budget.__init__, "__defaults__", (0.3,))
    far.switch.set(fault)

    assert isinstance(source.look_up(asked(a_citizen(), clock)), Away)


def test_every_fault_is_tried():
    assert {*AWAY, *CONTRADICTED, "late", "never", "twice"} == set(FAULTS)


def test_a_source_that_does_not_answer_is_left_alone_for_a_while(far: Any, source: Deeds, clock: Clock):
    far.switch.set("away")
    for _ in range(resting.FAILURES):
        source.look_up(asked(a_citizen(), clock))
    far.switch.set(None)

    assert source.look_up(asked(a_citizen(), clock)) == Away(reason="resting-after-http-503")
    assert left_alone() > 0
    source._ways[0][0].breaker.half_open()
    assert isinstance(source.look_up(asked(a_citizen(), clock)), Found)
    assert left_alone() == 0


def left_alone() -> float | None:
    """Since when, as Prometheus reads it."""
    return REGISTRY.get_sample_value("loket_source_resting_since", {"source": "deeds", "town": TOWN})


def test_a_deed_against_the_dossier_is_a_contradiction(source: Deeds, clock: Clock):
    born_later = replace(a_citizen(), born_on="1985-07-31")

    assert source.look_up(asked(born_later, clock)) == Contradicted(kind="deed-against-dossier")


def test_an_unknown_day_contradicts_nothing(source: Deeds, clock: Clock):
    assert isinstance(source.look_up(asked(replace(a_citizen(), born_on="1985-07-00"), clock)), Found)


OLD = {"deed_of": "public", "deed_place": "Luik", "deed_year": "1910", "deed_number": "12"}


def test_an_old_deed_of_another_municipality_is_given_to_anyone(source: Deeds, clock: Clock):
    found = source.look_up(asked(a_citizen(), clock, capacity="anyone", **OLD))

    assert isinstance(found, Found)
    deed = found.answers["birth-deed"]
    assert (deed.place, deed.year, deed.number) == ("62063", 1910, "12")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"deed_year": "1990"}, Refusal.DEED_NOT_PUBLIC),
        ({"deed_number": ""}, Refusal.DEED_UNNAMED),
        ({"deed_year": ""}, Refusal.DEED_UNNAMED),
        ({"deed_place": "Nergens"}, Refusal.DEED_UNNAMED),
    ],
)
def test_whoever_may_not_have_a_deed_learns_nothing_of_it(
    authorities: Path, far: Any, clock: Clock, changed: dict[str, str], code: Refusal
):
    """It is refused before anybody is asked."""
    unreachable = a_source(far, authorities, clock, url="https://127.0.0.1:1")

    assert unreachable.look_up(asked(a_citizen(), clock, capacity="anyone", **OLD | changed)) == Refused(code=code)


@pytest.mark.parametrize(
    "changed",
    [
        {"authorities": f"{STRANGER_ROOT}.pem"},
        {"certificate": f"{DEEDS}.pem", "key": f"{DEEDS}.key"},
        {"url": "https://127.0.0.1:1"},
    ],
)
def test_a_road_that_is_not_ours_is_not_taken(far: Any, authorities: Path, clock: Clock, changed: dict[str, str]):
    assert isinstance(a_source(far, authorities, clock, **changed).look_up(asked(a_citizen(), clock)), Away)


@pytest.mark.parametrize("name", ["certificate", "key", "authorities", "seal_authorities"])
def test_a_file_that_is_missing_is_told_to_the_operator(far: Any, authorities: Path, clock: Clock, name: str):
    source = a_source(far, authorities, clock, **{name: "missing.pem"})

    assert isinstance(source.look_up(asked(a_citizen(), clock)), Away)
    assert source.check() is not None
    assert a_source(far, authorities, clock).check(reach=True) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"authorities": f"{STRANGER_ROOT}.pem"}, "do not take each other's certificates"),
        ({"certificate": f"{DEEDS}.pem", "key": f"{DEEDS}.key"}, "do not take each other's certificates"),
        ({"url": "https://127.0.0.1:1"}, "does not answer"),
    ],
)
def test_an_operator_who_knocks_is_told_why_nobody_opens(
    far: Any, authorities: Path, clock: Clock, changed: dict[str, str], said: str
):
    source = a_source(far, authorities, clock, **changed)

    assert source.check() is None
    finding = source.check(reach=True)
    assert finding is not None
    assert finding.stops
    assert said in finding.said


def test_a_certificate_that_ends_is_told_in_time(far: Any, authorities: Path, clock: Clock):
    source = a_source(far, authorities, clock)

    clock.later(days=3650 - 30)
    soon = source.check()
    clock.later(days=31)
    ended = source.check()

    assert soon is not None
    assert (soon.stops, "for deeds ends on" in soon.said) == (False, True)
    assert ended is not None
    assert (ended.stops, "ended on" in ended.said) == (True, True)


def test_a_key_that_everybody_may_read_hides_nothing_worse(far: Any, authorities: Path, clock: Clock, tmp_path: Path):
    for name in ("loket.pem", "loket.key"):
        (tmp_path / name).write_bytes((authorities / name).read_bytes())
    (tmp_path / "loket.key").chmod(0o644)
    mine = {"certificate": str(tmp_path / "loket.pem"), "key": str(tmp_path / "loket.key")}

    loose = a_source(far, authorities, clock, **mine).check(reach=True)
    away = a_source(far, authorities, clock, **mine, url="https://127.0.0.1:1").check(reach=True)
    clock.later(days=3651)
    ended = a_source(far, authorities, clock, **mine).check()

    assert loose is not None
    assert (loose.stops, "may be read by everybody" in loose.said) == (False, True)
    assert away is not None
    assert (away.stops, "does not answer" in away.said) == (True, True)
    assert ended is not None
    assert (ended.stops, "ended on" in ended.said) == (True, True)


def test_one_town_has_no_more_questions_on_the_road_than_leave_room_for_others(
    far: Any, authorities: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(https.Budget.__init__, "__defaults__", (5.0,))
    source = a_source(far, authorities, clock)
    (way, _), *_ = source._ways
    arrived = threading.Semaphore(0)
    exchanged = way._exchanged
    monkeypatch.setattr(way, "_exchanged", lambda *args: (arrived.release(), exchanged(*args))[1])
    far.switch.set("never")
    waiting = [threading.Thread(target=source.look_up, args=(asked(a_citizen(), clock),)) for _ in range(https.AT_ONCE)]
    for each in waiting:
        each.start()
    for _ in waiting:
        arrived.acquire(timeout=30)

    with pytest.raises(https.NoAnswer, match="too-many-wait"):
        way.post("/deeds", {}, budget=https.Budget())
    for each in waiting:
        each.join()


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        b"%PDF-1.7\n" + b"[" * 200_000,
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n" + b"1 0 obj<</AcroForm<</Fields[1 0 R]>>>>endobj " * 20_000,
    ],
    ids=["empty", "nested", "ring", "many"],
)
def test_what_is_no_document_harms_nobody_and_is_not_sound(authorities: Path, pdf: bytes):
    assert SealChecker(authorities / "deeds-root.pem").wrong(pdf, left_s=30) is not None


LOOKING = """
import eventlet
eventlet.monkey_patch()
import sys
from pathlib import Path
from services.registry.sources.sealing import SealChecker
from services.registry.sources.https import NoAnswer

try:
    SealChecker(Path(sys.argv[1])).wrong(b"%PDF-1.7", left_s=0.01)
except NoAnswer as failure:
    print(failure.reason)
"""


def test_a_look_at_a_seal_that_takes_too_long_is_no_answer_in_the_registrys_process_too(authorities: Path):
    """There it runs under eventlet's patches."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOKING, str(authorities / "deeds-root.pem")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (0, "seal-check-too-slow"), done.stderr

"""Asking a platform over a real connection: certificates, signatures, and every way in which it can go wrong."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from deploy.demo.magda.certificates import demo_certificates
from deploy.demo.magda.faults import FAULTS, Fault
from services.registry.access import Access, Look
from services.registry.domain import SourceRefused, SourceUnavailable
from services.registry.extract import State
from services.registry.handlers import ask_again, compile_extract
from services.registry.sources.magda.faults import WrongAnswer
from services.registry.sources.magda.opening import check
from services.registry.sources.magda.population import MagdaSource
from services.registry.sources.magda.transport import Transport
from tests.registry.fakes import CHILD, NOBODY, NOON, PARENT, TOWN, Desk, a_cause, a_dossier, a_register
from tests.registry.magda.standin import SECRETS, StandIn, utc_now

REASONS: dict[str, tuple[type[SourceUnavailable], str]] = {
    "away": (SourceUnavailable, "magda-unreachable"),
    "source-away": (SourceUnavailable, "magda-99995"),
    "busy": (SourceUnavailable, "magda-99996"),
    "failing": (SourceUnavailable, "magda-http-500"),
    "refusing": (SourceRefused, "magda-40006"),
    "unsigned": (SourceRefused, "magda-unnamed"),
    "half": (WrongAnswer, "answer-not-xml"),
    "twice": (WrongAnswer, "answer-incomplete"),
    "another-person": (WrongAnswer, "answer-about-another"),
    "another-question": (WrongAnswer, "answer-to-another-question"),
    "huge": (WrongAnswer, "answer-too-large"),
    "entities": (WrongAnswer, "answer-with-entities"),
}


def test_a_person_is_told_over_certificates_on_both_sides_and_a_signature(standin: StandIn):
    view = standin.view(a_register())

    found = view.dossier(PARENT)

    assert found is not None
    assert (found.last_name, found.household, found.is_resident) == ("Naam", PARENT, True)
    assert found.current_stay is not None
    assert view.dossier(NOBODY) is None
    assert len(view.references) == 2


def test_every_fault_is_tried_here():
    assert {*REASONS, "slow", "trickling"} == set(FAULTS)


@pytest.mark.parametrize("name", REASONS)
def test_whatever_goes_wrong_is_told_by_name_and_logged_without_anybody(name: str, standin: StandIn):
    kind, reason = REASONS[name]
    view = standin.view(a_register())
    standin.fault = Fault(name=name)

    with capture_logs() as logs, pytest.raises(SourceUnavailable) as found:
        view.dossier(PARENT)

    assert type(found.value) is kind
    assert found.value.reason == reason
    (asked,) = [each for each in logs if each["event"] == "magda_asked"]
    assert asked["outcome"] == reason
    assert PARENT not in str(logs)
    assert "Naam" not in str(logs)


@pytest.mark.parametrize("name", ["slow", "trickling"])
def test_an_inquiry_ends_with_its_budget(name: str, standin: StandIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.registry.sources.magda.population.BUDGET_S", 0.5)
    view = standin.view(a_register())
    view._budget._ends -= 14.5  # type: ignore[attr-defined]
    standin.fault = Fault(name=name, delay_s=30)

    with pytest.raises(SourceUnavailable, match="magda-too-slow"):
        view.dossier(PARENT)
    standin.fault = None
    with pytest.raises(SourceUnavailable, match="magda-too-slow"):
        view.confirm()


def test_after_some_failures_nobody_is_let_through_and_then_one_is(standin: StandIn):
    standin.register = a_register()
    register = standin.asking()
    standin.fault = Fault(name="failing")
    reasons = []
    for _ in range(7):
        view = register.view(town=TOWN)
        with pytest.raises(SourceUnavailable) as away:
            view.dossier(PARENT)
        view.close()
        reasons.append(away.value.reason)
    assert reasons == ["magda-http-500"] * 4 + ["magda-resting-after-http-500"] * 3

    standin.fault = None
    opened = register._opened
    assert isinstance(opened, MagdaSource)
    transport = opened.ask.transport
    assert isinstance(transport, Transport)
    transport.breaker.half_open()

    view = register.view(town=TOWN)
    assert view.dossier(PARENT) is not None
    assert transport.breaker.current_state == "closed"


def test_a_refusal_is_no_failure_to_the_breaker(standin: StandIn):
    standin.register = a_register()
    register = standin.asking()
    standin.fault = Fault(name="refusing")
    for _ in range(7):
        view = register.view(town=TOWN)
        with pytest.raises(SourceRefused, match="magda-40006"):
            view.dossier(PARENT)
        view.close()


def test_no_more_than_its_share_of_workers_asks_one_platform(standin: StandIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.registry.sources.magda.population.WAIT_S", 0.01)
    standin.register = a_register()
    register = standin.asking(at_once=1)
    held = register.view(town=TOWN)

    with pytest.raises(SourceUnavailable, match="magda-busy"):
        register.view(town=TOWN)

    held.close()
    held.close()
    assert register.view(town=TOWN).dossier(NOBODY) is None
    with pytest.raises(SourceUnavailable, match="magda-busy"):
        register.view(town=TOWN)


def test_a_message_that_is_too_old_is_not_taken(standin: StandIn):
    view = standin.view(a_register())
    standin.clock = lambda: utc_now() + timedelta(minutes=6)

    with pytest.raises(SourceRefused):
        view.dossier(PARENT)


def test_a_certificate_that_the_platform_does_not_know_is_for_an_operator(standin: StandIn, tmp_path: Path):
    demo_certificates(tmp_path, [TOWN], SECRETS)
    for name in ("pem", "key"):
        (standin.folder / f"stranger.{name}").write_bytes((tmp_path / f"{TOWN}.{name}").read_bytes())
        (standin.folder / f"stranger.{name}").chmod(0o600)
    standin.register = a_register()

    with pytest.raises(SourceRefused, match="magda-certificate"):
        standin.asking(certificate="stranger.pem", key="stranger.key").view(town=TOWN).dossier(PARENT)


def test_a_platform_that_we_do_not_know_is_asked_nothing(standin: StandIn, tmp_path: Path):
    demo_certificates(tmp_path, [TOWN], SECRETS)
    register = standin.asking(authorities=str(tmp_path / "authorities.pem"))

    with pytest.raises(SourceRefused, match="magda-certificate"):
        register.view(town=TOWN).dossier(PARENT)


def test_keys_that_cannot_be_used_concern_one_town_and_are_looked_at_again(standin: StandIn, tmp_path: Path):
    standin.register = a_register()
    register = standin.asking(key=str(tmp_path / "own.key"))
    with pytest.raises(SourceRefused, match="magda-keys"):
        register.view(town=TOWN)

    (tmp_path / "own.key").write_bytes((standin.folder / f"{TOWN}.key").read_bytes())
    (tmp_path / "own.key").chmod(0o600)

    assert register.view(town=TOWN).dossier(PARENT) is not None


def test_what_operators_are_told(standin: StandIn, tmp_path: Path):
    town, now = standin.town(), utc_now()

    def told(**chosen: Any) -> str | None:
        asked = {"folder": standin.folder, "secrets": SECRETS, "now": now, **chosen}
        return check(asked.pop("town", town), **asked)

    assert told() is None
    assert "LOKET_MAGDA_24001_PASSPHRASE" in str(told(secrets={}))
    assert "ended on" in str(told(now=now + timedelta(days=4000)))
    assert "ends on" in str(told(now=now + timedelta(days=3600)))
    nowhere = replace(town, population=replace(town.population, url="https://127.0.0.1:9/"))
    assert "does not answer" in str(told(town=nowhere))
    assert told(town=nowhere, reach=False) is None
    key = tmp_path / "open.key"
    key.write_bytes((standin.folder / f"{TOWN}.key").read_bytes())
    key.chmod(0o644)
    opened = replace(town, population=replace(town.population, key=str(key)))
    assert "may be read by everybody" in str(told(town=opened))


def asking(standin: StandIn) -> Any:
    """The town's register at the platform, in the place of a desk's."""
    return standin.asking()


def test_an_application_waits_for_the_platform_and_completes_and_the_log_names_the_questions(standin: StandIn):
    desk = Desk(register=a_register())
    standin.register = desk.register
    desk.register = asking(standin)
    desk.now = utc_now()
    ports = desk.ports()
    event = desk.submitted("life")
    standin.fault = Fault(name="away")

    compile_extract(event, a_cause(1), **ports)

    assert desk.extracts.only().state is State.WAITING
    (waits,) = desk.emitted()
    assert type(waits).__name__ == "ExtractDeferred"
    assert desk.accesses.only().references
    assert desk.accesses.only().about == (PARENT,)
    standin.fault = None
    desk.accesses.entries.clear()

    compile_extract(desk.requested(event), a_cause(2), **ports)

    assert desk.extracts.only().state is State.COMPILED
    entry = desk.accesses.only()
    assert (entry.outcome, entry.about, len(entry.references)) == ("given", (PARENT,), 1)


def test_an_application_that_the_platform_refuses_is_stuck_for_an_operator_and_told_once(standin: StandIn):
    desk = Desk(register=a_register())
    standin.register, standin.fault = desk.register, Fault(name="refusing")
    desk.register = asking(standin)
    desk.now = utc_now()
    ports = desk.ports()
    event = desk.submitted("life")

    compile_extract(event, a_cause(1), **ports)

    kept = desk.extracts.only()
    assert (kept.state, kept.code) == (State.STUCK, "magda-40006")
    (told,) = desk.emitted()
    assert type(told).__name__ == "ExtractDeferred"


def test_after_a_weekend_away_what_waited_completes_by_itself_and_each_promise_was_told_once(standin: StandIn):
    desk = Desk(register=a_register())
    standin.register, standin.fault = desk.register, Fault(name="away")
    desk.register = asking(standin)
    began = desk.now = utc_now()
    compile_extract(desk.submitted("life"), a_cause(1), **desk.ports())
    told = len(desk.emitted())
    while desk.now - began < timedelta(hours=62):
        desk.later(hours=2)
        assert ask_again(towns={TOWN}, **desk.ports()) == []
        told += len(desk.emitted())
    assert desk.extracts.only().state is State.WAITING
    assert told < 8
    standin.fault = None
    desk.register = asking(standin)
    desk.later(hours=1)

    ask_again(towns={TOWN}, **desk.ports())

    assert desk.extracts.only().state is State.COMPILED
    assert [type(each).__name__ for each in desk.emitted()] == ["ExtractCompiled"]


def test_an_old_number_leads_to_the_new_one(standin: StandIn):
    old = a_dossier(NOBODY, replaced_by=PARENT)
    view = standin.view(a_register(old))

    found = view.dossier(NOBODY)

    assert found is not None
    assert (found.number, found.replaced_by) == (NOBODY, PARENT)
    assert view.merged_into((PARENT,)) == (NOBODY,)
    current = view.dossier(PARENT)
    assert current is not None
    assert current.replaced_by is None
    assert len(view.references) == 1


def test_nobody_is_looked_up_under_a_number_that_is_none(standin: StandIn):
    view = standin.view(a_register())

    assert view.dossier("85073000199") is None
    assert view.references == ()


def test_a_look_gives_its_place_back_however_it_ends(standin: StandIn):
    standin.register = a_register()
    register = standin.asking(at_once=1)
    desk = Desk(register=a_register())
    opened = Access(id="a", town=TOWN, at=NOON, by=PARENT, capacity="self", product=None, purpose="numbers")
    for _ in range(3):
        with suppress(ZeroDivisionError), Look(register.view(town=TOWN), opened, accesses=desk.accesses) as look:
            look.dossier(CHILD)
            raise ZeroDivisionError
    assert register.view(town=TOWN).dossier(CHILD) is not None

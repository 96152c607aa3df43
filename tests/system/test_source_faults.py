"""Every way in which a source can fail, while applications run: none is lost, none issued twice, each told the truth.

The faults are those of `loket register fault`. Beside the citizen the operator is told, too: which source, since when,
for how many, and nothing once all is well.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.demo.far import faults as far
from deploy.demo.magda import faults as magda
from deploy.operator.answering import give_answer
from deploy.operator.status.gathered import status
from deploy.operator.terminal import Mistake
from services.contracts.facts import POPULATION
from services.registry.waiting_list import WaitingList
from tests.system.conftest import Citizen, Deployment
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AARSCHOT, KORTENBERG = "24001", "24055"

CONTRADICTED, AWAY, UNHARMED, LATE = "register-contradicted", "register-unavailable", "", "late"
UNSOUND = "document-unsound"

OF_SEALS = ("altered-document", "unsealed", "stranger-seal", "expired-seal")
DEEDS = dict.fromkeys(far.FAULTS, AWAY) | dict.fromkeys(OF_SEALS, UNSOUND)
DEEDS |= {"another": CONTRADICTED, "late": LATE, "twice": UNHARMED}
RECORDS = dict.fromkeys(far.FAULTS, AWAY) | {"another": CONTRADICTED}
RECORDS |= dict.fromkeys(("twice", *OF_SEALS), UNHARMED) | {"late": LATE}
"""What a citizen reads meanwhile. Who is unharmed has the certificate while it lasts; where an answer is only late
it is either, by how much else the machine has to do. A record is no document."""
AT_MAGDA = dict.fromkeys(magda.FAULTS, AWAY) | {"slow": LATE}

HELD = {CONTRADICTED: "contradicted", UNSOUND: UNSOUND}
"""What the operator is told of what waits for people."""

DEED = ("birth-deed-extract", {"deed-of": "person", "deed-filiation": "extract"})
RECORD = ("criminal-record-595", {"record-purpose": "other"})
LIFE: tuple[str, dict[str, str]] = ("life", {})

Asked = tuple[str, dict[str, str]]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack of its own, whose police take their time."""
    deployment = Deployment(tmp_path_factory.mktemp("faults") / "var", LOKET_DEMO_POLICE_S="3600")
    deployment.start()
    yield deployment
    deployment.stop()


def set_far(deployment: Deployment, source: str) -> Callable[[str | None], None]:
    return far.Switch(deployment.stack.sources, source).set


def set_magda(deployment: Deployment) -> Callable[[str | None], None]:
    kept = magda.Faults(deployment.database("magda"))
    return lambda name: kept.set(magda.Fault(name=name, delay_s=1.0) if name else None)


@pytest.mark.parametrize("fault", far.FAULTS)
@pytest.mark.parametrize("source", ["deeds", "criminal-record"])
def test_a_source_beyond_the_population_fails(deployment: Deployment, source: str, fault: str) -> None:
    asked, code = (DEED, DEEDS[fault]) if source == "deeds" else (RECORD, RECORDS[fault])
    key = "demo-citizen" if source == "deeds" else "several-nationalities"  # who has convictions, to be halved
    citizen = deployment.citizen(key)

    _outlives(deployment, citizen, asked, fault, set_far(deployment, source), code=code, source=source)


@pytest.mark.parametrize("fault", magda.FAULTS)
def test_the_platform_fails(deployment: Deployment, fault: str) -> None:
    citizen = deployment.citizen("demo-citizen", town=KORTENBERG)

    _outlives(deployment, citizen, LIFE, fault, set_magda(deployment), code=AT_MAGDA[fault], source=POPULATION)


def test_a_promise_that_is_told_twice_is_kept_once(deployment: Deployment) -> None:
    citizen = deployment.citizen("several-nationalities")
    set_far(deployment, "deeds")("twice")

    application_id = citizen.filed(DEED[0], fields=DEED[1])
    waiting = citizen.until(application_id, "deferred")
    application = citizen.until(application_id, "delivered", seconds=120)

    set_far(deployment, "deeds")(None)
    assert waiting["code"] == "deed-migrating"
    assert _states(application) == ["submitted", "deferred", "looked-up", "cleared", "issued", "delivered"]
    _is_once(deployment, application_id)


@pytest.mark.parametrize("outcome", ["confirmed", "not-confirmed"])
def test_the_police_answer_about_nobody_then_twice_and_then_otherwise(deployment: Deployment, outcome: str) -> None:
    citizen = deployment.citizen("demo-citizen")
    application_id = citizen.filed("criminal-record-596-2", fields={"work-with-minors": "education"})
    citizen.until(application_id, "awaiting-confirmation")
    other = {"confirmed": "not-confirmed", "not-confirmed": "confirmed"}[outcome]

    def answer(outcome: str, *, asking: int = 1, reference: str = f"{application_id}-1") -> None:
        give_answer(
            deployment.stack,
            town=AARSCHOT,
            department="police",
            reference=reference,
            asking=asking,
            outcome=outcome,
            by="letter 12",
        )

    for wrong in ({"asking": 2}, {"reference": f"{'0' * 32}-1"}):
        with pytest.raises(Mistake):
            answer(outcome, **wrong)
    assert citizen.application(application_id)["state"] == "awaiting-confirmation"
    for _ in range(2):
        answer(outcome)
    with pytest.raises(Mistake, match=r"answered before|has ended"):
        answer(other)

    application = citizen.until(application_id, "delivered", "refused")
    assert (application["state"], application["code"]) == (
        ("delivered", None) if outcome == "confirmed" else ("refused", "not-confirmed")
    )
    assert len(deployment.certificates_of(application_id)) == (outcome == "confirmed")
    wait_for(lambda: deployment.mails_about(application_id), what="the mail")
    assert len(deployment.mails_about(application_id)) == 1


def _outlives(
    deployment: Deployment,
    citizen: Citizen,
    asked: Asked,
    fault: str,
    set_fault: Callable[[str | None], None],
    *,
    code: str,
    source: str,
) -> None:
    product, fields = asked
    ran_already = [citizen.filed(product, fields=fields)]
    set_fault(fault)
    try:
        filed = [citizen.filed(product, fields=fields) for _ in range(2)]
        for each in filed:
            assert _reads(citizen, each, code)["sentence"]
        about = f"{citizen.town}/{source}"
        if code == AWAY:
            wait_for(lambda: "source-away" in _told(deployment, about), what="the operator to be told")
        if code in HELD:
            assert HELD[code] in _told(deployment, citizen.town)
    finally:
        set_fault(None)
    _ask_now(deployment, citizen.town)

    for each in (*ran_already, *filed):
        application = citizen.until(each, "delivered", seconds=240)
        assert _states(application)[-3:] == ["cleared", "issued", "delivered"]
        _is_once(deployment, each)
    wait_for(lambda: not _told(deployment, about) & {"source-away"}, what="the operator to be told no more")
    assert not _told(deployment, citizen.town) & {*HELD.values(), "stuck"}


def _reads(citizen: Citizen, application_id: str, code: str) -> dict[str, Any]:
    """The application once its citizen reads this of it."""
    wanted = {UNHARMED: {None}, LATE: {None, AWAY}}.get(code, {code})

    def there() -> dict[str, Any] | None:
        found = citizen.application(application_id)
        is_over = found["state"] in ("delivered", "deferred")
        return (
            found if is_over and found["code"] in wanted and (found["code"] or found["state"] == "delivered") else None
        )

    found: dict[str, Any] = wait_for(there, seconds=240, what=f"{application_id} to be told {code or 'delivered'}")
    return found


def _told(deployment: Deployment, about: str) -> set[str]:
    """The codes of what the operator is told of a town, or of a source of it."""
    return {each["code"] for each in status(deployment.stack)["wrong"] if each["about"] == about}


def _ask_now(deployment: Deployment, town: str) -> None:
    """`loket held retry --town`: what only people can mend is else looked at once a day."""
    waiting = WaitingList(deployment.database("registry"))
    for extract in waiting.of(town):
        waiting.ask_now(extract, now=datetime.now(UTC))


def _is_once(deployment: Deployment, application_id: str) -> None:
    assert len(deployment.certificates_of(application_id)) == 1
    assert len(deployment.mails_about(application_id)) == 1


def _states(application: dict[str, Any]) -> list[str]:
    return [step["state"] for step in application["timeline"]]

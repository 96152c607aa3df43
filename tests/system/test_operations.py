"""What operators do while citizens use it: scale, stop, follow one application through all services."""

import threading

import pytest

from deploy.local.running import scale
from deploy.operator.logs.chosen import Wanted, told
from deploy.operator.logs.journals import journals
from deploy.operator.logs.lines import Entry
from tests.system.collector import Collector
from tests.system.conftest import Deployment
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


def test_scaling_up_and_down_under_load_loses_and_doubles_nothing(deployment: Deployment) -> None:
    citizen = deployment.citizen("blended-family")
    filed: list[str] = []
    done = threading.Event()

    def keep_filing() -> None:
        while not done.wait(0.3):
            filed.append(citizen.filed("life"))

    filing = threading.Thread(target=keep_filing)
    filing.start()
    for service, count in (("documents", 2), ("intake", 2), ("documents", 1), ("intake", 1)):
        scale(deployment.stack, service, count)
    done.set()
    filing.join()

    for application_id in filed:
        citizen.until(application_id, "delivered", seconds=120)
        assert len(deployment.mails_about(application_id)) == 1
    codes = {deployment.certificates_of(application_id)[0]["code"] for application_id in filed}
    assert len(codes) == len(filed) > 10


def test_the_logs_tell_the_road_of_one_application(deployment: Deployment) -> None:
    """By time, from the gateway's answer to the mail, and nothing of another.

    That an event was published is logged once the broker has confirmed it, which may be after what it caused elsewhere:
    between two services no order is certain.
    """
    citizen = deployment.citizen("demo-citizen")
    application_id, other = citizen.filed("life"), citizen.filed("residence")
    citizen.until(application_id, "delivered")
    citizen.until(other, "delivered")

    def road() -> list[Entry]:
        wanted = Wanted(application=application_id)
        return [entry for _, _, entry in told(journals(deployment.stack), wanted, lines=None)]

    def published() -> list[str]:
        """The types of our own; what departments are told of them, where there are any, has ids that say nothing."""
        ids = [str(each.fields["published_id"]) for each in road() if each.event == "event_published"]
        return [id.split(":")[1] for id in ids if ":" in id]

    expected = {
        "application-submitted",
        "extract-compiled",
        "application-cleared",
        "certificate-issued",
        "citizen-told",
    }
    wait_for(lambda: set(published()) == expected, what="all its events")
    times = [each.at for each in road() if each.at]
    assert times == sorted(times)
    of_intake = [each for each in published() if each.startswith("application-")]
    assert list(dict.fromkeys(of_intake)) == ["application-submitted", "application-cleared"]
    assert [each.fields["status"] for each in road() if each.event == "request_answered"] == [202]
    assert not [each for each in road() if other in each.applications]


def test_one_trace_follows_an_application_through_all_services(deployment: Deployment, collector: Collector) -> None:
    citizen = deployment.citizen("demo-citizen")

    application_id = citizen.filed("life")
    citizen.until(application_id, "delivered")

    def followed() -> set[str] | None:
        traces: dict[str, set[str]] = {}
        for trace, service, _ in list(collector.spans):
            traces.setdefault(trace, set()).add(service)
        return next((seen for seen in traces.values() if len(seen) == 5), None)

    assert wait_for(followed) == {"gateway", "intake", "registry", "documents", "notify"}
    assert citizen.number not in str(collector.spans)

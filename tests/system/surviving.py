"""What is killed on the road of an application, and what must be true of it afterwards."""

import hashlib

from services.contracts.topology import SUBSCRIPTIONS
from tests.system.conftest import Deployment
from tests.waiting import wait_for

ENDING = "registry.end-extract"
"""Is on no application's road but that of one that is taken back, or expires."""

RECHECKING = ("registry.recheck-facts", "documents.record-recheck")
"""The way after somebody checks a certificate: tests/system/test_still_true.py."""

CONFIRMING = ("notify.tell-asked", "intake.take-answer")
"""The way of a confirmation: tests/notify/feed/test_answering_process.py, tests/system/test_confirmations.py."""

UNPRINTABLE = "intake.record-unprintable"
"""The way of what cannot be put on paper: tests/system/test_unprintable.py."""

KEEPING = ("registry.keep-town", "documents.keep-town", "notify.keep-town")
"""The way of what is chosen for a town: tests/system/test_town_kills.py."""

OFF_THE_ROAD = (ENDING, UNPRINTABLE, *RECHECKING, *CONFIRMING, *KEEPING)

ON_THE_ROAD = tuple(queue for queue in SUBSCRIPTIONS if queue not in OFF_THE_ROAD)

LATER = "notify.tell-departments.relayed"
"""A process repeats what it told departments in its first seconds, and comes to it after that:
tests/notify/feed/test_kills.py."""

POINTS = (
    "intake.submit-application.saved",
    "intake.submit-application.relayed",
    *(
        point
        for queue in ON_THE_ROAD
        for step in ("received", "saved", "relayed", "settled")
        if (point := f"{queue}.{step}") != LATER
    ),
    "documents.rendered",
    "documents.piece-stored",
    "documents.stored",
    "notify.claimed",
    "notify.sent",
)
"""Every named crash point on the road of an application."""

STATES = ["submitted", "looked-up", "cleared", "issued", "delivered"]


def assert_survived(deployment: Deployment, point: str, target: str) -> None:
    """An application on whose road the process itself (`self`) is killed, or another by its pid, comes to its end
    once."""
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    citizen = deployment.citizen("demo-citizen")
    deployment.arm(point, target)

    application_id = citizen.filed_patiently("life")
    application = citizen.until(application_id, "delivered", seconds=180)

    wait_for(lambda: not deployment.is_armed(point), what=f"{point} to be passed")
    assert [step["state"] for step in application["timeline"]] == STATES
    (certificate,) = deployment.certificates_of(application_id)
    assert certificate["certificate_id"] == application["certificate_id"]
    assert hashlib.sha256(citizen.certificate_patiently(application)).hexdigest() == certificate["sha256"]
    mails = deployment.mails_about(application_id)
    assert len({mail["Message-ID"] for mail in mails}) == 1
    assert len(mails) <= (2 if point.startswith("notify") else 1)

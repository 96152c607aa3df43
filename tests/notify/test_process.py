"""notify as a process: one mail, though it dies between any two steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.embedded.part import Running
from services.contracts.contact import Contact
from services.contracts.documents import CertificateIssued
from services.contracts.notify import CitizenTold
from tests.notify.conftest import Post, StartPost
from tests.notify.fakes import ID, NOON, a_town
from tests.notify.process import ServiceProcess, locker
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


def issued(application_id: str = ID) -> CertificateIssued:
    contact = locker("contacts").lock(Contact(email="citizen@example.org", language="fr"), bound_to=application_id)
    return CertificateIssued(
        application_id=application_id,
        certificate_id="c1",
        product="residence",
        language="fr",
        sha256="",
        contact=contact,
        issued_at=NOON,
    )


@pytest.fixture
def post(start_post: StartPost) -> Post:
    return start_post()


def a_notify(post: Post, folder: Path, *, amqp_uri: str, mongo_uri: str, prefix: str) -> ServiceProcess:
    return ServiceProcess(
        "notify",
        a_town(),
        folder,
        amqp_uri=amqp_uri,
        mongo_uri=mongo_uri,
        prefix=prefix,
        LOKET_SMTP_URI=f"smtp://127.0.0.1:{post.port}",
        LOKET_SMTP_TIMEOUT_S="1",
        LOKET_SMTP_CONNECTIONS="2",
    )


@pytest.fixture
def notify(post: Post, amqp_uri: str, mongo_uri: str, database_prefix: str, tmp_path: Path) -> Iterator[ServiceProcess]:
    with a_notify(post, tmp_path, amqp_uri=amqp_uri, mongo_uri=mongo_uri, prefix=database_prefix) as service:
        yield service


def test_an_issued_certificate_is_told_once(notify: ServiceProcess, post: Post):
    notify.start()

    for _ in range(2):
        notify.publish(issued())
    notify.wait_event(CitizenTold)

    assert post.mail()["Subject"] == "Ville d'Aarschot\u00a0: Votre certificat est prêt"
    assert "citizen@example.org" not in notify.log()


@pytest.mark.parametrize(
    ("point", "most"), [("notify.claimed", 1), ("notify.sent", 2), ("notify.tell-citizen.settled", 1)]
)
def test_whoever_dies_in_between_is_taken_over(notify: ServiceProcess, post: Post, point: str, most: int):
    dying = notify.start()
    notify.arm(point)

    notify.publish(issued())
    wait_for(lambda: dying.poll() is not None, what="the crash")
    notify.start()
    notify.wait_event(CitizenTold)

    assert 1 <= len(post.taken) <= most
    assert len(notify.events(CitizenTold)) == 1


@pytest.mark.parametrize("point", ["notify.claimed", "notify.sent"])
def test_a_store_that_dies_in_between_costs_no_second_mail(
    post: Post, amqp_uri: str, own_store: Running, tmp_path: Path, point: str
):
    with a_notify(post, tmp_path, amqp_uri=amqp_uri, mongo_uri=own_store.part.uri, prefix="test") as notify:
        for _ in range(2):
            notify.start()
        notify.arm(point, str(own_store.pid))

        notify.publish(issued())
        own_store.wait()
        own_store.start()
        notify.wait_event(CitizenTold)

        assert (len(post.taken), len(notify.events(CitizenTold))) == (1, 1)


def test_mails_that_waited_do_not_fall_upon_the_relay(notify: ServiceProcess, post: Post):
    post.answers["RCPT"] = "451 4.3.0 later"
    post.most_at_once = 2
    notify.start()
    notify.publish(issued())
    wait_for(lambda: "mail-relay-later-451-4.3.0" in notify.log(), what="the outage")

    post.answers.clear()
    for number in range(20):
        notify.publish(issued(f"{ID}{number}"))
    notify.wait_event(CitizenTold, 21)

    assert len(post.taken) == 21
    assert "mail-relay-busy" not in notify.log()

"""Production, started from deploy/production/etc as its README tells, and every key of it rotated while it runs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPError

from deploy.local.embedded.broker import Broker
from deploy.local.embedded.part import Running
from deploy.production.variables import PROCESSES, read_by
from services.chassis.locking import named_key
from services.contracts.feed import Subscriber
from services.contracts.feed.events import ALIVE
from tests.deploy.production.deployment import CITIZEN, REFNIS, Citizen, Production
from tests.documents.examples import a_folder
from tests.gateway.national import National
from tests.ports import free_ports
from tests.waiting import wait_for

QUEUE = "registry.compile-extract"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, mongo_uri: str) -> Iterator[Production]:
    folder = tmp_path_factory.mktemp("production")
    amqp, distribution, epmd, management = free_ports(4)
    broker = Broker(
        folder=folder / "broker",
        amqp_port=amqp,
        distribution_port=distribution,
        epmd_port=epmd,
        management_port=management,
    )
    running = Running(broker)
    running.start()
    with National("csam") as provider:
        provider.number = CITIZEN
        provider.userinfo = {"email": "burger@citizens.example", "email_verified": True}
        made = Production(folder, broker=broker, mongo_uri=mongo_uri, prefix=f"production-{amqp}", provider=provider)
        made.install()
        relay = subprocess.Popen(
            [sys.executable, "-m", "deploy.demo.mail_catcher", str(made.smtp_port), str(made.mail)]
        )
        try:
            made.import_definitions()
            declared = made.loket("broker", "declare")
            assert declared.returncode == 0, declared.stderr
            made.seed()
            made.start(*PROCESSES)
            yield made
        finally:
            for service in PROCESSES:
                made.store.drop_database(f"{made.prefix}_{service}")
            made.close()
            relay.terminate()
            relay.wait()
            running.kill()


@pytest.fixture(scope="module")
def citizen(production: Production) -> Iterator[Citizen]:
    citizen = production.citizen()
    yield citizen
    citizen.close()


def loket(production: Production, *words: str) -> dict[str, Any]:
    done = production.loket(*words, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def rotated_in(production: Production, what: str, *, restart: tuple[str, ...]) -> str:
    """A new key of a ring, in use; its id."""
    added = loket(production, "keys", "add", str(production.keys), what)
    kid = str(added["done"]).split(" ")[2].rstrip(",")
    production.restart(*(name for name in restart if name in added["restart"]))
    promoted = loket(production, "keys", "promote", str(production.keys), what, kid)
    production.restart(*promoted["restart"])
    return kid


def test_the_examples_filled_in_are_in_order_but_for_the_town(production: Production) -> None:
    told = production.loket("keys", "check", str(production.etc))

    (line,) = told.stdout.splitlines()
    assert line.startswith("Aarschot (24001) is a demonstration"), (
        told.stdout + told.stderr
    )  # nobody's provider is ours


def test_a_citizen_has_a_certificate_and_a_mail(production: Production, citizen: Citizen) -> None:
    application = citizen.until(citizen.file("life"), "delivered")

    assert citizen.verdict(citizen.certificate(application)) == "untouched"
    assert [application["application_id"] in path.read_text() for path in production.mail.glob("*.eml")] == [True]
    assert "__Host-loket" in citizen.cookies


def test_a_department_hears_of_a_certificate(production: Production, citizen: Citizen) -> None:
    topic = f"{REFNIS}.certificate-issued.life"
    added = loket(
        production, "departments", "add", "schools", "--title", "Schools", "--purpose", "to enrol", "--topic", topic
    )
    citizen.until(citizen.file("life"), "delivered")

    def heard() -> list[str]:
        return [event.data["product"] for event in Subscriber(added["address"]).history() if event.name != ALIVE]

    wait_for(lambda: set(heard()) == {"life"}, what="the department to hear of it")
    assert production.loket("broker", "declare").returncode == 0
    refused = pika.URLParameters(added["address"].replace("loket-departments", "loket"))
    with pytest.raises(AMQPError):
        pika.BlockingConnection(refused)
    production.loket("departments", "remove", "schools", "--reason", "tried").check_returncode()
    with pytest.raises(AMQPError):
        heard()


def test_no_process_holds_anothers_secret(production: Production) -> None:
    for name in PROCESSES:
        given = {each for each in production.environ(name) if each.startswith("LOKET_")}

        assert {each for each in given if not read_by(name, each)} <= {"LOKET_HEALTH_HOST"}


def test_who_is_signed_in_stays_so_over_a_rotation_of_sessions(production: Production, citizen: Citizen) -> None:
    kid = rotated_in(production, "sessions", restart=("gateway",))
    newcomer = production.citizen()

    assert citizen.get("/api/v1/me").status_code == 200
    assert named_key(citizen.cookies["__Host-loket"]) != named_key(newcomer.cookies["__Host-loket"]) == kid
    newcomer.close()


def test_what_is_locked_under_a_key_that_somebody_lacks_waits_and_goes_on(
    production: Production, citizen: Citizen
) -> None:
    """Documents was not started again after `add`: its deed of the rotation is forgotten, and nothing is lost."""
    kid = rotated_in_registry_only(production)

    application_id = citizen.file("residence")
    wait_for(lambda: f"key-not-here: facts {kid}" in production.log("documents"), what="documents to lack the key")
    used = {"purpose": "facts", "key": kid, "stored": 1, "parked": 0}  # once the outboxes are emptied
    wait_for(lambda: used in loket(production, "keys", "in-use")["keys"], what="one document to need the key")
    production.restart("documents")

    waited = citizen.until(application_id, "delivered", seconds=480)  # it may be in the delay of five minutes by now
    assert waited["certificate_id"]
    assert loket(production, "dead-letters", "list")["parked"] == 0


def rotated_in_registry_only(production: Production) -> str:
    added = loket(production, "keys", "add", str(production.keys), "facts")
    kid = str(added["done"]).split(" ")[2].rstrip(",")
    loket(production, "keys", "promote", str(production.keys), "facts", kid)
    production.restart("registry")
    return kid


@pytest.mark.parametrize("what", ["contacts", "facts"])
def test_a_ring_is_rotated_and_its_old_key_goes_once_nothing_needs_it(
    what: str, production: Production, citizen: Citizen
) -> None:
    old = ring(production, what)[0]
    holders = {"contacts": ("intake", "notify"), "facts": ("registry", "documents")}
    rotated_in(production, what, restart=holders[what])
    citizen.until(citizen.file("life"), "delivered")

    wait_for(lambda: loket(production, "keys", "in-use")["under_way"] == 0, what="the queues to be empty")
    loket(production, "keys", "retire", str(production.keys), what, old)
    production.restart(*holders[what])

    assert old not in ring(production, what)
    citizen.until(citizen.file("life"), "delivered")


def test_the_old_key_of_requests_goes_once_nobody_may_ask_anew_what_was_asked(
    production: Production, citizen: Citizen
) -> None:
    """Departments may, for thirty days."""
    old = ring(production, "requests")[0]
    rotated_in(production, "requests", restart=("intake", "registry"))
    citizen.until(citizen.file("life"), "delivered")
    wait_for(lambda: loket(production, "keys", "in-use")["under_way"] == 0, what="the queues to be empty")

    refused = production.loket("keys", "retire", str(production.keys), "requests", old)
    kept = {"request_until": {"$gt": datetime.now(UTC)}}
    production.database("registry")["extracts"].update_many(kept, {"$set": {"request_until": datetime.now(UTC)}})
    wait_for(lambda: needed(production, "requests", old) == 0, seconds=120, what="registry to forget what was asked")
    loket(production, "keys", "retire", str(production.keys), "requests", old)
    production.restart("intake", "registry")

    assert (refused.returncode, f"still need {old}" in refused.stderr) == (2, True), refused.stderr
    assert old not in ring(production, "requests")
    citizen.until(citizen.file("life"), "delivered")


def needed(production: Production, what: str, kid: str) -> int:
    """How many documents are locked under a key."""
    found = loket(production, "keys", "in-use")["keys"]
    return sum(int(each["stored"]) for each in found if (each["purpose"], each["key"]) == (what, kid))


def ring(production: Production, what: str) -> list[str]:
    """The ids of the keys of a ring."""
    shown = loket(production, "keys", "show", str(production.keys))["variables"]
    return next(each["ids"] for each in shown if each["variable"] == f"LOKET_KEYS_{what.upper()}")


def test_what_is_parked_is_believed_as_long_as_its_key_stays_and_the_key_stays_as_long_as_that(
    production: Production, citizen: Citizen
) -> None:
    old = next(
        kid
        for each in loket(production, "keys", "show", str(production.keys))["variables"]
        if each["variable"] == "LOKET_EVENT_KEY" and each["file"] == "intake.env"
        for kid in each["ids"]
    )
    production.stop("registry")
    application_id = citizen.file("residence")
    park_next(production)
    production.start("registry")
    rotated_in(production, "events-intake", restart=PROCESSES)

    refused = production.loket("keys", "retire", str(production.keys), "events-intake", old)
    loket(production, "dead-letters", "replay", "--all")
    citizen.until(application_id, "delivered")
    wait_for(lambda: loket(production, "keys", "in-use")["under_way"] == 0, what="the queues to be empty")
    retired = loket(production, "keys", "retire", str(production.keys), "events-intake", old)

    assert (refused.returncode, f"still need {old}" in refused.stderr) == (2, True), refused.stderr
    assert set(retired["restart"]) == set(PROCESSES)
    production.restart(*PROCESSES)
    citizen.until(citizen.file("life"), "delivered")


def test_a_key_that_leaked_is_taken_away_although_something_needs_it_and_all_else_goes_on(
    production: Production, citizen: Citizen
) -> None:
    """What was parked under it nobody can open again: it waits for its key, and a new application does not."""
    old = ring(production, "facts")[0]
    production.stop("documents")
    stuck = citizen.file("residence")
    park_next(production, "documents.issue-certificate")
    production.start("documents")
    rotated_in(production, "facts", restart=("registry", "documents"))

    refused = production.loket("keys", "retire", str(production.keys), "facts", old)
    kept = ring(production, "facts")
    lost = loket(production, "keys", "retire", "--lose", str(production.keys), "facts", old)
    production.restart("registry", "documents")
    loket(production, "dead-letters", "replay", "--all")
    wait_for(lambda: f"key-not-here: facts {old}" in production.log("documents"), what="what is stuck to be tried")

    assert (refused.returncode, f"still need {old}" in refused.stderr) == (2, True), refused.stderr
    assert old in kept
    assert old not in ring(production, "facts")
    assert lost["restart"] == ["registry", "documents"]
    citizen.until(citizen.file("residence"), "delivered")
    assert citizen.get(f"/api/v1/applications/{stuck}").json()["state"] == "cleared"


def park_next(production: Production, queue: str = QUEUE) -> None:
    """As the chassis parks a message, signature and all."""
    with pika.BlockingConnection(pika.URLParameters(production.broker.uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()

        def taken() -> Any:
            method, properties, body = channel.basic_get(queue)
            return (method, properties, body) if method else None

        method, properties, body = wait_for(taken, what="the application's event")
        channel.basic_publish("loket.parked", queue, body, properties, mandatory=True)
        channel.basic_ack(method.delivery_tag)


def test_a_password_at_the_broker_is_changed(production: Production, citizen: Citizen) -> None:
    before = production.environ("intake")["LOKET_AMQP_URI"]

    loket(production, "keys", "password", str(production.keys), "intake")
    production.import_definitions()
    production.restart("intake")

    assert production.environ("intake")["LOKET_AMQP_URI"] != before
    citizen.until(citizen.file("life"), "delivered")


def test_a_new_seal_leaves_what_the_old_one_sealed_valid_and_known(
    production: Production, citizen: Citizen, tmp_path: Path
) -> None:
    old = citizen.certificate(citizen.until(citizen.file("life"), "delivered"))
    towns = production.etc / "towns"
    roots = (towns / "root.pem").read_text()
    a_folder(towns)  # another key, another certificate, another root
    production.restart("documents")

    new = citizen.certificate(citizen.until(citizen.file("life"), "delivered"))

    assert citizen.verdict(old) == citizen.verdict(new) == "untouched"
    bundle = tmp_path / "seal-roots.pem"
    bundle.write_text(roots + (towns / "root.pem").read_text())
    for pdf, verdict in ((old, "sealed"), (new, "sealed"), (old + b"\n", "altered")):
        (tmp_path / "file.pdf").write_bytes(pdf)
        told = production.loket("verify", str(tmp_path / "file.pdf"), "--root", str(bundle), "--json")
        assert json.loads(told.stdout)["verdict"] == verdict, told.stderr


def test_another_pepper_is_refused_with_its_mend(production: Production) -> None:
    path = production.keys / "intake.env"
    kept = path.read_text()
    (line,) = (line for line in kept.splitlines() if line.startswith("LOKET_INTAKE_PEPPER="))
    production.stop("intake")
    path.write_text(kept.replace(line, "LOKET_INTAKE_PEPPER=" + "A-c_" * 10 + "A-c"))
    try:
        production._start("intake")
        wait_for(lambda: '"cannot_start"' in production.log("intake"), what="intake to refuse")
        assert production._running["intake"].wait(30) == 1
        assert "bring the former one back" in production.log("intake")
        assert "Traceback" not in production.log("intake")
    finally:
        path.write_text(kept)
        production._running.pop("intake").wait(30)
        production.start("intake")

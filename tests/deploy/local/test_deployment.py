"""`loket` against a whole deployment of its own, beside whatever else runs on this machine."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pika
import psutil
import pytest

from deploy.local.control import Control
from deploy.local.embedded.part import PartError, wait_until
from deploy.local.embedded.ports import Claims, listens
from deploy.local.embedded.store import unpack
from deploy.local.running import up
from deploy.local.stack import Stack
from deploy.operator.letters import FIGURES

pytestmark = pytest.mark.slow

Loket = Callable[..., subprocess.CompletedProcess[str]]

PROGRAMS = {"gateway", "intake", "registry", "documents", "notify", "broker", "store", "mail-catcher", "sign-in"} | {
    "deeds",
    "criminal-record",
    "magda",
    "police",
}
APPLICATION = {"product": "residence"}


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deployment")


@pytest.fixture(scope="module")
def stack(var: Path) -> Stack:
    return Stack(var=var, outside={})


@pytest.fixture(scope="module")
def loket(var: Path) -> Loket:
    """The command, as an operator of that deployment types it."""

    def run(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "deploy.operator.cli", *words],
            env={key: value for key, value in os.environ.items() if not key.startswith("LOKET_")}
            | {"LOKET_VAR": str(var)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def running(loket: Loket, stack: Stack) -> Iterator[dict[str, Any]]:
    """What `loket up` tells; the deployment has a small town, and ends with the module."""
    unpack(stack.opt)
    try:
        yield json.loads(loket("up", "--json").stdout) | json.loads(
            loket("register", "seed", "--residents", "300", "--json").stdout
        )
    finally:
        loket("down", check=False)


def facts(loket: Loket, *, check: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(loket("status", "--json", check=check).stdout)
    return told


def pids(told: dict[str, Any]) -> set[int]:
    return {process["pid"] for each in (told["services"] | told["parts"]).values() for process in each["processes"]}


def test_status_tells_processes_health_queues_and_versions(loket: Loket, running: dict[str, Any]):
    told = facts(loket)

    assert told["ready"] is True
    assert {each["code"] for each in told["wrong"]} == {"register-empty"}
    assert told["towns"]["24001"]["register"]["state"] == "there"
    assert set(told["services"]) | set(told["parts"]) == PROGRAMS
    assert told["address"] == running["address"]
    assert told["versions"]["broker"].startswith("RabbitMQ ")
    queues = {each["name"]: each for each in told["services"]["documents"]["queues"]}
    assert set(queues) == {"documents.issue-certificate", "documents.record-recheck", "documents.keep-town"}
    assert queues["documents.issue-certificate"] == {
        "name": "documents.issue-certificate", "waiting": 0, "consumers": 1, "parked": 0,
    }  # fmt: skip
    assert told["services"]["intake"]["processes"][0]["health_port"] > 0


@pytest.mark.usefixtures("running")
def test_its_ports_are_claimed_as_long_as_it_is_supervised(stack: Stack):
    """Also those that nobody listens on just now: a broker that begins anew takes seconds until it does."""
    of_a_second_node = stack.ports.amqp_2

    with Claims() as ours:
        assert not listens(of_a_second_node)
        assert not ours.claim(of_a_second_node)


def test_up_when_it_is_up_changes_nothing(loket: Loket, running: dict[str, Any]):
    before = pids(facts(loket))

    again = json.loads(loket("up", "--json").stdout)

    assert again["address"] == running["address"]
    assert pids(facts(loket)) == before


@pytest.mark.usefixtures("running")
def test_no_process_is_given_a_secret_it_does_not_read(loket: Loket):
    told = facts(loket)["services"]

    def variables(service: str) -> dict[str, str]:
        return psutil.Process(told[service]["processes"][0]["pid"]).environ()

    assert "LOKET_KEYS_FACTS" not in variables("intake")
    assert "LOKET_KEYS_FACTS" not in variables("gateway")
    assert not any(name.startswith("LOKET_SEAL_") for name in variables("registry"))
    assert "LOKET_KEYS_REQUESTS" not in variables("notify")


def test_applications_filed_while_services_are_scaled_all_come_through(loket: Loket, running: dict[str, Any]):
    """Live, no message lost, no certificate twice."""
    token = loket("token", "--citizen", "85.07.30-901.33").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    filed = []
    with httpx.Client(base_url=running["address"], headers=headers, timeout=30, trust_env=False) as gateway:

        def file(count: int) -> None:
            for _ in range(count):
                key = {"Idempotency-Key": os.urandom(8).hex()}
                answer = gateway.post("/api/v1/applications", json=APPLICATION, headers=key)
                assert answer.status_code == 202, answer.text
                filed.append(answer.json()["application_id"])

        file(4)
        loket("scale", "documents=2")
        file(4)
        loket("scale", "documents=1")
        file(4)

        def states() -> dict[str, str]:
            listed = gateway.get("/api/v1/applications").json()["applications"]
            return {each["application_id"]: each["state"] for each in listed}

        assert wait_until(lambda: [states().get(each) for each in filed] == ["delivered"] * 12, 90), states()
        certificates = {each["certificate_id"] for each in gateway.get("/api/v1/applications").json()["applications"]}
    assert len(certificates) == 12
    assert len(facts(loket)["services"]["documents"]["processes"]) == 1


@pytest.mark.usefixtures("running")
def test_other_settings_are_not_taken_for_those_of_the_start(stack: Stack):
    other = Stack(var=stack.var, outside={"LOKET_TOWNS": "/elsewhere"})

    with pytest.raises(PartError, match="runs already, with another LOKET_TOWNS"):
        up(other)


@pytest.mark.usefixtures("running")
def test_a_killed_service_is_started_again(loket: Loket):
    before = facts(loket)["services"]["notify"]["processes"][0]["pid"]

    psutil.Process(before).kill()

    loket("up")
    assert facts(loket)["services"]["notify"]["processes"][0]["pid"] != before


def test_what_ends_again_and_again_is_left_alone_for_longer_and_longer(loket: Loket, stack: Stack):
    control = Control(stack)
    ended = set()
    for _ in range(4):
        assert wait_until(lambda: set(control.pids()["notify"]) - ended, 20, every_s=0.05)
        (pid,) = set(control.pids()["notify"]) - ended
        psutil.Process(pid).kill()
        ended.add(pid)

    assert wait_until(lambda: len(_pauses(stack)) >= 4, 20)
    loket("scale", "notify=1")
    told = facts(loket)
    (crashes,) = [each for each in told["wrong"] if each["about"] == "notify"]

    pauses = _pauses(stack)[-4:]
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 2
    assert (crashes["code"], crashes["blocks"], "signal 9 (it runs now)" in crashes["sentence"]) == (
        "crashes",
        False,
        True,
    )


def _pauses(stack: Stack) -> list[float]:
    """Seconds that were to pass after each end of notify."""
    ends = json.loads((stack.run / "notify.ends.json").read_text()) if (stack.run / "notify.ends.json").exists() else []
    moments = [[datetime.fromisoformat(each[name]) for name in ("at", "again_at")] for each in ends]
    return [(again - at).total_seconds() for at, again in moments]


ODD_BODY = json.dumps({"id": "odd-1", "data": {"facts": "someone's"}}).encode()
ODD = f"notify.tell-citizen#odd-1#{sha256(ODD_BODY).hexdigest()[:FIGURES]}"


def test_what_is_parked_is_listed_shown_redacted_and_dropped(loket: Loket, running: dict[str, Any], stack: Stack):
    with pika.BlockingConnection(pika.URLParameters(stack.amqp_uri)) as connection:
        properties = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)
        connection.channel().basic_publish("", "notify.tell-citizen", ODD_BODY, properties)

    def parked() -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(loket("dead-letters", "list", "--json").stdout)["letters"]
        return listed

    assert wait_until(lambda: bool(parked()), 30)
    assert [(letter["id"], letter["reason"]) for letter in parked()] == [(ODD, "unsigned")]
    assert f"{ODD}  notify.tell-citizen  unsigned" in loket("dead-letters", "list").stdout
    assert "someone's" not in loket("dead-letters", "show", ODD).stdout

    loket("dead-letters", "drop", ODD, "--reason", "a test's")

    assert parked() == []
    lines = (stack.logs / "audit.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["reason"] == "a test's"


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("scale", "documents"), "SERVICE=N"),
        (("scale", "broker=2"), "choose from"),
        (("scale", "documents=500"), "at most"),
        (("scale", "gateway=0"), "loket down"),
        (("logs", "--application", "7"), "32 characters"),
        (("token",), "--citizen"),
        (("token", "--citizen", "85073090134"), "check digits"),
        (("register", "seed", "--town", "nowhere"), "choose from"),
        (("register", "seed", "--residents", "x"), "--help"),
        (("register", "seed", "--residents", "3"), "--residents"),
        (("register", "pause", "--minutes", "-1"), "--minutes"),
        (("dead-letters", "drop", "odd", "--reason", "x"), "dead-letters list"),
        (("dead-letters", "drop", "odd"), "--reason"),
        (("logs", "nothing"), "choose from"),
        (("verify", __file__), "PDF"),
    ],
)
def test_a_mistake_is_one_line_with_the_mend(loket: Loket, words: tuple[str, ...], mend: str):
    done = loket(*words, check=False)

    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert mend in line
    assert done.stdout == ""


def test_a_supervisor_that_was_killed_leaves_nothing_in_the_way(loket: Loket, running: dict[str, Any], stack: Stack):
    """`up` simply works: on the same ports, as it was scaled, and without the run files of the dead."""
    loket("scale", "notify=0")
    loket("scale", "gateway=1")
    before = pids(facts(loket, check=False))
    supervisor = psutil.Process(int((stack.run / "supervisor.lock").read_text()))
    supervisor.kill()
    assert not psutil.wait_procs([supervisor], timeout=20)[1]
    left = facts(loket, check=False)
    assert (left["ready"], left["wrong"][0]["code"] in {"orphans", "not-running"}) == (False, True)

    again = json.loads(loket("up", "--json").stdout)

    told = facts(loket, check=False)
    assert again["address"] == running["address"]
    assert not pids(told) & before
    assert [each["code"] for each in told["wrong"] if each["blocks"]] == ["scaled-to-zero"]
    assert len(told["services"]["gateway"]["processes"]) == 1
    named = {int(found[1]) for path in stack.run.iterdir() if (found := re.search(r"-(\d+)\.", path.name))}
    assert all(psutil.pid_exists(pid) for pid in named)
    loket("scale", "notify=1")
    assert facts(loket)["services"]["notify"]["wanted"] == 1


def test_two_that_start_it_at_once_start_it_once(loket: Loket, running: dict[str, Any]):
    loket("down")

    with ThreadPoolExecutor() as both:
        told = list(both.map(lambda _: json.loads(loket("up", "--json").stdout), range(2)))

    assert {each["address"] for each in told} == {running["address"]}
    assert facts(loket)["ready"]


def test_down_ends_all_and_once_more_is_no_mistake(loket: Loket, running: dict[str, Any], stack: Stack):
    """No process of the deployment is left, its broker's port mapper included."""
    processes = [psutil.Process(pid) for pid in pids(facts(loket))]
    family = processes + [child for process in processes for child in process.children(recursive=True)]

    first, second = json.loads(loket("down", "--json").stdout), json.loads(loket("down", "--json").stdout)

    assert (first, second) == ({"ran": True}, {"ran": False})
    assert not [p for p in psutil.wait_procs(family, timeout=10)[1] if p.status() != psutil.STATUS_ZOMBIE]
    assert [path.name for path in sorted(stack.run.iterdir())] == ["supervisor.lock", "turn.lock"]
    assert not any(path.read_text() for path in stack.run.iterdir())
    assert loket("status", check=False).returncode == 1


@pytest.mark.usefixtures("running")
def test_no_log_holds_a_traceback_or_a_notice_that_nobody_can_act_on(stack: Stack):
    """After the module's scaling, ending and starting."""
    told = "".join(path.read_text(errors="replace") for path in stack.logs.glob("*.log"))

    assert '"event": "supervisor_stopped"' in told
    assert not re.search(r"Traceback|[Dd]eprecat|nanobind", told)


def test_a_supervisor_ends_with_its_folder(loket: Loket, running: dict[str, Any], stack: Stack):
    """It would run unseen, beside whatever is started in its place."""
    loket("up")
    supervisor = psutil.Process(int((stack.run / "supervisor.lock").read_text()))
    family = supervisor.children(recursive=True)
    supervisor.suspend()
    shutil.rmtree(stack.run)
    told = facts(loket, check=False)["wrong"][0]
    supervisor.resume()

    assert (told["code"], str(supervisor.pid) in told["sentence"]) == ("stray-supervisor", True)
    assert not psutil.wait_procs([supervisor, *family], timeout=60)[1]
    assert json.loads(loket("down", "--json").stdout) == {"ran": False}


@pytest.mark.parametrize(
    "words",
    [
        ("scale", "documents=2"),
        ("token", "--citizen", "85.07.30-901.33"),
        ("register", "seed"),
        ("register", "pause"),
        ("dead-letters", "list"),
        ("dead-letters", "drop", "--all", "--reason", "x"),
    ],
)
def test_what_does_not_run_is_not_looked_for_elsewhere(tmp_path: Path, words: tuple[str, ...]):
    """On the usual ports another deployment may listen, whose register or messages are not ours to change."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("LOKET_")}

    done = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", *words],
        env=environ | {"LOKET_VAR": str(tmp_path)}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "loket: nothing runs here; start it with `loket up`\n"


def test_a_profile_is_one_of_two(tmp_path: Path):
    with pytest.raises(PartError, match="demo or production"):
        Stack(var=tmp_path, outside={"LOKET_PROFILE": "demonstration"}).check()


def test_production_refuses_what_is_for_demonstrations(var: Path):
    stack = Stack(var=var, outside={"LOKET_PROFILE": "production", "LOKET_AMQP_URI": "amqp://broker"})

    with pytest.raises(Exception, match="LOKET_MONGO_URI, LOKET_SMTP_URI, LOKET_TOWNS"):
        stack.check()

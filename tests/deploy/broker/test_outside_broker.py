"""A broker that is not ours: its users and rights imported, its queues declared, by commands an operator can run."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pika
import pytest

from deploy.broker.rights import USERS
from services.chassis.signing import VerifyingKeys
from services.contracts.departments import virtual_host
from services.contracts.topology import SERVICES, SUBSCRIPTIONS


def loket(*words: str, var: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    outside = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "deploy.operator.cli", *words]
    return subprocess.run(
        command, env={**outside, "LOKET_VAR": str(var), **environ}, capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("users_of_broker")
def test_an_outside_broker_is_set_up_by_two_commands(
    amqp_uri: str, broker: tuple[str, httpx.Client], tmp_path: Path
) -> None:
    passwords = {f"LOKET_BROKER_PASSWORD_{user.upper()}": f"secret-of-{user}" for user in USERS}

    told = loket("broker", "definitions", var=tmp_path, LOKET_AMQP_URI=amqp_uri, **passwords)
    before = loket("broker", "declare", var=tmp_path, LOKET_AMQP_URI=amqp_uri)
    broker[1].post("/definitions", json=json.loads(told.stdout)).raise_for_status()
    declared = loket("broker", "declare", var=tmp_path, LOKET_AMQP_URI=amqp_uri)

    assert (before.returncode, before.stderr.count("\n"), "LOKET_BROKER_API" in before.stderr) == (2, 1, True)
    assert declared.stdout == "everything is declared\n", declared.stderr
    assert "secret-of" not in told.stdout
    address = urlsplit(amqp_uri)
    own = address._replace(netloc=f"intake:secret-of-intake@{address.hostname}:{address.port}").geturl()
    with pika.BlockingConnection(pika.URLParameters(own)) as connection:
        for queue in SUBSCRIPTIONS:
            channel = connection.channel()
            if queue.startswith("intake."):
                assert channel.basic_get(queue)[0] is None
            else:
                with pytest.raises(pika.exceptions.ChannelClosedByBroker):
                    channel.basic_get(queue)
    for user in USERS:
        broker[1].delete(f"/users/{user}").raise_for_status()
    broker[1].delete(f"/vhosts{virtual_host(address.path)}").raise_for_status()


def test_a_broker_that_cannot_be_used_is_told_at_once(amqp_uri: str, tmp_path: Path) -> None:
    address = urlsplit(amqp_uri)
    at = f"{address.hostname}:{address.port}"
    wrong = {
        f"amqp://loket:wrong@{at}{address.path}": "refuses",
        f"{amqp_uri}-none": "refuses",
        "http://broker.example/loket": "amqp://",
    }

    for uri, mend in wrong.items():
        told = loket("broker", "declare", var=tmp_path, LOKET_AMQP_URI=uri)
        assert (told.returncode, told.stderr.count("\n"), mend in told.stderr) == (2, 1, True), told.stderr
        assert "wrong" not in told.stderr


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    embedded = loket("broker", "definitions", var=tmp_path)
    without = loket("broker", "definitions", var=tmp_path, LOKET_AMQP_URI="amqp://a:b@127.0.0.1:9/x")
    away = loket("broker", "declare", var=tmp_path)
    silent = loket("broker", "declare", var=tmp_path, LOKET_AMQP_URI="amqp://a:b@127.0.0.1:9/x")

    assert (embedded.returncode, "LOKET_AMQP_URI" in embedded.stderr) == (2, True)
    assert all(f"LOKET_BROKER_PASSWORD_{user.upper()}" in without.stderr for user in USERS)
    assert (away.returncode, away.stderr.count("\n")) == (2, 1)
    assert "the broker at LOKET_AMQP_URI did not take the topology" in silent.stderr
    assert "loket down" not in silent.stderr


def test_public_keys_come_from_the_private_ones(tmp_path: Path) -> None:
    keys = {
        f"LOKET_EVENT_KEY_{name.upper()}": f"{name}.a:{base64.urlsafe_b64encode(os.urandom(32)).decode()}"
        for name in SERVICES
    }

    told = loket("broker", "public-keys", var=tmp_path, **keys)
    swapped = loket(
        "broker", "public-keys", var=tmp_path, **keys | {"LOKET_EVENT_KEY_INTAKE": keys["LOKET_EVENT_KEY_NOTIFY"]}
    )
    broken = loket("broker", "public-keys", var=tmp_path, **keys | {"LOKET_EVENT_KEY_INTAKE": "intake.a:short"})

    VerifyingKeys.parse(told.stdout.strip())
    assert told.stdout.count(",") == len(SERVICES) - 1
    assert "LOKET_EVENT_KEY_INTAKE" in swapped.stderr
    assert (broken.returncode, broken.stderr.count("\n")) == (2, 1)

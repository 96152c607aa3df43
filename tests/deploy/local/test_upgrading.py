"""`loket up` over what version 0.1 left behind."""

import json
from pathlib import Path

import pika
import pytest

from deploy.demo.secrets import demo_secrets
from deploy.local.running import EarlierVersion, declare_topology
from deploy.local.stack import Stack
from tests.golden import broker_0_1


def test_messages_of_the_last_version_are_told_in_one_line(amqp_uri: str, tmp_path: Path) -> None:
    stack = Stack(var=tmp_path, outside={"LOKET_AMQP_URI": amqp_uri})
    with pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        broker_0_1.declare(channel)
        channel.basic_publish("", "intake.record-telling", b"{}", mandatory=True)

    with pytest.raises(EarlierVersion) as refused:
        declare_topology(stack)

    assert "\n" not in str(refused.value)
    assert "intake.record-telling (1); nothing was changed: start that version again" in str(refused.value)


def test_secrets_of_the_last_version_stay_and_new_ones_are_added(tmp_path: Path) -> None:
    old = {
        **{f"LOKET_KEYS_{ring}": f"demo:{ring}" for ring in ("CONTACTS", "FACTS", "REQUESTS", "RPC", "SESSIONS")},
        **{f"LOKET_{service}_PEPPER": service for service in ("DOCUMENTS", "INTAKE")},
        "LOKET_SEAL_24001_PASSPHRASE": "p",
        "LOKET_SIGN_IN_24001_SECRET": "s",
    }
    (tmp_path / "secrets.json").write_text(json.dumps(old), encoding="ascii")

    secrets = demo_secrets(tmp_path, towns=["24001"])

    assert {name: secrets[name] for name in old} == old
    assert {"LOKET_KEYS_QUESTIONS_INTAKE", "LOKET_EVENT_KEY_REGISTRY", "LOKET_EVENT_KEYS"} <= set(secrets)

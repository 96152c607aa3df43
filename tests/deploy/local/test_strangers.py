"""A demonstration does not begin in what is somebody else's, nor where nobody asked for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient

from deploy.demo.secrets import demo_secrets
from deploy.local.embedded.part import PartError
from deploy.local.running import up
from deploy.local.stack import Stack
from deploy.local.strangers import refuse_strangers
from deploy.production.keys import new_key
from services.chassis.pseudonyms import check_of, pepper

STORE, BROKER = {"LOKET_MONGO_URI": "mongodb://127.0.0.1:9/"}, {"LOKET_AMQP_URI": "amqp://127.0.0.1:9/"}


@pytest.mark.parametrize(
    ("outside", "said"),
    [
        (STORE, "LOKET_MONGO_URI is set and LOKET_PROFILE is not: write LOKET_PROFILE=production"),
        (BROKER, "LOKET_AMQP_URI is set and LOKET_PROFILE is not"),
        (STORE | BROKER, "LOKET_AMQP_URI and LOKET_MONGO_URI are set and LOKET_PROFILE is not"),
    ],
)
def test_with_others_addresses_a_demonstration_is_asked_for(tmp_path: Path, outside: dict[str, str], said: str) -> None:
    with pytest.raises(PartError, match=said):
        up(Stack(var=tmp_path, outside=outside))

    assert not (tmp_path / "secrets.json").exists()
    assert not (tmp_path / "ports.json").exists()


def test_one_that_is_asked_for_may_begin_there(tmp_path: Path) -> None:
    Stack(var=tmp_path, outside=STORE | BROKER | {"LOKET_PROFILE": "demo"}).check()
    Stack(var=tmp_path, outside={"LOKET_SMTP_URI": "smtp://127.0.0.1:9"}).check()


@pytest.mark.parametrize("service", ["intake", "documents"])
def test_it_begins_in_no_store_of_another_deployment(
    tmp_path: Path, mongo_uri: str, database_prefix: str, service: str
) -> None:
    outside = {"LOKET_PROFILE": "demo", "LOKET_MONGO_URI": mongo_uri, "LOKET_DATABASE": database_prefix}
    stack = Stack(var=tmp_path, outside=outside)
    refuse_strangers(stack)  # empty
    with MongoClient(mongo_uri) as client:
        peppers = client[f"{database_prefix}_{service}"]["peppers"]
        peppers.insert_one({"_id": "pepper", "check": check_of(pepper(new_key()))})

        for _ in range(2):  # without secrets of its own, and with others
            with pytest.raises(PartError, match=f"keeps what another deployment filed .{database_prefix}_{service}"):
                up(stack)
            own = demo_secrets(tmp_path, towns=())

        own_check = check_of(pepper(own[f"LOKET_{service.upper()}_PEPPER"]))
        peppers.update_one({"_id": "pepper"}, {"$set": {"check": own_check}})
        refuse_strangers(stack)
        client.drop_database(f"{database_prefix}_{service}")


def test_a_store_that_does_not_answer_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.strangers.ANSWERS_MS", 100)

    refuse_strangers(Stack(var=tmp_path, outside={**STORE, "LOKET_PROFILE": "demo"}))


@pytest.mark.parametrize(
    "words",
    [
        ("register", "seed"),
        ("register", "pause", "--town", "24001", "--minutes", "5"),
        ("dead-letters", "practise"),
        ("up",),
    ],
)
def test_nor_does_a_command_of_the_demonstrations_reach_others_unasked(tmp_path: Path, words: tuple[str, ...]) -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("LOKET_")} | STORE | BROKER

    done = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", *words],
        env=environ | {"LOKET_VAR": str(tmp_path)}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("loket: LOKET_AMQP_URI and LOKET_MONGO_URI are set and LOKET_PROFILE is not: write")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["", '{"LOKET_INTAKE_PEPPER": "x', "[]", '{"LOKET_INTAKE_PEPPER": 7}'])
def test_a_broken_file_of_secrets_is_named_and_left(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.json").write_text(text)

    with pytest.raises(PartError, match=r"secrets\.json cannot be read"):
        demo_secrets(tmp_path, towns=())

    assert (tmp_path / "secrets.json").read_text() == text

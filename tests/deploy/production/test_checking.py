"""`loket keys check` reads a deployment's files as its processes would, and tells all that is wrong at once."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy.local.outside import ROOT
from deploy.local.stack import Stack
from deploy.operator.status.keys import in_keys, keys_facts
from deploy.production import key_folder
from deploy.production.checking import _registers, problems
from deploy.production.env_files import read_env
from deploy.production.keys import OPERATOR, new_key
from deploy.production.unfilled import demonstrations, example_host, unfilled
from deploy.production.variables import PROCESSES
from services.contracts.days import local
from services.contracts.schema import Unreadable
from tests.deploy.production.deployment import ETC, Production
from tests.documents.examples import PASSPHRASE, a_folder

TODAY = date(2026, 11, 26)
NOW = datetime.now(UTC)


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """The examples, filled in."""
    etc = tmp_path / "etc"
    etc.mkdir()
    for file in ETC.glob("*.env"):
        shutil.copy(file, etc)
        (etc / file.name).chmod(0o600)
    key_folder.make(etc / "keys", broker="amqps://broker.internal:5671/loket", today=TODAY)
    change(etc, "common", "LOKET_TOWNS=/etc/loket/towns", f"LOKET_TOWNS={etc / 'towns'}")
    change(etc, "documents", "PASSPHRASE=SECRET", f'PASSPHRASE="{PASSPHRASE}"')
    for name in (*PROCESSES, OPERATOR):
        path = etc / f"{name}.env"
        path.write_text(re.sub(r"\bSECRET\b", "f0e1", path.read_text()).replace(".example", ".internal"))
    town_of(etc).write_town(host="loket.aarschot.be")
    return etc


def town_of(etc: Path) -> Production:
    production = Production.__new__(Production)
    production.etc, production.provider = etc, cast(Any, SimpleNamespace(issuer="https://sign-in.aarschot.be"))
    return production


def change(etc: Path, name: str, old: str, new: str) -> None:
    path = etc / f"{name}.env"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def instead(path: Path) -> Path:
    """The place of a file that is taken away."""
    path.unlink()
    return path


def change_town(etc: Path, old: str, new: str) -> None:
    path = etc / "towns" / "aarschot.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def key_of(etc: Path, name: str, variable: str) -> str:
    return key_folder.read_folder(etc / "keys")[name][variable]


def test_the_examples_filled_in_are_in_order(etc: Path) -> None:
    assert problems(etc) == []


SPOILS: dict[str, tuple[Callable[[Path], None], str]] = {
    "misspelt": (
        lambda etc: change(etc, "gateway", "LOKET_PROXIES", "LOKET_PROXYS"),
        "gateway: LOKET_PROXYS in gateway.env is not read here; take it out, no process reads it",
    ),
    "another's secret": (
        lambda etc: change(etc, "intake", "LOKET_HEALTH_PORT", "LOKET_SEAL_24001_PIN=1234\nLOKET_HEALTH_PORT"),
        "intake: LOKET_SEAL_24001_PIN in intake.env is not read here; take it out, it is for documents",
    ),
    "webhooks into this machine": (
        lambda etc: change(etc, "notify", "LOKET_HEALTH_PORT", "LOKET_WEBHOOKS_LOOPBACK=yes\nLOKET_HEALTH_PORT"),
        "notify: LOKET_WEBHOOKS_LOOPBACK would let webhooks lead into this machine; take it out",
    ),
    "an operator's webhooks into this machine": (
        lambda etc: change(etc, "operator", "LOKET_PROFILE=", "LOKET_WEBHOOKS_LOOPBACK=1\nLOKET_PROFILE="),
        "operator: LOKET_WEBHOOKS_LOOPBACK would let webhooks lead into this machine; take it out",
    ),
    "an administrator of demonstrations": (
        lambda etc: change(etc, "operator", "LOKET_PROFILE=production", "LOKET_PROFILE=demo"),
        "operator: LOKET_PROFILE is demo, and `loket` would make demonstrations here",
    ),
    "a profile that there is not": (
        lambda etc: change(etc, "operator", "LOKET_PROFILE=production", "LOKET_PROFILE=prod"),
        "operator: LOKET_PROFILE is prod",
    ),
    "an operator without a key": (
        lambda etc: change(etc, "keys/operator", "LOKET_KEYS_REQUESTS", "#"),
        "operator: LOKET_KEYS_REQUESTS is not set; copy its line from keys/intake.env into keys/operator.env",
    ),
    "an operator with an old key": (
        lambda etc: change(etc, "keys/operator", "LOKET_KEYS_REQUESTS=", f"LOKET_KEYS_REQUESTS=new:{new_key()},"),
        "LOKET_KEYS_REQUESTS is not the same in intake, registry, operator",
    ),
    "no profile": (
        lambda etc: change(etc, "operator", "LOKET_PROFILE=production", ""),
        "operator: LOKET_PROFILE is not set",
    ),
    "a library that is loaded first": (
        lambda etc: change(etc, "intake", "LOKET_HEALTH_PORT", "LD_PRELOAD=/tmp/x.so\nLOKET_HEALTH_PORT"),
        "LD_PRELOAD in intake.env is no variable of Loket and may change what runs",
    ),
    "in everybody's file": (
        lambda etc: change(etc, "common", "LOKET_TOWNS", "PYTHONPATH=/tmp\nLOKET_TOWNS"),
        "PYTHONPATH in common.env is no variable of Loket",
    ),
    "an administrator's": (
        lambda etc: change(etc, "operator", "LOKET_PROFILE", "PATH=/tmp\nLOKET_PROFILE"),
        "PATH in operator.env is no variable of Loket",
    ),
    "everybody may change it": (lambda etc: (etc / "common.env").chmod(0o666), "common.env can be changed by others"),
    "keys that others may exchange": (
        lambda etc: (etc / "keys").chmod(0o777),
        "keys can be changed by others; chmod 700",
    ),
    "keys that others may list": (lambda etc: (etc / "keys").chmod(0o755), "keys can be entered by others; chmod 700"),
    "a folder that others may change": (lambda etc: etc.chmod(0o777), "etc can be changed by others; chmod 755"),
    "a folder above": (lambda etc: etc.parent.chmod(0o777), "can be changed by others; chmod 755"),
    "another's line ends": (
        lambda etc: (etc / "common.env").write_bytes((etc / "common.env").read_bytes().replace(b"\n", b"\r\n")),
        "common.env, line 1: ends with a carriage return, as 17 lines do: save the file with Unix line ends",
    ),
    "an end of a command": (
        lambda etc: change(
            etc, "operator", "LOKET_MONGO_URI=", "LOKET_MONGO_URI=mongodb://h/?replicaSet=a&tls=true\n#"
        ),
        "LOKET_MONGO_URI: holds '&', at which a shell ends or splits it; put the value in double quotes",
    ),
    "another encoding": (
        lambda etc: (etc / "intake.env").write_bytes(b"# so\nLOKET_X=L\xf6wen\n"),
        "intake.env, line 2: is not UTF-8; save the file as UTF-8",
    ),
    "a folder": (
        lambda etc: instead(etc / "intake.env").mkdir(0o600),
        "intake.env, file: is no file: put a plain file here",
    ),
    "a pipe": (
        lambda etc: os.mkfifo(instead(etc / "intake.env"), 0o600),
        "intake.env, file: is no file: put a plain file here",
    ),
    "a link to nothing": (
        lambda etc: instead(etc / "intake.env").symlink_to("gone"),
        "intake.env, file: is a link that leads nowhere",
    ),
    "readable": (lambda etc: (etc / "keys" / "intake.env").chmod(0o644), "can be read by others; chmod 600"),
    "a number": (
        lambda etc: change(etc, "gateway", "LOKET_GATEWAY_WORKERS=4", "LOKET_GATEWAY_WORKERS=0"),
        "gateway: LOKET_GATEWAY_WORKERS cannot be used (write a whole number from 1 to 1000)",
    ),
    "missing": (
        lambda etc: change(etc, "notify", "LOKET_SMTP_URI", "#LOKET_SMTP_URI"),
        "notify: LOKET_SMTP_URI is not set",
    ),
    "another ring": (
        lambda etc: change(etc, "keys/documents", "LOKET_KEYS_FACTS=", f"LOKET_KEYS_FACTS=x:{new_key()},"),
        "LOKET_KEYS_FACTS is not the same in registry, documents",
    ),
    "a shared key": (
        lambda etc: change(
            etc,
            "keys/intake",
            key_of(etc, "intake", "LOKET_INTAKE_PEPPER"),
            key_of(etc, "intake", "LOKET_KEYS_CONTACTS").partition(":")[2],
        ),
        "hold the same key",
    ),
    "no random key": (
        lambda etc: change(etc, "keys/intake", key_of(etc, "intake", "LOKET_INTAKE_PEPPER"), "A" * 43),
        "LOKET_INTAKE_PEPPER holds a key that is not random",
    ),
    "another's user": (
        lambda etc: change(etc, "keys/intake", "amqps://intake:", "amqps://notify:"),
        "intake: LOKET_AMQP_URI is not its own user's",
    ),
    "the demonstration": (
        lambda etc: change(etc, "gateway", "LOKET_PROXIES=1", "LOKET_PROFILE=demo"),
        "gateway: LOKET_PROFILE is not production",
    ),
    "plain http": (
        lambda etc: change(etc, "gateway", "LOKET_PROXIES=1", "LOKET_SECURE_COOKIES=0"),
        "gateway: LOKET_SECURE_COOKIES must be 1",
    ),
    "no file": (lambda etc: (etc / "notify.env").unlink(), "notify.env is not there"),
    "the seal": (
        lambda etc: change(etc, "documents", f'PASSPHRASE="{PASSPHRASE}"', "PASSPHRASE=wrong"),
        "LOKET_SEAL_24001_PASSPHRASE",
    ),
    "an example's secret": (
        lambda etc: change(etc, "notify", "loket:f0e1@", "loket:SECRET@"),
        "notify.env: LOKET_SMTP_URI still says SECRET",
    ),
    "an example's host": (
        lambda etc: change(etc, "operator", "broker.internal", "broker.example"),
        "operator.env: LOKET_AMQP_URI still names broker.example",
    ),
    "a demonstration": (
        lambda etc: town_of(etc).write_town(),
        "Aarschot (24001) is a demonstration (specimen: true)",
    ),
    "an example's town": (
        lambda etc: change_town(etc, "burgerzaken@loket.aarschot.be", "burgerzaken@aarschot.example"),
        "Aarschot (24001): office.email still names aarschot.example",
    ),
    "an old seal": (
        lambda etc: (a_folder(etc / "towns", starts=NOW - timedelta(days=9), ends=NOW - timedelta(days=1)), None)[1],
        "the seal certificate of 24001 is not valid today",
    ),
    "an ageing seal": (
        lambda etc: (a_folder(etc / "towns", ends=NOW + timedelta(days=30)), None)[1],
        "get the next one now",
    ),
}


@pytest.mark.parametrize("what", SPOILS)
def test_what_is_wrong_is_told_in_one_line_without_a_secret(what: str, etc: Path) -> None:
    spoil, told = SPOILS[what]
    spoil(etc)

    found = problems(etc)

    assert len(found) == 1, found
    assert told in found[0]
    assert not any(secret in found[0] for secret in (PASSPHRASE, "A" * 43, key_of(etc, "intake", "LOKET_AMQP_URI")))


def test_the_examples_as_they_are_have_a_line_for_each_thing_to_fill_in(etc: Path) -> None:
    """With the towns of the demonstration, as somebody copies it all."""
    for file in ETC.glob("*.env"):
        if file.name != "common.env":
            shutil.copy(file, etc)
            (etc / file.name).chmod(0o600)
    town_of(etc).write_town()
    left = {
        (file.name, name)
        for file in ETC.glob("*.env")
        for name, value in read_env(file).items()
        if "SECRET" in value or ".example" in value
    }

    found = problems(etc)

    assert len(left) > 8
    assert [
        (file, name) for file, name in sorted(left) if not any(f"{file}: {name} still" in line for line in found)
    ] == []
    assert sum("is a demonstration" in line for line in found) == 1


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("amqps://a:b@broker-1.example:5671/loket;amqps://a:b@broker.aarschot.be:5671/loket", "broker-1.example"),
        ("mongodb://a:b@store.aarschot.be,store-2.Example:27017/?tls=true", "store-2.Example"),
        ("http://collector.example.com:4318", "collector.example.com"),
        ("burgerzaken@leuven.example", "leuven.example"),
        ("smtp://relay.invalid", "relay.invalid"),
        ("https://www.example.be", None),
        ("https://loket.aarschot.be/an.example", None),
        ("a1.example.aarschot.be", None),
    ],
)
def test_an_examples_host_is_one_that_is_nobodys(value: str, host: str | None) -> None:
    assert example_host(value) == host


def test_a_random_value_is_not_taken_for_an_example(etc: Path) -> None:
    assert list(unfilled({"LOKET_A": "k:x-SECRET-y", "LOKET_B": "MYSECRETS"})) == []
    assert list(demonstrations([])) == []


def status_of(etc: Path, tmp_path: Path) -> list[tuple[str, bool, str]]:
    """What `loket status` says of keys, beside a production that others supervise."""
    stack = Stack(var=tmp_path / "var", outside={"LOKET_PROFILE": "production", "LOKET_ETC": str(etc)})
    told = {"keys": keys_facts(stack, runs=False)}
    return [(each.code, each.blocks, each.sentence) for each in in_keys(told)]


def test_status_says_shortly_what_is_wrong_with_keys_and_seals(etc: Path, tmp_path: Path) -> None:
    well = status_of(etc, tmp_path)
    for what in ("a shared key", "an ageing seal", "misspelt"):
        SPOILS[what][0](etc)
    ends = local(NOW + timedelta(days=30)).date()

    seal, keys = status_of(etc, tmp_path)

    assert well == []
    assert seal == ("seal-ends", False, f"the seal certificate of 24001 ends on {ends}; get the next one now")
    assert keys[:2] == ("keys", False)
    assert "LOKET_PROXYS" in keys[2]
    assert keys[2].endswith(f", and 1 more; `loket keys check {etc}` tells all")


def test_a_seal_that_is_over_keeps_a_town_from_being_served(etc: Path, tmp_path: Path) -> None:
    SPOILS["an old seal"][0](etc)

    ((code, blocks, sentence),) = status_of(etc, tmp_path)

    assert (code, blocks) == ("no-seal", True)
    assert sentence.endswith("put a valid one in its place; until then nothing is issued there")


def test_a_demonstration_beside_it_is_not_asked_about_it(etc: Path, tmp_path: Path) -> None:
    stack = Stack(var=tmp_path / "var", outside={"LOKET_ETC": str(etc)})

    assert keys_facts(stack, runs=False) is None


@pytest.mark.parametrize(
    ("name", "content"), [("seal.p12", b""), ("seal.p12", b"garbage"), ("seal.p12", None), ("passphrase", b"wrong")]
)
def test_a_seal_that_cannot_be_opened_is_a_line_and_no_traceback(
    etc: Path, name: str, content: bytes | None, capfd: pytest.CaptureFixture[str]
) -> None:
    if name == "passphrase":
        change(etc, "documents", f'PASSPHRASE="{PASSPHRASE}"', "PASSPHRASE=wrong")
    elif content is None:
        (etc / "towns" / name).unlink()
    else:
        (etc / "towns" / name).write_bytes(content)

    assert len(problems(etc)) == 1
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("LOKET_X=a b", "holds ' ', at which a shell"),
        ("LOKET_X=a;b", "holds ';', at which a shell"),
        ("LOKET_X=$HOME", "holds $, which systemd and a shell read differently; put the value in single quotes"),
        ('LOKET_X="$HOME"', "holds $, which"),
        ('LOKET_X="a`id`"', "holds `, which"),
        ("LOKET_X=a\\b", "holds \\, which"),
        ('LOKET_X="a\\"', "holds \\, which"),
        ('LOKET_X="a', 'its " is not closed'),
        ("LOKET_X='", "its ' is not closed"),
        ('LOKET_X="a" "b"', 'holds " between its quotes'),
        ("LOKET_X='a'b'", "holds ' between its quotes"),
        ('LOKET_X=a"b"', "holds a quote, which a shell takes away"),
        ("LOKET_X=~/towns", "holds ~, in the place of which"),
        ("LOKET_X=a:~/towns", "holds ~, in the place of which"),
        ("LOKET_X=a\x07", "holds a character that cannot be seen"),
        ("# so \\", "hides the next line from systemd"),
        ("; so", "begin a comment with #"),
        ("export LOKET_X=a", "write NAME=value"),
    ],
)
def test_what_systemd_and_a_shell_would_read_differently_is_told_by_its_line(
    tmp_path: Path, line: str, mend: str
) -> None:
    (tmp_path / "x.env").write_text(f"LOKET_A=a\n{line}\nLOKET_Z=z\n")

    with pytest.raises(Unreadable) as told:
        read_env(tmp_path / "x.env")

    assert set(told.value.problems) == {"line 2"}
    assert mend in told.value.problems["line 2"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", ""),
        ("a", "a"),
        ('"a b&c;d (e) é"', "a b&c;d (e) é"),
        ("'$HOME `id` \\ \"'", '$HOME `id` \\ "'),
        ("mongodb://h/?replicaSet=rs0", "mongodb://h/?replicaSet=rs0"),
        ("a#b", "a#b"),
        ('"it\'s"', "it's"),
        ('"~"', "~"),
        ("a~b", "a~b"),
        ("[a]*{b,c}!", "[a]*{b,c}!"),
    ],
)
def test_what_is_taken_a_shell_reads_alike(tmp_path: Path, written: str, value: str) -> None:
    (tmp_path / "x.env").write_text(f"LOKET_X={written}\n", encoding="utf-8")

    shell = subprocess.run(
        ["/bin/sh", "-c", '. "$0"; printf %s "$LOKET_X"', str(tmp_path / "x.env")],
        env={"HOME": "/nowhere", "PATH": "/usr/bin:/bin"}, capture_output=True, check=True,
    )  # fmt: skip

    assert read_env(tmp_path / "x.env") == {"LOKET_X": value}
    assert shell.stdout.decode() == value


def test_a_population_that_cannot_be_asked_is_told_in_words(tmp_path: Path) -> None:
    for file in (ROOT / "deploy" / "towns").glob("kortenberg.*"):
        shutil.copy(file, tmp_path)

    (line,) = _registers({"LOKET_TOWNS": str(tmp_path)}, datetime.now(UTC))

    assert line.startswith("the population of 24055: ")
    assert "Finding(" not in line

"""How an operator lets a department in at the HTTP API, and what every mistake is answered with."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from pymongo.database import Database

from deploy.local.stack import Stack
from deploy.operator import departments as module
from deploy.operator.commands.departments import departments
from services.notify.feed.credentials import AT_ONCE, CredentialStore, new_secret, shown
from services.notify.feed.departments import DepartmentStore
from tests.deploy.operator.commanding import a_stack, facts_of, told
from tests.notify.feed.making import NOON, a_department
from tests.notify.feed.webhooks.receiving import papers

POLICE = a_department("police")


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database[dict[str, Any]]) -> Stack:
    DepartmentStore(database).add(POLICE)
    return a_stack(tmp_path, monkeypatch, opens=(module, "notify_database"), database=database)


@pytest.fixture
def credentials(stack: Stack, database: Database[dict[str, Any]]) -> CredentialStore:
    return CredentialStore(database)


def loket(*arguments: str) -> Result:
    return told(departments, *arguments)


def facts(*arguments: str) -> dict[str, Any]:
    return facts_of(departments, *arguments)


def audited(stack: Stack) -> list[tuple[str, str, str]]:
    lines = (stack.logs / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [(each["act"], each["message"], each["reason"]) for each in map(json.loads, lines)]


def is_let_in(credentials: CredentialStore, **showing: str | None) -> bool:
    return shown(credentials.of("police"), **({"secret": None, "thumbprint": None} | showing)) is not None


def test_a_secret_is_shown_once_and_audited_without_it(stack: Stack, credentials: CredentialStore) -> None:
    made = facts("access", "police")

    assert is_let_in(credentials, secret=made["secret"])
    assert audited(stack) == [("departments access", f"police {made['id']}", "")]
    assert made["secret"] not in (stack.logs / "audit.jsonl").read_text(encoding="utf-8")


def test_the_secret_before_stays_until_the_next_unless_one_leaked(stack: Stack, credentials: CredentialStore) -> None:
    before, last = (facts("access", "police")["secret"] for _ in range(AT_ONCE))
    assert [is_let_in(credentials, secret=each) for each in (before, last)] == [True, True]

    result = loket("access", "police", "--only")

    only = result.output.splitlines()[1]
    assert [is_let_in(credentials, secret=each) for each in (before, last, only)] == [False, False, True]
    assert audited(stack)[-1][2] == "only"


def test_a_new_secret_is_the_newest_though_our_clock_has_gone_back(credentials: CredentialStore) -> None:
    """The one that was printed last lets in, and the one before it; which these are no clock decides."""
    secrets = []
    for hours in (0, 1, -2, -1):
        made, secret = new_secret("police", now=NOON + timedelta(hours=hours))
        credentials.add(made)
        secrets.append(secret)

    assert [is_let_in(credentials, secret=each) for each in secrets] == [False, False, True, True]


def test_who_is_killed_over_a_new_secret_leaves_none_too_many(
    credentials: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any of the writes: at most as many are valid as are told."""
    for _ in range(AT_ONCE):
        credentials.add(new_secret("police", now=NOON)[0])
    collection = credentials._collection

    def dying(act: Callable[..., object]) -> Callable[..., None]:
        def killed_after(*arguments: Any) -> None:
            act(*arguments)
            raise KeyboardInterrupt

        return killed_after

    for name in ("delete_many", "insert_one"):
        with monkeypatch.context() as patched:
            patched.setattr(collection, name, dying(getattr(collection, name)))
            with pytest.raises(KeyboardInterrupt):
                credentials.add(new_secret("police", now=NOON)[0])
        assert len(credentials.of("police")) <= AT_ONCE


def test_a_certificate_lets_it_in_and_a_secret_of_another_kind_stays(
    stack: Stack, credentials: CredentialStore, tmp_path: Path
) -> None:
    secret = facts("access", "police")["secret"]
    file = tmp_path / papers(tmp_path).certificate
    wanted = load_pem_x509_certificate(file.read_bytes()).fingerprint(SHA256()).hex()

    made = facts("certificate", "police", str(file))

    assert made["sha256"] == wanted
    assert is_let_in(credentials, thumbprint=wanted)
    assert is_let_in(credentials, secret=secret)
    assert audited(stack)[-1] == ("departments certificate", f"police {made['id']} {wanted}", "")
    assert wanted in loket("certificate", "police", str(file)).output


def test_they_are_listed_with_what_they_hear_and_why(database: Database[dict[str, Any]], stack: Stack) -> None:
    DepartmentStore(database).add(replace(POLICE, id="schools", added_at=POLICE.added_at + timedelta(days=1)))

    listed = facts("list")["departments"]

    assert [(each["department"], each["purpose"]) for each in listed] == [
        (name, "to find whoever moved") for name in ("police", "schools")
    ]
    assert "to find" in loket("list").output


ADD = ("add", "waste", "--title", "Waste", "--purpose", "to plan")
NOBODY = "no department is called nobody; choose from police"

MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "access of nobody": (("access", "nobody"), NOBODY),
    "rotate nobody": (("rotate", "nobody"), NOBODY),
    "suspend nobody": (("suspend", "nobody", "--reason", "why"), NOBODY),
    "resume nobody": (("resume", "nobody", "--reason", "why"), NOBODY),
    "remove nobody": (("remove", "nobody", "--reason", "why"), NOBODY),
    "replay to nobody": (("replay", "nobody", "--from", "first"), NOBODY),
    "64 KB of backslashes": (("access", "\\" * 65536), "no department is called"),
    "a certificate of nobody": (("certificate", "nobody", "PEM"), NOBODY),
    "no certificate": (("certificate", "police", __file__), "holds no certificate; give it as PEM"),
    "a certificate that is gone": (("certificate", "police", "/gone.pem"), "File '/gone.pem' does not exist"),
    "a folder": (("certificate", "police", "/"), "is a directory"),
    "suspend without a reason": (("suspend", "police", "--reason", " "), "say why: --reason"),
    "resume without a reason": (("resume", "police", "--reason", ""), "say why: --reason"),
    "remove without a reason": (("remove", "police", "--reason", ""), "say why: --reason"),
    "remove without saying so": (("remove", "police"), "Missing option '--reason'"),
    "replay from no place": (("replay", "police", "--from", "yesterday"), "--from: write first, a number, or"),
    "replay of what is to come": (
        ("replay", "police", "--from", "2999-01-01T00:00:00Z"),
        "--from: that is still to come",
    ),
    "replay without a zone": (("replay", "police", "--from", "2026-11-27T08:00:00"), "--from: say the time zone"),
    "add what is there": (("add", "police", *ADD[2:]), "`loket departments rotate police` gives it a new password"),
    "add no name": (("add", "Police Zone", *ADD[2:]), "is no name for a department: write lower-case words"),
    "add without a title": (("add", "waste", "--title", " ", "--purpose", "x"), "--title is empty"),
    "add without a purpose": (("add", "waste", "--title", "x", "--purpose", " "), "--purpose is empty"),
    "add no topic": ((*ADD, "--topic", "all"), "--topic: write TOWN.EVENT.PRODUCT"),
    "add an unknown town": ((*ADD, "--topic", "99999.*.*"), "--topic: nothing is ever said of 99999"),
    "add an unknown fact": ((*ADD, "--fact", "everything"), "--fact: everything can be told to no department"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_told_in_a_line_and_changes_nothing(
    stack: Stack, credentials: CredentialStore, database: Database[dict[str, Any]], tmp_path: Path, mistake: str
) -> None:
    words, mend = MISTAKES[mistake]
    pem = str(tmp_path / papers(tmp_path).certificate)

    result = loket(*(pem if each == "PEM" else each for each in words))

    assert result.exit_code == 2, result.output
    assert mend in result.output.strip().splitlines()[-1]
    assert credentials.of("police") == []
    assert DepartmentStore(database).all() == [POLICE]

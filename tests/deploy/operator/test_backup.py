"""A backup keeps all of it, is whole or refused, and is put back only where nothing else is or runs."""

import errno
import fcntl
import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import Binary, Decimal128, Int64, ObjectId
from gridfs import GridFS
from pymongo import MongoClient
from pymongo.errors import DuplicateKeyError

from deploy.local.embedded.part import Running
from deploy.local.embedded.ports import Claims
from deploy.local.leftovers import mark_of
from deploy.local.stack import Stack
from deploy.operator import backing_up
from deploy.operator.audit import AUDIT, note
from deploy.operator.backing_up import back_up, restore, settle_restored
from deploy.operator.backup_file import Header, Reader, Unusable, writing
from deploy.operator.store_access import Refused
from deploy.production.keys import new_key
from services.chassis.pseudonyms import check_of, pepper
from services.chassis.restorations import JUMP, NotWhole, lost_times
from services.contracts.departments import SANDBOX
from services.contracts.restoring import is_lost
from services.notify.feed.credentials import CredentialStore, new_secret, shown
from services.notify.feed.departments import DepartmentStore
from services.notify.feed.numbering import JUMP as FEED_JUMP
from services.notify.feed.numbering import Numbering
from services.notify.feed.store import FeedStore
from services.notify.feed.webhooks.bounding import keep_within_bounds
from services.notify.feed.webhooks.domain import Response
from tests.conftest import OPT
from tests.golden import stored
from tests.notify.feed.making import a_department, told
from tests.notify.feed.webhooks.conftest import Side as Webhooks
from tests.outbox import KeptInOutbox
from tests.ports import free_ports

TAKEN = datetime(2026, 11, 26, 14, tzinfo=UTC)
LATER = TAKEN + timedelta(hours=1)
SERVICES = ("intake", "registry", "documents", "notify")


@pytest.fixture
def stack(mongo_uri: str, mongo_client: MongoClient[dict[str, Any]], database_prefix: str, tmp_path: Path) -> Stack:
    """A deployment that is down; its store is the run's, and holds what version 0.1 left."""
    stored.put(mongo_client, database_prefix)
    return Stack(var=tmp_path / "var", outside={"LOKET_MONGO_URI": mongo_uri, "LOKET_DATABASE": database_prefix})


class Contents:
    """What the store holds for a deployment."""

    def __init__(self, client: MongoClient[dict[str, Any]], prefix: str) -> None:
        self.client = client
        self.prefix = prefix

    def database(self, service: str) -> Any:
        return self.client[f"{self.prefix}_{service}"]

    def all(self) -> dict[str, list[dict[str, Any]]]:
        return {
            f"{service}.{name}": sorted(self.database(service)[name].find(), key=lambda each: str(each["_id"]))
            for service in SERVICES
            for name in self.database(service).list_collection_names()
            if name != "restorations"
        }

    def indexes(self) -> set[str]:
        return {
            f"{service}.{name}.{index['name']} {dict(index['key'])} {index.get('unique')} {index.get('sparse')}"
            for service in SERVICES
            for name in self.database(service).list_collection_names()
            for index in self.database(service)[name].list_indexes()
        }

    def drop(self) -> None:
        for service in (*SERVICES, "gateway"):
            self.client.drop_database(f"{self.prefix}_{service}")


@pytest.fixture
def contents(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Contents:
    return Contents(mongo_client, database_prefix)


@pytest.fixture
def backup(stack: Stack, contents: Contents, tmp_path: Path) -> Path:
    """Of a store that is gone by now."""
    path = tmp_path / "backup"
    back_up(stack, path, now=lambda: TAKEN)
    contents.drop()
    return path


def without_numbers(held: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    beside = {"version", "emitted", "heard"}
    return {
        name: [{key: value for key, value in each.items() if key not in beside} for each in documents]
        for name, documents in held.items()
        if documents  # a service's room for what nobody kept yet
    }


def test_all_that_was_kept_is_put_back(stack: Stack, contents: Contents, tmp_path: Path) -> None:
    odd = {
        "_id": ObjectId(),
        "b": Binary(b"\0\xff"),
        "d": Decimal128("1.10"),
        "l": Int64(2**40),
        "n": None,
        "ä.$": [{}],
    }
    contents.database("registry")["odd"].insert_one(odd)
    large = os.urandom(3_000_000)
    GridFS(contents.database("documents"), collection="files").put(large, _id="large")
    before, indexes = contents.all(), contents.indexes()

    done = back_up(stack, tmp_path / "backup", now=lambda: TAKEN)
    contents.drop()
    back = restore(stack, tmp_path / "backup", now=lambda: LATER)

    assert without_numbers(contents.all()) == without_numbers(before)
    assert contents.indexes() >= indexes
    assert back.documents == done.documents == sum(map(len, before.values()))
    assert GridFS(contents.database("documents"), collection="files").get("large").read() == large
    certificate = contents.database("documents")["certificates"].find_one()
    with pytest.raises(DuplicateKeyError):
        contents.database("documents")["certificates"].insert_one({**certificate, "_id": "another"})


def test_numbers_go_on_where_none_was_given_and_nobody_waits_for_what_was_said(
    stack: Stack, contents: Contents, backup: Path
) -> None:
    restore(stack, backup, now=lambda: LATER)

    kept = {each["_id"]: each for each in stored.documents("intake.applications")}
    said = {each["_id"]: each["emitted"] for each in contents.database("documents")["certificates"].find()}
    for each in contents.database("intake")["applications"].find():
        assert each["version"] == kept[each["_id"]]["version"] + JUMP
        if each["_id"] in said:
            assert each["heard"][f"documents/{each['_id']}"] == said[each["_id"]] >= JUMP


def test_every_service_knows_what_is_lost(stack: Stack, contents: Contents, backup: Path) -> None:
    restore(stack, backup, now=lambda: LATER)

    for service in SERVICES:
        times = lost_times(contents.database(service))
        assert is_lost(TAKEN + timedelta(minutes=1), times)
        assert not is_lost(TAKEN - timedelta(minutes=1), times)
        assert not is_lost(LATER, times)


def test_who_had_signed_out_stays_signed_out(stack: Stack, contents: Contents, tmp_path: Path) -> None:
    contents.database("gateway")["sessions"].insert_one({"_id": "a-session"})

    back_up(stack, tmp_path / "backup", now=lambda: TAKEN)

    assert b"a-session" not in gzip.decompress((tmp_path / "backup").read_bytes())


def test_the_file_is_for_its_owner_only_and_replaces_none(stack: Stack, backup: Path, contents: Contents) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.iterdir() if path.is_file()] == ["backup"]
    before = backup.read_bytes()

    with pytest.raises(Refused, match="exists"):
        back_up(stack, backup, now=lambda: TAKEN)
    assert backup.read_bytes() == before


@pytest.mark.parametrize("harm", ["cut", "flipped", "longer", "changed", "another's", "empty"])
def test_a_file_that_is_not_as_it_was_written_changes_nothing(
    stack: Stack, contents: Contents, backup: Path, harm: str
) -> None:
    whole = backup.read_bytes()
    inner = gzip.decompress(whole)
    backup.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "flipped": whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:],
            "longer": gzip.compress(inner + b"D\x05\0\0\0\0"),
            "changed": gzip.compress(inner.replace(b"delivered", b"withdrawn", 1)),
            "another's": gzip.compress(b"something else"),
            "empty": b"",
        }[harm]
    )

    with pytest.raises(Unusable):
        restore(stack, backup, now=lambda: LATER)
    assert contents.all() == {}


def test_what_is_not_empty_is_left_alone(stack: Stack, contents: Contents, backup: Path) -> None:
    contents.database("notify")["correspondences"].insert_one({"_id": "a1"})

    with pytest.raises(Refused, match="not empty"):
        restore(stack, backup, now=lambda: LATER)
    assert contents.all() == {"notify.correspondences": [{"_id": "a1"}]}


def test_another_version_is_left_to_that_version(
    stack: Stack, contents: Contents, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backing_up, "VERSION", "99.0")

    with pytest.raises(Refused, match=r"and this is 99\.0"):
        restore(stack, backup, now=lambda: LATER)
    assert contents.all() == {}


def test_one_that_was_interrupted_holds_up_the_services_and_is_begun_again(
    stack: Stack, contents: Contents, backup: Path
) -> None:
    def interrupt(name: str) -> None:
        if name.startswith("documents"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(stack, backup, now=lambda: LATER, progress=interrupt)
    for service in SERVICES:
        with pytest.raises(NotWhole):
            lost_times(contents.database(service))
    with pytest.raises(Refused, match="interrupted"):
        back_up(stack, backup.with_name("other"), now=lambda: LATER)

    restore(stack, backup, now=lambda: LATER)

    assert len(contents.all()["intake.applications"]) == len(stored.documents("intake.applications"))
    assert lost_times(contents.database("intake"))


def test_one_that_runs_is_left_alone(stack: Stack, contents: Contents, backup: Path) -> None:
    stack.run.mkdir(parents=True)
    with (stack.run / "supervisor.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="loket down"):
            restore(stack, backup, now=lambda: LATER)
    assert contents.all() == {}


def test_services_at_an_outside_broker_are_looked_for(
    mongo_uri: str, database_prefix: str, contents: Contents, backup: Path, tmp_path: Path
) -> None:
    outside = {"LOKET_MONGO_URI": mongo_uri, "LOKET_DATABASE": database_prefix}
    elsewhere = Stack(var=tmp_path / "other", outside={**outside, "LOKET_AMQP_URI": "amqp://127.0.0.1:9"})

    with pytest.raises(Refused, match="--services-are-down"):
        restore(elsewhere, backup, now=lambda: LATER)
    assert contents.all() == {}
    restore(elsewhere, backup, now=lambda: LATER, sure=True)


def filed_under(contents: Contents, key: str, service: str = "intake") -> None:
    contents.database(service)["peppers"].insert_one({"_id": "pepper", "check": check_of(pepper(key))})


def test_what_was_filed_under_other_peppers_is_refused_before_anything_changes(
    stack: Stack, contents: Contents, tmp_path: Path
) -> None:
    """In a demonstration they lie in its folder: whoever rehearses brings them along."""
    theirs, others = new_key(), new_key()
    filed_under(contents, theirs)
    filed_under(contents, theirs, "documents")
    back_up(stack, tmp_path / "backup", now=lambda: TAKEN)
    contents.drop()
    secrets = stack.var / "secrets.json"

    with pytest.raises(Refused, match=r"secrets\.json is not there: copy it from the deployment that was backed up"):
        restore(stack, tmp_path / "backup", now=lambda: LATER)
    secrets.write_text(json.dumps({"LOKET_INTAKE_PEPPER": theirs, "LOKET_DOCUMENTS_PEPPER": others}))
    with pytest.raises(Refused, match=r"LOKET_DOCUMENTS_PEPPER in .* is another .* documents would not start"):
        restore(stack, tmp_path / "backup", now=lambda: LATER)
    assert contents.all() == {}
    secrets.write_text(json.dumps({"LOKET_INTAKE_PEPPER": theirs, "LOKET_DOCUMENTS_PEPPER": theirs}))
    restore(stack, tmp_path / "backup", now=lambda: LATER)

    secrets.unlink()
    with pytest.raises(Refused, match=r"secrets\.json is not there"):
        settle_restored(stack, taken_at=TAKEN, now=lambda: LATER)


def test_what_other_means_put_back_is_settled_too(stack: Stack, contents: Contents) -> None:
    contents.database("gateway")["sessions"].insert_one({"_id": "a-session"})

    settle_restored(stack, taken_at=TAKEN, now=lambda: LATER)

    assert is_lost(TAKEN + timedelta(minutes=1), lost_times(contents.database("documents")))
    assert contents.database("gateway")["sessions"].find_one() is None
    assert all(each["version"] > JUMP for each in contents.database("intake")["applications"].find())


def test_a_dump_of_several_moments_is_refused(stack: Stack, contents: Contents) -> None:
    contents.database("documents")["certificates"].delete_one({"_id": "delivered"})
    before = contents.all()

    with pytest.raises(Refused, match="--oplog"):
        settle_restored(stack, taken_at=TAKEN, now=lambda: LATER)
    assert contents.all() == before


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("restore",), "give either a FILE"),
        (("restore", "x", "--in-place"), "give either a FILE"),
        (("restore", "--in-place", "--taken-at", "yesterday"), "2026-11-26T14:00:00Z"),
        (("restore", "--in-place", "--taken-at", "2026-11-26T14:00:00"), "time zone"),
        (("restore", "nowhere"), "nowhere: No such file"),
    ],
)
def test_a_mistake_is_one_line_with_the_mend(tmp_path: Path, words: tuple[str, ...], mend: str) -> None:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("LOKET_")}

    done = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", *words],
        env=environ | {"LOKET_VAR": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.strip().splitlines()
    assert mend in line


def test_the_embedded_store_that_is_down_runs_as_long_as_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a new folder, too, where none was fetched yet."""
    var = tmp_path / "var"
    var.mkdir()
    (var / "opt").mkdir()
    monkeypatch.setattr("deploy.local.store.unpack", lambda opt: opt.exists() or opt.symlink_to(OPT))  # as fetched
    with Claims() as until_it_starts:
        (var / "ports.json").write_text(json.dumps({"store": free_ports(1, until_it_starts)[0]}))
    stack = Stack(var=var, outside={})

    back_up(stack, tmp_path / "backup", now=lambda: TAKEN)
    restore(stack, tmp_path / "backup", now=lambda: LATER)

    with pytest.raises(Refused, match="is not past"):
        settle_restored(stack, taken_at=LATER, now=lambda: LATER)


def test_what_was_done_with_departments_meanwhile_is_told_to_be_done_again(
    stack: Stack, contents: Contents, backup: Path
) -> None:
    audit = stack.logs / AUDIT
    note(audit, "departments add", "schools 24001.*.*", "before there was a backup")
    entry = {"at": (TAKEN - timedelta(hours=1)).isoformat()}
    audit.write_text(json.dumps(json.loads(audit.read_text()) | entry) + "\nno entry\n[]\n")
    note(audit, "departments suspend", "police", "their key leaked")
    note(audit, "held show", "8af0a54c", "not about departments")

    done = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", "restore", str(backup)],
        env=os.environ | stack.outside | {"LOKET_VAR": str(stack.var)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    done_again = [line.split(" ", 3)[3] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert done_again == ["departments suspend police"]


def test_feed_numbers_go_on_where_none_was_given(stack: Stack, contents: Contents, tmp_path: Path) -> None:
    """And what the departments are let in with is as it was."""
    database = contents.database("notify")
    feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: TAKEN)
    DepartmentStore(database).add(a_department("police", "24001.*.*"))
    credential, secret = new_secret("police", now=TAKEN)
    CredentialStore(database).add(credential)
    feed.tell(told(1))
    Numbering(database).number()
    back_up(stack, tmp_path / "backup-of-the-feed", now=lambda: TAKEN)
    feed.tell(told(2))
    Numbering(database).number()

    contents.drop()
    restore(stack, tmp_path / "backup-of-the-feed", now=lambda: LATER)
    FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: LATER).tell(told(3))
    Numbering(database).number()

    assert [each["number"] for each in database["department_events"].find().sort("number")] == [1, FEED_JUMP + 2]
    assert [each.id for each in DepartmentStore(database).all()] == ["police"]
    assert shown(CredentialStore(database).of("police"), secret=secret, thumbprint=None) == credential


def test_a_webhook_goes_on_with_what_waited_however_old_the_backup(
    stack: Stack, contents: Contents, tmp_path: Path
) -> None:
    """Of the sandbox, too; with the same id, and not with what it had taken."""
    side = Webhooks(contents.database("notify"), now=TAKEN)
    side.department()
    side.webhook()
    side.tell(1)
    side.bring(lambda *_, **__: Response.of(200))
    side.tell(2)
    side.tell(3, town=SANDBOX, only_for="police")
    side.spread()
    side.tell(4)  # no delivery was made of it yet
    back_up(stack, tmp_path / "backup-of-webhooks", now=lambda: TAKEN)
    sent: list[str] = []

    contents.drop()
    restore(stack, tmp_path / "backup-of-webhooks", now=lambda: LATER)
    side = Webhooks(contents.database("notify"), now=TAKEN + timedelta(days=60))
    keep_within_bounds(side.webhooks.all(), record=side.record, webhooks=side.webhooks, clock=side.clock)
    side.bring(lambda *_, headers, **__: sent.append(headers["webhook-id"]) or Response.of(200))

    assert sorted(sent) == [f"{number:032x}" for number in (2, 3, 4)]


def test_one_that_was_put_back_to_its_end_is_told_so(stack: Stack, contents: Contents, backup: Path) -> None:
    """It may have been killed before it could say so."""
    restore(stack, backup, now=lambda: LATER)
    before = contents.all()

    with pytest.raises(Refused, match=r"was put back here to its end .* nothing is left to do: start the services"):
        restore(stack, backup, now=lambda: LATER)
    assert contents.all() == before


def test_the_store_of_one_that_was_killed_is_ended_by_the_next(tmp_path: Path) -> None:
    var = tmp_path / "var"
    (var / "opt").mkdir(parents=True)
    (var / "opt" / "store").symlink_to(OPT)
    with Claims() as until_it_starts:
        (var / "ports.json").write_text(json.dumps({"store": free_ports(1, until_it_starts)[0]}))
    stack = Stack(var=var, outside={})
    back_up(stack, tmp_path / "backup", now=lambda: TAKEN)
    left = Running(stack.store(), mark=mark_of(stack))
    left.start()

    restore(stack, tmp_path / "backup", now=lambda: LATER)

    assert not left.runs()


def test_where_there_are_no_hard_links_a_backup_is_there_whole_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    file, others = tmp_path / "backup", tmp_path / "others"

    with writing(file, Header(loket="0", taken_at=TAKEN)):
        assert not file.exists()
    with pytest.raises(FileExistsError), writing(others, Header(loket="0", taken_at=TAKEN)):
        others.write_text("made meanwhile")

    with file.open("rb") as opened:
        assert Reader(opened).check().taken_at == TAKEN
    assert others.read_text() == "made meanwhile"
    assert sorted(tmp_path.iterdir()) == [file, others]

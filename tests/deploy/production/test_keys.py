"""Keys are made once, changed step by step, and whatever is wrong with them is told in a line."""

import fcntl
import json
import os
import stat
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from deploy.broker.rights import USERS, password_variable
from deploy.local.outside import ROOT
from deploy.local.stack import Stack
from deploy.operator.cli import main
from deploy.production import key_folder
from deploy.production.env_files import read_env, write_env
from deploy.production.in_use import InUse, locked
from deploy.production.key_folder import CannotRotate
from deploy.production.keys import FILES, ids, place
from deploy.production.variables import OPERATORS_KEYS
from services.chassis.locking import KeyRing, Locker
from services.contracts.contact import Contact
from services.contracts.schema import Unreadable
from services.contracts.topology import SERVICES

TODAY = date(2026, 11, 26)
BROKER = "amqps://one.example:5671/loket;amqps://two.example:5671/loket"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key_folder.make(tmp_path / "keys", broker=BROKER, today=TODAY)
    return tmp_path / "keys"


def test_what_is_made_is_for_its_owner_only_and_each_process_has_its_own(folder: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    files = key_folder.read_folder(folder)

    assert (modes, stat.S_IMODE(folder.stat().st_mode)) == ({0o600}, 0o700)
    assert sorted(path.stem for path in folder.iterdir()) == sorted(FILES)
    assert "LOKET_KEYS_FACTS" not in files["intake"] | files["gateway"] | files["notify"]
    assert len({files[name]["LOKET_AMQP_URI"] for name in ("intake", "registry", "gateway")}) == 3
    assert set(files["operator"]) == {*OPERATORS_KEYS, *(password_variable(user) for user in USERS)}


@pytest.mark.parametrize("there", ["intake.env", "something-else"])
def test_nothing_is_overwritten(there: str, tmp_path: Path) -> None:
    (tmp_path / there).write_text("mine")

    with pytest.raises(CannotRotate, match="no key is ever overwritten"):
        key_folder.make(tmp_path, broker=BROKER, today=TODAY)

    assert [path.name for path in tmp_path.iterdir()] == [there]


@pytest.mark.parametrize("broker", ["broker.example", "amqps://user:secret@one.example/loket", "amqps://one.example"])
def test_a_broker_that_cannot_be_one_is_told(broker: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"broker|amqps") as error:
        key_folder.make(tmp_path / "keys", broker=broker, today=TODAY)

    assert "secret" not in str(error.value)
    assert not (tmp_path / "keys").exists()


def test_a_ring_is_the_same_for_all_that_hold_it_after_every_step(folder: Path) -> None:
    kid, readers = key_folder.add(folder, "facts", today=TODAY)
    added = rings(folder)
    locked_with = key_folder.locks_with(folder, "facts")
    key_folder.promote(folder, "facts", kid)
    promoted = rings(folder)
    key_folder.retire(folder, "facts", "2026-11-26")

    assert readers == ("registry", "documents")
    assert (locked_with, key_folder.locks_with(folder, "events-intake")) == ("2026-11-26", "intake.2026-11-26")
    assert added == {("2026-11-26", kid)}
    assert promoted == {(kid, "2026-11-26")}
    assert rings(folder) == {(kid,)}


def test_a_step_reaches_the_operators_file_and_no_process_is_started_for_it(folder: Path) -> None:
    kid, readers = key_folder.add(folder, "confirmations", today=TODAY)

    files = key_folder.read_folder(folder)
    assert readers == ("intake",)
    assert ids(files["operator"]["LOKET_KEYS_CONFIRMATIONS"]) == ("2026-11-26", kid)
    assert key_folder.add(folder, "events-intake", today=TODAY)[1] == (*SERVICES, "gateway")
    assert files["operator"].keys() == key_folder.read_folder(folder)["operator"].keys()


def at_once(*works: Callable[[], object]) -> list[object]:
    """What threads that begin together return or raise: a lock on a file is one of each opening, whoever opens it."""
    begin = threading.Barrier(len(works))

    def work(one: Callable[[], object]) -> object:
        begin.wait(30)
        try:
            return one()
        except CannotRotate as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(work, works))


def test_whoever_changes_the_same_keys_at_once_loses_nothing(folder: Path) -> None:
    told = at_once(*[partial(key_folder.add, folder, what, today=TODAY) for what in ("facts", "requests") * 3])

    files = key_folder.read_folder(folder)
    variables = {variable for values in files.values() for variable in values if variable.startswith("LOKET_KEYS_")}
    for variable in variables:
        assert len({files[name][variable] for name in key_folder.holders(files, variable)}) == 1
    assert len({kid for kid, _readers in cast("list[tuple[str, object]]", told)}) == 3
    assert {len(ids(files["registry"][f"LOKET_KEYS_{name}"])) for name in ("FACTS", "REQUESTS")} == {4}


def test_of_two_that_make_the_same_folder_one_does_and_its_keys_are_whole(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "keys"

    told = at_once(*[partial(key_folder.make, folder, broker=BROKER, today=TODAY)] * 4)

    assert sum(isinstance(each, CannotRotate) for each in told) == 3
    assert [path.name for path in folder.parent.iterdir()] == ["keys"]
    files = key_folder.read_folder(folder)
    for variable in ("LOKET_EVENT_KEYS", "LOKET_KEYS_FACTS", "LOKET_KEYS_CONTACTS"):
        assert len({files[name][variable] for name in key_folder.holders(files, variable)}) == 1


@pytest.mark.parametrize("work", [key_folder.read_folder, partial(key_folder.add, what="facts", today=TODAY)])
def test_whoever_waits_too_long_for_another_is_told(
    work: Callable[[Path], object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_folder, "PATIENCE_S", 0.1)
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    with pytest.raises(CannotRotate, match="another `loket keys`"):
        work(folder)

    os.close(descriptor)
    work(folder)


def test_what_a_killed_make_left_goes_with_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".keys.abandoned.new"
    left.mkdir()
    (left / "intake.env").write_text("LOKET_KEYS_FACTS=half")

    key_folder.make(tmp_path / "keys", broker=BROKER, today=TODAY)

    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_a_step_that_cannot_write_every_file_changes_none(folder: Path) -> None:
    before = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / ".documents.env.new").mkdir()  # as good as a full disk, and for root too

    with pytest.raises(OSError, match=r"documents\.env"):
        key_folder.add(folder, "facts", today=TODAY)

    (folder / ".documents.env.new").rmdir()
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


def rings(folder: Path) -> set[tuple[str, ...]]:
    files = key_folder.read_folder(folder)
    return {KeyRing.parse(files[name]["LOKET_KEYS_FACTS"]).ids for name in ("registry", "documents")}


def test_a_step_out_of_turn_changes_nothing(folder: Path) -> None:
    before = {path.name: path.read_text() for path in folder.iterdir()}

    for step in (
        lambda: key_folder.promote(folder, "facts", "2026-11-26"),
        lambda: key_folder.promote(folder, "facts", "unknown"),
        lambda: key_folder.retire(folder, "facts", "2026-11-26"),
        lambda: key_folder.promote(folder, "events-intake", "intake.2026-11-26"),
        lambda: key_folder.retire(folder, "events-intake", "intake.2026-11-26"),
        lambda: key_folder.retire(folder, "events-intake", "notify.2026-11-26"),
    ):
        with pytest.raises(CannotRotate):
            step()

    assert {path.name: path.read_text() for path in folder.iterdir()} == before


def test_rings_that_differ_are_not_rotated(folder: Path) -> None:
    path = folder / "documents.env"
    path.write_text(path.read_text().replace("LOKET_KEYS_FACTS=", "LOKET_KEYS_FACTS=other:" + "A" * 43 + ","))

    with pytest.raises(CannotRotate, match=r"not the same in registry.env, documents.env"):
        key_folder.add(folder, "facts", today=TODAY)


def test_what_is_locked_names_its_purpose_and_its_key_however_deep_it_lies() -> None:
    ring = KeyRing({"new": os.urandom(32), "old": os.urandom(32)})
    token = Locker("contacts", ring).lock(Contact(email="a@b.example", language="nl"), bound_to="a1")

    document = {"contact": token, "outbox": [{"body": f'{{"data": {{"contact": "{token}"}}}}'}], "request": ""}

    assert Counter(locked(document)) == {("contacts", "new"): 2}


def test_an_environment_file_says_which_line_is_none(tmp_path: Path) -> None:
    path = tmp_path / "intake.env"
    path.write_text("# a comment\nLOKET_A=1\nsecret thing\nLOKET_A=2\n")

    with pytest.raises(Unreadable) as error:
        read_env(path)

    assert set(error.value.problems) == {"line 3", "line 4"}
    assert "secret" not in str(error.value.problems)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    values = {"LOKET_A": "amqp://a:b@c/d;amqp://a:b@e/d", "LOKET_B": "1:AAAA,2:BB_-", "LOKET_C": ""}

    write_env(tmp_path / "a.env", values, head="one\ntwo")

    assert read_env(tmp_path / "a.env") == values


@pytest.mark.parametrize(("what", "minutes"), [("sessions", 60), ("questions-intake", 1)])
def test_a_key_of_what_lies_nowhere_is_kept_for_its_time_after_the_last_step(
    folder: Path, what: str, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = key_folder.ids(key_folder.read_folder(folder)["gateway"][key_folder.RINGS[what].variable])[0]
    kid, _ = key_folder.add(folder, what, today=TODAY)
    key_folder.promote(folder, what, kid)
    retire = ["keys", "retire", str(folder), what, old]

    early = CliRunner().invoke(main, retire)
    written = time.time() - minutes * 60 - 1
    for path in folder.iterdir():
        os.utime(path, (written, written))
    late = CliRunner().invoke(main, retire)

    assert (early.exit_code, late.exit_code) == (2, 0)
    assert f"{what} were locked under {old} until lately" in early.stderr
    assert f"({minutes} minutes after the last step): retire it then, or say --lose" in early.stderr


def rotated(folder: Path, what: str) -> list[str]:
    """The command that takes the old key away."""
    old = key_folder.locks_with(folder, what)
    kid, _ = key_folder.add(folder, what, today=TODAY)
    key_folder.promote(folder, what, kid)
    return ["keys", "retire", str(folder), what, old]


@pytest.mark.parametrize("what", ["facts", "events-intake"])
@pytest.mark.parametrize("told", [{}, {"LOKET_AMQP_URI": "amqp://a:secret@elsewhere.example:5672/loket"}])
def test_no_key_goes_because_another_deployment_does_not_need_it(
    told: dict[str, str], what: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing says where these keys are in use, and in LOKET_VAR is a demonstration."""
    monkeypatch.setenv("LOKET_VAR", str(tmp_path / "var"))
    for name in ("LOKET_AMQP_URI", "LOKET_MONGO_URI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("deploy.operator.commands.keys._look", lambda: InUse(store="a", broker="b"))
    retire = rotated(folder, what)
    before = key_folder.read_folder(folder)

    refused = CliRunner().invoke(main, retire)
    kept = key_folder.read_folder(folder)
    lost = CliRunner().invoke(main, [*retire, "--lose"])

    assert (refused.exit_code, kept, lost.exit_code) == (2, before, 0), refused.stderr
    assert "LOKET_MONGO_URI" in refused.stderr
    assert ("LOKET_AMQP_URI" in refused.stderr) == (not told)
    assert "one.example:5671/loket, two.example:5671/loket is its broker" in refused.stderr
    assert "secret" not in refused.stderr
    assert not any(value in refused.stderr for value in before["operator"].values())


@pytest.mark.parametrize(
    "told",
    [
        {
            "LOKET_AMQP_URI": "amqps://b:secret@three.example/loket",
            "LOKET_MONGO_URI": "mongodb://a:secret@s.example/?w=1",
        },
        {},
    ],
)
def test_who_says_where_to_look_or_is_there_reads_where_it_was_looked(
    told: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOKET_VAR", str(tmp_path / "var"))
    own = Stack(var=tmp_path / "var", outside={}).amqp_uri.rpartition("@")[2]
    for name in ("LOKET_AMQP_URI", "LOKET_MONGO_URI"):
        monkeypatch.delenv(name, raising=False)
        if name in told:
            monkeypatch.setenv(name, told[name])
    key_folder.make(tmp_path / "keys", broker=BROKER if told else f"amqp://{own}", today=TODAY)
    monkeypatch.setattr("deploy.operator.commands.keys._look", lambda: InUse(store="s.example", broker="b.example"))

    retired = CliRunner().invoke(main, [*rotated(tmp_path / "keys", "facts"), "--json"])
    shown = CliRunner().invoke(main, ["keys", "in-use"])

    assert retired.exit_code == 0, retired.stderr
    assert json.loads(retired.stdout)["looked_into"] == {"store": "s.example", "broker": "b.example"}
    assert "looked into the store at s.example and the broker at b.example" in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        (
            "amqps://a:b%40c@one.example:5671/loket;amqps://a:b@two.example/loket",
            "one.example:5671/loket, two.example/loket",
        ),
        ("mongodb://a:secret@one.example,two.example/?replicaSet=rs0", "one.example,two.example"),
        ("mongodb://127.0.0.1:27017", "127.0.0.1:27017"),
    ],
)
def test_where_it_was_looked_is_told_without_a_password(uri: str, said: str) -> None:
    assert place(uri) == said


def test_who_signs_everybody_out_says_so(folder: Path) -> None:
    kid, _ = key_folder.add(folder, "sessions", today=TODAY)
    key_folder.promote(folder, "sessions", kid)

    assert CliRunner().invoke(main, ["keys", "retire", str(folder), "sessions", "2026-11-26", "--lose"]).exit_code == 0


def test_sessions_that_last_longer_keep_their_key_longer(tmp_path: Path) -> None:
    key_folder.make(tmp_path / "keys", broker=BROKER, today=TODAY)
    (tmp_path / "gateway.env").write_text("LOKET_SESSION_MINUTES=180\n")

    assert key_folder.kept_for(tmp_path / "keys", "sessions") == timedelta(hours=3)


def test_an_address_that_stands_elsewhere_is_missed_by_its_file(folder: Path) -> None:
    before = key_folder.read_folder(folder)
    without = {name: value for name, value in before["intake"].items() if name != "LOKET_AMQP_URI"}
    write_env(folder / "intake.env", without, head="")

    with pytest.raises(CannotRotate, match=r"intake\.env has no LOKET_AMQP_URI; move it there"):
        key_folder.change_password(folder, "intake")

    assert key_folder.read_folder(folder)["operator"] == before["operator"]


def test_the_page_says_how_long_an_old_key_is_needed_as_the_commands_do() -> None:
    """Without any town that asks again, `requests` go when the others do."""
    page = (ROOT / "deploy" / "production" / "README.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}

    for name in ("facts", "contacts", "confirmations"):
        assert f"| {key_folder.RINGS[name].kept_for.days} days at most" in rows[name]
    assert f", {key_folder.RINGS['requests'].kept_for.days} where a town has `still_true`" in rows["requests"]

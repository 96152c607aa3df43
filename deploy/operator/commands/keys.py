"""keys make, check, show, add, promote, retire, in-use, password."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT
from deploy.operator.terminal import Commands, Mistake, as_json, clear, table, tell

if TYPE_CHECKING:
    from rich.table import Table

    from deploy.production.in_use import InUse


class _OneOf(click.ParamType):  # type: ignore[type-arg]
    """One of names that are read when they are needed: what makes keys takes its time to import."""

    def __init__(self, name: str, read: Callable[[], Iterable[str]]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name; a click.BadParameter tells the others."""
        return click.Choice(list(self._read())).convert(value, param, ctx)


def _rings() -> Iterable[str]:
    from deploy.production.keys import EVENTS, RINGS

    return (*RINGS, *EVENTS)


def _users() -> Iterable[str]:
    from deploy.broker.rights import USERS

    return USERS


WHAT = _OneOf("what", _rings)
FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
EXISTING = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group(cls=Commands)
def keys() -> None:
    """Keys of a deployment: made once, then rotated in three steps (add, promote, retire).

    FOLDER is the folder of key files, such as /etc/loket/keys; deploy/production/README.md tells the whole.
    """


@keys.command()
@FOLDER
@click.option("--broker", required=True, help="Its address without user: amqps://host:5671/vhost; several with `;`.")
@as_json
@clear
def make(folder: Path, broker: str, as_json: bool) -> None:
    """Make every key, pepper and broker password of a new deployment: a file for each process, and one for you.

    Nothing is overwritten, and no secret is shown.
    """

    from deploy.production import key_folder

    with _known():
        made = key_folder.make(folder, broker=broker, today=_today())
    facts = {"files": [str(path) for path in made]}
    tell(facts, as_json=as_json, table=lambda: "\n".join(facts["files"]))


@keys.command()
@EXISTING
@as_json
@clear
def check(folder: Path, as_json: bool) -> None:
    """Everything wrong with a deployment's files, such as those in /etc/loket. Exit code 1 where something is."""

    from deploy.production import checking

    found = checking.problems(folder)
    tell({"problems": found}, as_json=as_json, table=lambda: "\n".join(found) or "all is in order")
    if found:
        raise click.exceptions.Exit(1)


@keys.command()
@EXISTING
@click.option("--secrets", is_flag=True, help="The values too. They stay on this screen and in its history.")
@as_json
@clear
def show(folder: Path, secrets: bool, as_json: bool) -> None:
    """Who holds which variable, by the ids of its keys and a fingerprint."""

    from deploy.production import key_folder

    with _known():
        files = key_folder.read_folder(folder)
    found = [
        {"file": f"{name}.env", "variable": variable, **({"value": value} if secrets else _marks(variable, value))}
        for name, values in files.items()
        for variable, value in values.items()
    ]
    tell({"variables": found}, as_json=as_json, table=lambda: _rows(found))


@keys.command()
@EXISTING
@click.argument("what", type=WHAT)
@as_json
@clear
def add(folder: Path, what: str, as_json: bool) -> None:
    """First step: a new key, which opens (or verifies) and does not lock (or sign) yet."""

    from deploy.production import key_folder

    with _known():
        kid, readers = key_folder.add(folder, what, today=_today())
    _tell_step(
        f"{what} has {kid}, which nobody uses yet", readers, f"`loket keys promote {folder} {what} {kid}`", as_json
    )


@keys.command()
@EXISTING
@click.argument("what", type=WHAT)
@click.argument("key_id")
@as_json
@clear
def promote(folder: Path, what: str, key_id: str, as_json: bool) -> None:
    """Second step, once all that hold it have started again: lock (or sign) with this key."""

    from deploy.production import key_folder

    with _known():
        old = key_folder.locks_with(folder, what)
        readers = key_folder.promote(folder, what, key_id)
    wait = _wait(what)
    _tell_step(f"{what} uses {key_id}", readers, f"{wait}; then `loket keys retire {folder} {what} {old}`", as_json)


@keys.command()
@EXISTING
@click.argument("what", type=WHAT)
@click.argument("key_id")
@click.option("--lose", is_flag=True, help="Although something is locked under it: nobody will open that again.")
@as_json
@clear
def retire(folder: Path, what: str, key_id: str, lose: bool, as_json: bool) -> None:
    """Third step: take an old key away for good. Refused while anything in the store or parked needs it.

    It looks at the store and the broker as `keys in-use` does, so LOKET_MONGO_URI and LOKET_AMQP_URI must be set, or
    the deployment in LOKET_VAR be the one that has these keys. What lies nowhere, sessions and questions, is waited
    for: the time that `keys promote` told, from the last step on.
    """

    from deploy.production import key_folder
    from deploy.production.keys import EVENTS, RINGS, SIGNED_FOR

    purpose = "events" if what in EVENTS else what
    looked_into = None
    with _known():
        if not lose and (what in EVENTS or RINGS[what].at_rest):
            _must_be_theirs(folder)
            used = _look()
            looked_into = {"store": used.store, "broker": used.broker}
            if count := used.count(purpose, key_id):
                raise Mistake(
                    f"{count} things still need {key_id} (`loket keys in-use`): mend or drop them first; looked into"
                    f" the {_places(used)}"
                )
            if used.under_way:
                raise Mistake(
                    f"{used.under_way} messages are under way, and some may need {key_id}: wait until `loket keys "
                    f"in-use` shows none, {_hours(SIGNED_FOR.total_seconds())} at most"
                )
        elif not lose and (until := key_folder.needed_until(folder, what)) > datetime.now(UTC):
            raise Mistake(
                f"{what} were locked under {key_id} until lately, and may be needed until {until:%Y-%m-%d %H:%M:%S} UTC"
                f" ({_hours(key_folder.kept_for(folder, what).total_seconds())} after the last step): retire it then,"
                " or say --lose"
            )
        readers = key_folder.retire(folder, what, key_id)
    seen = f" (nothing needs it in the {_places(used)})" if looked_into else ""
    _tell_step(f"{what} has {key_id} no more{seen}", readers, None, as_json, looked_into=looked_into)


@keys.command()
@EXISTING
@click.argument("user", type=_OneOf("user", _users))
@as_json
@clear
def password(folder: Path, user: str, as_json: bool) -> None:
    """Another password of a process at the broker, in its file and in yours."""

    from deploy.production import key_folder

    with _known():
        key_folder.change_password(folder, user)
    _tell_step(f"{user} has a new password; import `loket broker definitions` at the broker", (user,), None, as_json)


@keys.command("in-use")
@as_json
@clear
def show_in_use(as_json: bool) -> None:
    """Which keys still open something, by id: in the store, and in what is parked.

    Sessions and questions lie nowhere: an old key of theirs may go after the time that `keys promote` tells.
    """
    with _known():
        found = _look()
    rows = [
        Row(purpose=purpose, key=kid, stored=found.stored[purpose, kid], parked=found.parked[purpose, kid])
        for purpose, kid in sorted({*found.stored, *found.parked})
    ]
    looked_into = {"store": found.store, "broker": found.broker}
    facts = {"keys": [vars(row) for row in rows], "under_way": found.under_way, "looked_into": looked_into}
    tell(facts, as_json=as_json, table=lambda: _used(rows, found))


@dataclass(frozen=True, kw_only=True)
class Row:
    """How many things need one key."""

    purpose: str
    key: str
    stored: int
    parked: int


def _look() -> "InUse":
    from deploy.local.control import Control
    from deploy.local.stack import Stack, this_stack
    from deploy.production.in_use import in_use

    stack: Stack = this_stack()
    for part in ("broker", "store"):
        Control(stack).require(part)
    return in_use(
        mongo_uri=stack.mongo_uri,
        prefix=stack.database,
        amqp_uri=stack.amqp_uri,
        audit=stack.logs / AUDIT,
    )


def _must_be_theirs(folder: Path) -> None:
    """A look into another deployment finds nothing, and a key that is needed would be gone for good: whoever wants to
    know about these keys says where to look, or is where they are. Raises Mistake, and as key_folder.read_folder."""
    from deploy.local.stack import Stack, this_stack
    from deploy.production import key_folder
    from deploy.production.keys import AMQP_URI, brokers_at, place

    if missing := [name for name in (AMQP_URI, "LOKET_MONGO_URI") if not os.environ.get(name)]:
        stack: Stack = this_stack()
        theirs = {uri for values in key_folder.read_folder(folder).values() if (uri := values.get(AMQP_URI))}
        is_theirs = brokers_at(stack.amqp_uri) & set().union(*map(brokers_at, theirs))
        if is_theirs and stack.is_embedded("broker") == stack.is_embedded("store"):
            return
        raise Mistake(
            f"{' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} not set, and whether the store at"
            f" {place(stack.mongo_uri)} and the broker at {place(stack.amqp_uri)} are those of {folder} cannot be told"
            f" ({' or '.join(sorted({place(uri) for uri in theirs}))} is its broker): set both, as in operator.env, or"
            " say --lose"
        )


def _places(used: "InUse") -> str:
    return f"store at {used.store} and the broker at {used.broker}"


def _used(rows: list[Row], found: "InUse") -> "Table":
    title = f"looked into the {_places(found)}; {found.under_way} messages under way, not looked at"
    told = [[each.purpose, each.key, each.stored, each.parked] for each in rows]
    return table("purpose", "key", "in the store", "parked", rows=told, title=title)


def _rows(found: list[dict[str, Any]]) -> "Table":
    return table("file", "variable", "", rows=[[each["file"], each["variable"], _cell(each)] for each in found])


def _cell(each: dict[str, Any]) -> str:
    return str(each["value"]) if "value" in each else " ".join((*each["ids"], each["fingerprint"]))


def _marks(variable: str, value: str) -> dict[str, Any]:
    """What can be compared over the telephone and opens nothing: 256 random bits are behind each fingerprint."""

    from deploy.production.keys import EVENT_KEYS, ids

    keyed = variable.startswith(("LOKET_KEYS_", "LOKET_EVENT_KEY")) or variable == EVENT_KEYS
    return {"ids": list(ids(value)) if keyed else [], "fingerprint": sha256(value.encode()).hexdigest()[:8]}


def _tell_step(
    done: str,
    readers: tuple[str, ...],
    then: str | None,
    as_json: bool,
    *,
    looked_into: dict[str, str] | None = None,
) -> None:
    facts: dict[str, Any] = {"done": done, "restart": list(readers), "then": then}
    if looked_into:
        facts["looked_into"] = looked_into
    told = f"{done}; start {', '.join(readers)} again" + (f", then: {then}" if then else "")
    tell(facts, as_json=as_json, table=lambda: told)


def _wait(what: str) -> str:
    from deploy.production.keys import EVENTS, RINGS, SIGNED_FOR

    if what in EVENTS:
        return f"wait {_hours(SIGNED_FOR.total_seconds())} and until `loket keys in-use` shows nothing of the old one"
    ring = RINGS[what]
    if ring.at_rest:
        return f"wait until `loket keys in-use` shows nothing of the old one ({ring.kept_for.days} days at most)"
    return f"wait {_hours(ring.kept_for.total_seconds())} (for sessions: LOKET_SESSION_MINUTES)"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.0f} hours" if seconds >= 7200 else f"{seconds / 60:.0f} minutes"


def _today() -> date:
    return datetime.now(UTC).date()


@contextmanager
def _known() -> Iterator[None]:
    from deploy.operator.dead_letters import AnotherAtWork
    from deploy.production.key_folder import CannotRotate

    try:
        yield
    except (CannotRotate, ValueError) as error:
        raise Mistake(str(error)) from None
    except AnotherAtWork:
        raise Mistake("somebody else is looking at what is parked at this moment; try again") from None

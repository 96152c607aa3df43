"""A folder of key files: made once, and changed only step by step, in all files that hold a key at once.

Rotation is three steps, with a restart of the processes that hold the ring after each: `add` gives the new key to
everybody (nobody locks with it yet), `promote` locks with it, `retire` takes the old one away. In that order nobody
ever meets a key that it does not have. One changes a folder at a time, and whoever reads it meanwhile waits.
"""

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deploy.broker.rights import USERS, password_variable
from deploy.local.embedded.part import wait_until
from deploy.production.env_files import EnvFile, head_of, read_env, write_env, write_envs
from deploy.production.keys import (
    AMQP_URI,
    EVENT_KEY,
    EVENT_KEYS,
    EVENTS,
    FILES,
    NEXT_EVENT_KEY,
    OPERATOR,
    RINGS,
    every_key,
    ids,
    new_key,
    new_label,
    new_password,
    with_password,
)
from services.chassis.signing import SigningKey
from services.contracts.schema import Unreadable

DRAFT = ".new"

HEAD = "Made by `loket keys make`, for {reader} alone. Secret: readable for root only, never in a repository or a mail."

PATIENCE_S = 10.0
"""Longer than any change takes. Who needs more has been stopped on the way."""

Files = dict[str, dict[str, str]]


class CannotRotate(Exception):
    """One line that names the mend; nothing was changed."""


def make(folder: Path, *, broker: str, today: date) -> list[Path]:
    """All keys of a new deployment. Raises CannotRotate where there is something already, and ValueError.

    The files are there together or not at all.
    """
    files = every_key(label=new_label((), today=today), broker=broker)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder.parent):
        if folder.exists() and any(folder.iterdir()):
            raise CannotRotate(
                f"{folder} is not empty, and no key is ever overwritten; name a folder that is not there yet"
            )
        for abandoned in folder.parent.glob(f".{glob.escape(folder.name)}.*{DRAFT}"):
            shutil.rmtree(abandoned)  # of one that was killed: keys that nobody has
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=DRAFT, dir=folder.parent))  # 0700
        try:
            for name, values in files.items():
                reader = "who gives the commands of `loket`" if name == OPERATOR else name
                write_env(draft / f"{name}.env", values, head=HEAD.format(reader=reader))
            draft.rename(folder)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return [folder / f"{name}.env" for name in files]


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Nobody changes its files meanwhile, by `loket keys`. Raises CannotRotate where somebody does so for long."""
    if not folder.is_dir():
        yield
        return
    with _alone(folder, how=fcntl.LOCK_SH):
        yield


def read_folder(folder: Path) -> Files:
    """File to variables. Raises CannotRotate where one is missing, and Unreadable."""
    with unchanged(folder):
        return _read(folder)


def _read(folder: Path) -> Files:
    if missing := [name for name in FILES if not (folder / f"{name}.env").is_file()]:
        raise CannotRotate(f"{folder} has no {missing[0]}.env; `loket keys make {folder}` makes all of them")
    return {name: read_env(folder / f"{name}.env") for name in FILES}


def add(folder: Path, what: str, *, today: date) -> tuple[str, tuple[str, ...]]:
    """The id of a new key that opens and does not lock yet, and the processes to start again."""
    with _changing(folder) as files:
        if what in EVENTS:
            return _add_event_key(folder, files, EVENTS[what], today=today)
        variable = RINGS[what].variable
        ring = _same(files, variable)
        kid = new_label(ids(ring), today=today)
        return kid, _write(folder, files, {variable: f"{ring},{kid}:{new_key()}"})


def locks_with(folder: Path, what: str) -> str:
    """The id of the key that locks, or signs, now."""
    files = read_folder(folder)
    if what in EVENTS:
        return files[EVENTS[what]].get(EVENT_KEY, "").partition(":")[0]
    return ids(_same(files, RINGS[what].variable))[0]


def promote(folder: Path, what: str, kid: str) -> tuple[str, ...]:
    """This key locks, or signs, from the next start on; the processes to start again."""
    with _changing(folder) as files:
        if what in EVENTS:
            return _promote_event_key(folder, files, EVENTS[what], kid)
        variable = RINGS[what].variable
        by_id = {ids(part)[0]: part for part in _same(files, variable).split(",")}
        if kid not in by_id:
            raise CannotRotate(f"{what} has no key {kid}; it has {', '.join(by_id)} (`loket keys add` makes another)")
        if kid == next(iter(by_id)):
            raise CannotRotate(f"{what} locks with {kid} already")
        return _write(folder, files, {variable: ",".join((by_id.pop(kid), *by_id.values()))})


def retire(folder: Path, what: str, kid: str) -> tuple[str, ...]:
    """Take a key away for good; the processes to start again. Whether it may go says in_use."""
    with _changing(folder) as files:
        variable = EVENT_KEYS if what in EVENTS else RINGS[what].variable
        ring = _same(files, variable)
        if kid not in ids(ring):
            raise CannotRotate(f"{what} has no key {kid}; it has {', '.join(ids(ring))}")
        if what in EVENTS:
            service = EVENTS[what]
            signing = [files[service].get(name, "").partition(":")[0] for name in (EVENT_KEY, NEXT_EVENT_KEY)]
            if kid in signing:
                raise CannotRotate(f"{service} signs with {kid}; `loket keys promote {folder} {what}` first")
            if not kid.startswith(f"{service}."):
                raise CannotRotate(f"{kid} is a key of {kid.partition('.')[0]}, not of {service}")
        elif kid == ids(ring)[0]:
            raise CannotRotate(f"{what} locks with {kid}; `loket keys add` and `promote` another first")
        left = [part for part in ring.split(",") if ids(part)[0] != kid]
        return _write(folder, files, {variable: ",".join(left)})


def kept_for(folder: Path, what: str) -> timedelta:
    """How long something may lie locked under a key of this ring that is no longer the first."""
    minutes = 0
    with suppress(OSError, Unreadable, ValueError):  # FOLDER/../gateway.env, where it is set at all
        minutes = int(read_env(folder.parent / "gateway.env").get("LOKET_SESSION_MINUTES", "0"))
    usual = RINGS[what].kept_for
    return max(usual, timedelta(minutes=minutes)) if what == "sessions" else usual


def needed_until(folder: Path, what: str) -> datetime:
    """Until when the old keys of a ring that lies nowhere may be needed: counted from when its files were last written,
    which is no earlier than the step that made them the old ones. Raises CannotRotate, Unreadable and OSError.
    """
    files = holders(read_folder(folder), RINGS[what].variable)
    written = max((folder / f"{name}.env").stat().st_mtime for name in files)
    return datetime.fromtimestamp(written, UTC) + kept_for(folder, what)


def change_password(folder: Path, user: str) -> None:
    """Another password of a user at the broker, in its process' file and the operator's."""
    with _changing(folder) as files:
        if user not in USERS:
            raise CannotRotate(f"{user} is no user at the broker; choose from {', '.join(USERS)}")
        if AMQP_URI not in files[user]:
            raise CannotRotate(f"{folder / user}.env has no {AMQP_URI}; move it there, from {folder.parent / user}.env")
        password = new_password()
        files[OPERATOR][password_variable(user)] = password
        files[user][AMQP_URI] = with_password(files[user][AMQP_URI], password)
        _replace(folder, files, (OPERATOR, user))


@contextmanager
def _changing(folder: Path) -> Iterator[Files]:
    """What is there, which nobody else changes or reads until the end."""
    if not folder.is_dir():
        raise CannotRotate(f"{folder} is not there; `loket keys make {folder}` makes it")
    with _alone(folder):
        yield _read(folder)


@contextmanager
def _alone(folder: Path, *, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """The lock is on the folder itself: no file more lies in it, and it goes with the process that holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def taken() -> bool:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        if not wait_until(taken, PATIENCE_S):
            raise CannotRotate(f"another `loket keys` has been at work in {folder} for long; end it, then try again")
        yield
    finally:
        os.close(descriptor)


def holders(files: Files, variable: str) -> tuple[str, ...]:
    """The files that have it."""
    return tuple(name for name, values in files.items() if variable in values)


def _same(files: Files, variable: str) -> str:
    found = {files[name][variable] for name in holders(files, variable)}
    if len(found) != 1:
        told = ", ".join(f"{name}.env" for name in holders(files, variable)) or "no file"
        raise CannotRotate(f"{variable} is not the same in {told}; make it so first (the longest has them all)")
    return found.pop()


def _add_event_key(folder: Path, files: Files, service: str, *, today: date) -> tuple[str, tuple[str, ...]]:
    public = _same(files, EVENT_KEYS)
    if NEXT_EVENT_KEY in files[service]:
        raise CannotRotate(f"{service} has a new key already; `loket keys promote` comes next")
    labels = tuple(kid.partition(".")[2] for kid in ids(public) if kid.startswith(f"{service}."))
    private = f"{service}.{new_label(labels, today=today)}:{new_key()}"
    key = SigningKey.parse(private)
    files[service][NEXT_EVENT_KEY] = private
    return key.kid, _write(folder, files, {EVENT_KEYS: f"{public},{key.public}"})


def _promote_event_key(folder: Path, files: Files, service: str, kid: str) -> tuple[str, ...]:
    private = files[service].get(NEXT_EVENT_KEY, "")
    if not private or ids(private)[0] != kid:
        has = (
            f"its new one is {ids(private)[0]}" if private else f"`loket keys add {folder} events-{service}` makes one"
        )
        raise CannotRotate(f"{service} has no new key {kid}; {has}")
    del files[service][NEXT_EVENT_KEY]
    files[service][EVENT_KEY] = private
    _replace(folder, files, (service,))
    return (service,)


def _write(folder: Path, files: Files, changes: Mapping[str, str]) -> tuple[str, ...]:
    """The changed values into every file that has the variable; the processes to start again."""
    touched = [name for name, values in files.items() if values.keys() & changes.keys()]
    for name in touched:
        files[name] = {variable: changes.get(variable, value) for variable, value in files[name].items()}
    _replace(folder, files, touched)
    return tuple(name for name in touched if name != OPERATOR)


def _replace(folder: Path, files: Files, names: Iterable[str]) -> None:
    """These files, with all that their heads said."""
    paths = {folder / f"{name}.env": files[name] for name in names}
    write_envs({path: EnvFile(values=values, head=head_of(path)) for path, values in paths.items()})

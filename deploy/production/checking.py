"""A deployment's environment files, read as its processes would read them: everything wrong with them at once."""

import contextlib
import stat
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from deploy.broker.rights import password_variable
from deploy.production.env_files import read_env
from deploy.production.generations import unfinished
from deploy.production.key_folder import CannotRotate, unchanged
from deploy.production.keys import AMQP_URI, EVENT_KEY, NEXT_EVENT_KEY, OPERATOR, PEPPERS, RINGS, is_random
from deploy.production.seals import seal_states
from deploy.production.unfilled import demonstrations, unfilled
from deploy.production.variables import OPERATORS_KEYS, PROCESSES, SETTINGS, declared, read_by
from services.chassis.settings import SettingsError, flag, read
from services.contracts.populations import MAGDA
from services.contracts.schema import Unreadable
from services.contracts.town_files import read_towns

COMMON, KEYS = "common.env", "keys"

OTHERS, OTHERS_WRITE = 0o077, 0o022

NOT_OURS = frozenset(
    ("TZ", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "MALLOC_ARENA_MAX")
)
"""Variables of others that a process may be told, beside those of OpenTelemetry."""

Environments = dict[str, dict[str, str]]


def files_of(folder: Path, process: str) -> tuple[Path, ...]:
    """In the order in which systemd reads them: the later one wins."""
    own = (folder / f"{process}.env", folder / KEYS / f"{process}.env")
    return own if process == OPERATOR else (folder / COMMON, *own)


def environment(folder: Path, process: str) -> dict[str, str]:
    """What a process is given. Raises Unreadable, and FileNotFoundError."""
    return {name: value for path in files_of(folder, process) for name, value in read_env(path).items()}


def problems(folder: Path, *, now: datetime | None = None) -> list[str]:
    """A line each; none where all is in order. Nothing is changed, and no secret is told."""
    now = now or datetime.now(UTC)
    environments: Environments = {}
    found = file_problems(folder, environments)
    if not found:
        seals = seal_states(environments["documents"], now=now)
        found += [*(each.problem for each in seals if each.problem), *unfinished(environments, today=now.date())]
        found += _registers(environments["registry"], now)
    return found + _demonstrations(environments)


def _registers(registry: Mapping[str, str], now: datetime) -> Iterator[str]:
    """Of those at MAGDA: whether the keys can be used, as the registry uses them."""
    folder = Path(registry["LOKET_TOWNS"])
    for town in read_towns(folder).values():
        if town.population.source == MAGDA:
            from services.registry.sources.magda.opening import check  # noqa: PLC0415 - brings lxml and httpx

            if problem := check(town, folder=folder, secrets=registry, now=now, reach=False):
                yield f"the population of {town.refnis}: {problem.said}"


def _demonstrations(environments: Environments) -> list[str]:
    """Nothing where the towns cannot be read: that is told already."""
    try:
        return list(demonstrations(read_towns(environments["documents"]["LOKET_TOWNS"]).values()))
    except (KeyError, Unreadable):
        return []


def file_problems(folder: Path, environments: Environments) -> list[str]:
    """What is wrong with the files themselves; what each process and the operator is told goes into `environments`."""
    found: list[str] = []
    try:
        with unchanged(folder / KEYS):
            found += dict.fromkeys(_unreadable(folder, environments))  # common.env is read for each
    except CannotRotate as busy:
        return [str(busy)]
    found += _open_files(folder)
    found += _unfilled(folder)
    if len(environments) == len(PROCESSES) + 1:
        for process in (*PROCESSES, OPERATOR):
            found += _foreign(folder, process)
        for process in PROCESSES:
            found += [f"{process}: {line}" for line in _unread(folder, process)]
            found += [f"{process}: {line}" for line in _unusable(process, environments[process])]
        found += together(environments)
        found += _operators(environments)
        found += _users(environments)
        found += _production(environments)
        found += _profile(folder)
    return found


def _unreadable(folder: Path, environments: Environments) -> Iterator[str]:
    for process in (*PROCESSES, OPERATOR):
        try:
            environments[process] = environment(folder, process)
        except FileNotFoundError as missing:
            yield f"{missing.filename} is not there; deploy/production/etc has an example of each file"
        except Unreadable as error:
            yield from (f"{error.what}, {place}: {mend}" for place, mend in error.problems.items())


def _open_files(folder: Path) -> Iterator[str]:
    """What others than its owner may read of what holds secrets, or change of what a process is told."""
    paths = dict.fromkeys(path for process in (*PROCESSES, OPERATOR) for path in files_of(folder, process))
    for path in filter(Path.is_file, paths):
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.name == COMMON and mode & OTHERS_WRITE:
            yield f"{path} can be changed by others; chmod 644 {path}"
        if path.name != COMMON and mode & OTHERS:
            yield f"{path} can be read by others; chmod 600 {path}"
    yield from _open_folders(folder)


def _open_folders(folder: Path) -> Iterator[str]:
    """Who may write in a folder may put another file in the place of any; in one with the sticky bit, only of their own
    (/tmp).
    """
    keys = folder / KEYS
    for path in (keys, folder, *folder.resolve().parents):
        mode = path.stat().st_mode if path.is_dir() else 0
        if mode & OTHERS_WRITE and not mode & stat.S_ISVTX:
            yield f"{path} can be changed by others; chmod {'700' if path == keys else '755'} {path}"
        elif path == keys and mode & OTHERS:
            yield f"{path} can be entered by others; chmod 700 {path}"


def _foreign(folder: Path, process: str) -> Iterator[str]:
    """What is not Loket's can make a process run something else (LD_PRELOAD, PYTHONPATH): taken is a list."""
    for path in files_of(folder, process):
        if path.name == COMMON and process != PROCESSES[0]:
            continue  # told once
        for name in read_env(path):
            if not name.startswith(("LOKET_", "OTEL_")) and name not in NOT_OURS:
                yield f"{name} in {path.name} is no variable of Loket and may change what runs; take it out"


def _unfilled(folder: Path) -> Iterator[str]:
    paths = dict.fromkeys(path for process in (*PROCESSES, OPERATOR) for path in files_of(folder, process))
    for path in paths:
        with contextlib.suppress(FileNotFoundError, Unreadable):  # told already
            yield from (f"{path.relative_to(folder)}: {line}" for line in unfilled(read_env(path)))


def _unread(folder: Path, process: str) -> Iterator[str]:
    for path in files_of(folder, process):
        for name in read_env(path):
            if not name.startswith("LOKET_") or read_by(process, name) or name == NEXT_EVENT_KEY:
                continue
            others = [each for each in PROCESSES if read_by(each, name)]
            if path.name == COMMON and others:
                continue
            mend = (
                f"it is for {', '.join(others)}" if others else "no process reads it: misspelt? (VARIABLES.md has all)"
            )
            yield f"{name} in {path.name} is not read here; take it out, {mend}"


def _unusable(process: str, environ: dict[str, str]) -> Iterator[str]:
    for path in SETTINGS[process]:
        module, _, name = path.partition(":")
        try:
            read(getattr(import_module(module), name), environ)
        except SettingsError as error:
            yield from str(error).splitlines()
        except Unreadable as error:
            yield from (f"{error.what}, {place}: {mend}" for place, mend in error.problems.items())


def together(environments: Environments) -> Iterator[str]:
    """What only who sees all processes can see: rings that differ, keys that two purposes share."""
    for variable in (*(ring.variable for ring in RINGS.values()), "LOKET_EVENT_KEYS"):
        holders = [name for name in (*PROCESSES, OPERATOR) if variable in environments.get(name, {})]
        if len({environments[process][variable] for process in holders}) > 1:
            yield f"{variable} is not the same in {', '.join(holders)}; what one locks another could not open"
    seen: dict[bytes, str] = {}
    for variable, key in _secret_keys(environments):
        if seen.setdefault(key, variable) != variable:
            yield f"{variable} and {seen[key]} hold the same key; make one for each with `loket keys`"
        elif not is_random(key):
            yield f"{variable} holds a key that is not random; make one with `loket keys`"


def _operators(environments: Environments) -> Iterator[str]:
    for variable in OPERATORS_KEYS:
        if not environments[OPERATOR].get(variable):
            file = next(process for process in PROCESSES if variable in declared(process))
            yield f"operator: {variable} is not set; copy its line from keys/{file}.env into keys/operator.env"


def _users(environments: Environments) -> Iterator[str]:
    for process in PROCESSES:
        for uri in environments[process].get(AMQP_URI, "").split(";"):
            parts = urlsplit(uri)
            if parts.username != process:
                yield f"{process}: LOKET_AMQP_URI is not its own user's; at the broker each has its own name"
                break
            if environments[OPERATOR].get(password_variable(process)) != parts.password:
                yield f"{process}: its password at the broker is not the operator's {password_variable(process)}"
                break


def _secret_keys(environments: Environments) -> Iterator[tuple[str, bytes]]:
    """Variable and key, each pair once."""
    names = (*(ring.variable for ring in RINGS.values()), *PEPPERS.values(), EVENT_KEY, NEXT_EVENT_KEY)
    pairs = {
        (f"{name} of {process}" if name in (EVENT_KEY, NEXT_EVENT_KEY) else name, part.rpartition(":")[2])
        for process in PROCESSES
        for name in names
        for part in environments[process].get(name, "").split(",")
        if part
    }
    for name, encoded in sorted(pairs):
        try:
            yield name, urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except ValueError:
            continue  # told already


def _profile(folder: Path) -> Iterator[str]:
    """What an administrator's shell is told, with common.env read first; the usual profile of `loket` is the other."""
    told = read_env(folder / COMMON) | read_env(folder / f"{OPERATOR}.env")
    named = told.get("LOKET_PROFILE")
    if named != "production":
        said = f"LOKET_PROFILE is {named}" if named else "LOKET_PROFILE is not set"
        yield f"operator: {said}, and `loket` would make demonstrations here; write LOKET_PROFILE=production"


def _production(environments: Environments) -> Iterator[str]:
    gateway = environments["gateway"]
    if gateway.get("LOKET_PROFILE", "production") != "production":
        yield "gateway: LOKET_PROFILE is not production; its conveniences are for the demonstration only"
    if gateway.get("LOKET_SECURE_COOKIES", "1") != "1":
        yield "gateway: LOKET_SECURE_COOKIES must be 1: sessions travel over https only"
    for process in PROCESSES:
        if "LOKET_CRASH_DIR" in environments[process]:
            yield f"{process}: LOKET_CRASH_DIR is for tests only; take it out"
    for process in (*PROCESSES, OPERATOR):
        with contextlib.suppress(ValueError):  # told already
            if flag(environments[process].get("LOKET_WEBHOOKS_LOOPBACK") or "0"):
                yield f"{process}: LOKET_WEBHOOKS_LOOPBACK would let webhooks lead into this machine; take it out"

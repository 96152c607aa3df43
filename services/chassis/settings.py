"""Settings: one frozen object per process, read once from the environment, every problem named together."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from services.chassis.signing import SigningKey, VerifyingKeys
from services.contracts.catalogue_files import WrongCatalogue
from services.contracts.rooms import WrongExtension
from services.contracts.topology import SERVICES

S = TypeVar("S")

EXTENSIONS_ABOUT = (
    "folder with a deployment's own products, facts, sources and gates; what is in it runs with all rights"
)
"""Of LOKET_EXTENSIONS (services/contracts/rooms.py), which every process reads."""

LONGEST_S = 3600

AT_ONCE = 1000
"""More of anything than one process can do at once."""


class SettingsError(Exception):
    """One line per variable that is missing or unusable, with what it is for."""


def setting(
    variable: str,
    about: str,
    *,
    default: Any = dataclasses.MISSING,
    parse: Callable[[str], Any] = str,
    secret: bool = False,
) -> Any:
    """A field that comes from an environment variable. Without a default it must be set; a secret is never printed."""
    metadata = {"variable": variable, "about": about, "parse": parse, "secret": secret}
    if default is dataclasses.MISSING:
        return field(metadata=metadata, repr=not secret)
    return field(default=default, metadata=metadata, repr=not secret)


def read(cls: type[S], environ: Mapping[str, str]) -> S:
    """The settings of a process. Raises SettingsError naming all missing and unusable variables at once."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for each in fields(cls):  # type: ignore[arg-type]
        variable = each.metadata.get("variable")
        if variable is None:
            continue
        text = environ.get(variable, "")
        if not text:
            if each.default is dataclasses.MISSING:
                problems.append(f"{variable} is not set: {each.metadata['about']}")
            continue
        try:
            values[each.name] = each.metadata["parse"](text)
        except (WrongCatalogue, WrongExtension) as error:  # what the towns' files are compared with, not they
            problems.append(f"{error} (see `loket catalogue lint`)")
        except ValueError as error:
            problems.append(f"{variable} cannot be used ({error}): {each.metadata['about']}")
    if problems:
        raise SettingsError("\n".join(problems))
    settings = cls(**values)
    if isinstance(settings, ServiceSettings) and (problems := settings.problems()):
        raise SettingsError("\n".join(problems))
    return settings


def flag(text: str) -> bool:
    """`1`, `true`, `yes`, `on` or `0`, `false`, `no`, `off`. Raises ValueError."""
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError("write 1 or 0")


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds. What it gives raises ValueError."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return number

    return parse


def seconds(text: str) -> float:
    """More than none, and an hour at most. Raises ValueError."""
    try:
        found = float(text)
    except ValueError:
        found = 0
    if not 0 < found <= LONGEST_S:
        raise ValueError(f"write seconds, more than 0 and at most {LONGEST_S}")
    return found


def one_of(*choices: str) -> Callable[[str], str]:
    """Reads a word. What it gives raises ValueError."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"write {', '.join(choices[:-1])} or {choices[-1]}")
        return text

    return parse


def folder(text: str) -> str:
    """One that is there, by its whole path. Raises ValueError."""
    if not Path(text).is_absolute() or not Path(text).is_dir():
        raise ValueError("write the whole path of a folder that is there")
    return text


LOG_LEVELS = ("debug", "info", "warning", "error")


def store_address(text: str) -> str:
    """See `database.address`. Raises ValueError."""
    from services.chassis.database import address  # noqa: PLC0415 - the gateway reads settings before pymongo may come

    return address(text)


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What every service needs to know. `OWNER` is the service's name where its events must be its own."""

    OWNER: ClassVar[str] = ""

    amqp_uri: str = setting(
        "LOKET_AMQP_URI", "the broker, e.g. amqp://user:secret@host:5672/loket; several with ;", secret=True
    )
    mongo_uri: str = setting(
        "LOKET_MONGO_URI", "the store, e.g. mongodb://host:27017/?replicaSet=rs0", parse=store_address, secret=True
    )
    database: str = setting("LOKET_DATABASE", "prefix of the databases' names: <prefix>_<service>", default="loket")
    event_key: SigningKey = setting(
        "LOKET_EVENT_KEY",
        "key that this service signs its events with, service.label:base64url of 32 bytes",
        parse=SigningKey.parse,
        secret=True,
    )
    event_keys: VerifyingKeys = setting(
        "LOKET_EVENT_KEYS",
        "public keys of all services' events, service.label:base64url, with ,",
        parse=VerifyingKeys.parse,
    )
    event_workers: int = setting(
        "LOKET_EVENT_WORKERS", "events handled at once by one process", default=10, parse=whole(1, AT_ONCE)
    )
    question_workers: int = setting(
        "LOKET_QUESTION_WORKERS", "questions answered at once by one process", default=10, parse=whole(1, AT_ONCE)
    )
    heartbeat_s: int = setting(
        "LOKET_HEARTBEAT_S", "seconds between heartbeats with the broker", default=10, parse=whole(1, LONGEST_S)
    )
    confirm_timeout_s: float = setting(
        "LOKET_CONFIRM_TIMEOUT_S", "how long a publisher confirm may take", default=10.0, parse=seconds
    )
    extensions: str = setting("LOKET_EXTENSIONS", EXTENSIONS_ABOUT, default="", parse=folder)
    health_host: str = setting("LOKET_HEALTH_HOST", "address of /healthz, /readyz and /metrics", default="127.0.0.1")
    health_port: int = setting(
        "LOKET_HEALTH_PORT",
        "port of /healthz, /readyz and /metrics; 0 takes a free one",
        default=0,
        parse=whole(0, 65535),
    )
    run_dir: str = setting("LOKET_RUN_DIR", "folder where each process writes its pid and health port", default="")
    log_level: str = setting(
        "LOKET_LOG_LEVEL", "debug, info, warning or error", default="info", parse=one_of(*LOG_LEVELS)
    )
    otlp_endpoint: str = setting(
        "LOKET_OTLP_ENDPOINT", "where traces go (OTLP over HTTP); empty keeps them", default=""
    )
    sweep_s: float = setting(
        "LOKET_SWEEP_S",
        "seconds between two looks for events that another's crash left behind",
        default=10.0,
        parse=seconds,
    )
    stop_s: float = setting(
        "LOKET_STOP_S",
        "seconds to finish what is held when told to stop; the broker hands the rest to another process",
        default=20.0,
        parse=seconds,
    )

    @property
    def other_buses(self) -> Mapping[str, tuple[str, str]]:
        """Where else than to `loket.events` this service says something: address of the broker and exchange, by the
        names that outboxes call them by."""
        return {}

    def problems(self) -> list[str]:
        """Keys that can be read and do not belong together, a line each: others would park whatever it says."""
        own, kid = self.event_key, self.event_key.kid
        found = []
        if self.OWNER and own.owner != self.OWNER:
            found.append(
                f"LOKET_EVENT_KEY is {kid}, a key of {own.owner}; give {self.OWNER} its own, {self.OWNER}.<label>"
            )
        if not self.event_keys.knows(own):
            found.append(
                f"LOKET_EVENT_KEYS has no public key that fits LOKET_EVENT_KEY ({kid}): nobody would believe what is "
                "said here; add it in every process, `loket broker public-keys` prints it"
            )
        if missing := sorted(set(SERVICES) - self.event_keys.owners):
            found.append(
                f"LOKET_EVENT_KEYS has no key of {', '.join(missing)}: nothing they say would be believed here; "
                "give every process the same keys, those of all services"
            )
        return found

"""Every variable that configures Loket, from the declarations in the code: which process reads it, and what it means.

`python -m deploy.production.variables` writes VARIABLES.md anew; a test holds it to the code.
"""

import dataclasses
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from services.contracts.topology import SERVICES

GATEWAY, OPERATOR = "gateway", "operator"
PROCESSES = (*SERVICES, GATEWAY)

PAGE = Path(__file__).parent / "VARIABLES.md"

SETTINGS = {name: (f"services.{name}.settings:{name.capitalize()}Settings",) for name in SERVICES} | {
    GATEWAY: ("gateway.settings:GatewaySettings", "gateway.serving.settings:ServingSettings")
}
"""The classes that read a process' environment."""

UNITS = {"_S": "seconds", "_SECONDS": "seconds", "_MINUTES": "minutes", "_DAYS": "days"}
PERIODS = {60: "minute", 3600: "hour"}
KINDS = {int: "number", bool: "0 or 1"}

OF_THE_MACHINE = {
    "LOKET_DOCUMENTS_CHILDREN": "the machine's cores",
    "LOKET_GATEWAY_WORKERS": "half the machine's cores",
}
"""Defaults that are another number on another machine."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """`readers` are processes, or `operator` for `loket`. `default` is None where it must be set."""

    name: str
    about: str
    readers: tuple[str, ...] = (OPERATOR,)
    secret: bool = False
    default: str | None = ""
    unit: str = ""


TOWN = "<REFNIS>"
"""Stands in a name for a town's REFNIS code, <USER> and <SERVICE> for theirs."""

ELSEWHERE = (
    Variable(
        name=f"LOKET_SEAL_{TOWN}_PASSPHRASE",
        about="opens the PKCS#12 file of that town's seal; only the printing children of documents use it",
        readers=("documents",),
        secret=True,
    ),
    Variable(
        name=f"LOKET_SEAL_{TOWN}_PIN",
        about="opens the PKCS#11 token of that town's seal; only the printing children of documents use it",
        readers=("documents",),
        secret=True,
    ),
    Variable(
        name=f"LOKET_MAGDA_{TOWN}_PASSPHRASE",
        about="opens the key with which that town asks MAGDA, where it is locked",
        readers=("registry",),
        secret=True,
    ),
    Variable(
        name=f"LOKET_SIGN_IN_{TOWN}_SECRET",
        about="client secret of that town at its identity provider; without one the town is a public client",
        readers=(GATEWAY,),
        secret=True,
    ),
    Variable(
        name="LOKET_CRASH_DIR",
        about="tests only: a folder with the points at which a process shall die; never set it in production",
        readers=PROCESSES,
    ),
    Variable(
        name="LOKET_VAR",
        about="folder of a deployment that `loket up` runs: run files, logs, the audit log",
        default="var beside the code",
    ),
    Variable(
        name="LOKET_DEMO_POLICE_S",
        about="demonstration only: how long its police take to confirm what they are asked",
        default="60",
        unit="seconds",
    ),
    Variable(
        name="LOKET_ETC",
        about="folder of all processes' files, of which `loket status` tells what `loket keys check` finds there",
        default="/etc/loket",
    ),
    Variable(
        name="LOKET_BROKER_NODES",
        about="nodes of the embedded broker of the demonstration: 1 or 3",
        default="1",
        unit="number",
    ),
    Variable(
        name="LOKET_BROKER_API",
        about="HTTP API of an outside broker, for `loket departments`, `broker leaders` and `spread`, and for `broker"
        " declare` where something of departments is missing: http://administrator:…@host:15672",
        secret=True,
    ),
    Variable(
        name="LOKET_BROKER_PASSWORD_<USER>",
        about="password of that process' user at the broker, for `loket broker definitions` and `loket up`",
        secret=True,
        default=None,
    ),
    Variable(
        name="LOKET_EVENT_KEY_<SERVICE>",
        about="that service's LOKET_EVENT_KEY, where `loket up` starts it, and for `loket broker public-keys`",
        secret=True,
    ),
    Variable(
        name="LOKET_SEAL_ROOTS",
        about="PEM file with the root certificates that `loket verify` trusts where it is given no --root",
        unit="file",
    ),
)
"""Variables that no settings class declares: named by town, or read by the operators' command."""

OPERATORS_KEYS = (
    "LOKET_KEYS_CONFIRMATIONS",
    "LOKET_KEYS_QUESTIONS_INTAKE",
    "LOKET_KEYS_REQUESTS",
    "LOKET_EVENT_KEYS",
    "LOKET_KEYS_WEBHOOKS",
)
"""What `loket confirmations`, `held show`, `audit verify` and `departments webhook` open, lock, ask and check with."""

ALSO_OPERATOR = frozenset(
    {
        "LOKET_AMQP_URI",
        "LOKET_MONGO_URI",
        "LOKET_DATABASE",
        "LOKET_TOWNS",
        "LOKET_PROFILE",
        "LOKET_ACCESS_LOG_DAYS",
        *OPERATORS_KEYS,
        "LOKET_DEPARTMENTS_KEPT_DAYS",
        "LOKET_WEBHOOKS_LOOPBACK",
    }
)
"""The operators' command reads them as well; its LOKET_AMQP_URI is the broker's administrator's."""


@cache
def declared(process: str) -> Mapping[str, Variable]:
    """What the settings of a process declare, by name."""
    found = {}
    for path in SETTINGS[process]:
        module, _, name = path.partition(":")
        for each in dataclasses.fields(getattr(import_module(module), name)):
            if "variable" in each.metadata:
                variable = _variable(each, process)
                found[variable.name] = variable
    return found


def read_by(process: str, name: str) -> bool:
    """Whether a process reads the variable of that name, those named by town included."""
    return name in declared(process) or any(process in each.readers and names(each, name) for each in ELSEWHERE)


def names(variable: Variable, name: str) -> bool:
    """Whether that is its name, with a REFNIS code or another word in the place of what stands for it."""
    before, sign, rest = variable.name.partition("<")
    if not sign:
        return name == before
    after = rest.partition(">")[2]
    middle = name.removeprefix(before).removesuffix(after)
    fits = middle.isdecimal() and len(middle) == 5 if TOWN in variable.name else middle.isalpha()
    return name == f"{before}{middle}{after}" and fits


def variables() -> list[Variable]:
    """All of them, each once, by name."""
    by_name: dict[str, Variable] = {}
    for process in PROCESSES:
        for name, each in declared(process).items():
            known = by_name.get(name, each)
            readers = tuple(dict.fromkeys((*known.readers, *each.readers)))
            by_name[name] = dataclasses.replace(known, readers=readers, secret=known.secret or each.secret)
    for name in ALSO_OPERATOR:
        by_name[name] = dataclasses.replace(by_name[name], readers=(*by_name[name].readers, OPERATOR))
    return sorted((*by_name.values(), *ELSEWHERE), key=lambda each: each.name)


def page() -> str:
    """VARIABLES.md."""
    rows = [
        f"| `{each.name}` | {_cell(each.about)} | {_default(each)} | {each.unit} | {_readers(each)} | "
        f"{'**secret**' if each.secret else ''} |"
        for each in variables()
    ]
    return "\n".join((_HEAD, *rows, ""))


_HEAD = """# Every variable

For who writes the environment files (README.md beside this page says how they are used). Made from the code by
`python -m deploy.production.variables`, and held to it by a test: none is missing, none is too many.

A variable that is empty counts as not set. A process names all that it lacks or cannot use at once, and does not
start. «operator» is the `loket` command. What is secret goes into a file that only root reads, and to no process but
those named.

| variable | what it is | default | unit | read by | |
|---|---|---|---|---|---|"""


def _variable(each: "dataclasses.Field[Any]", process: str) -> Variable:
    name = each.metadata["variable"]
    required = each.default is dataclasses.MISSING
    return Variable(
        name=name,
        about=each.metadata["about"],
        readers=(process,),
        secret=each.metadata["secret"],
        default=None if required else _text(name, each.default),
        unit=_unit(name, each),
    )


def _unit(name: str, each: "dataclasses.Field[Any]") -> str:
    for ending, unit in UNITS.items():
        if name.endswith(ending):
            return unit
    if name.startswith("LOKET_LIMIT_"):
        return "rates"
    kind = each.type if isinstance(each.type, type) else type(each.default)
    return KINDS.get(kind, "")


def _text(name: str, value: object) -> str:
    if name in OF_THE_MACHINE:
        return OF_THE_MACHINE[name]
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return "; ".join(f"{rate.most} per {PERIODS[rate.seconds]}" for rate in reversed(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _default(variable: Variable) -> str:
    if variable.default is None:
        return "must be set"
    return f"`{variable.default}`" if variable.default else "empty"


def _readers(variable: Variable) -> str:
    ours = tuple(each for each in variable.readers if each != OPERATOR)
    told = (
        ["all processes"] if set(ours) == set(PROCESSES) else ["all services"] if set(ours) == set(SERVICES) else ours
    )
    return ", ".join((*told, *(each for each in variable.readers if each == OPERATOR)))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)

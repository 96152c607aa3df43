"""The processes of one deployment: what each runs, with which variables, and when it is ready."""

import os
import sys
from dataclasses import dataclass

from deploy.local.outside import ROOT
from deploy.local.scales import Scales
from deploy.local.stack import SOURCES, Stack
from deploy.production.keys import event_key_variable
from deploy.production.variables import declared
from services.contracts.catalogue import products
from services.contracts.topology import SERVICES

FAMILIES = {
    "documents": ("LOKET_SEAL_",),
    "registry": ("LOKET_MAGDA_",),
    "gateway": ("LOKET_GATEWAY_", "LOKET_SIGN_IN_", "LOKET_HEALTH_"),
}
"""Variables that are named by town or read elsewhere than in the settings class."""

EVERYWHERE = ("LOKET_RUN_DIR", "LOKET_CRASH_DIR")
HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")


@dataclass(frozen=True, kw_only=True)
class Program:
    """One kind of process. `finishes_s` is how long it may take to finish what it holds when it is told to stop."""

    name: str
    argv: tuple[str, ...]
    environ: dict[str, str]
    processes: int = 1
    finishes_s: float = 25.0


def programs(stack: Stack) -> list[Program]:
    """All of them, those first that others need. Raises Unreadable where a town's file cannot be read."""
    return [*_parts(stack), *_services(stack), *_departments(stack)]


def _parts(stack: Stack) -> list[Program]:
    python, ports = sys.executable, stack.ports
    chosen = ("LOKET_PROFILE", "LOKET_BROKER_NODES", "LOKET_MONGO_URI", "LOKET_DATABASE")
    here = _handed_on() | {name: value for name, value in stack.outside.items() if name in chosen}
    here["LOKET_VAR"] = str(stack.var)
    users = (python, "-W", "ignore::DeprecationWarning", "-m", "deploy.demo.sign_in", str(ports.sign_in))
    found = {
        **{node.name: (python, "-m", "deploy.local.embedded", node.name) for node in stack.brokers()},
        "store": (python, "-m", "deploy.local.embedded", "store"),
        "mail-catcher": (python, "-m", "deploy.demo.mail_catcher", str(ports.smtp), str(stack.mail)),
        "sign-in": users,
        **{name: _source(port, stack) for name, port in SOURCES.items()},
    }
    if asks_standin(stack):
        found["magda"] = (python, "-m", "deploy.demo.magda", str(ports.magda), str(stack.magda))
    return [
        Program(name=name, argv=argv, environ=here, finishes_s=15.0)
        for name, argv in found.items()
        if name == "magda" or stack.is_embedded("broker" if name.startswith("broker") else name)
    ]


def asks_standin(stack: Stack) -> bool:
    """Is there a town whose people are those of the demonstration's stand-in for MAGDA?"""
    return stack.profile == "demo" and any(map(stack.asks_standin, stack.towns().values()))


def _departments(stack: Stack) -> list[Program]:
    """Those of the demonstration, where some product needs one: in production each has its own."""
    asked = {terms.id for product in products().values() for terms in product.gates}
    if stack.profile != "demo" or "police" not in asked:
        return []
    told = {name: value for name, value in stack.outside.items() if name == "LOKET_DEMO_POLICE_S"}
    argv = (sys.executable, "-m", "deploy.demo.police", str(stack.police_address))
    return [Program(name="police", argv=argv, environ=_handed_on() | told)]


def _source(port: str, stack: Stack) -> tuple[str, ...]:
    return (sys.executable, "-m", f"deploy.demo.{port}", str(getattr(stack.ports, port)))


def _services(stack: Stack) -> list[Program]:
    variables = _variables(stack)
    scales = Scales(stack.var)
    found = []
    for name in (*SERVICES, "gateway"):
        known = _known_to(name)
        mine = {
            variable: value
            for variable, value in variables.items()
            if variable in known or variable.startswith(FAMILIES.get(name, ("\0",)))
        }
        mine |= _own(stack, name, variables)
        argv = _module(stack, name)
        found.append(
            Program(
                name=name,
                argv=(sys.executable, "-W", "ignore::DeprecationWarning", "-m", *argv),
                environ=_handed_on() | mine,
                processes=1 if name == "gateway" else scales.of_service(name),
            )
        )
    return found


def _module(stack: Stack, name: str) -> tuple[str, ...]:
    """What `python -m` runs. The demonstration's registry asks a register of its own."""
    if name == "gateway":
        return ("gunicorn", "-c", "python:gateway.gunicorn_conf", "gateway.wsgi:app")
    if name == "registry" and stack.profile == "demo":
        return ("deploy.demo.register",)
    return (f"services.{name}",)


def _own(stack: Stack, name: str, variables: dict[str, str]) -> dict[str, str]:
    """What has one name in every process and another value in each: its user at the broker, its key for events."""
    found = {"LOKET_AMQP_URI": stack.amqp_uri_for(name)}
    if key := variables.get(event_key_variable(name)):
        found["LOKET_EVENT_KEY"] = key
    return found


def _known_to(name: str) -> set[str]:
    """The variables that a service's settings name: no process is given a secret that it does not read."""
    return {*declared(name), *EVERYWHERE}


def _variables(stack: Stack) -> dict[str, str]:
    ports = stack.ports
    chosen = {
        "LOKET_PROFILE": stack.profile,
        "LOKET_MONGO_URI": stack.mongo_uri,
        "LOKET_SMTP_URI": f"smtp://127.0.0.1:{ports.smtp}",
        "LOKET_RUN_DIR": str(stack.run),
        "LOKET_GATEWAY_BIND": f"127.0.0.1:{ports.gateway}",
    }
    towns = stack.towns()
    if stack.profile == "demo":
        from deploy.demo.secrets import demo_secrets  # noqa: PLC0415 - production stands without the demonstration

        chosen |= demo_secrets(stack.var, towns=towns)
        chosen["LOKET_SECURE_COOKIES"] = "0"
        chosen["LOKET_DEFAULT_TOWN"] = next(iter(towns))
    return chosen | stack.outside | {"LOKET_TOWNS": str(stack.towns_folder)}


def _handed_on() -> dict[str, str]:
    handed = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", **handed, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}

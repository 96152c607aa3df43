"""The demonstration's secrets: made once, kept in `var` for their owner only. Production brings its own."""

import base64
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from services.chassis.signing import SigningKey
from services.contracts.questions import QUESTIONS
from services.contracts.topology import SERVICES

ANSWERING = sorted({question.SERVICE for question in QUESTIONS.values()})

KEY_RINGS = ("REQUESTS", "FACTS", "CONTACTS", "SESSIONS", *(f"QUESTIONS_{name.upper()}" for name in ANSWERING))
PEPPERED = ("INTAKE", "DOCUMENTS")


def demo_secrets(folder: Path, *, towns: Iterable[str]) -> dict[str, str]:
    """Variables to values; what is missing is made and added."""
    path = folder / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    missing = {f"LOKET_KEYS_{ring}": f"demo:{_random_key()}" for ring in KEY_RINGS}
    missing |= {f"LOKET_{service}_PEPPER": _random_key() for service in PEPPERED}
    for service in SERVICES:
        missing[event_key_variable(service)] = f"{service}.demo:{_random_key()}"
    for town in towns:
        missing[f"LOKET_SEAL_{town}_PASSPHRASE"] = secrets.token_urlsafe(24)
        missing[f"LOKET_SIGN_IN_{town}_SECRET"] = secrets.token_urlsafe(24)
    missing = {name: value for name, value in missing.items() if name not in known}
    if missing:
        known |= missing
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.chmod(0o600)
        draft.write_text(json.dumps(known, indent=1), encoding="ascii")
        draft.rename(path)
    public = [SigningKey.parse(known[event_key_variable(service)]).public for service in SERVICES]
    return known | {"LOKET_EVENT_KEYS": ",".join(public)}


def event_key_variable(service: str) -> str:
    """The private key of one service; its process gets it as LOKET_EVENT_KEY."""
    return f"LOKET_EVENT_KEY_{service.upper()}"


def _random_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()

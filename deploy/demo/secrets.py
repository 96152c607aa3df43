"""The demonstration's secrets: made once, kept in `var` for their owner only. Production brings its own."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from deploy.local.made_secrets import SECRETS, made_secrets
from deploy.production.keys import EVENT_KEYS, PEPPERS, RINGS, event_key_variable, new_key, public_keys
from services.contracts.topology import SERVICES


def demo_secrets(folder: Path, *, towns: Iterable[str]) -> dict[str, str]:
    """Variables to values; what is missing is made and added. Raises PartError."""
    path, known = folder / SECRETS, made_secrets(folder)
    missing = {ring.variable: f"demo:{new_key()}" for ring in RINGS.values()}
    missing |= {pepper: new_key() for pepper in PEPPERS.values()}
    for service in SERVICES:
        missing[event_key_variable(service)] = f"{service}.demo:{new_key()}"
    for town in towns:
        missing[f"LOKET_SEAL_{town}_PASSPHRASE"] = secrets.token_urlsafe(24)
        missing[f"LOKET_SIGN_IN_{town}_SECRET"] = secrets.token_urlsafe(24)
        missing[f"LOKET_MAGDA_{town}_PASSPHRASE"] = secrets.token_urlsafe(24)
    missing = {name: value for name, value in missing.items() if name not in known}
    if missing:
        known |= missing
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.chmod(0o600)
        draft.write_text(json.dumps(known, indent=1), encoding="ascii")
        draft.rename(path)
    return known | {EVENT_KEYS: public_keys({service: known[event_key_variable(service)] for service in SERVICES})}

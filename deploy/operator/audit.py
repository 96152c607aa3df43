"""What operators did, in a file of the deployment that only its owner reads: one JSON object a line."""

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

AUDIT = "audit.jsonl"
"""The file, in the folder of a deployment's logs."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody did, to what."""

    at: datetime
    act: str
    subject: str


def operator() -> str:
    """The account of whoever gives this command, also behind sudo."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def note(audit: Path, act: str, subject: str, reason: str) -> None:
    """One act, before it is done."""
    entry = {
        "at": datetime.now(UTC).isoformat(),
        "who": operator(),
        "act": act,
        "message": subject,
        "reason": reason,
    }
    audit.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(audit, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def acts(audit: Path, command: str, *, since: datetime, until: datetime) -> Iterator[Act]:
    """What was done with a command in that time, as far as the file tells: other lines are passed over."""
    if not audit.exists():
        return
    with audit.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                found = Act(at=datetime.fromisoformat(entry["at"]), act=entry["act"], subject=entry["message"])
                if since <= found.at <= until and found.act.startswith(f"{command} "):
                    yield found

"""What operators did, in a file of the deployment that only its owner reads: one JSON object a line."""

import getpass
import json
import os
from datetime import UTC, datetime
from pathlib import Path


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

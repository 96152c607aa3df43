"""The secrets that a demonstration made for itself (deploy/demo/secrets.py), in its folder."""

import json
from pathlib import Path

from deploy.local.embedded.part import PartError

SECRETS = "secrets.json"


def made_secrets(folder: Path) -> dict[str, str]:
    """Variables to values; empty where none were made. Raises PartError where the file is no such thing."""
    path = folder / SECRETS
    try:
        made = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return {}
    except ValueError:
        made = None
    if not isinstance(made, dict) or not all(isinstance(each, str) for each in made.values()):
        raise PartError(f"{path} cannot be read; put it back from a copy, or begin anew with `make clean`")
    return made

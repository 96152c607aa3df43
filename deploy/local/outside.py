"""What a deployment is told from outside: by LOKET_* variables, now or when it was started."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local.embedded.part import PartError
from services.chassis.profiles import profile

ROOT = Path(__file__).parents[2]
TOWNS = ROOT / "deploy" / "towns"


def var_folder() -> Path:
    """LOKET_VAR, or `var` beside the code."""
    return Path(os.environ.get("LOKET_VAR") or ROOT / "var").absolute()


def outside_now() -> dict[str, str]:
    """The variables of this process, over those that the deployment was started with."""
    return started_with(var_folder()) | dict(os.environ)


def started_with(var: Path) -> dict[str, str]:
    """Empty where nothing was started. Raises PartError where what was kept is broken, and OSError."""
    try:
        kept = json.loads(remembered(var).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        kept = None
    if not isinstance(kept, dict):
        raise PartError(f"{remembered(var)} is broken; remove it, and name the variables of the start anew")
    return {str(name): str(value) for name, value in kept.items()}


def remembered(var: Path) -> Path:
    """Where a start keeps them."""
    return var / "outside.json"


def profile_of(outside: Mapping[str, str]) -> str:
    """`demo` unless told otherwise. Raises PartError for one that there is not."""
    named = outside.get("LOKET_PROFILE") or "demo"
    try:
        return profile(named)
    except ValueError as mend:
        raise PartError(f"LOKET_PROFILE is {named}: {mend}") from None


def towns_of_operator(outside: Mapping[str, str]) -> Path:
    """The folder of the operator's files: LOKET_TOWNS, or the one beside the code."""
    return Path(outside.get("LOKET_TOWNS") or TOWNS)

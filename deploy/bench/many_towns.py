"""Does a stack that does nothing use more with more towns?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import sleep
from typing import Any

import yaml

from deploy.bench.deployments import empty, running
from deploy.bench.figures import Numbers
from deploy.bench.processes import Processes
from deploy.bench.progress import Progress
from deploy.bench.quiet import IDLE_S, SETTLE_S, idle_percent
from deploy.bench.tree import Tree
from services.contracts.days import day_of
from services.contracts.logos import NAMES
from services.contracts.municipalities import Municipality, municipalities

FEW, MANY = 3, 30
LONGER_S = 2 * IDLE_S
"""The difference is small: looked at for longer."""


def growth_with_towns(tree: Tree, var: Path, progress: Progress) -> Numbers:
    """CPU of one core while nothing happens with FEW and with MANY towns, and the difference by town."""
    found = {}
    for count in (FEW, MANY):
        progress(f"doing nothing for {count} towns", 0, 1)
        folder = var.with_name(f"{var.name}-towns")
        write_towns(tree.folder / "deploy" / "towns", folder, count=count, seals=var / "seal")
        empty(tree, var)
        with running(tree, var, more={"LOKET_TOWNS": str(folder)}):
            sleep(SETTLE_S)
            found[count] = idle_percent(Processes(var), seconds=LONGER_S)["total"]
    return {
        f"percent_{FEW}": found[FEW],
        f"percent_{MANY}": found[MANY],
        "percent_a_town": (found[MANY] - found[FEW]) / (MANY - FEW),
    }


def write_towns(source: Path, folder: Path, *, count: int, seals: Path) -> None:
    """The tree's own towns, and as many more like its first as are wanted. Their seals are made by the start."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.iterdir():
        stale.unlink()
    files = sorted(source.glob("*.yaml"))
    for logo in source.iterdir():
        if logo.name.endswith(NAMES):
            (folder / logo.name).write_bytes(logo.read_bytes())
    towns = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files][:count]
    for place, town in enumerate((*towns, *islice(_like(towns), count - len(towns)))):
        town["seal"] = {"source": "pkcs12", "path": str(seals / f"{town['refnis']}.p12")}
        (folder / f"{place:03}.yaml").write_text(yaml.safe_dump(town, allow_unicode=True), encoding="utf-8")


def _like(towns: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The first of these towns under the code and the names of other municipalities, so that every version takes it."""
    first, taken = towns[0], {str(town["refnis"]) for town in towns}
    today = day_of(datetime.now(UTC))
    for other in municipalities().values():
        if other.regime == first["regime"] and other.exists_on(today) and other.refnis not in taken:
            host = f"town-{other.refnis}.localhost"
            yield first | {
                "refnis": other.refnis,
                "names": _names(first["names"], other),
                "hosts": [host],
                "address": f"http://{host}:8080",
                "office": first["office"]
                | {
                    "postcode": other.postcode,
                    "municipality": _names(first["office"]["municipality"], other),
                },
                "sign_in": first["sign_in"] | {"client_id": f"loket-{other.refnis}"},
            }


def _names(written: Any, other: Municipality) -> Any:
    """In the languages in which the first town's are written, or as one text where that is one."""
    if not isinstance(written, dict):
        return other.names["nl"]
    return {language: other.names.get(language, other.names["nl"]).partition(" (")[0] for language in written}

"""How long it takes from nothing until a town's first citizen has a certificate, where all that the town has to say is
known: what it takes somebody to type it is not measured."""

import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.bench.deployments import running
from deploy.bench.people import people_of
from deploy.bench.processes import Processes
from deploy.bench.progress import Progress
from deploy.bench.shown import MET
from deploy.bench.tree import Tree
from deploy.local.embedded.part import PartError, wait_until

LIMIT_S = 300.0
"""From nothing to the first certificate."""

PATIENCE_S = 60.0

TOWN = "24062"
"""Leuven, which no file of the demonstration is for."""

SAID = {
    "--street": "Professor Van Overstraetenplein 1",
    "--phone": "+32 16 00 00 00",
    "--email": "loket@town.example",
    "--website": "https://www.town.example",
    "--primary": "#7a1f3d",
    "--accent": "#8a5a00",
}


@dataclass(frozen=True, kw_only=True)
class NewTown:
    """Seconds of each step: the town's files, the start of everything, a register of a thousand residents, and from
    filing until the sealed file is read."""

    files_s: float
    start_s: float
    register_s: float
    certificate_s: float

    @property
    def total_s(self) -> float:
        """Of all of them, one after the other."""
        return float(sum(asdict(self).values()))


def measure_new_town(tree: Tree, var: Path, *, progress: Progress) -> NewTown:
    """On a stack of its own, which serves that town alone. Raises PartError."""
    folder = var.parent / f"{var.name}-towns"
    for each in folder.glob("*"):
        each.unlink()
    progress("the town's files", 0, 4)
    began = time.monotonic()
    tree.run(var, "towns", "new", TOWN, "--into", str(folder), *(word for pair in SAID.items() for word in pair))
    files_s = time.monotonic() - began
    progress("starting", 1, 4)
    with running(tree, var, more={"LOKET_TOWNS": str(folder)}) as start_s:
        progress("a register", 2, 4)
        began = time.monotonic()
        variables = Processes(var).variables()
        people = people_of(tree, var, variables)
        register_s = time.monotonic() - began
        progress("a certificate", 3, 4)
        (token,) = people.tokens(1)
        certificate_s = _certificate_s(f"http://{variables['LOKET_GATEWAY_BIND']}", token)
    return NewTown(files_s=files_s, start_s=start_s, register_s=register_s, certificate_s=certificate_s)


def _certificate_s(address: str, token: str) -> float:
    with httpx.Client(
        base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
    ) as citizen:
        began = time.monotonic()
        filed = citizen.post(
            "/applications",
            json={"product": "household-composition", "fields": {"purpose": "housing"}},
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )
        if not filed.is_success:
            raise PartError(f"the gateway answers HTTP {filed.status_code}: {filed.text[:200]}")
        id = filed.json()["application_id"]
        if not wait_until(lambda: _is_issued(citizen, id), PATIENCE_S):
            raise PartError(f"after {PATIENCE_S:.0f} s there is no certificate yet")
        found = citizen.get(f"/certificates/{citizen.get(f'/applications/{id}').json()['certificate_id']}")
        took = time.monotonic() - began
    if not found.content.startswith(b"%PDF-"):
        raise PartError(f"the gateway answers HTTP {found.status_code} where the certificate was expected")
    return took


def _is_issued(citizen: httpx.Client, id: str) -> bool:
    application = citizen.get(f"/applications/{id}").json()
    if application.get("code"):
        raise PartError(f"the first application ended as {application['state']} ({application['code']})")
    return application.get("certificate_id") is not None


def rows(found: NewTown) -> list[list[str]]:
    """A table for people: each step, and all of them beside their limit."""
    steps = {
        "the town's files": found.files_s,
        "everything started": found.start_s,
        "a register of a thousand": found.register_s,
        "filed until its certificate is read": found.certificate_s,
    }
    total = ["from nothing to the first certificate", f"{found.total_s:.1f} s", f"≤ {LIMIT_S:.0f} s", _met(found)]
    return [*([what, f"{seconds:.1f} s", "", ""] for what, seconds in steps.items()), total]


def facts(found: NewTown) -> dict[str, Any]:
    """What `rows` tells, for programs."""
    is_met = found.total_s <= LIMIT_S
    return {**asdict(found), "total_s": found.total_s, "aims": {"total_s": {"aim": f"≤ {LIMIT_S:g} s", "met": is_met}}}


def _met(found: NewTown) -> str:
    return MET[found.total_s <= LIMIT_S]

"""Was what a backup holds filed under this deployment's peppers? Otherwise nobody would find it, and no service would
start on it (services/chassis/pseudonyms.py)."""

import hmac
import json
from collections.abc import Iterable, Mapping

import bson

from deploy.local.stack import Stack
from services.chassis.pseudonyms import check_of, pepper

VARIABLES = {
    "intake": "LOKET_INTAKE_PEPPER",
    "registry": "LOKET_REGISTRY_PEPPER",
    "documents": "LOKET_DOCUMENTS_PEPPER",
}

SECRETS = "secrets.json"
"""Where a demonstration keeps its own, in its folder (deploy/demo/secrets.py)."""


class OtherPeppers(Exception):
    """The text says whose are missing, and the mend."""


def checks_in(frames: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Of each service, the check value that a backup holds (backup_file.Reader.frames). Files are not read."""
    found: dict[str, str] = {}
    here = ""
    for letter, content in frames:
        if letter == b"C":
            here = str(bson.decode(content)["name"])
        elif letter == b"D" and here.endswith(".peppers"):
            found[here.partition(".")[0]] = str(bson.decode(content).get("check"))
        if here.startswith("documents.files"):
            break
    return found


def compare(stack: Stack, kept: Mapping[str, str]) -> None:
    """Raises OtherPeppers. In production the operator does not hold them, and the services compare at start."""
    known = _known(stack)
    for service, variable in VARIABLES.items():
        if service not in kept:
            continue
        if variable not in known and stack.profile == "production":
            continue
        if variable not in known:
            raise OtherPeppers(
                f"{stack.var / SECRETS} is not there: copy it from the deployment that was backed up. Its keys open"
                " what the backup holds, and without its peppers nobody finds what they filed"
            )
        if not hmac.compare_digest(check_of(pepper(known[variable])), kept[service]):
            place = "" if variable in stack.outside else f" in {stack.var / SECRETS}"
            raise OtherPeppers(
                f"{variable}{place} is another than what was backed up was filed under, and {service} would not start:"
                " bring back the keys of that deployment first"
            )


def _known(stack: Stack) -> dict[str, str]:
    try:
        made: dict[str, str] = json.loads((stack.var / SECRETS).read_text(encoding="ascii"))
    except FileNotFoundError:
        made = {}
    return (made if stack.profile == "demo" else {}) | stack.outside

"""Was what a backup holds filed under this deployment's peppers? Otherwise nobody would find it, and no service would
start on it (services/chassis/pseudonyms.py)."""

import hmac
from collections.abc import Iterable, Mapping

import bson

from deploy.local.made_secrets import SECRETS, made_secrets
from deploy.local.stack import Stack
from deploy.production.keys import PEPPERS
from services.chassis.pseudonyms import check_of, pepper


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
    for service, variable in PEPPERS.items():
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
    return (made_secrets(stack.var) if stack.profile == "demo" else {}) | stack.outside

"""verify."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.terminal import Mistake, as_json, clear, table, tell

if TYPE_CHECKING:
    from rich.console import Group

    from deploy.local.stack import Stack


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", "roots", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Root certificates to trust (PEM, one or more); LOKET_SEAL_ROOTS otherwise.")  # fmt: skip
@as_json
@clear
def verify(file: Path, roots: tuple[Path, ...], as_json: bool) -> None:
    """What the seals on a PDF say, checked offline. Exit code 1 unless they are valid, trusted and whole."""
    from deploy.local.stack import this_stack

    stack = this_stack()
    named = stack.outside.get("LOKET_SEAL_ROOTS")
    facts = verdict(file, roots or ((Path(named),) if named else demo_roots(stack)))
    tell(facts, as_json=as_json, table=lambda: _shown(facts))
    if facts["verdict"] != "sealed":
        raise click.exceptions.Exit(1)


def verdict(file: Path, roots: tuple[Path, ...]) -> dict[str, Any]:
    """`sealed`, `altered`, `untrusted` or `unsealed`, and each seal. Raises Mistake for what is no PDF."""
    from services.documents.examination import examine
    from services.documents.examining import number_in

    content = file.read_bytes()
    try:
        seals = examine(content, roots=[der for root in roots for der in _ders(root)])
    except ValueError as error:
        raise Mistake(f"{file} is {error}; give a PDF file") from None
    if not seals:
        found = "unsealed"
    elif not all(seal.valid and seal.whole for seal in seals):
        found = "altered"
    else:
        found = "sealed" if all(seal.trusted for seal in seals) else "untrusted"
    return {
        "file": str(file),
        "verdict": found,
        "number": number_in(content),
        "seals": [asdict(seal) for seal in seals],
    }


def demo_roots(stack: "Stack") -> tuple[Path, ...]:
    """The demonstration's root, where it was made."""
    root = stack.seals / "root.pem"
    return (root,) if root.exists() else ()


def _ders(path: Path) -> list[bytes]:
    """Of all certificates in a file: those of former seals are trusted beside those of today's."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return [each.public_bytes(Encoding.DER) for each in load_pem_x509_certificates(path.read_bytes())]
    except (ValueError, OSError):
        raise Mistake(f"{path} is not a PEM certificate") from None


def _shown(facts: dict[str, Any]) -> "Group":
    from rich.console import Group

    rows = [
        [
            seal["signer"],
            "yes" if seal["valid"] else "NO",
            "yes" if seal["whole"] else "NO",
            "yes" if seal["trusted"] else "NO",
            _at(seal["timestamped_at"] or seal["claimed_at"]),
        ]
        for seal in facts["seals"]
    ]
    return Group(
        f"{facts['verdict']}: {facts['file']}" + (f", number {facts['number']}" if facts["number"] else ""),
        table("sealed by", "valid", "whole file", "trusted", "at", rows=rows) if rows else "",
    )


def _at(moment: datetime | None) -> datetime | None:
    """By the Belgian clock, where whoever signed said by which clock it was."""
    from services.contracts.days import local

    return local(moment) if moment and moment.tzinfo else moment

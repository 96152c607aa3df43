"""verify."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.terminal import Mistake, as_json, clear, table, tell

if TYPE_CHECKING:
    from rich.console import Group

    from deploy.local.stack import Stack
    from services.documents.children.examination import Examined


LARGEST = 100 * 1024 * 1024
"""Bytes of a file that is looked at: ours have five million at most, others' seals are shown as well."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", "roots", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Root certificates to trust (PEM, one or more); otherwise LOKET_SEAL_ROOTS, and seal_authorities of "
              "the towns' sources.")  # fmt: skip
@as_json
@clear
def verify(file: Path, roots: tuple[Path, ...], as_json: bool) -> None:
    """What the seals on a PDF say, checked offline. Exit code 1 unless they are valid, trusted and whole.

    A seal whose certificate has ended counts as trusted where a time stamp proves that it is from before.
    """
    from deploy.local.stack import this_stack

    stack = this_stack()
    named = stack.outside.get("LOKET_SEAL_ROOTS")
    facts = verdict(file, roots or (*((Path(named),) if named else demo_roots(stack)), *authorities(stack)))
    tell(facts, as_json=as_json, table=lambda: _shown(facts))
    if facts["verdict"] != "sealed":
        raise click.exceptions.Exit(1)


def verdict(file: Path, roots: tuple[Path, ...], *, now: datetime | None = None) -> dict[str, Any]:
    """`sealed`, `expired`, `altered`, `untrusted` or `unsealed`, `because` in a sentence, and each seal.

    Expired is a seal whose certificate has ended, where nothing that is trusted proves that it was made before. Raises
    Mistake for what is no PDF.
    """
    from services.contracts.yaml_files import read_bytes
    from services.documents.children.examination import examine
    from services.documents.children.examining import number_in

    try:
        content = read_bytes(file, most=LARGEST)
    except ValueError as error:
        raise Mistake(f"{file} {error}") from None
    try:
        seals = examine(content, roots=[der for root in roots for der in _ders(root)], now=now)
    except ValueError as error:
        raise Mistake(f"{file} is {error}; give a PDF file") from None
    return {
        "file": str(file),
        "verdict": _verdict(seals),
        "because": _because(seals),
        "number": number_in(content),
        "seals": [asdict(seal) for seal in seals],
    }


def _verdict(seals: "list[Examined]") -> str:
    if not seals:
        return "unsealed"
    if not all(seal.valid and seal.whole for seal in seals):
        return "altered"
    if all(seal.proven() for seal in seals):
        return "sealed"
    return "expired" if all(seal.proven() or seal.was_trusted for seal in seals) else "untrusted"


def _because(seals: "list[Examined]") -> str | None:
    """What the end of a seal's certificate means for it; None where none has ended, or it was never trusted."""
    ended = next((seal for seal in seals if seal.was_trusted and not seal.trusted), None)
    if ended is None:
        return None
    said = f"the certificate of the seal ended on {_day(ended.ends)}"
    if ended.timestamped_at is None:
        return f"{said}, and nothing in the file proves that it was sealed before; the check by its code still tells"
    stamped = f"an authority's time stamp says {_day(ended.timestamped_at)}"
    if ended.timestamped_at >= ended.ends:
        return f"{said}, and {stamped}: it was sealed after that"
    if ended.authority_trusted:
        return f"{said}, and {stamped}: it was sealed before, and stays valid"
    return f"{said}; {stamped}, which counts once that authority's root is among the roots, too (--root)"


def demo_roots(stack: "Stack") -> tuple[Path, ...]:
    """The demonstration's root, where it was made."""
    root = stack.seals / "root.pem"
    return (root,) if root.exists() else ()


def authorities(stack: "Stack") -> tuple[Path, ...]:
    """Of those who seal what the towns of this deployment pass on (`sources.*.seal_authorities`).

    Where the towns' files cannot be read, nobody: what the town itself sealed is told all the same.
    """
    from services.contracts.schema import Unreadable

    try:
        towns = stack.towns()
    except (Unreadable, OSError):
        return ()
    written = {each["seal_authorities"] for town in towns.values() for each in town.sources.values()
               if each.get("seal_authorities")}  # fmt: skip
    folders = (stack.towns_folder, stack.towns_source)
    found = (next((path for folder in folders if (path := folder / each).is_file()), None) for each in sorted(written))
    return tuple(path for path in found if path)


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
            "yes" if seal["trusted"] else f"until {_day(seal['ends'])}" if seal["was_trusted"] else "NO",
            _at(seal["timestamped_at"] or seal["claimed_at"]),
        ]
        for seal in facts["seals"]
    ]
    because = [f"{facts['because'][0].upper()}{facts['because'][1:]}."] if facts["because"] else []
    return Group(
        f"{facts['verdict']}: {facts['file']}" + (f", number {facts['number']}" if facts["number"] else ""),
        *because,
        table("sealed by", "valid", "whole file", "trusted", "at", rows=rows) if rows else "",
    )


def _day(moment: datetime) -> date:
    """In Belgium."""
    from services.contracts.days import local

    return local(moment).date()


def _at(moment: datetime | None) -> datetime | None:
    """By the Belgian clock, where whoever signed said by which clock it was."""
    from services.contracts.days import local

    return local(moment) if moment and moment.tzinfo else moment

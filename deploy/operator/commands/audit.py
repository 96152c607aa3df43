"""audit verify."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.commands.register import registry_database
from deploy.operator.commands.towns import chosen_town
from deploy.operator.terminal import Commands, Mistake, as_json, clear, table, tell

if TYPE_CHECKING:
    from deploy.local.stack import Stack
    from services.chassis.signing import VerifyingKeys
    from services.registry.audit_chain import Findings

MOST_SHOWN = 20

LONGEST_HEAD = 64
"""Hexadecimal figures of a SHA-256."""

LEAST_OF_A_HEAD = 16
"""Characters: what the table shows. Fewer might be the beginning of another block's digest, too."""


@click.group(cls=Commands)
def audit() -> None:
    """The log of who looked at whose data in the registers."""


@audit.command()
@click.option("--town", metavar="TOWN", help="Its REFNIS code or name; all towns where it is left out.")
@click.option("--head", metavar="DIGEST", help="That of the last block as you noted it: the chain must hold it still.")
@click.option(
    "--kept",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="The least LOKET_ACCESS_LOG_DAYS that ever was; without it the present one.",
)
@as_json
@clear
def verify(town: str | None, head: str | None, kept: int | None, as_json: bool) -> None:
    """Whether anything was changed, taken out or slipped in. Exit code 1 where it was.

    A registry proves each entry that it writes, with a key that is not in the store, and links it into its town's chain
    of signed blocks within ten seconds. What was put there without that proof is in no block, and named; so is what was
    taken out before its time, also from the beginning.

    Not seen is that the end of a chain is gone, or all of it, with its entries: note the head that is told here where
    others cannot reach it, and give it with --head. Nor what was taken out before it was linked, nor what somebody
    wrote who has the store and also the requests' keys or the registry's event key. Entries of version 0.9, from before
    a chain began or from its first hour, are in none: they are counted, and of them nothing is known.
    """
    from deploy.local.stack import this_stack

    stack = this_stack()
    if head is not None and not (LEAST_OF_A_HEAD <= len(head) <= LONGEST_HEAD and set(head) <= set("0123456789abcdef")):
        raise Mistake(f"--head is the digest as it was told, at least its first {LEAST_OF_A_HEAD} characters")
    if head and not town and len(stack.towns()) > 1:
        raise Mistake("say of which town the head is: --town")
    chosen = [chosen_town(stack, town)] if town else list(stack.towns().values())
    found = {each.refnis: _examined(stack, each.refnis, head, kept) for each in chosen}
    facts = {
        refnis: {
            "blocks": each.blocks,
            "entries": each.entries,
            "unlinked": each.unlinked,
            "unchained": each.unchained,
            "head": each.head,
            "faults": each.faults,
        }
        for refnis, each in found.items()
    }
    names = {each.refnis: each.name(each.languages[0]) for each in chosen}
    tell(facts, as_json=as_json, table=lambda: _shown(found, names))
    if any(each.faults for each in found.values()):
        raise click.exceptions.Exit(1)


def _examined(stack: "Stack", refnis: str, head: str | None, kept: int | None) -> "Findings":
    from deploy.operator.registers import kept_days
    from services.registry.access_store import AccessStore
    from services.registry.audit_chain import examine

    days = kept_days(stack)
    with registry_database(stack) as database:
        accesses = AccessStore(database, kept_days=days)
        return examine(
            accesses.chain(refnis),
            entries_of=accesses.entries_of,
            outside=partial(accesses.outside, refnis),
            keys=_keys(stack),
            kept=timedelta(days=kept or days),
            noted=head,
            now=datetime.now(UTC),
        )


def _keys(stack: "Stack") -> "VerifyingKeys":
    """The public keys of the services' events. Raises Mistake where they are not at hand."""
    from deploy.demo.secrets import demo_secrets
    from services.chassis.signing import VerifyingKeys

    given = stack.outside.get("LOKET_EVENT_KEYS")
    if not given and stack.profile == "demo":
        given = demo_secrets(stack.var, towns=())["LOKET_EVENT_KEYS"]
    if not given:
        raise Mistake("LOKET_EVENT_KEYS is missing: the public keys that all services have")
    try:
        return VerifyingKeys.parse(given)
    except ValueError as error:
        raise Mistake(f"LOKET_EVENT_KEYS: {error}") from None


def _shown(found: "dict[str, Findings]", names: dict[str, str]) -> Any:
    rows = [
        [
            names[refnis],
            *map(str, (each.blocks, each.entries, each.unlinked, each.unchained)),
            each.head[:LEAST_OF_A_HEAD] or "-",
            _told(each),
        ]
        for refnis, each in found.items()
    ]
    return table("town", "blocks", "entries", "not linked yet", "before the chain", "head", "found", rows=rows)


def _told(found: "Findings") -> str:
    if not found.faults:
        return "whole"
    more = len(found.faults) - MOST_SHOWN
    return "\n".join([*found.faults[:MOST_SHOWN], *([f"and {more} more; --json has all"] if more > 0 else [])])

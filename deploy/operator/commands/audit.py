"""audit verify."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.commands.register import registry_database
from deploy.operator.commands.towns import chosen_town, town_option
from deploy.operator.terminal import Commands, Mistake, as_json, clear, table, tell

if TYPE_CHECKING:
    from deploy.local.stack import Stack
    from services.chassis.signing import VerifyingKeys
    from services.registry.audit_chain import Findings

MOST_SHOWN = 20


@click.group(cls=Commands)
def audit() -> None:
    """The log of who looked at whose data in the registers."""


@audit.command()
@town_option
@click.option("--head", metavar="DIGEST", help="That of the last block as you noted it: the chain must hold it still.")
@as_json
@clear
def verify(town: str | None, head: str | None, as_json: bool) -> None:
    """Whether anything was changed, taken out or slipped in. Exit code 1 where it was.

    Every town's entries are linked into a chain of signed blocks within ten seconds. Note the head that is told here
    where others cannot reach it: only by it is seen that the end of a chain is gone, with all of its entries.
    """
    from deploy.local.stack import this_stack

    stack = this_stack()
    if head and not town and len(stack.towns()) > 1:
        raise Mistake("say of which town the head is: --town")
    chosen = [chosen_town(stack, town)] if town else list(stack.towns().values())
    found = {each.refnis: _examined(stack, each.refnis, head) for each in chosen}
    facts = {
        refnis: {
            "blocks": each.blocks,
            "entries": each.entries,
            "unlinked": each.unlinked,
            "head": each.head,
            "faults": each.faults,
        }
        for refnis, each in found.items()
    }
    names = {each.refnis: each.name(each.languages[0]) for each in chosen}
    tell(facts, as_json=as_json, table=lambda: _shown(found, names))
    if any(each.faults for each in found.values()):
        raise click.exceptions.Exit(1)


def _examined(stack: "Stack", refnis: str, head: str | None) -> "Findings":
    from services.registry.access_store import AccessStore
    from services.registry.audit_chain import examine
    from services.registry.settings import TEN_YEARS

    days = int(stack.outside.get("LOKET_ACCESS_LOG_DAYS", TEN_YEARS))
    with registry_database(stack) as database:
        accesses = AccessStore(database, kept_days=days)
        return examine(
            accesses.chain(refnis),
            entries_of=accesses.entries_of,
            unlinked=accesses.unlinked(refnis),
            keys=_keys(stack),
            kept=timedelta(days=days),
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
        [names[refnis], str(each.blocks), str(each.entries), str(each.unlinked), each.head[:16] or "-", _told(each)]
        for refnis, each in found.items()
    ]
    return table("town", "blocks", "entries", "not linked yet", "head", "found", rows=rows)


def _told(found: "Findings") -> str:
    if not found.faults:
        return "whole"
    more = len(found.faults) - MOST_SHOWN
    return "\n".join([*found.faults[:MOST_SHOWN], *([f"and {more} more; --json has all"] if more > 0 else [])])

"""The catalogue as it stands beside the one that was started with: each process has that of its own start."""

from collections.abc import Iterator
from typing import Any

from deploy.local.stack import Stack
from deploy.operator.status.ends import started
from deploy.operator.status.trouble import Trouble
from services.contracts.catalogue import digests
from services.contracts.schema import Unreadable


def catalogue_facts(stack: Stack, *, runs: bool) -> dict[str, Any]:
    """`wrong` is why the catalogue cannot be read; `changed` are the products that are not as they were started with,
    new and gone ones among them."""
    try:
        now = digests()
    except Unreadable as wrong:
        return {"wrong": str(wrong), "changed": []}
    before: dict[str, str] = started(stack).get("catalogue") or now if runs else now
    return {"wrong": None, "changed": sorted(id for id in now | before if now.get(id) != before.get(id))}


def in_catalogue(facts: dict[str, Any]) -> Iterator[Trouble]:
    """What an operator has to do before the next start, or for what was changed."""
    known = facts["catalogue"]
    if known["wrong"]:
        going_on = "; what runs goes on with the catalogue of its start, and the next start fails"
        keeps = going_on if facts["supervised"] else ""
        yield Trouble(
            code="catalogue-unreadable",
            about="catalogue",
            sentence=f"{known['wrong']}{keeps}: mend it, `loket catalogue lint` tells all of it",
        )
    elif known["changed"]:
        yield Trouble(
            code="catalogue-changed",
            about="catalogue",
            sentence=f"products changed since the start: {', '.join(known['changed'])}; `loket catalogue lint`, then"
            " these take effect by `loket down` and `loket up`",
        )

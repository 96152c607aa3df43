"""The catalogue as it stands beside the one that was started with: each process has that of its own start."""

import os
from collections.abc import Iterator
from typing import Any

from deploy.local.outside import started_with
from deploy.local.products import told
from deploy.local.stack import Stack
from deploy.operator.status.ends import started
from deploy.operator.status.trouble import Trouble
from services.contracts.catalogue import digests
from services.contracts.rooms import EXTENSIONS
from services.contracts.schema import Unreadable


def catalogue_facts(stack: Stack, *, runs: bool) -> dict[str, Any]:
    """`wrong` is why the catalogue cannot be read; `changed` are the products that are not as they were started with,
    new and gone ones among them; `gone` says in words which are no longer there."""
    try:
        now = digests()
    except Unreadable as wrong:
        return {"wrong": str(wrong), "changed": [], "gone": None}
    before: dict[str, str] = started(stack).get("catalogue") or now if runs else now
    then, here = started_with(stack.var).get(EXTENSIONS, ""), os.environ.get(EXTENSIONS, "")
    return {
        "wrong": None,
        "changed": sorted(id for id in now | before if now.get(id) != before.get(id)),
        "gone": told(set(before) - set(now), before=then, now=here),
    }


def in_catalogue(facts: dict[str, Any]) -> Iterator[Trouble]:
    """What an operator has to do before the next start, or for what was changed."""
    known = facts["catalogue"]
    if known["wrong"]:
        going_on = "; what runs goes on with the catalogue of its start, and the next start fails"
        keeps = going_on if facts["supervised"] else ""
        yield Trouble(
            code="catalogue-unreadable",
            about="catalogue",
            sentence=f"{known['wrong']}{keeps}: mend it, `loket catalogue lint` tells more",
        )
        return
    if known["gone"]:
        yield Trouble(
            code="products-gone",
            about="catalogue",
            sentence=f"would be gone after the next start: {known['gone']}; what was filed for them would have no title"
            " and go no further: put them back, or set the variable, unless that is meant",
        )
    if known["changed"]:
        yield Trouble(
            code="catalogue-changed",
            about="catalogue",
            sentence=f"products changed since the start: {', '.join(known['changed'])}; `loket catalogue lint`, then"
            " these take effect by `loket down` and `loket up`",
        )

"""Applications that the catalogue of a start would leave waiting: nobody could make what they were promised."""

import os
from collections import Counter
from collections.abc import Iterable

import pymongo
from pymongo.errors import PyMongoError

from deploy.local.embedded.part import PartError
from deploy.local.leftovers import mark_of
from deploy.local.products import are_others
from deploy.local.stack import Stack
from deploy.local.store import store_of
from services.contracts.catalogue import products
from services.contracts.plans import Lacking
from services.contracts.rooms import EXTENSIONS
from services.intake.left import Left, left

ANSWERS_S = 3.0

LACKING = {
    Lacking.FILE: "its file is gone",
    Lacking.STATEMENT: "it is passed through now, and was filed for as a certificate",
    Lacking.FORM: "it gives no form any more",
}


def refuse_left(stack: Stack) -> None:
    """Raises PartError where applications wait for what the catalogue has no more, or makes no more.

    An embedded store, which has to be started for it, is looked into only where a product is not as at the last start.
    One that does not answer is looked into by nobody: `loket status` tells the same once it does.
    """
    catalogue = products()
    kinds = {id: each.gives.kind for id, each in catalogue.items()}
    if stack.outside.get(EXTENSIONS, "") != os.environ.get(EXTENSIONS, ""):
        return  # what was not ended by `down` goes on with the variable of its own start
    if stack.is_embedded("store") and not are_others(stack.var, kinds):
        return
    try:
        with store_of(stack, down=True, mark=mark_of(stack)) as client, pymongo.timeout(ANSWERS_S):
            found = left(client[f"{stack.database}_intake"], products=catalogue)
    except PyMongoError:
        return
    if found:
        raise PartError(
            f"applications wait for what this catalogue cannot make: {in_words(found)}; put the files back as they were"
            " (is LOKET_EXTENSIONS set?), or start with `loket up --leave-waiting` and end them with"
            " `loket applications end`: until then they wait, and their citizens are told nothing"
        )


def in_words(found: Iterable[Left]) -> str:
    """How many wait for which product, and what of it is lacking."""
    counts = Counter((each.product, each.lacking) for each in found)
    return ", ".join(
        f"{count} for {product} ({LACKING[lacking]})" for (product, lacking), count in sorted(counts.items())
    )

"""What waits for a product that the catalogue has no more, or makes no more: no word of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from services.chassis.retention import EVER
from services.contracts.intake import State
from services.contracts.plans import Lacking, lacking, read_plan
from services.contracts.product import Product
from services.intake.store import state_of

_NEEDED = ("town", "product", "plan", "state", "awaits", "submitted_at")


@dataclass(frozen=True, kw_only=True)
class Left:
    """One application without a certificate, and what of its product is `lacking` in the catalogue. One that is cleared
    may have its certificate at documents: intake has not heard.
    """

    town: str
    application_id: str
    product: str
    lacking: Lacking
    state: State
    since: datetime


def left(database: Database[dict[str, Any]], *, products: Mapping[str, Product]) -> list[Left]:
    """All that this catalogue leaves waiting, in every town, the first filed first. A draft at documents is that of one
    of these. Reads only what is under way (index `overdue_anywhere`). Raises PyMongoError.
    """
    found = []
    for each in database["applications"].find({"deadline": {"$gt": EVER}}, dict.fromkeys(_NEEDED, 1)):
        plan = read_plan(each["plan"]) if each.get("plan") else None
        lacks, state = lacking(products.get(each["product"]), plan), state_of(each)
        if lacks and state is not State.ISSUED:
            found.append(
                Left(
                    town=each["town"],
                    application_id=each["_id"],
                    product=each["product"],
                    lacking=lacks,
                    state=state,
                    since=each["submitted_at"],
                )
            )
    return sorted(found, key=lambda each: (each.since, each.application_id))

"""Which garden of the town somebody rents, from the list of gardens."""

from typing import Any

from services.contracts.facts.allotment import Allotment

from services.contracts.address import Address
from services.contracts.errors import Refusal
from services.registry.facts import Fact


def _refusal(answer: dict[str, Any]) -> Refusal | None:
    """Who rents none has none certified."""
    return None if answer["garden"] else Refusal.NOT_ENTITLED


def _compile(answer: dict[str, Any]) -> Allotment:
    crops = tuple((crop, str(beds)) for crop, beds in answer["crops"].items())
    return Allotment(garden=Address(**answer["garden"]), since=answer["since"], crops=crops)


FACT = Fact(part=Allotment, compile=_compile, refusal=_refusal)

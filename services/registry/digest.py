"""Whether two extracts of one application state the same, told to those who may not read them; and to the registry
itself, which keeps no facts.

A keyed pseudonym of all that is stated but its time. The key is the registry's alone: facts are few enough to try them
all. The application is in it, so that nobody learns who else has the same facts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Protocol

from services.contracts.extracts import Facts
from services.contracts.facts import unprinted


class Pseudonyms(Protocol):
    """See services/chassis/pseudonyms.py."""

    def of(self, kind: str, *, town: str, value: str) -> str:
        """The same in, the same out, and no way back."""


_OF_THE_COMPILING = ("compiled_at", "version")


def digest_of(facts: Facts, *, pseudonyms: Pseudonyms) -> str:
    """The same for the same facts about the same application, whenever they were compiled."""
    stated = {name: value for name, value in _stated(facts).items() if name not in _OF_THE_COMPILING}
    return pseudonyms.of("facts", town=facts.town, value=json.dumps(stated, sort_keys=True, ensure_ascii=False))


def statement_of(facts: Facts, *, printed: Iterable[str], pseudonyms: Pseudonyms) -> str:
    """The same where the certificate of this application would say the same: of the facts that are `printed`, without
    what no paper shows, and from the same registers."""
    stated = {name: _stated(facts.parts[name], without=unprinted(type(facts.parts[name]))) for name in printed}
    said = {"application": facts.application_id, "registers": sorted(facts.registers), "stated": stated}
    return pseudonyms.of("statement", town=facts.town, value=json.dumps(said, sort_keys=True, ensure_ascii=False))


def is_moment(metadata: Mapping[Any, Any]) -> bool:
    """Of a field that only says when the register was asked: `field(metadata=OF_THE_MOMENT)`."""
    return bool(metadata.get("metadata", {}).get("moment"))


def _stated(value: Any, *, without: frozenset[str] = frozenset()) -> Any:
    if is_dataclass(value):
        kept = [each for each in fields(value) if each.name not in without and not is_moment(each.metadata)]
        return {each.name: _stated(getattr(value, each.name), without=without) for each in kept}
    if isinstance(value, Mapping):
        return {str(name): _stated(each, without=without) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_stated(each, without=without) for each in value]
    return value.isoformat() if isinstance(value, date) else value

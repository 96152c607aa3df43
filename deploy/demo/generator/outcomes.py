"""What a hard case gets who asks for self, by fact: written by hand, and what every test of outcomes goes by.

`outcomes.csv` has a line for each of them and a column for each fact. An empty cell is given, a code is a Refusal, and
one behind `!` is how the register contradicts itself: the application waits.
"""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

CONTRADICTED = "!"


@cache
def outcomes() -> Mapping[str, Mapping[str, str]]:
    """By the key of the case and the fact."""
    with Path(__file__).with_name("outcomes.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row.pop("key"): MappingProxyType(row) for row in csv.DictReader(file)})


def outcome(key: str, facts: Iterable[str]) -> str:
    """Of a product with these facts: the first that is not given; who somebody is is always told with the others."""
    by_fact = outcomes()[key]
    return next(filter(None, (by_fact.get(fact, "") for fact in facts)), "")

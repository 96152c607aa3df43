"""What the register's codes are called on paper, from the tables in `words/`, a file each.

One row a code, one column a language (`nl`, `fr`, `de`, `en`). Where a language's word follows the person's sex there
are `nl_m` and `nl_f` beside `nl`, which is for whoever is neither or not known to be either: in Dutch the bare
adjective, in French the one that agrees with "nationalité". Sources: DECISIONS.md.
"""

import csv
import re
from functools import cache
from pathlib import Path

from services.contracts.countries import canonical

TABLES = Path(__file__).with_name("words")
SEXES = {"M": "m", "F": "f"}

_SHORT_MARK = re.compile(r" (?=\([^()]{1,6}\))")
"""A mark such as `(bru)` does not begin a line of its own."""


class Vocabulary:
    """One table."""

    def __init__(self, name: str) -> None:
        with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self._rows = {
            row["code"]: {name: _SHORT_MARK.sub("\u00a0", word) for name, word in row.items()} for row in rows
        }

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that has a row."""
        return tuple(self._rows)

    def word(self, code: str, language: str, sex: str | None = None) -> str | None:
        """The word for a code; None where the table has none."""
        row = self._rows.get(canonical(code))
        if row is None:
            return None
        return row.get(f"{language}_{SEXES[sex]}" if sex in SEXES else language) or row[language]


@cache
def vocabulary(name: str) -> Vocabulary:
    """The table of that name in TABLES, read once per process."""
    return Vocabulary(name)

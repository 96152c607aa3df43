"""Residents that tests and demonstrations ask for: the same national numbers in every town, for every seed.

hard_cases.csv has a line for each. A number is made of the date of birth and a serial from 901 on, which no ordinary
resident gets; `bis` is added to its month. HARD_CASES.md shows them; a test keeps it equal to this table.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

from deploy.demo.generator.hard_case import HardCase
from deploy.demo.generator.outcomes import outcomes
from services.contracts.national_number import display


def _read() -> dict[str, HardCase]:
    with Path(__file__).with_name("hard_cases.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: _case(row) for row in csv.DictReader(file)}


def _case(row: Mapping[str, str]) -> HardCase:
    """An empty cell is what is usual."""
    return HardCase(
        key=row["key"],
        born_on=row["born_on"],
        serial=int(row["serial"]),
        about=row["about"],
        bis=int(row["bis"] or 0),
        answers_after_s=float(row["answers_after_s"] or 0),
        answers_twice=row["answers_twice"] == "yes",
    )


HARD_CASES = _read()
"""By key, in the order of the document."""

DEMO_CITIZEN = HARD_CASES["demo-citizen"].number
"""Whom `make demo` signs in."""


def document() -> str:
    """HARD_CASES.md: the table as people read it."""
    lines = [
        "# Residents that every synthetic town has",
        "",
        "Made from `generator/hard_cases.csv` and `generator/outcomes.csv`; the numbers are the same in every town",
        "and for every seed. All live in Voorbeeldstraat, Rue de l’Exemple or Beispielstraße, which are one street",
        "in a town of two languages. What is refused holds for a citizen who asks about self, by fact; what is not",
        "named is given. What is contradicted (`!`) waits until the town has mended its register. What follows",
        "from a register or a standing: `consequences.py`. Who may not vote, and who was not written off to",
        "abroad, is refused `voter` and `departure`: that is not said here.",
        "",
        "| key | national number | digits | who | refused or contradicted |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{case.key}` | {display(case.number)} | `{case.number}` | {case.about} | {_told(outcomes()[case.key])} |"
        for case in HARD_CASES.values()
    ]
    return "\n".join(lines) + "\n"


def _told(by_fact: Mapping[str, str]) -> str:
    """Facts with the same outcome together."""
    usual = {"voter": "not-a-voter", "departure": "still-registered"}
    by_outcome: dict[str, list[str]] = {}
    for fact, outcome in by_fact.items():
        if outcome and usual.get(fact) != outcome:
            by_outcome.setdefault(outcome, []).append(fact)
    most = len(by_fact) - len(usual)
    return ", ".join(
        f"{'all' if len(facts) >= most else ' and '.join(facts)}: `{outcome}`" for outcome, facts in by_outcome.items()
    )

"""Extracts from the central criminal record, as facts carry them (Code of Criminal Procedure, articles 595 and 596)."""

from dataclasses import dataclass

MODELS = ("595", "596.1", "596.2")
"""The general one; for a regulated activity; for work with minors. Which convictions each shows, the record knows."""

MOST_CONVICTIONS = 200


@dataclass(frozen=True, kw_only=True)
class Conviction:
    """`decided_on` is the day of the judgment; what it was about and what it imposed are the record's own words, which
    nobody translates. The day may be partly unknown."""

    decided_on: str
    court: str
    offences: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Record:
    """What one of MODELS shows, `consulted_on` a day; no `convictions` where it shows none.

    `asked_for` is what the citizen answered to the question of that model: a value of one of its options.
    """

    model: str
    asked_for: str
    consulted_on: str
    convictions: tuple[Conviction, ...] = ()

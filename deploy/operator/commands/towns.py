"""Choosing a town by name or REFNIS code."""

import click

from deploy.local.stack import Stack
from deploy.operator.terminal import Mistake
from services.contracts.towns import Town

town_option = click.option(
    "--town", metavar="TOWN", help="Its REFNIS code or name; the first town where it is left out."
)


def chosen_town(stack: Stack, wanted: str | None) -> Town:
    """Raises Mistake where no town is called so."""
    towns = stack.towns()
    if wanted is None:
        return next(iter(towns.values()))
    for town in towns.values():
        if wanted == town.refnis or wanted.lower() in {name.lower() for name in town.names.values()}:
            return town
    known = ", ".join(f"{town.name(town.languages[0])} ({refnis})" for refnis, town in towns.items())
    raise Mistake(f"no town is called {wanted}; choose from {known}")

"""token."""

import click

from deploy.operator.commands.towns import chosen_town, town_option
from deploy.operator.terminal import Mistake, as_json, clear, tell


@click.command()
@click.option(
    "--citizen",
    metavar="NUMBER|KEY",
    help="Who the token is for: a national number, or a key of deploy/demo/HARD_CASES.md.",
)
@click.option("--officer", metavar="NAME", help="Town staff.")
@town_option
@as_json
@clear
def token(citizen: str | None, officer: str | None, town: str | None, as_json: bool) -> None:
    """A bearer token for the API (demonstration only)."""
    if (citizen is None) == (officer is None):
        raise Mistake("say who: either --citizen NATIONAL_NUMBER (or the key of one) or --officer NAME")
    from deploy.demo.tokens import citizen_token, officer_token
    from deploy.local.stack import this_stack

    stack = this_stack()
    place = chosen_town(stack, town)
    made = citizen_token(stack, place, citizen) if citizen else officer_token(stack, place, str(officer))
    if as_json:
        tell({"token": made, "town": place.refnis}, as_json=True, table=str)
    else:
        click.echo(made)

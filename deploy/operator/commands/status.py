"""status."""

import click

from deploy.operator.terminal import as_json, clear, tell


@click.command()
@as_json
@clear
def status(as_json: bool) -> None:
    """What is wrong, what waits, how each process is. Exit code 1 where something is not ready."""
    from deploy.local.stack import this_stack
    from deploy.operator.status.gathered import status as gathered
    from deploy.operator.status.shown import shown

    facts = gathered(this_stack())
    tell(facts, as_json=as_json, table=lambda: shown(facts))
    if not facts["ready"]:
        raise click.exceptions.Exit(1)

"""`loket`: the operators' command."""

import click

from deploy.commands import dead_letters, deployment, register, tokens, verification


class Command(click.Group):
    """Commands in the order in which an operator meets them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loket")
def main() -> None:
    """Run, watch and repair one deployment of Loket."""


for command in (
    deployment.up,
    deployment.down,
    deployment.status,
    deployment.scale,
    deployment.logs,
    tokens.token,
    register.register,
    dead_letters.dead_letters,
    verification.verify,
):
    main.add_command(command)

if __name__ == "__main__":
    main()

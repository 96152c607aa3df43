"""`loket`: the operators' command."""

import sys
from typing import Any

import click

from deploy.commands import benchmark, broker, dead_letters, deployment, proxy, register, tokens, verification
from deploy.terminal import Mistake


class Command(click.Group):
    """Commands in the order in which an operator meets them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def main(self, *args: Any, **options: Any) -> Any:
        """Every mistake is one line, those that click finds too."""
        try:
            sys.exit(super().main(*args, **(options | {"standalone_mode": False})) or 0)
        except click.exceptions.NoArgsIsHelpError as help_wanted:
            help_wanted.show()
            sys.exit(2)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "loket"
            Mistake(f"{error.format_message().rstrip('.')}; see `{path} --help`").show()
            sys.exit(2)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)


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
    proxy.proxy,
    tokens.token,
    register.register,
    broker.broker,
    dead_letters.dead_letters,
    verification.verify,
    benchmark.bench,
):
    main.add_command(command)

if __name__ == "__main__":
    main()

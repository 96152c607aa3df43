"""`loket`: the operators' command."""

import errno
import os
import select
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

import click

from deploy.operator.terminal import Mistake, show_every_letter

COMMANDS = {
    "up": ("deployment:up", "Start everything and wait until it is ready."),
    "down": ("deployment:down", "End everything; what services hold they finish or hand back."),
    "status": (
        "status:status",
        "What is wrong, what waits, how each process is. Exit code 1 where something is not ready.",
    ),
    "scale": ("deployment:scale", "More or fewer processes of a service, live; kept over `down` and `up`."),
    "logs": ("logs:logs", "What all processes, or one, told: by time, of one request or of one application."),
    "proxy": (
        "proxy:proxy",
        "The front proxy (nginx) of this deployment, in the foreground; give the gateway LOKET_PROXIES=1.",
    ),
    "towns": ("town_files:towns", "The towns: their files, and what was changed while they are served."),
    "catalogue": ("catalogue:catalogue", "The products that towns can offer."),
    "token": ("tokens:token", "A bearer token for the API (demonstration only)."),
    "register": (
        "register:register",
        "The synthetic population registers (demonstration only), and whether a register elsewhere can be asked.",
    ),
    "held": (
        "held:held",
        "Applications that wait for a register: it contradicts itself, cannot be asked, or is away.",
    ),
    "applications": (
        "applications:applications",
        "Applications whose product the catalogue has no more, or gives otherwise: nobody can make what was promised.",
    ),
    "audit": ("audit:audit", "The log of who looked at whose data in the registers."),
    "confirmations": (
        "confirmations:confirmations",
        "What other departments are to confirm before an application goes on, and their answers.",
    ),
    "departments": (
        "departments:departments",
        "Other departments that hear what happened: who, of what, for which purpose, and how they get on.",
    ),
    "broker": (
        "broker:broker",
        "The broker: what is declared there, its users and their rights, its nodes and what each leads.",
    ),
    "keys": ("keys:keys", "Keys of a deployment: made once, then rotated in three steps (add, promote, retire)."),
    "dead-letters": (
        "dead_letters:dead_letters",
        "Messages that no service could handle. Every act is in the audit log.",
    ),
    "backup": (
        "backups:backup",
        "Keep all that the services stored in a new FILE, for its owner only, while everything runs.",
    ),
    "restore": (
        "backups:restore",
        "Put the backup in FILE into this deployment, which is down and whose store is empty.",
    ),
    "verify": (
        "verification:verify",
        "What the seals on a PDF say, checked offline. Exit code 1 unless they are valid, trusted and whole.",
    ),
    "bench": (
        "benchmark:bench",
        "Measure a stack of its own from outside, beside render and seal alone on the same cores. Takes five minutes.",
    ),
}
"""In the order in which an operator meets them: where in deploy/operator/commands each is, and its line of the help.
What is not asked for is not imported, since the whole takes seconds."""


class Command(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"deploy.operator.commands.{module}"), name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """What is read no further ends as SIGPIPE would end it: quietly, and with no code that says something else."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ENOSPC) or not _is_lost(error):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.EPIPE:
                raise click.exceptions.Exit(128 + signal.SIGPIPE) from None
            raise Mistake("what this says cannot be written: no space is left there") from None

    def main(self, *args: Any, **options: Any) -> Any:
        """Every mistake is one line, those that click finds too."""
        show_every_letter()
        try:
            sys.exit(super().main(*args, **(options | {"standalone_mode": False})) or 0)
        except click.exceptions.NoArgsIsHelpError as help_wanted:
            help_wanted.show()
            sys.exit(2)
        except click.UsageError as error:
            path = _path_of(options.get("args", args[0] if args else None))
            Mistake(f"{error.format_message().rstrip('.')}; see `{path} --help`").show()
            sys.exit(2)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)


def _path_of(words: Sequence[str] | None) -> str:
    """The command that was meant: click's parser names none where an option lacks its value."""
    path, command = ["loket"], cast(click.Command, main)
    for word in sys.argv[1:] if words is None else words:
        below = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
        if below is None:
            break
        path.append(word)
        command = below
    return " ".join(path)


def _is_lost(error: OSError) -> bool:
    """Is it standard output that failed, and no connection?"""
    if error.errno == errno.ENOSPC:
        return error.filename is None
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return bool(poll.poll(0))


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loket")
def main() -> None:
    """Run, watch and repair one deployment of Loket."""


if __name__ == "__main__":
    main()

"""up, down, scale."""

import re

import click

from deploy.operator.terminal import Mistake, as_json, clear, screen, tell


@click.command()
@click.option(
    "--leave-waiting", is_flag=True, help="Also where applications wait for a product that the catalogue has no more."
)
@as_json
@clear
def up(leave_waiting: bool, as_json: bool) -> None:
    """Start everything and wait until it is ready."""
    from deploy.local import running
    from deploy.local.stack import this_stack

    stack = this_stack()
    with screen().status("starting"):
        seconds = running.up(
            stack,
            lambda name, after: screen().print(f"  {name:<15} ready after {after:4.1f} s"),
            _note,
            leave_waiting=leave_waiting,
        )
    facts = {"address": stack.address, "seconds": round(seconds, 2)}
    tell(facts, as_json=as_json, table=lambda: f"Loket runs at {stack.address} (after {seconds:.1f} s)")


@click.command()
@as_json
@clear
def down(as_json: bool) -> None:
    """End everything; what services hold they finish or hand back."""
    from deploy.local import running
    from deploy.local.stack import this_stack

    stack = this_stack()
    stack.must_be_there()
    with screen().status("ending") as shown:
        ran = running.down(stack, lambda name: shown.update(f"ending {name}"), _note)
    tell({"ran": ran}, as_json=as_json, table=lambda: "Loket is down" if ran else "nothing ran")


@click.command()
@click.argument("change", metavar="SERVICE=N")
@as_json
@clear
def scale(change: str, as_json: bool) -> None:
    """More or fewer processes of a service, live; kept over `down` and `up`.

    With 0 a service stands still: what it would do waits. The gateway's processes are its workers.
    """
    found = re.fullmatch(r"([a-z-]{1,40})=(\d{1,6})", change)
    if not found:
        raise Mistake("write SERVICE=N, such as documents=2")
    from deploy.local.scales import STANDING, check_scale

    name, count = found[1], int(found[2])
    check_scale(name, count)
    from deploy.local import running
    from deploy.local.stack import this_stack

    stack = this_stack()
    stack.must_be_there()
    with screen().status(f"scaling {name}"):
        running.scale(stack, name, count, _note)
    if not count:
        screen().print(f"from now on {STANDING[name]}, until `loket scale {name}=1`", soft_wrap=True)
    facts = {"service": name, "processes": count}
    tell(facts, as_json=as_json, table=lambda: f"{name}: {count} ready" if count else f"{name}: 0, it stands still")


def _note(line: str) -> None:
    screen().print(line, soft_wrap=True)

"""departments rotate, access, certificate."""

from datetime import UTC, datetime
from pathlib import Path

import click

from deploy.operator.audit import AUDIT
from deploy.operator.terminal import as_json, clear, screen, tell


@click.command()
@click.argument("name")
@as_json
@clear
def rotate(name: str, as_json: bool) -> None:
    """Give NAME a new password, and end the connections that were made with the old one: until eleven seconds later
    some might still be opened by who had shown it just before."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of

    stack = this_stack()
    with departments_of(stack) as found:
        department = found.known(name)
        note(stack.logs / AUDIT, "departments rotate", name, "")
        with screen().status("ending what was begun with the old password"):
            address = found.rotate(department)
    tell({"department": name, "address": address}, as_json=as_json, table=lambda: connecting(name, address))


@click.command()
@click.argument("name")
@click.option("--only", is_flag=True, help="No other secret is valid from now on: one was lost, or seen by others.")
@as_json
@clear
def access(name: str, only: bool, as_json: bool) -> None:
    """Give NAME a new secret for the HTTP API, which is printed once. The one before stays valid until the next."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of
    from services.notify.feed.credentials import SECRET, new_secret

    stack = this_stack()
    with departments_of(stack) as found:
        department = found.known(name)
        made, secret = new_secret(department.id, now=datetime.now(UTC))
        note(stack.logs / AUDIT, "departments access", f"{name} {made.id}", "only" if only else "")
        if only:
            found.credentials.remove(each for each in found.credentials.of(name) if each.kind == SECRET)
        found.credentials.add(made)
    facts = {"department": name, "id": made.id, "secret": secret}
    shown = f"{name} gets its tokens with this secret, which is shown once:\n{secret}"
    tell(facts, as_json=as_json, table=lambda: shown)


@click.command()
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@clear
def certificate(name: str, file: Path, as_json: bool) -> None:
    """Let NAME in at the HTTP API with the client certificate in FILE (PEM), whoever issued it. The one before stays
    valid until the next."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.department_credentials import thumbprint_of
    from deploy.operator.departments import departments_of
    from services.notify.feed.credentials import certificate as credential

    stack = this_stack()
    thumbprint = thumbprint_of(file)
    with departments_of(stack) as found:
        department = found.known(name)
        made = credential(department.id, thumbprint=thumbprint, now=datetime.now(UTC))
        note(stack.logs / AUDIT, "departments certificate", f"{name} {made.id} {thumbprint.hex()}", "")
        found.credentials.add(made)
    facts = {"department": name, "id": made.id, "sha256": thumbprint.hex()}
    tell(facts, as_json=as_json, table=lambda: f"{name} is let in with the certificate {thumbprint.hex()}")


def connecting(name: str, address: str) -> str:
    """What an operator reads of an address, once."""
    return f"{name} connects with this address, which is shown once:\n{address}"

"""backup, restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from deploy.operator.terminal import Mistake, as_json, clear, screen, tell

file_argument = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=file_argument)
@as_json
@clear
def backup(file: Path, as_json: bool) -> None:
    """Keep all that the services stored in a new FILE, for its owner only, while everything runs.

    Personal data is in it, keys are not; deploy/production/BACKUP.md says what to keep besides, and how.
    """

    from deploy.local.stack import this_stack
    from deploy.operator.backing_up import back_up, utc_now

    with _mistakes(file), screen().status("backing up") as shown:
        done = back_up(this_stack(), file, now=utc_now, progress=lambda name: shown.update(f"backing up {name}"))
    size = file.stat().st_size
    facts = {"file": str(file), "documents": done.documents, "bytes": size}
    tell(facts, as_json=as_json, table=lambda: f"{done.documents} documents in {file} ({size / 1e6:.1f} MB)")


@click.command()
@click.argument("file", type=file_argument, required=False)
@click.option("--in-place", is_flag=True, help="The store was put back by other means; do what is to be done besides.")
@click.option("--taken-at", metavar="TIME", help="With --in-place: when that backup was taken, 2026-11-26T14:00:00Z.")
@click.option("--services-are-down", "sure", is_flag=True, help="The broker cannot be asked, and no service runs.")
@as_json
@clear
def restore(file: Path | None, in_place: bool, taken_at: str | None, sure: bool, as_json: bool) -> None:
    """Put the backup in FILE into this deployment, which is down and whose store is empty.

    The file is checked to its end before anything is changed. See deploy/production/BACKUP.md.
    """

    from deploy.local.stack import this_stack
    from deploy.operator.audit import AUDIT, acts
    from deploy.operator.backing_up import restore as put_back
    from deploy.operator.backing_up import settle_restored, utc_now

    if in_place == (file is not None) or in_place != (taken_at is not None):
        raise Mistake("give either a FILE, or --in-place with --taken-at TIME")
    stack = this_stack()
    with _mistakes(file), screen().status("restoring") as shown:
        if file is None:
            done = settle_restored(stack, taken_at=_moment(taken_at or ""), now=utc_now, sure=sure)
        else:
            done = put_back(
                stack, file, now=utc_now, sure=sure, progress=lambda name: shown.update(f"restoring {name}")
            )
    assert done.lost is not None
    lost = done.lost
    facts = {
        "documents": done.documents,
        "lost_since": lost.since.isoformat(timespec="seconds"),
        "lost_until": lost.until.isoformat(timespec="seconds"),
        "departments": [
            {"at": each.at.isoformat(timespec="seconds"), "act": each.act, "of": each.subject}
            for each in acts(stack.logs / AUDIT, "departments", since=lost.since, until=lost.until)
        ],
    }
    tell(facts, as_json=as_json, table=lambda: _told(facts))


def _told(facts: dict[str, Any]) -> str:
    lines = [
        f"{facts['documents']} documents are back; no record is left of {facts['lost_since']} to"
        f" {facts['lost_until']}.",
        "Start the services; then read in deploy/production/BACKUP.md whom to tell.",
    ]
    if facts["departments"]:
        lines.append("Of what was done with departments meanwhile the store knows nothing: do again what still holds.")
        lines += [f"  {each['at']} {each['act']} {each['of']}" for each in facts["departments"]]
    return "\n".join(lines)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake(f"{text!r} is no time; write 2026-11-26T14:00:00Z") from None
    if moment.tzinfo is None:
        raise Mistake(f"{text} says no time zone; end it with Z or +01:00")
    return moment.astimezone(UTC)


@contextmanager
def _mistakes(file: Path | None) -> Iterator[None]:
    from deploy.operator.backup_file import Unusable
    from deploy.operator.store_access import Refused

    try:
        yield
    except Refused as refusal:
        raise Mistake(str(refusal)) from None
    except Unusable as unusable:
        raise Mistake(f"{file} cannot be restored: {unusable}; nothing was changed") from None
    except OSError as error:
        raise Mistake(f"{error.filename or file}: {error.strerror or type(error).__name__}") from None

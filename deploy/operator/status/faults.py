"""Which of a demonstration's sources fail because an operator told them to."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pymongo

from deploy.local.stack import SOURCES, Stack
from deploy.operator.status.trouble import Trouble
from services.chassis.database import connect
from services.contracts.populations import MAGDA

PATIENCE_S = 2.0


@dataclass(frozen=True, kw_only=True)
class On:
    """A fault that is on. `until` is when it ends by itself."""

    source: str
    fault: str
    does: str
    until: datetime | None = None


def faults_on(stack: Stack) -> list[dict[str, Any]]:
    """None in production, where nothing of it is. Raises PyMongoError where the store does not answer."""
    return [asdict(each) for each in each_on(stack)] if stack.profile == "demo" else []


def each_on(stack: Stack) -> Iterator[On]:
    """The same, of a demonstration; those that the store does not keep come before it is asked."""
    from deploy.demo.far import faults as far  # noqa: PLC0415 - of a demonstration alone
    from deploy.demo.magda import faults as magda  # noqa: PLC0415 - the same

    for source in SOURCES:
        if fault := far.Switch(stack.sources, source).fault:
            yield On(source=source, fault=fault, does=far.FAULTS.get(fault, "fails"))
    with connect(stack.mongo_uri, appname="loket") as client, pymongo.timeout(PATIENCE_S):
        if told := magda.Faults(client[f"{stack.database}_magda"]).now(datetime.now(UTC)):
            yield On(source=MAGDA, fault=told.name, does=magda.ALL_FAULTS.get(told.name, "fails"), until=told.until)


def in_faults(facts: dict[str, Any]) -> Iterator[Trouble]:
    """Each, with how it ends."""
    for each in facts["faults"] or ():
        until = f" until {each['until']:%d.%m. %H:%M} UTC" if each["until"] else ""
        yield Trouble(
            code="fault-on",
            about=each["source"],
            sentence=f"{each['source']} {each['does']}{until}, as it was told to (`{each['fault']}`);"
            f" `loket register fault {each['source']} none`",
        )

"""How the store answers what it is asked: by an index, or by looking at all that it has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent


@dataclass(frozen=True)
class Answered:
    """Of which collection what was asked, and how the store says that it answers that."""

    collection: str
    question: dict[str, Any]
    plan: str

    @property
    def by_index(self) -> bool:
        return "IXSCAN" in self.plan and "COLLSCAN" not in self.plan


class Listener(CommandListener):
    """The questions of commands, as the driver sends them."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []

    def started(self, event: CommandStartedEvent) -> None:
        command = event.command
        asked: list[Any] = {
            "find": lambda: [command["filter"]],
            "aggregate": lambda: [command["pipeline"][0]["$match"]],
            "update": lambda: [each["q"] for each in command["updates"]],
            "delete": lambda: [each["q"] for each in command["deletes"]],
        }.get(event.command_name, list)()
        self.heard += [(command[event.command_name], dict(each)) for each in asked]

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing comes of it."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing comes of it."""


def answered(
    database: Database[dict[str, Any]], uri: str, ask: Callable[[Database[dict[str, Any]]], Any]
) -> list[Answered]:
    """All that `ask` asks of the database, in a store at `uri`. What has but an `_id` is left out."""
    listener = Listener()
    with MongoClient[dict[str, Any]](uri, tz_aware=True, event_listeners=[listener]) as client:
        ask(client[database.name])
    return [
        Answered(name, question, str(database[name].find(question).explain()["queryPlanner"]["winningPlan"]))
        for name, question in listener.heard
        if set(question) != {"_id"}
    ]

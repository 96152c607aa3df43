"""The negative control: the same flow in nameko as it comes, without chassis. It loses and doubles under kills.

`python -m tests.system.plain <service> <amqp uri> <mongo uri> <database>` runs one of its services.
"""

import sys

import eventlet

eventlet.monkey_patch()

from uuid import uuid4  # noqa: E402

from nameko.cli.run import run  # noqa: E402
from nameko.events import EventDispatcher, event_handler  # noqa: E402
from nameko.extensions import DependencyProvider  # noqa: E402
from pymongo import MongoClient  # noqa: E402


class Store(DependencyProvider):  # type: ignore[misc]
    """A database, as one would write it first."""

    def setup(self) -> None:
        self.database = MongoClient(self.container.config["MONGO_URI"], serverSelectionTimeoutMS=2000)[
            self.container.config["DATABASE"]
        ]

    def get_dependency(self, worker_ctx: object) -> object:
        return self.database


class Intake:
    """Accepts: saves, then tells."""

    name = "plain_intake"
    dispatch = EventDispatcher()
    store = Store()

    @event_handler("citizen", "asked")
    def submit(self, application_id: str) -> None:
        self.store.applications.update_one({"_id": application_id}, {"$set": {"state": "submitted"}}, upsert=True)
        self.dispatch("submitted", application_id)


class Registry:
    """Looks up: saves, then tells."""

    name = "plain_registry"
    dispatch = EventDispatcher()
    store = Store()

    @event_handler("plain_intake", "submitted")
    def compile(self, application_id: str) -> None:
        self.store.extracts.insert_one({"_id": uuid4().hex, "of": application_id})
        self.dispatch("compiled", application_id)


class Documents:
    """Issues: saves, then tells."""

    name = "plain_documents"
    dispatch = EventDispatcher()
    store = Store()

    @event_handler("plain_registry", "compiled")
    def issue(self, application_id: str) -> None:
        eventlet.sleep(0.5)  # long enough that a kill finds some at it
        self.store.certificates.insert_one({"_id": uuid4().hex, "of": application_id})
        self.dispatch("issued", application_id)


class Notify:
    """Tells the citizen."""

    name = "plain_notify"
    store = Store()

    @event_handler("plain_documents", "issued")
    def tell(self, application_id: str) -> None:
        self.store.mails.insert_one({"_id": uuid4().hex, "of": application_id})


SERVICES = {"intake": Intake, "registry": Registry, "documents": Documents, "notify": Notify}

if __name__ == "__main__":
    service, amqp_uri, mongo_uri, database = sys.argv[1:]
    run([SERVICES[service]], {"AMQP_URI": amqp_uri, "MONGO_URI": mongo_uri, "DATABASE": database})

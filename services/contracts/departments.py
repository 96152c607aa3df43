"""The departments' side of the broker: a virtual host of its own, one exchange, and what topics may be written.

A routing key is `<REFNIS code>.<event>.<product>` (feed.events.routing_key). What is for one department alone has a
fourth word, which no topic of another matches: `*` stands for one word, and a topic has three. In the sandbox the
department stands in the product's place, and no topic names that town.
"""

import re
from dataclasses import dataclass

from services.contracts.feed.events import digest

BUS = "departments"
"""How outboxes call the way there."""

EXCHANGE = "loket.departments"
"""Where all that departments may hear is published: a topic exchange."""

SANDBOX = "00000"
"""A town that there is not: what is told of it is told on request, to one department alone, which tries its program."""

KEPT_DAYS, MOST_KEPT_DAYS = 7, 366
"""For how long a department can catch up on what it was told, unless the operator says otherwise; and at most."""

FACTS_DAYS = 30
"""For how long after an event a department may ask for its facts."""

_WORDS = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_TOPIC = re.compile(rf"(?P<town>[0-9]{{5}})\.(?P<event>{_WORDS}|\*)\.(?P<product>{_WORDS}|\*)")
_ANSWERING = re.compile(rf"(?P<town>[0-9]{{5}})\.(?P<asked>{_WORDS})")
_ID = re.compile(_WORDS)

LONGEST_ID = 40
LONGEST_TOPIC = 200

LONGEST_SECRET = 100
"""Characters of what a department shows at the HTTP API; ours have 60."""


def virtual_host(inner: str) -> str:
    """The departments' virtual host beside the services' own."""
    return f"{inner}-departments"


def is_department_id(text: str) -> bool:
    """Lower-case words with hyphens, 40 characters at most: its name at the broker, too."""
    return len(text) <= LONGEST_ID and _ID.fullmatch(text) is not None


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What a department hears of one town: an event or `*`, of a product or `*`."""

    town: str
    event: str
    product: str

    @classmethod
    def parse(cls, text: str) -> "Topic":
        """Raises ValueError, which says what would be right."""
        found = _TOPIC.fullmatch(text) if len(text) <= LONGEST_TOPIC else None
        if found is None:
            raise ValueError(
                "write TOWN.EVENT.PRODUCT: 24001.certificate-issued.residence, or * for any event or product"
            )
        return cls(town=found["town"], event=found["event"], product=found["product"])

    @property
    def binding(self) -> str:
        """As a queue is bound with it."""
        return f"{self.town}.{self.event}.{self.product}"

    def covers(self, *, town: str, event: str, product: str) -> bool:
        """Whether that is told to whoever has this topic."""
        return self.town == town and self.event in ("*", event) and self.product in ("*", product)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A role that a department plays in one town: `24001.police` answers what the catalogue's gates ask of `police`
    there, whatever the department's own name. In the sandbox (`00000.police`) it only rehearses."""

    town: str
    asked: str

    @classmethod
    def parse(cls, text: str) -> "Answering":
        """Raises ValueError, which says what would be right."""
        found = _ANSWERING.fullmatch(text) if len(text) <= LONGEST_TOPIC else None
        if found is None:
            raise ValueError("write TOWN.DEPARTMENT, the department as the catalogue's gates name it: 24001.police")
        return cls(town=found["town"], asked=found["asked"])

    @property
    def written(self) -> str:
        """As `parse` reads it, and as keys are derived for it."""
        return f"{self.town}.{self.asked}"


def reference_of(application_id: str) -> str:
    """What departments know an application by."""
    return digest("reference", application_id)


def sandbox_key(event: str, department: str) -> str:
    """The routing key of what is told of the sandbox: in the product's place stands whom it is for."""
    return f"{SANDBOX}.{event}.{department}"

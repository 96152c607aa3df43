"""The question to the register and its extract, as they travel locked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from services.contracts.facts import Parts, name_of

P = TypeVar("P")


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who asks about whom (national numbers, 11 digits), with which fields.

    `capacity` is `self`, or `parent` where it is about anybody else: who they are to each other, the register knows.
    """

    applicant: str
    subject: str
    capacity: str
    fields: dict[str, str] = field(default_factory=dict)


FACTS_VERSION = 7
"""Goes up with each change of what the facts' parts are or mean. Facts of another version count as expired."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What can be read of facts of any version, to know whether the rest can be."""

    compiled_at: datetime
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The extract for one application: `parts` has one for each fact that its product declares, by the fact's name.

    `version` is that of whoever wrote it; version 1 did not say. `registers` are codes of register_codes.REGISTERS:
    those in which the subject, and the members of the household where it is stated, are entered.
    """

    application_id: str
    town: str
    product: str
    compiled_at: datetime
    version: int = 1
    fields: dict[str, str] = field(default_factory=dict)
    registers: tuple[str, ...] = ("population",)
    parts: Annotated[dict[str, Any], Parts] = field(default_factory=dict)

    def part(self, cls: type[P]) -> P | None:
        """What there is of one fact, by the class of its part."""
        found = self.parts.get(name_of(cls))
        return found if isinstance(found, cls) else None


LONGEST_TEXT = 300
MOST_FIRST_NAMES = 20
MOST_MEMBERS = 150
MOST_STAYS = 200
"""More than any entry in a population register. documents refuses facts beyond them, so registry gives none."""

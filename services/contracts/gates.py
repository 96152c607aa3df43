"""What a product's plan says of its gates beyond the facts: `gates: [{confirmation: police}]`.

Each names the terms on which somebody is asked, which products share: `catalogue/<kind>s/<id>.yaml`. How a kind of gate
asks, and what it makes of an answer, is intake's (intake/domain/gates/).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from marshmallow import ValidationError, fields

from services.contracts.catalogue_files import Problem, all_of, incomplete, loaded, text_of, unwritable
from services.contracts.periods import Days
from services.contracts.schema import dump
from services.contracts.suggesting import meant

LONGEST_OPEN = 183
"""Days for which a gate may wait: half a year. Its citizen has given up by then."""

_NAME = re.compile(r"[a-z0-9]{1,30}(?:-[a-z0-9]{1,30}){0,5}")


@dataclass(frozen=True, kw_only=True)
class _File:
    """The terms of a gate, as they are written."""

    names: dict[str, str]
    answers_within: Annotated[int, Days]
    reminded_every: Annotated[int, Days]
    open_for: Annotated[int, Days]
    counts_for: Annotated[int, Days]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which terms somebody is asked: `id` is who, `names` how citizens and officers call them.

    In days after that of the asking, to the end of the last: `answers_within` is what the citizen reads, after which
    they are reminded, and again every `reminded_every`; after `open_for` the application expires. An answer
    `counts_for` so many days. `told` are the fields of the form that they need, beside about whom it is.
    """

    kind: str
    id: str
    names: dict[str, str]
    answers_within: int
    reminded_every: int
    open_for: int
    counts_for: int
    told: tuple[str, ...] = ()

    @property
    def gate(self) -> str:
        """The gate's name in a plan: `confirmation/police`."""
        return f"{self.kind}/{self.id}"


@cache
def terms_of(kind: str) -> dict[str, Terms]:
    """All terms of one kind of gate by id, ours and a deployment's own. Raises Unreadable."""
    return all_of(f"{kind}s", lambda told, file: _read(kind, told, file))


def _read(kind: str, told: str, file: Path) -> Terms:
    written = loaded(_File, told, text_of(told, file), lambda it: _problems(it, file.stem))
    return Terms(
        kind=kind,
        id=file.stem,
        names=written.names,
        answers_within=written.answers_within,
        reminded_every=written.reminded_every,
        open_for=written.open_for,
        counts_for=written.counts_for,
        told=written.told,
    )


def _problems(written: _File, id: str) -> Iterator[Problem]:
    if not _NAME.fullmatch(id):
        yield "id", "the file's name: lower-case words with hyphens"
    yield from incomplete([("names", written.names)])
    yield from unwritable([("names", written.names)])
    if not written.answers_within < written.open_for <= LONGEST_OPEN:
        yield "open_for", f"longer than answers_within, and at most {LONGEST_OPEN} days", "answers_within"
    if len(set(written.told)) < len(written.told):
        yield "told", "each once"


class Gates(fields.Field[tuple[Terms, ...]]):
    """A list of `kind: terms`, each once, in the order in which they are passed."""

    MEND = "a list of gates with their terms: `gates: [{confirmation: police}]`"

    def _serialize(self, value: tuple[Terms, ...] | None, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return [dump(each) for each in value or ()]

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[Terms, ...]:
        if not isinstance(value, list) or not all(isinstance(each, dict) and len(each) == 1 for each in value):
            raise ValidationError(self.MEND)
        found = tuple(self._terms(*next(iter(each.items()))) for each in value)
        if len(set(names := [(each.kind, each.id) for each in found])) < len(names):
            raise ValidationError("each once")
        return found

    def _terms(self, kind: Any, id: Any) -> Terms:
        if not isinstance(kind, str) or not isinstance(id, str) or not _NAME.fullmatch(kind):
            raise ValidationError(self.MEND)
        known = terms_of(kind)
        if id not in known:
            choice = meant(id, known) if known else f"there are none; write catalogue/{kind}s/{id}.yaml"
            raise ValidationError(f"unknown terms of {kind}: {id}; {choice}")
        return known[id]


def untold(gates: tuple[Terms, ...], asked: Iterator[str] | tuple[str, ...]) -> list[str]:
    """Fields that somebody needs to be told and that the product's form does not ask for."""
    known = set(asked)
    return [f"{terms.id}: {name}" for terms in gates for name in terms.told if name not in known]

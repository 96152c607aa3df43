"""What products share and has no module of its own: questions (`catalogue/questions/<name>.yaml`), and for how long
things are kept (`catalogue/retention/<id>.yaml`)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from services.contracts.catalogue_files import (
    LONGEST_LINE,
    Problem,
    all_of,
    incomplete,
    loaded,
    text_of,
    unreadable_brackets,
    unwritable,
)
from services.contracts.product import OPTION_SOURCES, QUESTION_KINDS, Field, Retention

LONGEST_KEPT = 36525
"""Days of a hundred years: more is a slip of the pen."""

MOST_OPTIONS = 300

NAME = re.compile(r"[a-z0-9]{1,30}(?:-[a-z0-9]{1,30}){0,6}")
"""Of a product, a question or an option."""


@cache
def questions() -> dict[str, Field]:
    """The questions that products share, by name. Raises Unreadable."""
    return all_of("questions", _question)


def _question(told: str, file: Path) -> Field:
    return loaded(Field, told, text_of(told, file), lambda it: _wrongly_asked(it, file.stem))


def _wrongly_asked(question: Field, name: str) -> Iterator[Problem]:
    texts = [("titles", question.titles)]
    texts += [("label", question.label)] if question.label else []
    texts += [(f"options.{option.value}", option.titles) for option in question.options]
    yield from incomplete(texts)
    yield from unwritable(texts)
    yield from unreadable_brackets(texts)
    if question.name != name or not NAME.fullmatch(name):
        yield "name", f"lower-case words with hyphens, the same as the file's: {name}"
    has_options = bool(question.options or question.options_from)
    if question.kind not in QUESTION_KINDS or (question.kind == "choice") != has_options:
        yield "kind", "choice (with options) or text (without)", "options", "options_from"
    if question.options_from and (question.options or question.options_from not in OPTION_SOURCES):
        yield "options_from", f"one of {', '.join(OPTION_SOURCES)}, and no options of its own"
    values = [option.value for option in question.options]
    if not all(map(NAME.fullmatch, values)) or len(set(values)) < len(values) or len(values) > MOST_OPTIONS:
        yield "options", f"at most {MOST_OPTIONS}, each once; a value is lower-case words with hyphens"
    if not 1 <= question.max_length <= LONGEST_LINE:
        yield "max_length", f"1 to {LONGEST_LINE} characters"


@cache
def retentions() -> dict[str, Retention]:
    """How long things are kept, by id. Raises Unreadable."""
    return all_of("retention", lambda told, file: loaded(Retention, told, text_of(told, file), _wrongly_kept))


def _wrongly_kept(kept: Retention) -> Iterator[Problem]:
    for path, days in (("request_days", kept.request_days), ("document_days", kept.document_days)):
        if not 1 <= days <= LONGEST_KEPT:
            yield path, f"1 to {LONGEST_KEPT} days"
    yield from unwritable([("source", kept.source)])

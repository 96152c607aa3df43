"""What is wrong with the fields of a request, from whoever says so, in the reader's language."""

from collections.abc import Iterator
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from flask import g

from gateway.called import tongue
from gateway.language import language, translate
from gateway.sentences import AT_THE_COUNTER, FIELD_SENTENCES, WHERE_TO_GO
from services.contracts.abroad import DESTINATION_LANGUAGE, Way, ways
from services.contracts.field_errors import FieldError, FieldErrors, Parameter, field_error
from services.contracts.groups import at_desk
from services.contracts.laws import BETWEEN
from services.contracts.shared_files import questions

LONGEST_NAME = 400
"""Of a field, or the path to it: what somebody made up is not repeated for ever."""

MOST_TOLD = 50
"""In one answer. A form has fewer fields; one small body can name thousands that there are none of."""

WHOLE = "#"
"""The pointer of all that was sent; `#/` is a member without a name."""

FORM = "fields."
"""Before the name of a question in the path of its field, whose choices people are told by their titles."""

OF_LANGUAGES = ("language", f"{FORM}{DESTINATION_LANGUAGE}")
"""Paths of fields whose choices are languages, which people are told by their names."""

_UNKNOWN = ("unknown-field", "unknown-parameter")


def flatten(messages: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, FieldError]]:
    """marshmallow's nested messages as field path and error; the first of several about one field comes last.

    Below a field of texts by name, marshmallow says apart what is wrong with a `key` and with a `value`.
    """
    if isinstance(messages, dict):
        for name, below in messages.items():
            is_about_above = name == "_schema" or (
                name in ("key", "value") and len(path) > 1 and not isinstance(below, dict)
            )
            yield from flatten(below, path if is_about_above else (*path, str(name)[:100]))
    elif isinstance(messages, list):
        for each in reversed(messages):
            yield from flatten(each, path)
    else:
        yield ".".join(path), messages if isinstance(messages, FieldError) else field_error("not-accepted")


def in_words(fields: FieldErrors, *, of_query: bool = False) -> list[dict[str, Any]]:
    """As problem+json has them: `field` and what it is `in`, with a `pointer` where that is the body; `slug`,
    `parameters` and a `detail` in the reader's language.

    At most MOST_TOLD, and always the same for the same request: what is no field at all comes last, by its name, since
    marshmallow hands that out in any order.
    """
    known = [(path, error) for path, error in fields.items() if error.slug not in _UNKNOWN]
    unknown = ((path, error) for path, error in fields.items() if error.slug in _UNKNOWN)
    told = (known + nsmallest(max(0, MOST_TOLD - len(known)), unknown, key=itemgetter(0)))[:MOST_TOLD]
    return [
        {
            "field": path[:LONGEST_NAME],
            "in": "query" if of_query else "body",
            **({} if of_query else {"pointer": _pointer(path) if path or error.slug in _UNKNOWN else WHOLE}),
            "slug": error.slug,
            "parameters": dict(error.parameters),
            "detail": sentence(error, of=path),
        }
        for path, error in told
    ]


def sentence(error: FieldError, *, of: str = "") -> str:
    """What is wrong with the field of this path, in the reader's language; in general where the slug is of a service
    newer than this gateway."""
    chosen_from = "not-a-choice" if error.slug == "required" and "choices" in error.parameters else error.slug
    msgid = FIELD_SENTENCES.get(chosen_from, FIELD_SENTENCES["not-accepted"])
    shown = {name: _shown(value, of) for name, value in error.parameters.items()}
    if (way := shown.get("way")) in list(Way):
        shown["way"] = ways()[Way(way)].explanation(language(), city="town" in g and g.town.is_city)
    if "thing" in shown:
        shown["thing"] = _at_the_counter(str(shown["thing"]))
    return translate(msgid, **shown)


def _shown(value: Parameter, path: str) -> Parameter:
    if not isinstance(value, list):
        return value
    if path in OF_LANGUAGES:
        return ", ".join(tongue(each, language()) for each in value)
    asked = questions().get(path.removeprefix(FORM)) if path.startswith(FORM) else None
    titles = {option.value: option.titles[language()] for option in asked.options} if asked else {}
    if not titles:
        return ", ".join(value)
    return BETWEEN.get(language(), "; ").join(titles.get(each, each) for each in value)


def _at_the_counter(thing: str) -> str:
    """What is said of it and where to go, as the list of products has it."""
    said = at_desk()[thing].explanations[language()] if thing in at_desk() else translate(AT_THE_COUNTER)
    if "town" not in g:
        return said
    town = g.town
    where = translate(
        WHERE_TO_GO,
        department=town.department(language()),
        address=town.office_address(language()),
        phone=town.office.phone,
    )
    return f"{said} {where}"


def _pointer(path: str) -> str:
    """RFC 6901, as a URI fragment (section 6)."""
    return "#/" + path.replace("~", "~0").replace("/", "~1").replace(".", "/")

"""What is wrong with the fields of a request, from whoever says so, in the reader's language."""

from collections.abc import Iterator
from heapq import nsmallest
from operator import itemgetter
from typing import Any

from flask import g

from gateway.language import language, translate
from gateway.sentences import FIELD_SENTENCES
from services.contracts.abroad import Way, ways
from services.contracts.field_errors import FieldError, FieldErrors, field_error

LONGEST_NAME = 400
"""Of a field, or the path to it: what somebody made up is not repeated for ever."""

MOST_TOLD = 50
"""In one answer. A form has fewer fields; one small body can name thousands that there are none of."""

WHOLE = "#"
"""The pointer of all that was sent; `#/` is a member without a name."""

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
            "detail": sentence(error),
        }
        for path, error in told
    ]


def sentence(error: FieldError) -> str:
    """What is wrong, in the reader's language; in general where the slug is of a service newer than this gateway."""
    msgid = FIELD_SENTENCES.get(error.slug, FIELD_SENTENCES["not-accepted"])
    shown = {name: ", ".join(value) if isinstance(value, list) else value for name, value in error.parameters.items()}
    if (way := shown.get("way")) in list(Way):
        shown["way"] = ways()[Way(way)].explanation(language(), city="town" in g and g.town.is_city)
    return translate(msgid, **shown)


def _pointer(path: str) -> str:
    """RFC 6901, as a URI fragment (section 6)."""
    return "#/" + path.replace("~", "~0").replace("/", "~1").replace(".", "/")

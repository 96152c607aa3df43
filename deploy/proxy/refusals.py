"""What nginx itself refuses, told as the gateway tells it: problem+json and pages, in each language.

They stand in nginx.conf, which picks one by status, language and form: its workers may read no file of ours.
"""

import json

from gateway.refusals import Refusal, in_all_languages, policy
from services.contracts.naming import LANGUAGES

REFUSED = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
    414: "too-long",
    421: "unknown-town",
    429: "too-many-requests",
    431: "too-long",
    500: "internal-error",
    501: "not-implemented",
    503: "service-unavailable",
    505: "version-not-supported",
}
"""Status to slug (gateway/sentences/problems.py)."""

SHOWN_AS = {494: 431, 497: 400, 502: 503, 504: 503}
"""nginx's own numbers, for a head that is too large and for plain HTTP where TLS is spoken, and a gateway that is
away."""

LONGEST = 4000
"""Bytes of one text in nginx.conf, whose reader has a buffer of 4,096."""

ANYBODY = "all"
"""The language of a reader who tells none: a page in all of them."""


NUMBER = "\0"
"""Where a page shows the request's id: nothing else in a page can be this."""

NAMED = "$named"
"""nginx's variable of the request's id, which it tells the gateway, too."""


def bodies() -> dict[str, str]:
    """By `<status>.<language>.html` and `.json`."""
    found = {}
    for status, slug in REFUSED.items():
        refusal = Refusal.of(slug, status=status)
        for language in (*LANGUAGES, ANYBODY):
            is_known = language != ANYBODY
            problem = refusal.problem(language if is_known else "en")
            found[f"{status}.{language}.json"] = json.dumps(problem, ensure_ascii=False)
            found[f"{status}.{language}.html"] = refusal.page(
                (language,) if is_known else in_all_languages(None), request_id=NUMBER
            )
    return found


def quoted(text: str) -> str:
    """As nginx.conf has a text. Raises ValueError for what it could not hold, or would read as a variable."""
    if "$" in text or len(text.encode()) > LONGEST:
        raise ValueError("not for nginx.conf")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace(NUMBER, NAMED) + "'"


def errors() -> list[tuple[int, int]]:
    """nginx's status, and the one that is told."""
    return sorted({**{status: status for status in REFUSED}, **SHOWN_AS}.items())


def page_policy() -> str:
    """The Content-Security-Policy of the pages."""
    return policy()

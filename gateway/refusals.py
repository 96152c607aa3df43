"""Refusals that no town is behind: of a host that is none of ours, of the server itself, of the front proxy.

They are made without Flask's request, the same for all three: problem+json (RFC 9457), or a page that stands alone,
with its style in it and nobody's name on it.
"""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header, parse_cookie

from gateway.language import COOKIE, ENDONYMS, in_language
from gateway.sentences import ASK_WITH_NUMBER, OURS, PROBLEMS
from services.contracts.naming import LANGUAGES

PROBLEM = "application/problem+json"
PAGE = "text/html; charset=utf-8"

JSON_PATHS = ("/api/", "/departments/", "/healthz", "/readyz", "/metrics")
"""For programs."""

LONGEST = 512
"""Of a header that tells what somebody likes to read."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What is told of a slug: with the title and detail of PROBLEMS, and a status of its own where it needs one."""

    slug: str
    status: int
    title: str
    detail: str

    @classmethod
    def of(
        cls, slug: str, *, status: int | None = None, title: str | None = None, detail: str | None = None
    ) -> "Refusal":
        """In English, as the msgids are."""
        known, called, told = PROBLEMS[slug if slug in PROBLEMS else "bad-request"]
        return cls(slug=slug, status=status or known, title=title or called, detail=detail or told)

    def problem(self, language: str) -> dict[str, object]:
        """The members of problem+json in a language."""
        return {
            "type": f"urn:loket:problem:{self.slug}",
            "slug": self.slug,
            "title": in_language(language, self.title),
            "status": self.status,
            "detail": in_language(language, self.detail),
        }

    def number(self, request_id: str) -> str:
        """What a page shows of a request's id: all of it for a mistake of ours, else nothing."""
        return request_id if self.slug in OURS else ""

    def page(self, languages: Sequence[str], *, request_id: str) -> str:
        """A page that stands alone; the first of the languages is the page's own."""
        texts = (self.title, self.detail, ASK_WITH_NUMBER)
        told = [(code, *(in_language(code, text) for text in texts)) for code in languages]
        template, number = _templates().get_template("alone.html"), self.number(request_id)
        return template.render(status=self.status, told=told, number=number, style=style())


def style() -> str:
    """What such a page looks like."""
    return resources.files("gateway.portal").joinpath("static", "alone.css").read_text(encoding="utf-8").strip()


@cache
def policy() -> str:
    """The Content-Security-Policy of such a page: its own style and nothing else."""
    digest = base64.b64encode(sha256(style().encode()).digest()).decode()
    rest = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src 'sha256-{digest}'; {rest}"


def wants_page(path: str, accept: str, *, mode: str = "", only_named: bool = False) -> bool:
    """Whether a page is to be shown: to people, who read it in a browser.

    Under JSON_PATHS that is so only where a browser leads its reader there (Sec-Fetch-Mode `navigate`), as the link to
    a certificate does; elsewhere unless JSON is what is asked for, or, `only_named`, where HTML is.
    """
    known = parse_accept_header(accept[:LONGEST] or "*/*", MIMEAccept)
    page = known.quality("text/html")
    if path.startswith(JSON_PATHS):
        return mode == "navigate" and "text/html" in accept and page > 0
    json_named = [quality for kind, quality in known if kind in ("application/json", PROBLEM)]
    return page >= max(json_named, default=0.0) and (not only_named or "text/html" in accept)


def in_all_languages(first: str | None) -> tuple[str, ...]:
    """Those of the country and English, the reader's own before the others."""
    return tuple(sorted(LANGUAGES, key=lambda code: code != first))


def of_head(slug: str, *, status: int, head: bytes, request_id: str) -> tuple[dict[str, str], bytes]:
    """Headers and body for whoever sent this beginning of a request, of which nothing could be understood for sure.

    It decides in which form and language it is told, and about nothing else; and nothing of it is told.
    """
    refusal = Refusal.of(slug, status=status)
    path, fields = _read(head)
    language = _preferred(path, fields)
    if wants_page(path, fields.get("accept", ""), mode=fields.get("sec-fetch-mode", ""), only_named=True):
        languages = (language,) if language else in_all_languages(None)
        headers = {"Content-Type": PAGE, "Content-Language": ", ".join(languages), "Content-Security-Policy": policy()}
        return headers, refusal.page(languages, request_id=request_id).encode()
    body = json.dumps(refusal.problem(language or "en"), ensure_ascii=False).encode()
    return {"Content-Type": PROBLEM, "Content-Language": language or "en"}, body


def _read(head: bytes) -> tuple[str, dict[str, str]]:
    """The target, as far as there is one, and the first of each header."""
    lines = head.decode("latin-1").split("\r\n")
    target = [*lines[0].split(" "), ""][1]
    fields: dict[str, str] = {}
    for line in lines[-2:0:-1]:  # the last may be cut off; the first of several wins
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return target, fields


def _preferred(target: str, fields: dict[str, str]) -> str | None:
    asked = parse_qs(target.partition("?")[2][:LONGEST]).get("lang", [""])[0].lower()
    cookies = parse_cookie(fields.get("cookie", "")[:8192])
    for chosen in (asked, cookies.get(f"__Host-{COOKIE}", ""), cookies.get(COOKIE, "")):
        if chosen in LANGUAGES:
            return chosen
    for preferred, quality in parse_accept_header(fields.get("accept-language", "")[:LONGEST], LanguageAccept):
        main = re.split("[-_]", preferred.lower(), maxsplit=1)[0]
        if quality > 0 and main in LANGUAGES:
            return main
    return None


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("gateway.portal"), autoescape=select_autoescape(), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.globals.update(endonyms=ENDONYMS)
    return templates

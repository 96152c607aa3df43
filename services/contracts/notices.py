"""What a town says of its accessibility and of privacy: its choices, and texts of its own beside those made for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from services.contracts.mends import Mend
from services.contracts.naming import Names
from services.contracts.reached import email_mend

FULL, PARTIAL, NONE = "full", "partial", "none"
STATUSES = (FULL, PARTIAL, NONE)
"""How far the pages comply (Commission Implementing Decision (EU) 2018/1523, annex, section 1)."""

SELF, THIRD_PARTY = "self", "third-party"
METHODS = (SELF, THIRD_PARTY)
"""Who assessed that (article 3(1) of the same)."""

PASSAGES = ("exceptions", "ombuds", "more", "instead")
"""Fields whose texts may have paragraphs."""


@dataclass(frozen=True, kw_only=True)
class AccessibilityStatement:
    """`prepared` and `reviewed` are days (2026-11-27); without `prepared` it is that of Loket's own assessment.
    `exceptions` are what the town knows to be inaccessible, `ombuds` who is complained to where it is not the one of
    the region. `email` takes remarks, `complaints` complaints, otherwise the office's does. `more` stands below what is
    generated, `instead` in its place.
    """

    status: str = PARTIAL
    method: str = SELF
    prepared: str | None = None
    reviewed: str | None = None
    email: str | None = None
    complaints: str | None = None
    exceptions: Names = field(default_factory=dict)
    ombuds: Names = field(default_factory=dict)
    more: Names = field(default_factory=dict)
    instead: Names = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PrivacyNotice:
    """`officer` is the address of the data protection officer. `more` stands below what is generated, `instead` in its
    place."""

    officer: str | None = None
    more: Names = field(default_factory=dict)
    instead: Names = field(default_factory=dict)


EXAMPLES = {
    "accessibility.status": PARTIAL,
    "accessibility.method": SELF,
    "accessibility.prepared": "2026-11-27",
    "accessibility.reviewed": "2027-11-27",
    "accessibility.email": "accessibility@town.example",
    "accessibility.complaints": "complaints@town.example",
    "privacy.officer": "dpo@town.example",
}
"""Field to a value as one would write it."""

_TEXT: Names = {"nl": "Onze eigen tekst.", "fr": "Notre propre texte.", "de": "Unser eigener Text."}
TEXT_EXAMPLES: Mapping[str, Names] = {
    **{f"accessibility.{name}": _TEXT for name in PASSAGES},
    "privacy.more": _TEXT,
    "privacy.instead": _TEXT,
}


def notice_texts(accessibility: AccessibilityStatement, privacy: PrivacyNotice) -> dict[str, Names]:
    """Those that are written at all, by path."""
    texts = {f"accessibility.{name}": getattr(accessibility, name) for name in PASSAGES}
    texts |= {"privacy.more": privacy.more, "privacy.instead": privacy.instead}
    return {path: names for path, names in texts.items() if names}


def notice_problems(accessibility: AccessibilityStatement, privacy: PrivacyNotice) -> Iterator[tuple[str, str]]:
    """Each mistake but those in texts, as the field's path and its mend."""
    for name, choices in (("status", STATUSES), ("method", METHODS)):
        if getattr(accessibility, name) not in choices:
            yield f"accessibility.{name}", Mend("choice", f"write one of {', '.join(choices)}")
    if accessibility.status == FULL and accessibility.exceptions:
        mend = f"exceptions tell what is not accessible: write {PARTIAL}, or leave them out"
        yield "accessibility.status", Mend("not-full", mend)
    days = [_day(accessibility.prepared), _day(accessibility.reviewed)]
    for name, day in zip(("prepared", "reviewed"), days, strict=True):
        if getattr(accessibility, name) is not None and day is None:
            yield f"accessibility.{name}", Mend("day", "write a day such as 2026-11-27")
    known = [day for day in days if day]
    if known != sorted(known):
        yield "accessibility.reviewed", Mend("reviewed-before", "is before the day on which it was prepared")
    mailboxes = {
        "accessibility.email": accessibility.email,
        "accessibility.complaints": accessibility.complaints,
        "privacy.officer": privacy.officer,
    }
    for path, mailbox in mailboxes.items():
        if mailbox is not None and (wrong := email_mend(mailbox)):
            yield path, wrong


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.isoformat() == text else None


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A part of a text: `kind` is `heading`, `list` or `text`, of these lines."""

    kind: str
    lines: tuple[str, ...]


def passages(text: str) -> Iterator[Passage]:
    """Blank lines part paragraphs; a line with `# ` before it is a heading, lines with `- ` are a list."""
    for kind, lines in groupby(map(str.strip, text.splitlines()), key=_kind):
        if kind == "heading":
            yield from (Passage(kind=kind, lines=(line[2:].strip(),)) for line in lines)
        elif kind == "list":
            yield Passage(kind=kind, lines=tuple(line[2:].strip() for line in lines))
        elif kind == "text":
            yield Passage(kind=kind, lines=tuple(lines))


def _kind(line: str) -> str:
    """Of a passage that it is of; none of a blank one."""
    begins = {"# ": "heading", "- ": "list"}
    return begins.get(line[:2], "text") if line else ""

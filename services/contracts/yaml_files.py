"""YAML as people write it: any style, anchors and comments, but each key once, bounded, and every mistake by its line.

A plain value is a text unless it is a whole number, `true` or `false` (or another word for these) or nothing.
"""

import os
import re
import stat
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from services.contracts.schema import Unreadable

MOST_BYTES = 64 * 1024
"""Of a file: twenty times the longest that anybody has needed."""

MOST_NODES = 10_000
"""Values of a file with its aliases followed: eight lines of them can stand for a thousand million (CWE-776)."""

DEEPEST = 12
"""Lists and mappings within each other."""

_KINDS = ("bool", "int", "null", "merge")
_TEXT = "tag:yaml.org,2002:str"

_CUT_COLOUR = re.compile(r"[:,\[][ \t]{1,40}(#[0-9a-fA-F]{3,8})(?![\w#])")
"""A colour that somebody wrote without quotes, which YAML takes for a comment."""

_NO_START = re.compile(r"found character '(.)' that cannot start any token")


class _Loader(yaml.SafeLoader):
    """Knows the kinds that files of ours have: no date that there is not, no number with colons."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as in the class above it
        first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in _KINDS]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_FAST: type = getattr(yaml, "CSafeLoader", _Loader)
"""libyaml's reader of the same text, ten times as fast. Every process reads the catalogue when it starts."""


class _Composer(yaml.composer.Composer, yaml.resolver.Resolver):
    """The values of events that were read already, by the kinds that `_Loader` knows."""

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers

    def __init__(self, events: Iterable[yaml.Event]) -> None:
        yaml.composer.Composer.__init__(self)
        yaml.resolver.Resolver.__init__(self)
        self._events = deque(events)

    def check_event(self, *kinds: type[yaml.Event]) -> bool:
        """Is the next of one of these kinds?"""
        return isinstance(self._events[0], kinds)

    def peek_event(self) -> yaml.Event:
        """The next, which stays."""
        return self._events[0]

    def get_event(self) -> yaml.Event:
        """The next, which is gone after it."""
        return self._events.popleft()


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a file says. `lines` maps a path such as `office.email` or `hosts[0]` to the line where it stands."""

    data: Any
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, path: str) -> int | None:
        """Where a field stands, or what it would stand in."""
        while path not in self.lines:
            shorter = path[: max(path.rfind("."), path.rfind("["), 0)]
            if shorter == path or not shorter:
                return None
            path = shorter
        return self.lines[path]


def read_bytes(path: Path, *, most: int) -> bytes:
    """A plain file's bytes; a symbolic link is followed, as of a mounted ConfigMap. Raises ValueError with the mend."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe without a writer is not waited for
    except OSError as error:
        raise ValueError(_unopened(path, error)) from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise ValueError("is no file: put a plain file here")
    with os.fdopen(file, "rb") as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise ValueError(f"is longer than {most // 1024} KB, the most that is taken")
    return content


def read_yaml(name: str, content: bytes) -> Written:
    """Raises Unreadable, with the field `yaml`, for what is no YAML, no UTF-8, unbounded, or says a key twice."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(name, {"yaml": f"line {line} is not UTF-8; save the file as UTF-8"}) from None
    try:
        node = _Composer(_events(text)).get_single_node()
        if node is None:
            return Written(data=None)
        _check_size(node, {}, set())
        lines: dict[str, int] = {}
        _note(node, "", lines)
        return Written(data=_construct(node), lines=lines)
    except yaml.MarkedYAMLError as error:
        raise Unreadable(name, {"yaml": _told(error, text)}) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(
            name, {"yaml": f"line {line} holds the control character U+{error.character:04X}; remove it"}
        ) from None
    except yaml.YAMLError as error:
        raise Unreadable(name, {"yaml": " ".join(str(error).split())}) from None
    except ValueError:
        raise Unreadable(name, {"yaml": "a number of thousands of digits; put texts in quotes"}) from None


def _unopened(path: Path, error: OSError) -> str:
    if path.is_symlink() and isinstance(error, FileNotFoundError):
        return "is a link that leads nowhere"
    return {
        FileNotFoundError: "is not there",
        PermissionError: "may not be read by this user; give it the right to",
    }.get(type(error), f"cannot be opened ({error.strerror})")


def _events(text: str) -> list[yaml.Event]:
    """The Python reader has the words for what is wrong, and the last word."""
    try:
        return _checked(yaml.parse(text, Loader=_FAST))
    except yaml.YAMLError:
        return _checked(yaml.parse(text, Loader=_Loader))


def _checked(events: Iterable[yaml.Event]) -> list[yaml.Event]:
    """How deep it goes, before anything follows it inwards; no value is declared to be what it does not look like."""
    found, depth = [], 0
    for event in events:
        found.append(event)
        if (tag := getattr(event, "tag", None)) not in (None, _TEXT):
            raise _wrong(f"a tag ({tag}); write the value alone", event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _wrong("lists or mappings too deep within each other", event)
    return found


def _check_size(node: yaml.Node, known: dict[int, int], open_: set[int]) -> int:
    """How many values it stands for, aliases followed."""
    if id(node) in open_:
        raise _wrong("an alias that holds itself", node)
    if id(node) not in known:
        open_.add(id(node))
        below: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            below = [each for pair in node.value for each in pair]
        elif isinstance(node, yaml.SequenceNode):
            below = node.value
        known[id(node)] = 1 + sum(_check_size(each, known, open_) for each in below)
        open_.remove(id(node))
        if known[id(node)] > MOST_NODES:
            raise _wrong(f"aliases that stand for more than {MOST_NODES} values", node)
    return known[id(node)]


def _note(node: yaml.Node, path: str, lines: dict[str, int]) -> None:
    """The line of each key and entry. Raises MarkedYAMLError for a key that stands twice."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _wrong("a key that is no plain word", key)
            if key.value in seen:
                before = f"first in line {seen[key.value]}; leave one of them"
                raise _wrong(f"{key.value} stands here for the second time, {before}", key)
            seen[key.value] = line
            below = f"{path}.{key.value}" if path else key.value
            lines.setdefault(below, line)
            _note(value, below, lines)
    elif isinstance(node, yaml.SequenceNode):
        for place, each in enumerate(node.value):
            lines.setdefault(f"{path}[{place}]", each.start_mark.line + 1)
            _note(each, f"{path}[{place}]", lines)


def _construct(node: yaml.Node) -> Any:
    loader = _Loader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _wrong(problem: str, where: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=where.start_mark)


def _told(error: yaml.MarkedYAMLError, text: str) -> str:
    """The place where the mistake was made, which may be lines before the one where it was noticed, and the mend."""
    mark, began = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return error.problem or "no YAML"
    what, while_ = error.problem or error.context or "no YAML", error.context or ""
    if colour := _cut_colour(text, 0 if "flow node" in while_ else (began or mark).line, mark.line):
        return colour
    if "flow node" in while_:
        what = "a value is missing before this, or a bracket is not closed"
    elif began and while_.startswith("while parsing a flow"):
        what, mark = f"what begins here with {_at(text, began)} is not closed, or {_IN_BRACKETS}", began
    elif began and while_.startswith("while scanning a quoted"):
        what, mark = "a quotation mark that is not closed", began
    elif start := _NO_START.fullmatch(what):
        what = "a tab; indent with spaces" if start[1] == "\t" else _no_start(start[1])
    elif what.startswith("found undefined alias") or what.startswith("expected alphabetic or numeric"):
        what = _no_start(_at(text, error.context_mark or mark))
    else:
        what = _MENDS.get(what, what)
    return f"line {mark.line + 1}, column {mark.column + 1}: {what}"


_IN_BRACKETS = "a comma is missing in it, or a text with ? or : in it needs quotes"

_MENDS = {
    "found character '\\t' that cannot start any token": "a tab; indent with spaces",
    "mapping values are not allowed here": "a colon in a plain text, or one space too many; put the text in quotes",
    "but found another document": "a second document (---); one file is one town",
    "could not find expected ':'": "a name without its value; write name: value",
    "expected <block end>, but found '<block mapping start>'": "indented otherwise than the lines before it",
    "expected <block end>, but found '-'": "indented otherwise than the lines before it",
}


def _cut_colour(text: str, first: int, last: int) -> str | None:
    for number, line in enumerate(text.splitlines()[first : last + 1], first + 1):
        for found in _CUT_COLOUR.finditer(line):
            before = line[: found.start(1)]
            if before.count('"') % 2 == before.count("'") % 2 == 0:
                place = f"line {number}, column {found.start(1) + 1}"
                return f'{place}: # begins a comment; put the colour in quotes: "{found[1]}"'
    return None


def _at(text: str, mark: Any) -> str:
    line = text.splitlines()[mark.line : mark.line + 1]
    return line[0][mark.column : mark.column + 1] if line else ""


def _no_start(character: str) -> str:
    return f"a text cannot begin with {character} here; put it in quotes"

"""The lines of an environment file: what systemd (EnvironmentFile=) and a shell (`.`) read alike, and nothing else.

Unquoted, and in double quotes, the two differ: a shell ends a value at `&`, and puts something else in the place of
`$HOME`; systemd takes a backslash at the end of a comment for one that goes on (systemd.exec(5), POSIX shell, 2.2).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"(?P<name>[A-Z][A-Z0-9_]{0,99})=(?P<value>.*)")
_ENDS_OR_SPLITS = re.compile(r"[ \t;&|<>()]")
_MEANS_MORE = re.compile(r"[$`\\]")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One of the file's, by its number; with `mend` it is none, and `name` and `value` are empty."""

    number: int
    name: str = ""
    value: str = ""
    mend: str = ""


def lines_of(text: str) -> Iterator[Line]:
    """All but blank lines and comments. No mend repeats a value."""
    written = text.split("\n")
    if returns := [number for number, line in enumerate(written, start=1) if line.endswith("\r")]:
        mend = f"ends with a carriage return, as {len(returns)} lines do: save the file with Unix line ends (dos2unix)"
        yield Line(number=returns[0], mend=mend)
    for number, line in enumerate((each.removesuffix("\r") for each in written), start=1):
        plain = line.strip(" \t")
        if not plain.replace("\t", " ").isprintable():
            yield Line(number=number, mend="holds a character that cannot be seen; write the line anew")
        elif plain.startswith("#"):
            if plain.endswith("\\"):
                yield Line(number=number, mend="a comment that ends with a backslash hides the next line from systemd")
        elif plain.startswith(";"):
            yield Line(number=number, mend="begin a comment with #: to a shell this is none")
        elif plain:
            yield _read(number, plain)


def _read(number: int, plain: str) -> Line:
    found = _LINE.fullmatch(plain)
    if found is None:
        return Line(number=number, mend="write NAME=value, or begin the line with #")
    name, value = found["name"], found["value"]
    if mend := _mend(value):
        return Line(number=number, mend=f"{name}: {mend}")
    return Line(number=number, name=name, value=value[1:-1] if value[:1] in ("'", '"') else value)


def _mend(value: str) -> str | None:
    quote = value[:1] if value[:1] in ("'", '"') else ""
    if quote and (len(value) == 1 or value[-1] != quote):
        return f"its {quote} is not closed at the end of the line"
    inside = value[1:-1] if quote else value
    if quote != "'" and (found := _MEANS_MORE.search(inside)):
        return f"holds {found[0]}, which systemd and a shell read differently; put the value in single quotes"
    return _mend_quoted(inside, quote) if quote else _mend_plain(inside)


def _mend_quoted(inside: str, quote: str) -> str | None:
    if quote in inside:
        return f"holds {quote} between its quotes; systemd and a shell would read two values: use the other quotes"
    return None


def _mend_plain(value: str) -> str | None:
    if found := _ENDS_OR_SPLITS.search(value):
        return f"holds {found[0]!r}, at which a shell ends or splits it; put the value in double quotes"
    if "'" in value or '"' in value:
        return "holds a quote, which a shell takes away; put the whole value in quotes of the other kind"
    if value.startswith("~") or ":~" in value:
        return "holds ~, in the place of which a shell puts a folder; put the value in double quotes"
    return None

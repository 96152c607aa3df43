"""The style sheets of an SVG: what each rule says of which elements (CSS 2.2 and Selectors 3, as drawing programs use
them: classes, ids, names of elements).

A style sheet can ask for work without end (selectors that climb, blocks in blocks): only rules that look at an element
by itself are taken, and no value has more than two levels of parentheses.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

LONGEST = 64 * 1024
"""Characters of all style sheets together; also of all attributes `style` that are not simply `name: value;`."""

MOST_RULES = 2_000
LONGEST_COLOUR = 100
MOST_TRIED = 500_000
"""Times that a rule is looked at for an element."""

DEEPEST = 2

Weight = tuple[bool, bool, int, int]
"""Of a declaration: important, of the element's own `style`, how much its selector says, which comes last."""

Said = dict[str, tuple[Weight, str]]
"""What is declared of an element by the name of the property, in lower case."""

_NOT_PLAIN = frozenset("\\/'\"{}@![]")


class WrongStyle(ValueError):
    """What cannot be followed; its message is the mend."""


@dataclass(frozen=True, kw_only=True)
class _Rule:
    tag: str | None
    id: str | None
    classes: frozenset[str]
    place: int
    declared: tuple[tuple[str, str, bool], ...]

    def weight(self, *, important: bool) -> Weight:
        specificity = (self.id is not None) * 1_000_000 + len(self.classes) * 1_000 + (self.tag is not None)
        return important, False, specificity, self.place


@dataclass
class StyleSheet:
    """All of a drawing's, in their order. A rule is looked for by what its selector says first."""

    _rules: dict[tuple[str, str], list[_Rule]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0
    _read: int = 0
    _tried: int = 0

    def read(self, css: str) -> None:
        """Raises WrongStyle."""
        self._read += len(css)
        if self._read > LONGEST:
            raise WrongStyle(
                f"its style sheets are longer than {LONGEST // 1024} kB; export it with attributes instead"
            )
        for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                declared = tuple(_declared(rule.content))
                for selector in _split(rule.prelude, ","):
                    self._add(selector, declared)
            elif rule.type == "at-rule" and rule.lower_at_keyword in ("charset", "namespace", "font-face"):
                continue  # of fonts: without text, none is used
            elif rule.type == "at-rule":
                raise WrongStyle(f"@{rule.at_keyword[:20]} in its style sheet is not taken; remove it")
            else:
                raise WrongStyle("its style sheet cannot be read; export it with attributes instead")

    def of(self, tag: str, attributes: Mapping[str, str]) -> Said:
        """What is declared of an element. Raises WrongStyle."""
        said: Said = {}
        classes = frozenset(attributes.get("class", "").split()) if "class" in attributes else frozenset[str]()
        keys = [("*", ""), ("tag", tag), ("id", attributes.get("id", "")), *(("class", each) for each in classes)]
        rules = [rule for key in keys for rule in self._rules.get(key, ())]
        self._tried += len(rules)
        if self._tried > MOST_TRIED:
            raise WrongStyle("its style sheet has too many rules; export it with attributes instead")
        for rule in rules:
            if rule.tag in (None, tag) and rule.id in (None, attributes.get("id")) and rule.classes <= classes:
                for name, value, important in rule.declared:
                    _say(said, name, value, rule.weight(important=important))
        for name, value, important in self._own(attributes.get("style", "")):
            _say(said, name, value, (important, True, 0, 0))
        return said

    def _own(self, style: str) -> Iterator[tuple[str, str, bool]]:
        if _NOT_PLAIN.isdisjoint(style):
            for each in style.split(";"):
                name, _, value = each.partition(":")
                if name.strip():
                    yield name.strip().lower(), value.strip(), False
            return
        self._read += len(style)
        if self._read > LONGEST:
            raise WrongStyle("its styles are too long; export it with attributes instead")
        yield from _declared(tinycss2.parse_component_value_list(style))

    def _add(self, selector: list[Any], declared: tuple[tuple[str, str, bool], ...]) -> None:
        self._count += 1
        if self._count > MOST_RULES:
            raise WrongStyle(f"its style sheet has more than {MOST_RULES} rules; export it with attributes instead")
        rule = _rule(selector, self._count, declared)
        key = (
            ("id", rule.id)
            if rule.id is not None
            else ("class", min(rule.classes))
            if rule.classes
            else ("tag", rule.tag)
            if rule.tag is not None
            else ("*", "")
        )
        self._rules[key].append(rule)


def colour_of(text: str) -> tuple[str, float] | None:
    """A colour as `#rrggbb` and how opaque it is, 0 to 1; None of what is none, or not one of screens (sRGB)."""
    found = parse_color(text) if len(text) <= LONGEST_COLOUR else None
    if found is None or isinstance(found, str) or found.space not in ("srgb", "hsl", "hwb"):
        return None
    channels = (found if found.space == "srgb" else found.to("srgb")).coordinates
    parts = (min(255, max(0, round(255 * (each or 0.0)))) for each in channels)
    return "#" + "".join(f"{part:02x}" for part in parts), float(found.alpha)


def _say(said: Said, name: str, value: str, weight: Weight) -> None:
    if name not in said or said[name][0] <= weight:
        said[name] = weight, value


def _rule(tokens: list[Any], place: int, declared: tuple[tuple[str, str, bool], ...]) -> _Rule:
    tag, identifier, classes, is_class = None, None, set(), False
    trimmed = [each for each in tokens if each.type not in ("whitespace", "comment")]
    between = [each for each in tokens if each.type != "comment"]
    if len(_trim(between)) != len(trimmed) or not trimmed:
        raise _wrong_selector(tokens)
    for number, token in enumerate(trimmed):
        if is_class and token.type == "ident":
            classes.add(token.value)
            is_class = False
        elif is_class:
            raise _wrong_selector(tokens)
        elif token.type == "ident" and number == 0:
            tag = token.value
        elif token.type == "literal" and token.value == ".":
            is_class = True
        elif token.type == "hash" and token.is_identifier and identifier in (None, token.value):
            identifier = token.value
        elif not (token.type == "literal" and token.value == "*" and number == 0):
            raise _wrong_selector(tokens)
    if is_class:
        raise _wrong_selector(tokens)
    return _Rule(tag=tag, id=identifier, classes=frozenset(classes), place=place, declared=declared)


def _wrong_selector(tokens: Iterable[Any]) -> WrongStyle:
    shown = "".join(_text(list(tokens)[:20]))[:40].strip()
    return WrongStyle(f"the style of {shown!a} is not taken: only .class, #id and names of elements are; write it so")


def _trim(tokens: list[Any]) -> list[Any]:
    first, last = 0, len(tokens)
    while first < last and tokens[first].type == "whitespace":
        first += 1
    while last > first and tokens[last - 1].type == "whitespace":
        last -= 1
    return tokens[first:last]


def _declared(tokens: Iterable[Any]) -> Iterator[tuple[str, str, bool]]:
    for each in tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration":
            yield each.lower_name, "".join(_text(each.value)).strip(), each.important
        elif each.type != "error":  # readers pass over what is no declaration
            raise WrongStyle("its style sheet holds rules within rules; export it with attributes instead")


def _text(tokens: Iterable[Any], depth: int = 0) -> Iterator[str]:
    """What tokens say, in one line. Raises WrongStyle for parentheses in parentheses in parentheses."""
    for each in tokens:
        inside = each.arguments if each.type == "function" else getattr(each, "content", None)
        if each.type == "comment":
            continue
        if each.type == "whitespace":
            yield " "
        elif inside is None:
            yield each.serialize()
        elif depth == DEEPEST:
            raise WrongStyle("a style has too many parentheses; export the drawing with attributes instead")
        elif each.type == "function":
            yield from (each.name, "(", *_text(inside, depth + 1), ")")
        else:
            yield from (each.type[0], *_text(inside, depth + 1), {"(": ")", "[": "]", "{": "}"}[each.type[0]])


def _split(tokens: Iterable[Any], at: str) -> Iterator[list[Any]]:
    part: list[Any] = []
    for each in tokens:
        if each.type == "literal" and each.value == at:
            yield part
            part = []
        else:
            part.append(each)
    yield part

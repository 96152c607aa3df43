"""An SVG as somebody gives it, read into a small tree: what other programs note in it is left out at once.

Bounded all through: expat follows no reference outside the file, its entities are short texts, and there are so many
elements at most.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from services.contracts.mends import Mend
from services.contracts.svg_checks import (
    NO_DRAWING,
    SMALLER,
    SVG,
    TOO_LARGE,
    Enough,
    at_line,
    loose_text_mend,
    mend_of,
    no_svg,
)

MOST_ELEMENTS = 20_000
DEEPEST = 48
"""Of what is read; what is kept has less (svg_checks.py)."""

MOST_ENTITIES, LONGEST_ENTITY, MOST_REFERENCES = 40, 100, 2_000
"""Illustrator writes its namespaces as entities: some dozen short ones, and uses each once."""

_XLINK = "http://www.w3.org/1999/xlink"
_SILENT = frozenset(("title", "desc", "metadata"))
_TEXTS = frozenset(("text", "tspan", "textPath", "tref", "flowRoot", "flowPara", "flowSpan", "foreignObject", "script"))


@dataclass(eq=False)
class Node:
    """An SVG element. `text` is what stands in it itself, of a style sheet or of text."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Node"] = field(default_factory=list)
    text: str = ""


def read_svg(svg: bytes) -> tuple[Node, list[Mend]]:
    """The drawing, and what is wrong with it already. Raises Enough where there is nothing to go on with."""
    reading = _Reading(refers_often=svg.count(b"&") > MOST_REFERENCES)
    try:
        reading.parser.Parse(svg, True)
    except expat.ExpatError as error:
        raise Enough(no_svg(error)) from None
    except Enough as enough:
        raise Enough(at_line(reading.parser.CurrentLineNumber, enough.mend)) from None
    except (ValueError, LookupError) as error:  # an encoding that Python does not read
        raise Enough(at_line(1, mend_of(str(error)[:80], NO_DRAWING))) from None
    if reading.root is None:
        raise Enough(at_line(1, mend_of("is no drawing", NO_DRAWING)))
    return reading.root, reading.problems


class _Reading:
    def __init__(self, *, refers_often: bool) -> None:
        self.root: Node | None = None
        self.problems: list[Mend] = []
        self._open: list[Node] = []
        self._skipped = 0
        self._elements = self._entities = 0
        self._refers_often = refers_often
        self.parser = expat.ParserCreate(namespace_separator="|")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.AttlistDeclHandler = self._attlist
        self.parser.ProcessingInstructionHandler = self._instruction

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = name.rpartition("|")
        self._elements += 1
        if self.root is None and (namespace, tag) != (SVG, "svg"):
            raise Enough(mend_of(f'is no drawing; its first element has to be <svg xmlns="{SVG}">', NO_DRAWING))
        if self._elements > MOST_ELEMENTS or len(self._open) + self._skipped >= DEEPEST:
            raise Enough(
                mend_of(f"more than {MOST_ELEMENTS} elements, or {DEEPEST} within each other; {SMALLER}", TOO_LARGE)
            )
        if self._skipped or namespace != SVG or tag in _SILENT:  # no reader draws it
            self._skipped += 1
            return
        node = Node(tag=tag, attributes=_own(attributes), line=self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        else:
            self._open.pop()

    def _text(self, text: str) -> None:
        if self._skipped or not self._open or not text.strip():
            return
        inside = self._open[-1]
        if inside.tag == "style" or inside.tag in _TEXTS:
            inside.text += text
        else:
            self._told(loose_text_mend(text))

    def _entity(
        self,
        _name: str,
        is_parameter: int,
        value: str | None,
        _base: str | None,
        _system: str | None,
        _public: str | None,
        _notation: str | None,
    ) -> None:
        self._entities += 1
        is_short = value is not None and len(value) <= LONGEST_ENTITY and not set(value) & set("&<%")
        if is_parameter or not is_short or self._entities > MOST_ENTITIES or self._refers_often:
            raise Enough(mend_of("its DOCTYPE declares more than names; leave out the [ ... ]"))

    def _attlist(self, *_: object) -> None:
        raise Enough(mend_of("its DOCTYPE declares more than names; leave out the [ ... ]"))

    def _instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            self._told(
                mend_of("<?xml-stylesheet?> is not taken; remove it: a drawing refers to nothing outside itself")
            )

    def _told(self, mend: Mend) -> None:
        self.problems.append(at_line(self.parser.CurrentLineNumber, mend))


def _own(attributes: dict[str, str]) -> dict[str, str]:
    """Without those of editors. `href` counts before `xlink:href` (SVG 2, section 16.1.6)."""
    own = {name: value.strip() for name, value in attributes.items() if "|" not in name}
    linked = attributes.get(f"{_XLINK}|href")
    return own if linked is None else {"href": linked.strip()} | own

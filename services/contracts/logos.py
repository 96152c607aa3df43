"""A town's logo: an SVG of flat, opaque shapes, which a browser, a mail reader's page and paper draw alike.

It lands in pages and, as ready-made operators, in sealed PDFs: what could run, fetch, hide or be drawn in one place
only is refused. What is taken is a list, not what is left by a list of dangers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from services.contracts.svg_seen import LEAST, share_seen
from services.contracts.svg_values import ATTRIBUTES, INERT, SHAPES, STYLES, length, numbers, wrong_path
from services.contracts.yaml_files import read_bytes

MOST_BYTES = 100 * 1024
"""It is drawn on every certificate."""

MOST_ELEMENTS = 2_000
DEEPEST = 16
WIDEST, NARROWEST = 5.0, 0.5
"""Width to height: paper has 75 mm by 16 mm for it, a page a square."""

SVG = "http://www.w3.org/2000/svg"
_TAKEN = SHAPES | {"svg", "g", "defs", "title", "desc", "metadata"}
_EDITORS = (
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.inkscape.org/namespaces/inkscape",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/elements/1.1/",
)
"""What drawing programs note for themselves; no reader of a page or PDF does anything with it."""

_XML = "http://www.w3.org/XML/1998/namespace"

_MENDS = {
    "script": "a logo only draws; remove it",
    "style": "write its styles as attributes of the shapes (in Illustrator: Presentation Attributes)",
    "text": "turn text into paths (in Inkscape: Path, Object to Path)",
    "image": "draw it, or have it traced: pictures are not taken",
    "use": "put a copy of the shape in its place (in Inkscape: Edit, Clone, Unlink Clone)",
    "linearGradient": "use flat colours",
    "radialGradient": "use flat colours",
    "clipPath": "cut the shapes themselves (in Figma: untick Clip content)",
    "mask": "cut the shapes themselves",
    "filter": "use flat, opaque shapes",
    "svg": "only one stands in a file",
}
_SMALLER = "have it simplified (svgo, or Inkscape: Path, Simplify)"


def read_logo(folder: Path, name: str) -> bytes:
    """The logo's file. Raises ValueError with the mend."""
    if not name or name != Path(name).name or name.startswith("."):
        raise ValueError("write the name of a file that lies beside this one, such as logo: aarschot.svg")
    if not name.endswith(".svg"):
        raise ValueError(f"{name} is not taken: give the drawing as an SVG file, with a name that ends with .svg")
    try:
        content = read_bytes(folder / name, most=MOST_BYTES)
    except ValueError as error:
        mend = {"longer": f"; {_SMALLER}", "not there": "; put it beside this file"}
        told = next((mend[each] for each in mend if each in str(error)), "")
        raise ValueError(f"{name} {error}{told}") from None
    return taken_logo(name, content)


def taken_logo(name: str, content: bytes) -> bytes:
    """The drawing, as it is. Raises ValueError with the mend, which calls it by this name."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"{name} is longer than {MOST_BYTES // 1024} kB; {_SMALLER}")
    if wrong := list(drawing_problems(content)):
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise ValueError(f"{name}, {wrong[0]}{more}")
    return content


def drawing_problems(svg: bytes) -> Iterator[str]:
    """What is not taken of a drawing, each with its line."""
    reading = _Reading()
    try:
        reading.parser.Parse(svg, True)
    except expat.ExpatError as error:
        yield f"line {error.lineno} is no SVG ({expat.errors.messages[error.code]}); export it anew as SVG"
        return
    except (_Enough, ValueError, LookupError) as error:  # the last two: an encoding that Python does not read
        yield f"line {reading.parser.CurrentLineNumber}: {error}"
        return
    yield from reading.problems
    if not reading.problems and not reading.shapes:
        yield "line 1: nothing is drawn in it; put shapes into it"


def unseen_mend(svg: bytes) -> str | None:
    """Of a drawing that is taken and shows nothing, or next to nothing."""
    if share_seen(svg) >= LEAST:
        return None
    return (
        "shows nothing on white: its shapes lie outside its viewBox, or are hidden, white, without fill or too small; "
        "have it drawn inside its frame, in colours that are seen"
    )


class _Enough(Exception):
    """Reading on would help nobody."""


@dataclass
class _Reading:
    """One pass of expat, which follows no reference and builds no tree."""

    problems: list[str] = field(default_factory=list)
    shapes: int = 0
    _elements: int = 0
    _loose: bool = False
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator="|")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = name.rpartition("|")
        self._elements += 1
        if not self._open and (namespace, tag) != (SVG, "svg"):
            raise _Enough(f'is no drawing; its first element has to be <svg xmlns="{SVG}">')
        if self._elements > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise _Enough(f"more than {MOST_ELEMENTS} elements, or {DEEPEST} within each other; {_SMALLER}")
        inside, is_root = set(self._open), not self._open
        self._open.append(tag if namespace == SVG else "an editor's")
        if namespace in _EDITORS:
            return
        if namespace != SVG or tag not in _TAKEN or (tag == "svg" and not is_root):
            self._told(f"<{tag}> is not taken; {_MENDS.get(tag, 'only flat shapes are')}")
        elif inside & {"an editor's", "metadata", "title", "desc", "defs"}:
            self._told(f"<{tag}> stands where nothing is drawn; remove it")
        else:
            self.shapes += tag in SHAPES
            for key, value in attributes.items():
                self._attribute(tag, key, value)
            if is_root:
                self._root(attributes)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        """Between shapes, where a browser draws none: somebody meant it to be seen, or pasted it by mistake."""
        if text.strip() and not self._loose and not {"an editor's", "metadata", "title", "desc"} & set(self._open):
            self._loose = True
            self._told(f"the text {text.strip()[:20]!a} stands between the shapes; remove it, or turn it into paths")

    def _attribute(self, tag: str, key: str, value: str) -> None:
        namespace, _, name = key.rpartition("|")
        value = value.strip()
        if namespace in (*_EDITORS, _XML) or name.startswith(INERT):
            return
        if namespace or name not in ATTRIBUTES:
            mend = "a drawing refers to nothing outside itself" if name == "href" else "remove it"
            self._told(f"{name} of <{tag}> is not taken; {mend}")
        elif name == "style":
            for each in filter(str.strip, value.split(";")):
                written, _, of = (part.strip() for part in each.partition(":"))
                if not written.startswith(INERT) and not STYLES.get(written, _refused)(of):
                    self._told(f"style {each.strip()[:60]!a} of <{tag}> is not taken; {_value_mend(written)}")
        elif name == "d" and (wrong := wrong_path(value)):
            self._told(f"d of <{tag}> cannot be drawn from {wrong!a} on; export the drawing anew")
        elif not ATTRIBUTES[name](value):
            self._told(f"{name}={value[:40]!a} of <{tag}> is not taken; {_value_mend(name)}")

    def _root(self, attributes: dict[str, str]) -> None:
        for side in ("width", "height"):
            if side in attributes and length(attributes[side].strip()) <= 0:
                self._told(f"{side} of <svg> is nothing; leave it out, or write more than 0")
        box = numbers(attributes.get("viewBox", "")) or []
        if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
            self._told('give <svg> its size, such as viewBox="0 0 64 64"')
        elif not NARROWEST <= box[2] / box[3] <= WIDEST:
            self._told(
                f"it is {box[2]:g} by {box[3]:g}; at most {WIDEST:g} times as wide as high, and at most twice as high "
                "as wide, so that it is seen on pages and paper"
            )

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal: int) -> None:
        if has_internal:
            raise _Enough("its DOCTYPE declares something; leave out the [ ... ]")

    def _instruction(self, target: str, _data: str) -> None:
        self._told(f"<?{target}?> is not taken; remove it")

    def _told(self, problem: str) -> None:
        self.problems.append(f"line {self.parser.CurrentLineNumber}: {problem}")


def _value_mend(name: str) -> str:
    if "opacity" in name:
        return "only opaque shapes are, so write 1 or leave it out"
    if name in ("fill", "stroke"):
        return "write a flat colour such as #1d4e89, or none"
    if name in ATTRIBUTES:
        return "write it as SVG 1.1 does"
    return "leave it out"


def _refused(_text: str) -> bool:
    return False

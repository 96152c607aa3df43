"""What an SVG may hold as a logo: flat, opaque shapes, which a browser, a mail reader's page and paper draw alike.

What could run, fetch, hide or be drawn in one place only is refused. What is taken is a list, not what is left by a
list of dangers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from services.contracts.mends import Mend
from services.contracts.svg_values import ATTRIBUTES, INERT, SHAPES, STYLES, length, numbers, wrong_path

MOST_ELEMENTS = 2_000
DEEPEST = 16
WIDEST, NARROWEST = 5.0, 0.5
"""Width to height: paper has 75 mm by 16 mm for it, a page a square."""

SVG = "http://www.w3.org/2000/svg"
NO_SIZE = 'give <svg> its size, such as viewBox="0 0 64 64"'
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

TOO_LARGE, NO_DRAWING, PROPORTIONS = "logo-too-large", "logo-no-drawing", "logo-proportions"
NOT_TAKEN, TEXT, PICTURE, NOT_FLAT = "logo-not-taken", "logo-text", "logo-picture-inside", "logo-not-flat"
CUT, RUNS = "logo-cut", "logo-runs"
"""Slugs of mends. TEXT, PICTURE, NOT_FLAT, CUT and RUNS are what drawings often hold, NOT_TAKEN is all else."""

_MENDS = {
    "script": (RUNS, "a logo only draws; remove it"),
    **dict.fromkeys(
        ("animate", "animateColor", "animateMotion", "animateTransform", "set"),
        (RUNS, "a logo stands still; remove it"),
    ),
    "style": (NOT_TAKEN, "write its styles as attributes of the shapes (in Illustrator: Presentation Attributes)"),
    **dict.fromkeys(
        ("text", "tspan", "flowRoot", "foreignObject"),
        (TEXT, "turn text into paths (in Inkscape: Path, Object to Path)"),
    ),
    "image": (PICTURE, "draw it, or have it traced; or give the whole logo as a PNG"),
    "use": (NOT_TAKEN, "put a copy of the shape in its place (in Inkscape: Edit, Clone, Unlink Clone)"),
    **dict.fromkeys(
        ("linearGradient", "radialGradient", "meshgradient", "pattern", "hatch"),
        (NOT_FLAT, "use flat colours, or give the logo as a PNG"),
    ),
    "clipPath": (CUT, "cut the shapes themselves (in Figma: untick Clip content), or give the logo as a PNG"),
    "mask": (CUT, "cut the shapes themselves, or give the logo as a PNG"),
    "filter": (NOT_FLAT, "use flat, opaque shapes, or give the logo as a PNG"),
    "marker": (NOT_TAKEN, "draw the ends of lines as shapes (in Inkscape: Path, Stroke to Path)"),
    "svg": (NOT_TAKEN, "only one stands in a file"),
}
SMALLER = "have it simplified (svgo, or Inkscape: Path, Simplify)"


def drawing_problems(svg: bytes) -> Iterator[Mend]:
    """What is not taken of a drawing, each with its line."""
    reading = _Reading()
    try:
        reading.parser.Parse(svg, True)
    except expat.ExpatError as error:
        yield no_svg(error)
        return
    except Enough as enough:
        yield at_line(reading.parser.CurrentLineNumber, enough.mend)
        return
    except (ValueError, LookupError) as error:  # an encoding that Python does not read
        yield at_line(reading.parser.CurrentLineNumber, mend_of(str(error), NO_DRAWING))
        return
    yield from reading.problems
    if not reading.problems and not reading.shapes:
        yield at_line(1, nothing_drawn())


def no_svg(error: expat.ExpatError) -> Mend:
    """Of what expat cannot read."""
    why = expat.errors.messages[error.code]
    return mend_of(f"line {error.lineno} is no SVG ({why}); export it anew as SVG", NO_DRAWING)


def nothing_drawn() -> Mend:
    """Of a drawing without shapes."""
    return mend_of("nothing is drawn in it; put shapes into it", NO_DRAWING)


def mend_of(sentence: str, slug: str = NOT_TAKEN) -> Mend:
    """One that pages can only say by its kind: the sentence is its `detail`."""
    return Mend(slug, sentence, detail=sentence)


def at_line(line: int, mend: Mend) -> Mend:
    """The mend with the line where it is needed."""
    return said_as(mend, f"line {line}: {mend}")


def said_as(mend: Mend, sentence: str) -> Mend:
    """The same mend in another sentence."""
    return Mend(mend.slug, sentence, **mend.values | ({"detail": sentence} if "detail" in mend.values else {}))


def element_mend(tag: str) -> Mend:
    """Of an element that is not taken."""
    slug, how = _MENDS.get(tag, (NOT_TAKEN, "only flat shapes are"))
    return mend_of(f"<{tag}> is not taken; {how}", slug)


def attribute_mend(tag: str, name: str, value: str) -> Mend | None:
    """Of an attribute of a shape, or group, of which such a value is not taken. Not of `style`."""
    if name not in ATTRIBUTES:
        slug = RUNS if name.startswith("on") else NOT_TAKEN
        how = "a drawing refers to nothing outside itself" if name == "href" else "remove it"
        return mend_of(f"{name} of <{tag}> is not taken; {how}", slug)
    if name == "d":
        wrong = wrong_path(value)
        return mend_of(f"d of <{tag}> cannot be drawn from {wrong!a} on; export the drawing anew") if wrong else None
    if ATTRIBUTES[name](value):
        return None
    slug, how = value_mend(name)
    return mend_of(f"{name}={value[:40]!a} of <{tag}> is not taken; {how}", slug)


def proportions_mend(width: float, height: float) -> Mend | None:
    """Of what is too wide, or too high, to be seen on pages and paper."""
    if NARROWEST <= width / height <= WIDEST:
        return None
    return Mend(
        PROPORTIONS,
        f"it is {width:g} by {height:g}; at most {WIDEST:g} times as wide as high, and at most twice as high as wide, "
        "so that it is seen on pages and paper",
        width=f"{width:g}",
        height=f"{height:g}",
    )


class Enough(Exception):
    """Reading on would help nobody."""

    def __init__(self, mend: Mend) -> None:
        super().__init__(mend)
        self.mend = mend


@dataclass
class _Reading:
    """One pass of expat, which follows no reference and builds no tree."""

    problems: list[Mend] = field(default_factory=list)
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
            raise Enough(mend_of(f'is no drawing; its first element has to be <svg xmlns="{SVG}">', NO_DRAWING))
        if self._elements > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise Enough(
                mend_of(f"more than {MOST_ELEMENTS} elements, or {DEEPEST} within each other; {SMALLER}", TOO_LARGE)
            )
        inside, is_root = set(self._open), not self._open
        self._open.append(tag if namespace == SVG else "an editor's")
        if namespace in _EDITORS:
            return
        if namespace != SVG or tag not in _TAKEN or (tag == "svg" and not is_root):
            self._told(element_mend(tag))
        elif inside & {"an editor's", "metadata", "title", "desc", "defs"}:
            self._told(mend_of(f"<{tag}> stands where nothing is drawn; remove it"))
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
            self._told(loose_text_mend(text))

    def _attribute(self, tag: str, key: str, value: str) -> None:
        namespace, _, name = key.rpartition("|")
        value = value.strip()
        if namespace in (*_EDITORS, _XML) or name.startswith(INERT):
            return
        if namespace:
            how = "a drawing refers to nothing outside itself" if name == "href" else "remove it"
            self._told(mend_of(f"{name} of <{tag}> is not taken; {how}"))
        elif name == "style":
            for each in filter(str.strip, value.split(";")):
                written, _, of = (part.strip() for part in each.partition(":"))
                if not written.startswith(INERT) and not STYLES.get(written, _refused)(of):
                    slug, how = value_mend(written)
                    self._told(mend_of(f"style {each.strip()[:60]!a} of <{tag}> is not taken; {how}", slug))
        elif mend := attribute_mend(tag, name, value):
            self._told(mend)

    def _root(self, attributes: dict[str, str]) -> None:
        for side in ("width", "height"):
            if side in attributes and length(attributes[side].strip()) <= 0:
                self._told(mend_of(f"{side} of <svg> is nothing; leave it out, or write more than 0"))
        box = numbers(attributes.get("viewBox", "")) or []
        if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
            self._told(mend_of(NO_SIZE))
        elif mend := proportions_mend(box[2], box[3]):
            self._told(mend)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal: int) -> None:
        if has_internal:
            raise Enough(mend_of("its DOCTYPE declares something; leave out the [ ... ]"))

    def _instruction(self, target: str, _data: str) -> None:
        self._told(mend_of(f"<?{target}?> is not taken; remove it"))

    def _told(self, mend: Mend) -> None:
        self.problems.append(at_line(self.parser.CurrentLineNumber, mend))


def loose_text_mend(text: str) -> Mend:
    """Of text that stands where no reader draws it."""
    return mend_of(f"the text {text.strip()[:20]!a} stands between the shapes; remove it, or turn it into paths", TEXT)


def value_mend(name: str) -> tuple[str, str]:
    """Kind of mistake, and the mend, of a property with another value than is taken."""
    if "opacity" in name or name == "mix-blend-mode":
        return NOT_FLAT, "only opaque shapes are, so write 1 or leave it out"
    if name in ("fill", "stroke"):
        return NOT_FLAT, "write a flat colour such as #1d4e89, or none"
    if name in ("clip-path", "mask"):
        return CUT, "leave it out"
    if name == "filter":
        return NOT_FLAT, "leave it out"
    return NOT_TAKEN, "write it as SVG 1.1 does" if name in ATTRIBUTES else "leave it out"


def _refused(_text: str) -> bool:
    return False

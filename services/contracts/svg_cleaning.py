"""What somebody's drawing program exported, as the flat shapes that a logo is of (svg_checks.py): it looks the same.

The drawing is read, drawn shape by shape as a browser would, and written anew. So nothing is kept by mistake: style
sheets have become attributes, clones have become shapes, groups have become what they said of their shapes, and what
draws nothing is gone. What cannot be said by flat shapes is told, with its line in what was given.
"""

from collections.abc import Iterator, Mapping

from services.contracts.mends import Mend
from services.contracts.svg_checks import (
    MOST_ELEMENTS,
    NO_SIZE,
    NOT_FLAT,
    SMALLER,
    TOO_LARGE,
    Enough,
    at_line,
    attribute_mend,
    element_mend,
    mend_of,
    nothing_drawn,
    proportions_mend,
    value_mend,
)
from services.contracts.svg_frames import ALMOST, Box, around, covers, fitted, frame_of, moved, placed, view_box
from services.contracts.svg_lines import Line, lines_of
from services.contracts.svg_matrices import UNMOVED, Matrix, within
from services.contracts.svg_reading import Node, read_svg
from services.contracts.svg_shapes import Shape, written
from services.contracts.svg_styles import StyleSheet, WrongStyle, colour_of
from services.contracts.svg_units import View, dashes, diagonal, referred, share, without_percent
from services.contracts.svg_values import ATTRIBUTES, INERT, LARGEST, SHAPES, STYLES, length

MOST_DRAWN = 20_000
"""Elements, each clone counted: what clones clones grows by multiplying."""

DEEPEST = 64
"""Of elements within each other, where clones stand for what they show."""

LONGEST = 2_000
"""Characters of what says how a shape is moved, or how its line is dashed."""

MOST_TESTED = 100_000
"""Pieces of outlines of what cuts, each time that it cuts something."""

_GEOMETRY = {
    "path": ("d",),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "line": ("x1", "y1", "x2", "y2"),
    "polyline": ("points",),
    "polygon": ("points",),
}
_ACROSS, _DOWN = frozenset(("x", "width", "rx", "cx", "x1", "x2")), frozenset(("y", "height", "ry", "cy", "y1", "y2"))

_INITIAL = {
    **{"fill": "black", "fill-opacity": "1", "fill-rule": "nonzero", "color": "black", "visibility": "visible"},
    **{"stroke": "none", "stroke-opacity": "1", "stroke-width": "1", "stroke-linecap": "butt"},
    **{"stroke-linejoin": "miter", "stroke-miterlimit": "4", "stroke-dasharray": "none", "stroke-dashoffset": "0"},
    **{"paint-order": "normal", "marker-start": "none", "marker-mid": "none", "marker-end": "none"},
}
"""What is inherited, and what it is where nobody says it."""

_STROKES = {name: value for name, value in _INITIAL.items() if name.startswith("stroke-") and "opacity" not in name}

_MARKERS = ("marker-start", "marker-mid", "marker-end")
_OWN = {
    **{"opacity": "1", "display": "inline", "transform": "", "clip-path": "none", "mask": "none", "filter": "none"},
    **{"mix-blend-mode": "normal", "vector-effect": "none", "clip": "auto", "overflow": ""},
    **{"stop-color": "black", "stop-opacity": "1", "transform-origin": "", "systemLanguage": "", "pathLength": ""},
}
"""What is not inherited, and matters."""

_NO_MATTER = frozenset(
    (
        *(name for name, takes in STYLES.items() if takes("any")),
        *("cursor", "pointer-events", "user-select", "will-change", "clip-rule", "font", "isolation", "unicode-bidi"),
        *("speak", "touch-action", "src", "marker", "color-profile", "color-rendering", "flood-color", "flood-opacity"),
        *("lighting-color", "text", "glyph-orientation-vertical", "glyph-orientation-horizontal", "kerning"),
    )
)
"""Properties that do nothing to a flat shape by itself; `marker` is read as the three that it stands for."""

_NO_MATTER_BEGINS = (*INERT, "--", "-moz-", "-ms-", "mso-", "-o-")
_BACKGROUNDS = ("background", "background-color")

_GROUPS = frozenset(("g", "a"))
_NOT_DRAWN = frozenset(
    (
        *("defs", "symbol", "clipPath", "mask", "marker", "pattern", "linearGradient", "radialGradient", "filter"),
        *("style", "script", "view", "cursor", "font", "font-face", "color-profile", "meshgradient", "hatch"),
        *("animate", "animateColor", "animateMotion", "animateTransform", "set", "solidColor", "solidcolor"),
    )
)
_RUNNING = frozenset(("script", "animate", "animateColor", "animateMotion", "animateTransform", "set"))
_TEXTS = frozenset(("text", "flowRoot"))
_SOLID_BLENDS = frozenset(("linearGradient", "radialGradient"))

Said = dict[str, str]


def cleaned_svg(svg: bytes, *, most: int) -> tuple[bytes, list[Mend]]:
    """The drawing in flat shapes, of about so many bytes at most, and what is wrong with it: then it is nothing."""
    try:
        root, problems = read_svg(svg)
        drawing = _Drawing(root, problems, most=most)
        drawing.draw()
    except Enough as enough:
        return b"", [enough.mend]
    return (b"", drawing.problems) if drawing.problems else (drawing.written(), [])


class _Drawing:
    """One, while it is drawn."""

    def __init__(self, root: Node, problems: list[Mend], *, most: int) -> None:
        self.root, self.problems, self.most = root, problems, most
        self.shapes: list[Shape] = []
        self._frame = Box(0, 0, 1, 1)
        self._sheet = StyleSheet()
        self._by_id: dict[str, Node] = {}
        self._said: dict[Node, Said] = {}
        self._boxes: dict[int, Box] = {}
        self._blends: dict[Node, str | None] = {}
        self._cuts: dict[tuple[Node, View], list[list[Line]] | None] = {}
        self._size = self._drawn = self._tested = 0

    def draw(self) -> None:
        """Raises Enough."""
        for node in _all(self.root):
            if node.attributes.get("id"):
                self._by_id.setdefault(node.attributes["id"], node)
            self._look_at(node)
        if self.problems:
            return
        found = frame_of(self.root.attributes)
        if found is None:
            raise Enough(at_line(self.root.line, mend_of(NO_SIZE)))
        self._frame, matrix = found
        if mend := proportions_mend(self._frame.width, self._frame.height):
            raise Enough(at_line(self.root.line, mend))
        own = view_box(self.root.attributes) or self._frame
        self._draw(self.root, _INITIAL, matrix, (own.width, own.height), ())
        if not self.shapes and not self.problems:
            raise Enough(at_line(self.root.line, nothing_drawn()))

    def written(self) -> bytes:
        """As an SVG."""
        return written(self.shapes, self._frame).encode()

    def _look_at(self, node: Node) -> None:
        """What matters wherever it stands."""
        if node.tag == "style":
            if node.attributes.get("type", "text/css") in ("", "text/css"):
                if node.attributes.get("media", "all") not in ("", "all", "screen"):
                    self._tell(node, mend_of("a style sheet for some media only is not taken; export it for all"))
                try:
                    self._sheet.read(node.text)
                except WrongStyle as error:
                    self._tell(node, mend_of(str(error)))
        elif node.tag in _RUNNING:
            self._tell(node, element_mend(node.tag))
        for name, value in node.attributes.items():
            if name.startswith("on"):
                self._tell(node, attribute_mend(node.tag, name, ""))
            self._weigh(node, "" if name == "style" or name.startswith(INERT) else value, of=0)
            if name in ("transform", "stroke-dasharray") and len(value) > LONGEST:
                self._tell(node, mend_of(f"{name} of <{node.tag}> is too long; export the drawing anew"))

    def _weigh(self, node: Node, value: str, *, of: int) -> None:
        """Raises Enough where it makes the drawing longer than may be, with so much that is drawn already."""
        if of + len(value) > self.most:
            mend = mend_of(f"longer than {self.most // 1024} kB as flat shapes; {SMALLER}", TOO_LARGE)
            raise Enough(at_line(node.line, mend))

    def _tell(self, node: Node, mend: Mend | None) -> None:
        if mend and (told := at_line(node.line, mend)) not in self.problems[-20:]:
            self.problems.append(told)
            if len(self.problems) > MOST_ELEMENTS:
                raise Enough(self.problems[0])

    def _says(self, node: Node) -> Said:
        """Its attributes, and over them what style sheets and its own style declare; without what does not matter."""
        if node in self._said:
            return self._said[node]
        says = {name: value for name, value in node.attributes.items() if name not in ("style", "class", "id")}
        try:
            declared = self._sheet.of(node.tag, node.attributes)
        except WrongStyle as error:
            raise Enough(at_line(node.line, mend_of(str(error)))) from None
        for name, (_, value) in sorted(declared.items(), key=lambda each: each[1][0]):
            if name in _BACKGROUNDS:
                is_seen = value != "none" and colour_of(value) not in (("#ffffff", 1.0), ("#000000", 0.0))
                if node is self.root and is_seen:
                    self._tell(node, mend_of("its background is not taken; draw it as a rectangle", NOT_FLAT))
            elif name == "marker":
                says |= dict.fromkeys(_MARKERS, value)
            elif name in _INITIAL or (name in _OWN and name not in ("transform", "systemLanguage", "pathLength")):
                says[name] = value
            elif name not in _NO_MATTER and not name.startswith(_NO_MATTER_BEGINS):
                slug, how = value_mend(name)
                self._tell(node, mend_of(f"style '{name[:30]}' of <{node.tag}> is not taken; {how}", slug))
        if "marker" in node.attributes:
            says = dict.fromkeys(_MARKERS, node.attributes["marker"]) | says
        for name in says.keys() & (_INITIAL.keys() | _OWN.keys()):
            if says[name] in ("initial", "revert") or (says[name] == "unset" and name in _OWN):
                says[name] = (_INITIAL | _OWN)[name]
            elif says[name] == "unset":
                says[name] = "inherit"
        self._said[node] = says
        return says

    def _draw(
        self, node: Node, inherited: Mapping[str, str], matrix: Matrix, view: View, through: tuple[Node, ...]
    ) -> None:
        """An element and what stands in it. `through` is what it stands in, clones included."""
        self._drawn += 1
        if self._drawn > MOST_DRAWN or len(through) >= DEEPEST:
            raise Enough(
                at_line(
                    node.line, mend_of(f"more than {MOST_DRAWN} elements with those of clones; {SMALLER}", TOO_LARGE)
                )
            )
        says = self._says(node)
        if says.get("display") == "none" or node.tag in _NOT_DRAWN or "requiredExtensions" in says or node in through:
            return
        if share(says.get("opacity", "1")) == 0:
            return
        inherits = {
            name: says[name] if says.get(name, "inherit") != "inherit" else was for name, was in inherited.items()
        }
        transform = says.get("transform", "") if node is not self.root or "transform" in says else ""
        if not ATTRIBUTES["transform"](transform):
            self._tell(node, attribute_mend(node.tag, "transform", transform))
            return
        within_it = within(matrix, "" if transform == "none" else transform)
        begins, told = len(self.shapes), len(self.problems)
        self._inside(node, inherits, within_it, view, through)
        if len(self.shapes) > begins and len(self.problems) == told:
            self._together(node, says, within_it, begins, view)

    def _inside(self, node: Node, inherits: Said, matrix: Matrix, view: View, through: tuple[Node, ...]) -> None:
        below = (*through, node)
        if node.tag in SHAPES:
            self._shape(node, inherits, matrix, view)
        elif node.tag in _GROUPS or node is self.root:
            for child in node.children:
                self._draw(child, inherits, matrix, view, below)
        elif node.tag == "switch":
            first = (each for each in node.children if "requiredExtensions" not in each.attributes)
            for child in first:
                self._draw(child, inherits, matrix, view, below)
                break
        elif node.tag == "use":
            self._use(node, inherits, matrix, view, below)
        elif node.tag == "svg":
            x, y = self._place(node, view)
            self._viewport(node, node, inherits, moved(matrix, x, y), view, below)
        elif node.tag in _TEXTS or node.tag == "foreignObject":
            says_something = node.tag == "foreignObject" or any(each.text.strip() for each in _all(node))
            if inherits["visibility"] == "visible" and says_something:
                self._tell(node, element_mend(node.tag))
        else:
            self._tell(node, element_mend(node.tag))

    def _use(self, node: Node, inherits: Said, matrix: Matrix, view: View, through: tuple[Node, ...]) -> None:
        """What it clones, where it says (SVG 1.1, section 5.6)."""
        link = node.attributes.get("href", "")
        if not link.startswith("#"):
            if link:
                self._tell(node, attribute_mend("use", "href", link))
            return
        target = self._by_id.get(link[1:])
        if target is None:
            return
        x, y = self._place(node, view)
        there = moved(matrix, x, y)
        if target.tag == "symbol":
            says = self._says(target)
            if says.get("display") != "none" and target not in through:
                inherits = {
                    name: says[name] if says.get(name, "inherit") != "inherit" else was
                    for name, was in inherits.items()
                }
                self._viewport(target, node, inherits, there, view, (*through, target))
        elif target.tag == "svg" and target is not self.root:
            self._viewport(target, node, inherits, there, view, (*through, target))
        else:
            self._draw(target, inherits, there, view, through)

    def _viewport(  # noqa: PLR0917
        self, node: Node, sized: Node, inherits: Said, matrix: Matrix, view: View, through: tuple[Node, ...]
    ) -> None:
        """A drawing in the drawing (SVG 1.1, section 7.9), as large as `sized` says."""
        sides = []
        for side, whole in zip(("width", "height"), view, strict=True):
            said = sized.attributes.get(side, node.attributes.get(side, "100%") if node.tag == "svg" else "100%")
            size = self._length(said if said != "auto" else "100%", whole)
            if size is None:
                self._tell(sized, attribute_mend(sized.tag, side, said))
                return
            sides.append(size)
        width, height = sides
        if width <= 0 or height <= 0:
            return
        begins, box, inner, own = len(self.shapes), view_box(node.attributes), matrix, (width, height)
        if box:
            a, b, c, d, e, f = fitted(box, node.attributes.get("preserveAspectRatio", ""), width, height)
            inner = within(matrix, f"matrix({a:.9f} {b} {c} {d:.9f} {e:.6f} {f:.6f})")
            own = box.width, box.height
        for child in node.children:
            self._draw(child, inherits, inner, own, through)
        shows = self._says(node).get("overflow", "hidden") in ("visible", "auto")
        if not shows and not self._is_whole([[Box(0, 0, width, height).corners]], matrix, begins):
            self._tell(sized, mend_of(f"<{node.tag}> cuts off what it shows; draw only what is seen", "logo-cut"))

    def _place(self, node: Node, view: View) -> tuple[float, float]:
        found = []
        for name, whole in zip(("x", "y"), view, strict=True):
            place = self._length(node.attributes.get(name, "0"), whole)
            if place is None:
                self._tell(node, attribute_mend(node.tag, name, node.attributes[name]))
            found.append(place or 0.0)
        return found[0], found[1]

    def _length(self, text: str, whole: float) -> float | None:
        """In pixels; of a percentage, of the whole."""
        plain = without_percent(text, whole)
        return length(plain) if ATTRIBUTES["x"](plain) else None

    def _shape(self, node: Node, inherits: Said, matrix: Matrix, view: View) -> None:
        if inherits["visibility"] != "visible":
            return
        told = len(self.problems)
        fill, stroke = (self._paint(node, name, inherits) for name in ("fill", "stroke"))
        paint = self._painted(node, inherits, view, fill=fill, stroke=stroke)
        if not (fill or stroke):
            return
        geometry = self._geometry(node, view)
        if len(self.problems) > told:
            return
        a, b, c, d, _, _ = matrix
        if abs(a * d - b * c) < 1e-12 or not any(lines_of(node.tag, geometry)):
            return
        if not all(abs(each) < LARGEST for each in matrix):
            self._tell(node, mend_of(f"<{node.tag}> is moved too far, or made too large; export the drawing anew"))
            return
        if len(self.shapes) >= MOST_ELEMENTS:
            raise Enough(at_line(node.line, mend_of(f"more than {MOST_ELEMENTS} shapes; {SMALLER}", TOO_LARGE)))
        order = inherits["paint-order"].split()
        if fill and stroke and "stroke" in order and "fill" not in order[: order.index("stroke")]:
            of_fill = {name: value for name, value in paint.items() if not name.startswith("stroke")}
            of_stroke = {name: value for name, value in paint.items() if not name.startswith("fill")}
            self.shapes.append(Shape(node.tag, geometry, {"fill": "none"} | of_stroke, matrix))
            self.shapes.append(Shape(node.tag, geometry, of_fill, matrix))
        else:
            self.shapes.append(Shape(node.tag, geometry, paint, matrix))

    def _geometry(self, node: Node, view: View) -> Said:
        found = {}
        for name in _GEOMETRY[node.tag]:
            value = node.attributes.get(name)
            if value in (None, "", "auto") or (name == "d" and value == "none"):
                continue
            self._weigh(node, value, of=self._size)
            self._size += len(value)
            whole = view[0] if name in _ACROSS else view[1] if name in _DOWN else diagonal(view)
            plain = " ".join(value.split()) if name in ("d", "points") else without_percent(value, whole)
            if mend := attribute_mend(node.tag, name, plain):
                self._tell(node, mend)
            found[name] = plain
        if node.tag == "ellipse" and len(found.keys() & {"rx", "ry"}) == 1:
            self._tell(node, mend_of("<ellipse> has one radius only; write rx and ry"))
        return found

    def _paint(self, node: Node, name: str, inherits: Said) -> str | None:
        """The colour of its inside, or of its outline; None of nothing."""
        said, opaque = inherits[name], share(inherits[f"{name}-opacity"])
        if said == "none" or opaque == 0 or (name == "stroke" and self._is_thin(inherits)):
            return None
        if said.startswith("url("):
            said, mend = self._blend(said)
            if mend:
                self._tell(node, mend)
            if mend or said == "none":
                return None
        said = said.partition(" icc-color(")[0].partition(" device-cmyk(")[0]
        found = colour_of(inherits["color"] if said.lower() == "currentcolor" else said)
        if found is None:
            self._tell(node, attribute_mend(node.tag, name, said) or mend_of(f"{name} of <{node.tag}> is no colour"))
            return None
        colour, alpha = found
        if alpha == 0:
            return None
        if alpha * (1 if opaque is None else opaque) < 1 or opaque is None:
            slug, how = value_mend("opacity")
            self._tell(node, mend_of(f"{name} of <{node.tag}> is not opaque; {how}, or give the logo as a PNG", slug))
            return None
        return colour

    def _is_thin(self, inherits: Said) -> bool:
        plain = without_percent(inherits["stroke-width"], 1.0)
        return ATTRIBUTES["stroke-width"](plain) and length(plain) == 0

    def _blend(self, said: str) -> tuple[str, Mend | None]:
        """Of a gradient the one colour that all of it has, as Inkscape keeps its swatches; or the mend."""
        node = self._by_id.get(referred(said) or "")
        if node is None:
            return "none", attribute_mend("path", "fill", said)
        if node not in self._blends:
            colours = {self._stop(stop) for stop in self._stops(node)} if node.tag in _SOLID_BLENDS else set()
            self._blends[node] = colours.pop() if len(colours) == 1 else None
        if colour := self._blends[node]:
            return colour, None
        return "none", element_mend(node.tag) if node.tag in _NOT_DRAWN else attribute_mend("path", "fill", said)

    def _stops(self, node: Node) -> list[Node]:
        """A gradient's own, or those of the one that it refers to."""
        for _ in range(DEEPEST):
            if stops := [each for each in node.children if each.tag == "stop"]:
                return stops
            further = self._by_id.get(node.attributes.get("href", "#").removeprefix("#"))
            if further is None:
                break
            node = further
        return []

    def _stop(self, stop: Node) -> str | None:
        """Its colour, where nothing is seen through it."""
        says = self._says(stop)
        colour = colour_of(says.get("stop-color", "black"))
        is_opaque = colour is not None and colour[1] == 1 and share(says.get("stop-opacity", "1")) == 1
        return colour[0] if colour and is_opaque else None

    def _painted(self, node: Node, inherits: Said, view: View, *, fill: str | None, stroke: str | None) -> Said:
        """The attributes that say it, without those that say what is so anyway."""
        says = self._says(node)
        paint = {"fill": fill or "none"} if fill != "#000000" else {}
        if fill and inherits["fill-rule"] != "nonzero":
            paint["fill-rule"] = inherits["fill-rule"]
        if stroke:
            paint["stroke"] = stroke
            for name, usual in _STROKES.items():
                value = inherits[name]
                if name in ("stroke-width", "stroke-dashoffset"):
                    value = without_percent(value, diagonal(view))
                elif name == "stroke-dasharray":
                    value = dashes(value, diagonal(view))
                if value != usual:
                    paint[name] = value
            if says.get("vector-effect", "none") != "none":
                paint["vector-effect"] = says["vector-effect"]
            if "pathLength" in says and "stroke-dasharray" in paint:
                self._tell(node, attribute_mend(node.tag, "pathLength", says["pathLength"]))
        for name, value in paint.items():
            self._tell(node, attribute_mend(node.tag, name, value))
        if node.tag in ("path", "line", "polyline", "polygon") and any(inherits[each] != "none" for each in _MARKERS):
            self._tell(node, element_mend("marker"))
        return paint

    def _together(self, node: Node, says: Said, matrix: Matrix, begins: int, view: View) -> None:
        """What is done to all that an element has drawn."""
        if share(says.get("opacity", "1")) != 1:
            self._tell(node, attribute_mend(node.tag, "opacity", says["opacity"]))
        if says.get("filter", "none") != "none":
            self._tell(node, element_mend("filter"))
        if says.get("mask", "none") != "none":
            self._tell(node, element_mend("mask"))
        if says.get("systemLanguage"):
            self._tell(node, attribute_mend(node.tag, "systemLanguage", says["systemLanguage"]))
        for name in ("mix-blend-mode", "transform-origin", "clip"):
            if says.get(name, _OWN[name]) not in (_OWN[name], "auto") and not (name == "clip" and node.tag != "svg"):
                slug, how = value_mend(name)
                self._tell(node, mend_of(f"{name} of <{node.tag}> is not taken; {how}", slug))
        cut = says.get("clip-path", "none")
        if cut == "none":
            return
        clip = self._by_id.get(referred(cut) or "")
        if clip is None and referred(cut) is not None:
            return  # browsers pass over it
        if clip and clip.tag == "clipPath" and (clip, view) not in self._cuts:
            self._cuts[clip, view] = self._outlines(clip, view)
        outlines = self._cuts.get((clip, view)) if clip else None
        if outlines == []:
            del self.shapes[begins:]
            self._boxes = {number: box for number, box in self._boxes.items() if number < begins}
        elif outlines is None or not self._is_whole(outlines, matrix, begins):
            self._tell(node, element_mend("clipPath"))

    def _outlines(self, clip: Node, view: View) -> list[list[Line]] | None:
        """Of each shape of what cuts; None where it cuts in another way."""
        says, found = self._says(clip), []
        if (
            clip.attributes.get("clipPathUnits", "userSpaceOnUse") != "userSpaceOnUse"
            or says.get("clip-path", "none") != "none"
        ):
            return None
        if not ATTRIBUTES["transform"](says.get("transform", "")):
            return None
        whole = within(UNMOVED, says.get("transform", ""))
        for child in clip.children:
            matrix, node, said = whole, child, self._says(child)
            if (
                node.tag in ("title", "desc")
                or said.get("display") == "none"
                or said.get("visibility", "visible") != "visible"
            ):
                continue
            for _ in range(2):
                if self._says(node).get("clip-path", "none") != "none" or not ATTRIBUTES["transform"](
                    self._says(node).get("transform", "")
                ):
                    return None
                matrix = within(matrix, self._says(node).get("transform", ""))
                target = (
                    self._by_id.get(node.attributes.get("href", "#").removeprefix("#")) if node.tag == "use" else None
                )
                if target is None:
                    break
                matrix, node = moved(matrix, *self._place(node, view)), target
            geometry = self._geometry(node, view) if node.tag in SHAPES else None
            if geometry is None or self.problems:
                return None
            found.append(placed(lines_of(node.tag, geometry), matrix))
        return [lines for lines in found if lines]

    def _is_whole(self, outlines: list[list[Line]], matrix: Matrix, begins: int) -> bool:
        """Does one of the outlines hold all that is seen of the shapes since then?"""
        almost = ALMOST * max(self._frame.width, self._frame.height)
        boxes = (self._box(number) for number in range(begins, len(self.shapes)))
        seen = [part.grown(-almost) for box in boxes if (part := box.within(self._frame))]
        if not seen:
            return True
        corners = [corner for box in seen for corner in box.corners]
        self._tested += len(seen) + sum(len(line) for lines in outlines for line in lines)
        if self._tested > MOST_TESTED:
            raise Enough(at_line(self.root.line, mend_of(f"its shapes are cut too often; {SMALLER}", TOO_LARGE)))
        return any(covers(placed(lines, matrix), around(corners)) for lines in outlines)

    def _box(self, number: int) -> Box:
        shape = self.shapes[number]
        if number not in self._boxes:
            self._boxes[number] = shape.box()
        return self._boxes[number]


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)

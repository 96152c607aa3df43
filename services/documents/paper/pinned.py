"""What reaches into WeasyPrint 70.0 and pydyf 0.13.0 beyond their public interfaces. Pinned exactly; tests watch it.

What would break at another version breaks here, and the golden tests (veraPDF, pyHanko, pdfsig) tell.
"""

import re
import xml.etree.ElementTree as ET
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from itertools import islice, pairwise
from typing import Any

import cssselect2
import pydyf
import weasyprint
from weasyprint import pdf as weasyprint_pdf
from weasyprint.css import ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, Dimension
from weasyprint.images import SVGImage
from weasyprint.layout import inline, percent, preferred
from weasyprint.pdf import fonts as weasyprint_fonts
from weasyprint.pdf import tags as weasyprint_tags
from weasyprint.pdf.stream import Stream
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, gobject, pango

from services.contracts.logo_pictures import on_white, png_of

BEGINS_A_PAGE, KEPT, WHOLE = "over", "kept", "whole"
"""Classes (templates/certificate.css.j2): of what begins a page, of what stays with what stands before it, and of rows
that stay on one page."""

PINS = {"weasyprint": "70.0", "pydyf": "0.13.0"}

PDFUA_XMP = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
    b'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq>"
    b"</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\n"
)


def check_pins() -> None:
    """Raises RuntimeError where other versions are installed than this file was written for."""
    if found := {name: version(name) for name, pin in PINS.items() if version(name) != pin}:
        raise RuntimeError(
            f"services/documents/paper/pinned.py is for {PINS}, found {found}; adapt it and run its tests"
        )


def declare_pdfua(pdf: Any) -> None:
    """A PDF/A file that also says it is PDF/UA-1 (ISO 14289-1, clause 5): in the one rdf:RDF, which validators read."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    packet = metadata.stream[0]
    if packet.count(b"</rdf:RDF>") != 1:
        raise RuntimeError("the XMP packet has another shape than expected")
    metadata.stream[0] = packet.replace(b"</rdf:RDF>", PDFUA_XMP + b"</rdf:RDF>")


def missing_characters(document: Any) -> set[int]:
    """The code points that no installed font could draw."""
    return {codepoint for font in document.fonts.values() for codepoint in font.missing}


class SealPlaceholder(pydyf.Object):  # type: ignore[misc]
    """A signature dictionary whose digest range and contents are filled in once the file is written."""

    compressible = False

    def __init__(self, dictionary: bytes) -> None:
        super().__init__()
        self._dictionary = dictionary

    @property
    def data(self) -> bytes:
        return self._dictionary


def add_seal_field(pdf: Any, dictionary: bytes, *, name: str, tooltip: str) -> None:
    """An invisible signature field, tagged as Form (ISO 14289-1, 7.18), that certifies the document."""
    page: Any = next(each for each in pdf.objects if isinstance(each, dict) and each.get("Type") == "/Page")
    signature = SealPlaceholder(dictionary)
    pdf.add_object(signature)
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String(tooltip),
            "F": 132,
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "P": page.reference,
            "V": signature.reference,
        }
    )
    pdf.add_object(widget)
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    top = pdf.objects[int(root["K"][0].split()[0])]
    numbers = pdf.objects[int(root["ParentTree"].split()[0])]["Nums"]
    target = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference})
    pdf.add_object(target)
    form = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": top.reference,
            "Pg": page.reference,
            "Alt": pydyf.String(tooltip),
            "K": pydyf.Array([target.reference]),
        }
    )
    pdf.add_object(form)
    top["K"].append(form.reference)
    widget["StructParent"] = numbers[-2] + 1
    numbers.extend([widget["StructParent"], form.reference])
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([widget.reference]), "SigFlags": 3})
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": signature.reference})


@dataclass(frozen=True, kw_only=True)
class Data:
    """A file inside a certificate. `at` is when it was made; `relationship` is what it is to the pages (ISO 19005-3,
    table 1): the data they show, or the source of which they are made."""

    name: str
    media_type: str
    content: bytes
    description: str
    at: datetime
    relationship: str = "Data"


def embed(pdf: Any, files: Sequence[Data]) -> None:
    """Put associated files into a PDF/A-3 (ISO 19005-3, 6.8).

    WeasyPrint's own way lists each file twice.
    """
    references = {each.name: _embedded(pdf, each) for each in files}
    names = [part for name in sorted(references) for part in (pydyf.String(name), references[name])]
    listed = pydyf.Dictionary({"Names": pydyf.Array(names)})
    pdf.add_object(listed)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = listed.reference
    pdf.catalog["AF"] = pydyf.Array(list(references.values()))


def _embedded(pdf: Any, data: Data) -> bytes:
    moment = pydyf.String(data.at.strftime("D:%Y%m%d%H%M%SZ"))
    params = {"Size": len(data.content), "CreationDate": moment, "ModDate": moment}
    head = {"Type": "/EmbeddedFile", "Subtype": f"/{data.media_type.replace('/', '#2f')}"}
    stream = pydyf.Stream([data.content], head | {"Params": pydyf.Dictionary(params)}, compress=True)
    pdf.add_object(stream)
    file = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(data.name),
            "UF": pydyf.String(data.name),
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
            "Desc": pydyf.String(data.description),
            "AFRelationship": f"/{data.relationship}",
        }
    )
    pdf.add_object(file)
    return file.reference  # type: ignore[no-any-return]


def join_tables(document: Any, pdf: Any) -> None:
    """A table that goes on on the next page is one table to who has it read aloud, and its head is read once.

    WeasyPrint makes a Table element of each page's part of it (ISO 32000-1, 14.8.4.3.4: a table has one head). A head
    that is repeated stays out of the structure, as the heads and feet of pages do.
    """
    if len(document.pages) == 1:
        return
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    top = pdf.objects[int(root["K"][0].split()[0])]
    elements = [pdf.objects[int(reference.split()[0])] for reference in top["K"]]
    for page, (before, after) in enumerate(pairwise(document.pages), 1):
        last, first = _flow(before)[-1:], _flow(after)[:1]
        if not (last and first and last[0].element is first[0].element and last[0].element_tag == "table"):
            continue
        index = next(i for i, each in enumerate(elements) if each["Pg"] == pdf.page_references[page])
        _join(elements[index - 1], elements[index], pdf)
        del elements[index], top["K"][index]


def _join(begun: Any, more: Any, pdf: Any) -> None:
    def kids(element: Any) -> list[Any]:
        return [pdf.objects[int(reference.split()[0])] for reference in element["K"]]

    def heads(table: Any) -> list[Any]:
        return [cell for part in kids(table) if part["S"] == "/THead" for row in kids(part) for cell in kids(row)]

    for cell, again in zip(heads(begun), heads(more), strict=False):
        again.pop("ID").string = cell["ID"].string  # the cells below refer to this very object
    for part in kids(more):
        if part["S"] != "/THead":
            part["P"] = begun.reference
            begun["K"].append(part.reference)


def last_page_fill(document: Any) -> float:
    """How much of the last of several pages is taken, from 0 to 1; of an only page it does not matter: 1."""
    if len(document.pages) == 1:
        return 1
    page = document.pages[-1]
    return (_bottom(page) - page._page_box.content_box_y()) / page._page_box.height  # type: ignore[no-any-return]


def _bottom(page: Any) -> float:
    last = _flow(page)[-1]
    return last.position_y + last.margin_height()  # type: ignore[no-any-return]


def _flow(page: Any) -> list[Any]:
    """The boxes of the body on a page, in their order."""
    root = next(each for each in page._page_box.children if each.element_tag == "html")
    return [each for each in root.children[0].children if each.is_in_normal_flow()]


def _units(page: Any) -> Iterator[Any]:
    """The same with rows for tables: before each of them the next page may begin."""
    for each in _flow(page):
        if each.element_tag == "table":
            yield from _rows(each)
        else:
            yield each


def _rows(box: Any) -> Iterator[Any]:
    for each in box.children:
        if each.element_tag == "tr":
            yield each
        elif each.element_tag == "tbody" and WHOLE in _classes(each):
            yield from islice(_rows(each), 1)
        elif each.element_tag != "thead" and hasattr(each, "children"):
            yield from _rows(each)


def _may_part(previous: Any, unit: Any) -> bool:
    return previous.element_tag != "h2" and KEPT not in _classes(unit)


def _classes(box: Any) -> list[str]:
    return (box.element.get("class") or "").split()


class Drawing:
    """An image as ready-made PDF operators (flat colours, y downwards), which WeasyPrint takes from its `cache`."""

    def __init__(self, operators: bytes, width: float, height: float) -> None:
        self._operators = operators
        self._width, self._height = width, height

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:  # noqa: ARG002
        return self._width, self._height, self._width / self._height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:  # noqa: ARG002
        stream.transform(width / self._width, 0, 0, height / self._height, 0, 0)
        stream.stream.append(self._operators)
        stream._current_color = stream._current_color_stroke = None  # they were set behind its back


class Picture:
    """A logo's picture as paper shows it, on white: no transparency, which PDF/A and printers each have rules for, and
    no smoothing (ISO 19005-3, 6.2.8: no Interpolate). WeasyPrint takes it from its `cache`, as a Drawing."""

    def __init__(self, png: bytes) -> None:
        shown = on_white(png)
        self.id = sha256(png).hexdigest()
        self._width, self._height = shown.size
        self._points = zlib.compress(shown.tobytes(), 9)

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:  # noqa: ARG002
        return self._width, self._height, self._width / self._height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:  # noqa: ARG002
        name = stream.add_image(self, False, 1)
        stream.transform(width, 0, 0, -height, 0, height)
        stream.draw_x_object(name)

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:  # noqa: ARG002
        """The image itself, anew for each file."""
        says = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": self._width,
            "Height": self._height,
            "ColorSpace": "/DeviceRGB",
            "BitsPerComponent": 8,
            "Filter": "/FlateDecode",
        }
        return pydyf.Stream([self._points], says)


def drawing_of_svg(svg: bytes) -> Drawing | Picture:
    """An SVG drawn once, as contracts/logos.py took it: of its one picture, or as the shapes that it is of. Raises
    ValueError where it needs more than flat, opaque shapes.

    Drawn past SVGImage.draw, which logs what it cannot draw, and leaves it out.
    """
    if (png := png_of(svg)) is not None:
        return Picture(png)
    image = SVGImage(ET.fromstring(svg), None, None, None)  # noqa: S314 - the town's own logo
    width, height, _ = image.get_intrinsic_size(1, 16)
    if not (width and height):  # a drawing may say its proportions alone
        width, height = image._svg.get_viewbox()[2:]
    resources = {name: pydyf.Dictionary() for name in ("ExtGState", "XObject", "Pattern", "Shading")}
    stream = Stream({}, (0, 0, width, height), resources, {}, None, {}, None)
    image._svg.draw(stream, width, height, None, None)
    operators = [each for each in map(pydyf._to_bytes, stream.stream) if not re.fullmatch(rb"/[aA]1(\.0)? gs", each)]
    if resources["XObject"] or resources["Pattern"] or resources["Shading"]:
        raise ValueError("use flat colours: no gradient, pattern or picture")
    if any(each.endswith((b" gs", b" Tf")) for each in operators):
        raise ValueError("use opaque shapes: no transparency and no text (turn text into paths)")
    frame = b"q 0 0 %f %f re W n" % (width, height)  # browsers show nothing beside it, and here would be words
    return Drawing(b"\n".join((frame, *operators, b"Q")), width, height)


class Page(weasyprint.HTML):  # type: ignore[misc]
    """A template's output, which is well-formed XML: expat builds the tree that the HTML parser would, sooner."""

    def __init__(self, xml: str, *, url_fetcher: Any, defaults: weasyprint.CSS) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self._defaults = defaults
        self._use(ET.fromstring(xml))  # noqa: S314 - our own template, its values escaped

    def _use(self, root: ET.Element) -> None:
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = root

    def move_lines(self, document: Any, *, to_fill: float) -> bool:
        """Have the last page, as it was laid out, begin sooner, so that so much of it is taken; False where that cannot
        be. No heading stays behind alone, and what is kept together stays so."""
        before, last = document.pages[-2:]
        room = (to_fill - last_page_fill(document)) * last._page_box.height
        units, bottom = list(_units(before)), _bottom(before)
        for previous, unit in reversed(list(pairwise(units))):
            if bottom - unit.position_y >= room and _may_part(previous, unit):
                unit.element.set("class", f"{unit.element.get('class', '')} {BEGINS_A_PAGE}".strip())
                self._use(self.etree_element)
                return True
        return False

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:  # noqa: ARG002
        return [self._defaults]


class _ColorProfile(weasyprint_pdf.ColorProfile):  # type: ignore[misc]
    """Written as it was read: once looked into, lcms would write it otherwise."""

    @cached_property
    def content(self) -> bytes:
        return super().content  # type: ignore[no-any-return]


def _once(make: Callable[..., Any]) -> Callable[..., Any]:
    made: dict[str, Any] = {}

    def profile(file: Any, name: str, *rest: Any) -> Any:
        with file:
            if name not in made:
                made[name] = make(BytesIO(file.read()), name, *rest)
        return made[name]

    return profile


def speed_up() -> None:
    """Stop doing per document what comes out the same each time. Changes the process: for a press of its own only."""
    check_pins()
    weasyprint_pdf.ColorProfile = _once(_ColorProfile)  # the same sRGB profile, parsed each time
    _deflate_once()
    _write_plainly()
    _measure_struts_once()
    _take_lengths_as_they_are()
    _compute_unset_styles_shortly()


def tell_languages() -> None:
    """Words in another language than the page's say in which (ISO 32000-1, 14.9.2), so that they are read aloud in it.

    WeasyPrint tells the page's own alone. In this process, once.
    """
    build = weasyprint_tags._build_box_tree
    if hasattr(build, "tells_languages"):
        return

    def built(box: Any, *rest: Any) -> Iterator[Any]:
        drawn = getattr(box, "_box", box)
        told = drawn.element_tag in ("p", "span") and drawn.element is not None and drawn.element.get("lang")
        for element in build(box, *rest):
            if told:
                element["Lang"] = pydyf.String(told)
            yield element

    built.tells_languages = True  # type: ignore[attr-defined]
    weasyprint_tags._build_box_tree = built


def free_fonts() -> None:
    """Free what WeasyPrint takes of Pango for each font of a document and never gives back: 144 bytes each time."""
    weasyprint_fonts.pango = _FreeingPango()


ffi.cdef("void g_free (void * mem);")


class _FreeingPango:
    """Pango, whose strings and metrics are freed with the Python objects that hold them."""

    def __getattr__(self, name: str) -> Any:
        return getattr(pango, name)

    def pango_font_description_to_string(self, description: Any) -> Any:
        return ffi.gc(pango.pango_font_description_to_string(description), gobject.g_free)

    def pango_font_get_metrics(self, font: Any, language: Any) -> Any:
        return ffi.gc(pango.pango_font_get_metrics(font, language), pango.pango_font_metrics_unref)


def _deflate_once() -> None:
    """pydyf deflates every stream twice when it writes an /ID: once to write it, once to hash it."""
    deflate = pydyf.Stream.data.fget
    write = pydyf.PDF.write
    kept: dict[int, bytes] | None = None

    def data(stream: Any) -> bytes:
        if kept is None:
            return deflate(stream)  # type: ignore[no-any-return]
        if stream.number not in kept:
            kept[stream.number] = deflate(stream)
        return kept[stream.number]

    def write_once(pdf: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal kept
        kept = {}
        try:
            return write(pdf, *arguments, **options)
        finally:
            kept = None

    pydyf.Stream.data = property(data)
    pydyf.PDF.write = write_once


def _write_plainly() -> None:
    """pydyf finds out by trying what each value is, 10,000 times for a page: it is one of a few plain types."""
    to_bytes = pydyf._to_bytes

    def number(value: float) -> bytes:
        return b"%d" % value if value.is_integer() else f"{value:f}".rstrip("0").encode()

    ways: dict[type, Callable[[Any], bytes]] = {
        bytes: lambda value: value,
        str: lambda value: value.encode("ascii"),
        int: lambda value: b"%d" % value,
        float: number,
    }

    def plainly(value: Any) -> bytes:
        way = ways.get(type(value))
        return way(value) if way else to_bytes(value)

    def data(dictionary: Any) -> bytes:
        written = [b"/%b %b" % (plainly(name), plainly(value)) for name, value in dictionary.items()]
        return b"<<%b>>" % b"".join(written)

    pydyf._to_bytes = plainly
    pydyf.Dictionary.data = property(data)


def _measure_struts_once() -> None:
    """The height of an empty line in a style: WeasyPrint looks it up anew for each line, by a long name."""
    measure = line_break.strut

    def strut(style: Any) -> Any:
        known = getattr(style, "loket_strut", None)
        if known is None:
            known = style.loket_strut = measure(style)
        return known

    inline.strut = line_break.strut = strut


def _take_lengths_as_they_are() -> None:
    """Twenty lengths of each box, nearly all of them in px: WeasyPrint asks of each whether it is a percentage."""
    resolve = percent.resolve_one_percentage

    def resolve_one(box: Any, name: str, refer_to: Any) -> None:
        value = box.style[name]
        if type(value) is Dimension and value.unit == "px":
            setattr(box, name, value.value)
        else:
            resolve(box, name, refer_to)

    percent.resolve_one_percentage = resolve_one


def _compute_unset_styles_shortly() -> None:
    """A property that nothing sets has its initial value or its parent's: WeasyPrint finds that out by a long way.

    Left to it are those whose value depends on others: on position, float and display, on decorations of the text
    around, and on logical properties (`margin-inline-start`) that may set them.
    """
    special = {"position", "float", "display", "page", *INITIAL_NOT_COMPUTED}
    plain = {key for key in INITIAL_VALUES if key not in special and not key.startswith("text_decoration_")}
    plain = {key for key in plain if INITIAL_VALUES[key] not in ("inherit", "initial")}
    plain = {key for key in plain if not check_math(INITIAL_VALUES[key])}
    inherited = frozenset(plain & INHERITED - PHYSICAL_FUNCTIONS.keys())
    initial = {key: INITIAL_VALUES[key] for key in plain - INHERITED}
    logical = {
        key: tuple(PHYSICAL_FUNCTIONS[key](block="ttb", inline=inline) for inline in ("ltr", "rtl"))
        for key in initial.keys() & PHYSICAL_FUNCTIONS.keys()
    }
    compute = ComputedStyle.__missing__

    def missing(style: Any, key: str) -> Any:
        cascaded = style.cascaded
        if key not in cascaded:
            if key in initial:
                if cascaded.keys().isdisjoint(logical.get(key, ())):
                    value = style[key] = initial[key]
                    return value
            elif key in inherited and style.parent_style is not None:
                value = style[key] = style.parent_style[key]
                return value
        return compute(style, key)

    ComputedStyle.__missing__ = missing


SHAPING = (
    "direction",
    "font_family",
    "font_feature_settings",
    "font_kerning",
    "font_language_override",
    "font_size",
    "font_stretch",
    "font_style",
    "font_variant_alternates",
    "font_variant_caps",
    "font_variant_east_asian",
    "font_variant_ligatures",
    "font_variant_numeric",
    "font_variant_position",
    "font_variation_settings",
    "font_weight",
    "hyphenate_character",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphens",
    "lang",
    "letter_spacing",
    "overflow_wrap",
    "tab_size",
    "text_decoration_line",
    "white_space",
    "word_break",
    "word_spacing",
)
"""All that WeasyPrint reads of a style to shape and break a line (tests/documents/test_pinned.py watches it)."""

KEPT_LINES = 2_000
REMEMBERED_LINES = 8_192


class ShapedLines:
    """Lines of text that Pango has shaped, kept: WeasyPrint shapes each anew for every look at it, and to draw it.

    Within a document every line is kept. From one document to the next only what papers about two people have had:
    labels, laws, the town's words; of what one person's paper alone says no more than a number (hash) is remembered.
    One for a process and its one font configuration, since shaped lines hold fonts.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._document: dict[Any, Any] = {}
        self._about = 0
        self._met = array("q", bytes(8 * REMEMBERED_LINES))  # hashes, each at its own place
        self._met_about = array("q", self._met)
        self._split = line_break.split_first_line

    @contextmanager
    def document(self, *, about: str) -> Iterator[None]:
        """One paper, about whom the number says. Between papers nothing is kept that is about one person."""
        self._about = hash(about)
        try:
            yield
        finally:
            for met in map(hash, self._document):
                self._met[met % REMEMBERED_LINES], self._met_about[met % REMEMBERED_LINES] = met, self._about
            self._document.clear()

    def use(self) -> None:
        """Have WeasyPrint keep them. Changes the process."""
        line_break.Layout.deactivate = _put_by
        line_break.Layout.reactivate = _take_up
        for module in (inline, preferred):
            module.split_first_line = self._first_line

    def _first_line(  # noqa: PLR0917 - WeasyPrint's signature
        self, text: str, style: Any, context: Any, max_width: Any, justification_spacing: Any,
        is_line_start: bool = True, minimum: bool = False,
    ) -> Any:  # fmt: skip
        if justification_spacing:  # such a line is shaped anew to be drawn
            return self._split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        key = (text, max_width, is_line_start, minimum, _shaping(style))
        if (line := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return line
        if (line := self._document.get(key)) is not None:
            return line
        line = self._split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        if not self._has_been_on_anothers(key):
            self._document[key] = line
            return line
        self._kept[key] = line
        if len(self._kept) > KEPT_LINES:
            self._kept.popitem(last=False)
        return line

    def _has_been_on_anothers(self, key: Any) -> bool:
        place = hash(key) % REMEMBERED_LINES
        return self._met[place] == hash(key) and self._met_about[place] != self._about


def _shaping(style: Any) -> tuple[Any, ...]:
    known: tuple[Any, ...] | None = getattr(style, "loket_shaping", None)
    if known is None:
        known = tuple(tuple(value) if isinstance(value := style[key], list) else value for key in SHAPING)
        style.loket_shaping = known
    return known


def _put_by(layout: Any) -> None:
    """WeasyPrint drops a shaped line between looking at it and drawing it; a whole one can be drawn as it is."""
    if getattr(layout, "is_whole", False):
        return
    layout.is_whole = pango.pango_layout_get_line_readonly(layout.layout, 1) == ffi.NULL
    del layout.style, layout.language
    if not layout.is_whole:
        del layout.layout


def _take_up(layout: Any, style: Any) -> None:
    if not layout.is_whole or layout.justification_spacing:
        layout.is_whole = False
        layout.setup(style)
        layout.set_text(layout.text, justify=True)

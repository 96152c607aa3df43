"""The papers themselves, as files and as pictures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, PngImagePlugin

from deploy.demo.deeds.face import face
from deploy.demo.seals import demo_seals
from deploy.demo.specimens.asking import ON, Nobody, deed, facts
from services.contracts.product import PASSED_THROUGH, Product
from services.contracts.towns import Seal, Town
from services.documents.domain import Order, hour_of, new_code, new_number
from services.documents.paper.press import CertificatePress

WIDTH = 620
"""Of a picture in pixels: it can be read at half its size, and 25 of them are small."""

COLOURS = 24
"""Of a picture: a page has few."""

_SAID = "Loket-Said"
"""The chunk of a PNG (PNG specification, 11.3.4.3) with a digest of what the paper said when the picture was made."""


class NoSpecimen(LookupError):
    """The demonstration has no such paper; it says why."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One specimen, and a digest of all its words: how they stand follows from the fonts of the machine."""

    pdf: bytes
    said: str


class Papers:
    """Prints a catalogue for one of the demonstration's towns, with a seal of its own in a folder of its own."""

    def __init__(
        self, town: Town, *, catalogue: Mapping[str, Product], logo: bytes, folder: Path, language: str
    ) -> None:
        self._town = replace(
            town,
            address=f"https://loket.{town.office.website.removeprefix('https://').removeprefix('www.')}",
            logo="logo.svg",
            seal=Seal(source="pkcs12", path=f"{town.refnis}.p12"),
            specimen=True,
        )
        self._language = language
        secrets = {f"LOKET_SEAL_{town.refnis}_PASSPHRASE": "specimen"}
        demo_seals(folder, {town.refnis: self._town}, secrets)
        (folder / "logo.svg").write_bytes(logo)
        self._press = CertificatePress({town.refnis: self._town}, folder=folder, secrets=secrets, catalogue=catalogue)

    def paper(self, product: Product) -> Paper:
        """What a product gives. Raises NoSpecimen."""
        try:
            pdf = self._deed(product) if product.gives.kind == PASSED_THROUGH else self._certificate(product)
        except Nobody:
            raise NoSpecimen("nobody of the demonstration gets it") from None
        return Paper(pdf=pdf, said=_words(pdf))

    def _deed(self, product: Product) -> bytes:
        return face(*deed(product, self._town.refnis))

    def _certificate(self, product: Product) -> bytes:
        draw = _drawn_for(product.id)
        order = Order(
            certificate_id=f"specimen-{product.id}",
            number=new_number(self._town.refnis, ON.year, draw, hour=hour_of(ON)),
            code=new_code(draw),
            language=self._language,
            issued_at=ON,
            facts=facts(product, self._town.refnis),
        )
        return self._press.render_and_seal(order).pdf


def picture(paper: Paper) -> bytes:
    """The first page as a PNG."""
    document = pdfium.PdfDocument(paper.pdf)
    try:
        page = document[0]
        drawn = page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    few = drawn.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    said = PngImagePlugin.PngInfo()
    said.add_text(_SAID, paper.said)
    written = BytesIO()
    few.save(written, "PNG", optimize=True, pnginfo=said)
    return written.getvalue()


def said_in(picture: bytes) -> str:
    """The digest in a picture that `picture` made; empty in any other."""
    with Image.open(BytesIO(picture)) as opened:
        return str(getattr(opened, "text", {}).get(_SAID, ""))


def _words(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    try:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return sha256("".join(filter(str.isalnum, text)).encode()).hexdigest()


def _drawn_for(product: str) -> Callable[[int], int]:
    """Numbers that are drawn alike each time."""
    count = 0

    def below(limit: int) -> int:
        nonlocal count
        count += 1
        return int.from_bytes(sha256(f"{product}/{count}".encode()).digest()[:8], "big") % limit

    return below

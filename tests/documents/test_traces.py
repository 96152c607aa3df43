"""What other programs leave of a certificate: the real ones, on a real certificate."""

import subprocess
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from services.contracts.codes import MOST_CODES, grouped, read_typed
from services.documents.children.examining import ExaminingChild
from services.documents.children.traces import Traces, traces
from services.documents.domain import new_code
from services.documents.paper.press import CertificatePress
from tests.documents.examples import a_town, an_order, facts_for, members

ORDER = an_order(facts_for("household-composition", of=members(40)))


@pytest.fixture(scope="module")
def genuine(press: CertificatePress) -> bytes:
    return press.render_and_seal(ORDER).pdf


def by(*command: str) -> Callable[[Path], bytes]:
    """Another program: `in.pdf` becomes `out.pdf`."""

    def rewrite(folder: Path) -> bytes:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return (folder / "out.pdf").read_bytes()

    return rewrite


GHOSTSCRIPT = ("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER")


def printed_to_pdf(folder: Path) -> bytes:
    """By way of PostScript, as a printer that makes PDF files does."""
    subprocess.run(["pdftops", "in.pdf", "in.ps"], cwd=folder, check=True, capture_output=True)
    return by(*GHOSTSCRIPT, "-sDEVICE=pdfwrite", "-sOutputFile=out.pdf", "in.ps")(folder)


def with_something_added(folder: Path) -> bytes:
    """An incremental update: the bytes that were sealed stand unchanged before it."""
    writer = IncrementalPdfFileWriter(BytesIO((folder / "in.pdf").read_bytes()))
    writer.root["/Lang"] = pdf_string("fr")
    writer.update_root()
    writer._info = None  # pyHanko would change what is said of the author as well, and cannot
    added = BytesIO()
    writer.write(added)
    return added.getvalue()


def scanned(dots: int) -> Callable[[Path], bytes]:
    """Printed, laid a little askew on a scanner, and saved as JPEG in a PDF file."""

    def scan(folder: Path) -> bytes:
        argv = ["pdftoppm", "-r", str(dots), "-gray", "-png", "in.pdf", "page"]
        subprocess.run(argv, cwd=folder, check=True, capture_output=True)
        pages = [
            Image.open(page).rotate(2, fillcolor=250, resample=Image.Resampling.BICUBIC)
            for page in sorted(folder.glob("page*.png"))
        ]
        pdf = BytesIO()
        pages[0].save(pdf, "PDF", save_all=True, append_images=pages[1:], resolution=dots, quality=60)
        return pdf.getvalue()

    return scan


WRITTEN_AGAIN = {
    "saved by qpdf (and pikepdf)": by("qpdf", "in.pdf", "out.pdf"),
    "optimised for the web": by("qpdf", "--linearize", "--object-streams=generate", "in.pdf", "out.pdf"),
    "its pages moved into another file": by("qpdf", "--empty", "--pages", "in.pdf", "1-z", "--", "out.pdf"),
    "only its last page": by("qpdf", "--empty", "--pages", "in.pdf", "z", "--", "out.pdf"),
    "encrypted by its owner": by("qpdf", "--encrypt", "", "owner", "256", "--", "in.pdf", "out.pdf"),
    "saved by MuPDF": by("mutool", "clean", "-gggg", "-z", "in.pdf", "out.pdf"),
    "printed by MuPDF": by("mutool", "convert", "-o", "out.pdf", "in.pdf"),
    "distilled by Ghostscript": by(*GHOSTSCRIPT, "-sDEVICE=pdfwrite", "-sOutputFile=out.pdf", "in.pdf"),
    "made small by Ghostscript": by(
        *GHOSTSCRIPT, "-dPDFSETTINGS=/screen", "-sDEVICE=pdfwrite", "-sOutputFile=out.pdf", "in.pdf"
    ),
    "its text turned into paths": by(
        *GHOSTSCRIPT, "-dNoOutputFonts", "-sDEVICE=pdfwrite", "-sOutputFile=out.pdf", "in.pdf"
    ),
    "turned into pictures": by(*GHOSTSCRIPT, "-r150", "-sDEVICE=pdfimage24", "-sOutputFile=out.pdf", "in.pdf"),
    "printed to PDF": printed_to_pdf,
    "printed by a viewer on Cairo (Evince, Firefox)": by("pdftocairo", "-pdf", "in.pdf", "out.pdf"),
    "joined by Poppler": by("pdfunite", "in.pdf", "in.pdf", "out.pdf"),
    "with an incremental update": with_something_added,
    "scanned at 200 dpi": scanned(200),
    "scanned at 96 dpi": scanned(96),
}


def told(found: Traces) -> set[str | None]:
    """The codes in its text and in its QR codes."""
    return {*found.codes, *(read_typed(each, leads_here=a_town().is_at).code for each in found.pointers)}


@pytest.mark.parametrize("program", WRITTEN_AGAIN)
def test_the_code_survives_whatever_another_program_did(program: str, genuine: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(genuine)

    found = traces(WRITTEN_AGAIN[program](tmp_path))

    assert told(found) == {ORDER.code}
    assert found.number in (ORDER.number, None)
    assert not found.locked


def test_a_file_with_a_password_is_locked(genuine: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(genuine)

    found = traces(by("qpdf", "--encrypt", "user", "owner", "256", "--", "in.pdf", "out.pdf")(tmp_path))

    assert (found.locked, found.codes, found.number) == (True, (), None)


def a_page(operators: bytes, *, box: str = "0 0 595 842", pages: int = 1, compressed: bool = False) -> bytes:
    """A small PDF file whose pages all draw the same."""
    stream = zlib.compress(operators) if compressed else operators
    size = box.encode()
    coded = b"/Filter /FlateDecode " if compressed else b""
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Count %d /Kids [%s]>>" % (pages, b" ".join(b"3 0 R" for _ in range(pages))),
        b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>> /MediaBox [%s]>>" % size,
        b"<<%s/Length %d>>stream\n%s\nendstream" % (coded, len(stream), stream),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Courier>>",
    ]
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return body + b"trailer <</Root 1 0 R /Size 6>>\n%%EOF"


def lines(*texts: str) -> bytes:
    return b"BT /F 10 Tf 12 TL 40 800 Td %s ET" % b" ".join(b"(%s) Tj T*" % text.encode() for text in texts)


def codes(count: int) -> list[str]:
    return [new_code(lambda limit, seed=seed: (seed * 7 + 3) % limit) for seed in range(count)]


def test_a_made_up_file_is_no_way_to_try_many_codes() -> None:
    found = traces(a_page(lines(*map(grouped, codes(30)))))

    assert len(found.codes) == MOST_CODES


def test_many_qr_codes_are_no_way_either() -> None:
    pages = []
    for code in codes(8):
        picture = BytesIO()
        segno.make_qr(f"https://loket.voorbeeld.example/v/{code}").save(picture, kind="png", scale=8, border=4)
        pages.append(Image.open(picture).convert("L").resize((400, 400)))
    sheet = Image.new("L", (800, 1600), 255)
    for place, page in enumerate(pages):
        sheet.paste(page, (place % 2 * 400, place // 2 * 400))
    pdf = BytesIO()
    sheet.save(pdf, "PDF")

    assert 1 < len(traces(pdf.getvalue()).pointers) <= MOST_CODES


@pytest.mark.parametrize(
    "text", ["BE68 5390 0754 7034", "ABCD EFGH JKMN PQRS", "E5WK-A1RF-6XMB-2SGN", "XE5WK-A1RF-6XMB-2SGM"]
)
def test_what_only_looks_like_a_code_is_none(text: str) -> None:
    assert traces(a_page(lines(text))).codes == ()


@pytest.fixture(scope="module")
def examiner() -> Iterator[ExaminingChild]:
    child = ExaminingChild(limit_s=4)
    child.start()
    yield child
    child.stop()


HOSTILE = {
    "a stream far larger than the file": a_page(b"q Q " * (5 * 1024 * 1024), compressed=True),
    "thousands of pages": a_page(lines("a page"), pages=200_000),
    "a page of a square kilometre": a_page(lines("far"), box="-1000000 -1000000 100000000 100000000"),
    "a page without a size": a_page(lines("thin"), box="0 0 0 0"),
    "a page of no number": a_page(lines("odd"), box="nan inf -1e99 1e99"),
    "millions of paths": a_page(b"0 0 m 500 800 l S " * 2_000_000, compressed=True),
    "millions of letters": a_page(b"BT /F 1 Tf " + b"(%s) Tj " % (b"a" * 28) * 500_000 + b"ET", compressed=True),
    "pages that are their own parents": a_page(b"").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_file_ends_and_the_next_one_is_read(how: str, examiner: ExaminingChild) -> None:
    examiner.examine(HOSTILE[how])

    genuine = a_page(lines(grouped(ORDER.code)))
    assert examiner.examine(genuine).codes == (ORDER.code,)


@pytest.mark.parametrize("product", ["life", "residence"])
def test_every_product_is_recognised(product: str, press: CertificatePress, tmp_path: Path) -> None:
    order = an_order(facts_for(product))
    (tmp_path / "in.pdf").write_bytes(press.render_and_seal(order).pdf)

    assert told(traces(WRITTEN_AGAIN["distilled by Ghostscript"](tmp_path))) == {order.code}

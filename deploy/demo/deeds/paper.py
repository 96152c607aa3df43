"""A deed as a PDF with the seal of the demonstration's database. Its face says that it is a demonstration."""

from io import BytesIO
from pathlib import Path

import pydyf
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from deploy.demo.deeds.archive import Kept
from deploy.demo.far.authorities import DEEDS

NOTICE = (
    "DEMONSTRATION - SPECIMEN",
    "Zonder rechtsgeldigheid / sans valeur legale / ohne Rechtswirkung / without legal value",
    "De genoemde personen bestaan niet. The persons named do not exist.",
)


def sealed(deed: Kept, form: str, *, folder: Path, by: str = DEEDS) -> bytes:
    """The document, sealed by one of the authorities' seals."""
    lines = [*NOTICE, "", *_lines(deed, form), "", *NOTICE[:2]]
    return seal(written(lines), folder=folder, by=by)


def _lines(deed: Kept, form: str) -> list[str]:
    shown = deed.involved if form != "extract" else [each for each in deed.involved if each[0] != "parent"]
    if deed.kind == "lifeless-child":
        shown = deed.involved
    return [
        f"{deed.kind.upper()} / {form.upper()}",
        f"REFNIS {deed.place}   {deed.year}   No. {deed.number}",
        f"Drawn up on {deed.drawn_up_on.isoformat()}   Event of {deed.happened_on}",
        *(f"{role}: {name}" for role, _, name in shown),
        *(["This deed corrects an earlier one."] if deed.corrects else []),
    ]


def written(lines: list[str]) -> bytes:
    """A page of text in a font that every reader has."""
    pdf = pydyf.PDF()
    font = pydyf.Dictionary(
        {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
    )
    pdf.add_object(font)
    stream = pydyf.Stream()
    stream.begin_text()
    stream.set_font_size("F1", 11)
    stream.set_text_matrix(1, 0, 0, 1, 60, 770)
    for line in lines:
        text = line.encode("cp1252", "replace").translate(None, b"\x00\r\n")
        escaped = text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        stream.stream.append(b"(" + escaped + b") Tj 0 -18 Td")
    stream.end_text()
    pdf.add_object(stream)
    page = pydyf.Dictionary(
        {
            "Type": "/Page",
            "Parent": pdf.pages.reference,
            "MediaBox": pydyf.Array([0, 0, 595, 842]),
            "Contents": stream.reference,
            "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": font.reference})}),
        }
    )
    pdf.add_page(page)
    output = BytesIO()
    pdf.write(output)
    return output.getvalue()


def seal(pdf: bytes, *, folder: Path, by: str = DEEDS) -> bytes:
    """PAdES, certifying that nothing may be changed."""
    signer = signers.SimpleSigner(
        signing_cert=load_cert_from_pemder(str(folder / f"{by}.pem")),  # type: ignore[no-untyped-call]
        signing_key=load_private_key_from_pemder(str(folder / f"{by}.key"), None),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    about = signers.PdfSignatureMetadata(
        field_name="Seal",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason="Demonstration, without legal value",
    )
    output = BytesIO()
    signers.PdfSigner(about, signer).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), output=output, bytes_reserved=12000
    )
    return output.getvalue()

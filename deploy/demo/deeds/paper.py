"""A deed as a PDF with the seal of the demonstration's database. Its face says that it is a demonstration."""

from io import BytesIO
from pathlib import Path

from deploy.demo.deeds.archive import Kept
from deploy.demo.deeds.face import face
from deploy.demo.far.authorities import DEEDS


def sealed(deed: Kept, form: str, *, folder: Path, by: str = DEEDS) -> bytes:
    """The document, sealed by one of the authorities' seals."""
    return seal(face(deed, form), folder=folder, by=by)


def seal(pdf: bytes, *, folder: Path, by: str = DEEDS) -> bytes:
    """PAdES, certifying that nothing may be changed. Its library is loaded with the first: it takes 25 MiB."""
    from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder  # noqa: PLC0415
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

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

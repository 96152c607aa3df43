"""A citizen's own certificates: which there are, and the sealed file of each."""

import base64
import re
from dataclasses import dataclass

from gateway.asking import ask
from gateway.counter.applications import Application, own_applications
from gateway.counter.own import ask_about_own
from gateway.tenancy import current_town
from services.contracts.documents import FetchCertificate
from services.contracts.intake import FindCertificate, Position


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Byte for byte as it was sealed. `sha256` is in hex; `filename` is safe in a header and names no person."""

    filename: str
    language: str
    sha256: str
    pdf: bytes


@dataclass(frozen=True, kw_only=True)
class OwnCertificates:
    """Applications that have one, newest first. Behind `last` there may be more, also where there is none before it;
    None where there are not."""

    applications: tuple[Application, ...]
    last: Position | None


def own_certificates(*, after: Position | None = None) -> OwnCertificates:
    """Those of a page of the citizen's applications in this town. Whether a file is still kept is known once it is
    asked for. Raises as `own_applications`."""
    found = own_applications(after=after)
    return OwnCertificates(
        applications=tuple(each for each in found.applications if each.certificate_id), last=found.last
    )


def own_certificate(certificate_id: str) -> Certificate:
    """Raises NotFound, also where it is somebody else's, and what `ask_about_own` raises."""
    town = current_town().refnis
    own = ask_about_own(
        certificate_id,
        lambda citizen, others: FindCertificate(
            town=town, citizen=citizen, certificate_id=certificate_id, other_numbers=others
        ),
    )
    file = ask(FetchCertificate(town=town, application_id=own.application_id, certificate_id=certificate_id))
    return Certificate(
        filename=re.sub(r"[^A-Za-z0-9._-]", "-", file.filename) or "certificate.pdf",
        language=own.language,
        sha256=file.sha256,
        pdf=base64.b64decode(file.pdf),
    )

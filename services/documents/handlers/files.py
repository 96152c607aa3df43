"""Certificates' files: handed out, and swept away where no certificate names them."""

import base64
from datetime import datetime, timedelta

from services.contracts.documents import (
    CertificateFile,
    FetchCertificate,
)
from services.contracts.errors import NotFound
from services.documents.ports import Certificates

ORPHANED_AFTER = timedelta(hours=1)
"""Far longer than issuing takes: a file that no certificate names by then is left from a crash or a lost race."""


def fetch_certificate(asked: FetchCertificate, *, certificates: Certificates) -> CertificateFile:
    """The sealed file. Raises NotFound, also where the certificate is another application's."""
    certificate = certificates.load(asked.certificate_id, town=asked.town)
    if certificate is None or certificate.sha256 is None or certificate.application_id != asked.application_id:
        raise NotFound
    pdf = base64.b64encode(certificates.pdf(certificate)).decode()
    return CertificateFile(filename=certificate.filename, sha256=certificate.sha256, pdf=pdf)


def sweep_orphans(*, certificates: Certificates, now: datetime) -> int:
    """Remove the files that a crash or a lost race left."""
    return certificates.sweep_orphans(before=now - ORPHANED_AFTER)

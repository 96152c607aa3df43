"""With what a department is let in: a password for the broker, or a certificate for the HTTP API."""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from deploy.local.embedded.part import PartError


def new_password() -> str:
    """256 random bits, of signs that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def thumbprint_of(file: Path) -> bytes:
    """The SHA-256 of the certificate in a PEM file. Raises PartError where there is none."""
    try:
        return load_pem_x509_certificate(file.read_bytes()).fingerprint(SHA256())
    except ValueError:
        raise PartError(f"{file} holds no certificate; give it as PEM (-----BEGIN CERTIFICATE-----)") from None

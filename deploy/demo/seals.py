"""The demonstration's seals: a root authority of our own and, per town, a certificate for electronic seals.

eIDAS regulation (EU) 910/2014, annex III; names as ETSI EN 319 412-3 asks: organizationName, organizationIdentifier
(`NTRBE-` and the enterprise number: here zeros, which no organisation has).
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from services.contracts.towns import Town

LIFE = timedelta(days=3650)


def demo_seals(folder: Path, towns: Mapping[str, Town], secrets: Mapping[str, str]) -> list[str]:
    """Make what is missing of `root.pem` and `<refnis>.p12`; the REFNIS codes of the seals made."""
    missing = [refnis for refnis in towns if not (folder / f"{refnis}.p12").exists()]
    if not missing:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    root, root_key = _root(folder)
    for refnis in missing:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _seal_certificate(towns[refnis], key, root, root_key)
        name = f"seal {refnis}".encode()
        lock = BestAvailableEncryption(secrets[f"LOKET_SEAL_{refnis}_PASSPHRASE"].encode())
        _write(folder / f"{refnis}.p12", pkcs12.serialize_key_and_certificates(name, key, certificate, [root], lock))
    return missing


def _root(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate_file, key_file = folder / "root.pem", folder / "root.key"
    if key_file.exists() and certificate_file.exists():
        key = load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(certificate_file.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Loket demonstration"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Loket demonstration root, without legal value"),
        ]
    )
    certificate = (
        _draft(name, name, key.public_key(), key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(certificate_file, certificate.public_bytes(Encoding.PEM))
    return certificate, key


def _seal_certificate(
    town: Town, key: ec.EllipticCurvePrivateKey, root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{town.designation(town.languages[0])} (demonstration)"),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "NTRBE-0000000000"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{town.designation(town.languages[0])}, demonstration seal"),
        ]
    )
    return (
        _draft(name, root.subject, key.public_key(), root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    begins = datetime.now(UTC) - timedelta(minutes=5)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{usage: granted.get(usage, False) for usage in every})


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner only."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)

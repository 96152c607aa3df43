"""The stand-in's certificates: an authority of its own, the platform's certificate, and one for each town that asks."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.demo.far.authorities import usage_of

LIFE = timedelta(days=3650)
ROOT, SERVER = "authorities", "platform"
BITS = 2048


def demo_certificates(folder: Path, towns: Iterable[str], secrets: Mapping[str, str]) -> None:
    """Make what is missing of `authorities.pem`, `platform.pem` and `<refnis>.pem`, each with its `.key`."""
    names = [SERVER, *towns]
    _forget_lax(folder, [ROOT, *names])
    if all((folder / f"{name}.{kind}").exists() for name in (ROOT, *names) for kind in ("pem", "key")):
        return
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    root, root_key = _root(folder)
    for name in names:
        if (folder / f"{name}.pem").exists() and (folder / f"{name}.key").exists():
            continue
        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        usage = ExtendedKeyUsageOID.SERVER_AUTH if name == SERVER else ExtendedKeyUsageOID.CLIENT_AUTH
        draft = _draft(name, root.subject, key, issuer_key=root_key).add_extension(
            x509.ExtendedKeyUsage([usage]), critical=False
        )
        draft = draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        draft = draft.add_extension(usage_of(digital_signature=True, key_encipherment=True), critical=True)
        if name == SERVER:
            hosts = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
            draft = draft.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        secret = secrets.get(f"LOKET_MAGDA_{name}_PASSPHRASE", "")
        lock = BestAvailableEncryption(secret.encode()) if secret else NoEncryption()
        _keep(folder, name, draft.sign(root_key, hashes.SHA256()), key, lock)


def _root(folder: Path) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    if (folder / f"{ROOT}.pem").exists() and (folder / f"{ROOT}.key").exists():
        key = load_pem_private_key((folder / f"{ROOT}.key").read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return x509.load_pem_x509_certificate((folder / f"{ROOT}.pem").read_bytes()), key
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    draft = _draft("authority", _named("authority"), key, issuer_key=key)
    draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    draft = draft.add_extension(usage_of(key_cert_sign=True, crl_sign=True), critical=True)
    signed = draft.sign(key, hashes.SHA256())
    _keep(folder, ROOT, signed, key, NoEncryption())
    return signed, key


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Loket demonstration"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"MAGDA stand-in, {name}"),
        ]
    )


def _forget_lax(folder: Path, names: Iterable[str]) -> None:
    """Those that name no key, as they were once made: Python 3.13 takes only what RFC 5280 asks for."""
    root = folder / f"{ROOT}.pem"
    if not root.exists() or _names_its_key(x509.load_pem_x509_certificate(root.read_bytes())):
        return
    for name in names:
        for kind in ("pem", "key"):
            (folder / f"{name}.{kind}").unlink(missing_ok=True)


def _names_its_key(certificate: x509.Certificate) -> bool:
    try:
        certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return False
    return True


def _draft(
    name: str, issuer: x509.Name, key: rsa.RSAPrivateKey, *, issuer_key: rsa.RSAPrivateKey
) -> x509.CertificateBuilder:
    begins = datetime.now(UTC) - timedelta(minutes=5)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _keep(
    folder: Path, name: str, certificate: x509.Certificate, key: rsa.RSAPrivateKey, lock: KeySerializationEncryption
) -> None:
    _write(folder / f"{name}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    _write(folder / f"{name}.pem", certificate.public_bytes(Encoding.PEM))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner only."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)

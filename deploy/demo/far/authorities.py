"""Certificates of the demonstration's sources: a root for the road (TLS, both sides) and one for the seals of each
authority that seals documents.

All say that they are without legal value. `expired`, `stranger` and `other` are seals for faults: of a certificate that
ended, from a root that no town's file names, and from a known root, but of somebody else.
"""

import datetime as dt
import os
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = dt.timedelta(days=3650)
ROAD_ROOT, CLIENT, SERVER, DEEDS_ROOT, DEEDS = "road-root", "loket", "server", "deeds-root", "deeds"
EXPIRED, STRANGER_ROOT, STRANGER = "deeds-expired", "stranger-root", "deeds-stranger"
ATTESTS, ATTESTS_ROOT = "attests", "attests-root"

ORGANISATION = "Loket demonstration"

Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def demo_authorities(folder: Path) -> None:
    """Make what is missing: `<name>.pem` and `<name>.key`."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if (folder / f"{STRANGER}.pem").exists():
        return
    road = _kept(folder, ROAD_ROOT, _root("Loket demonstration road"))
    _kept(folder, SERVER, _leaf("Loket demonstration source", road, usage=ExtendedKeyUsageOID.SERVER_AUTH))
    _kept(folder, CLIENT, _leaf("Loket demonstration", road, usage=ExtendedKeyUsageOID.CLIENT_AUTH))
    _seals(folder, DEEDS, "Demonstration database of deeds, without legal value")


def demo_attest_seals(folder: Path) -> None:
    """The same of the seals on federal attests."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not (folder / f"{ATTESTS}-stranger.pem").exists():
        _seals(folder, ATTESTS, "Demonstration National Register, without legal value")


def _seals(folder: Path, name: str, seal: str) -> None:
    root = _kept(folder, f"{name}-root", _root(f"Demonstration {name} root, without legal value"))
    _kept(folder, name, _leaf(seal, root))
    _kept(folder, f"{name}-expired", _leaf(seal, root, ended=True))
    _kept(folder, f"{name}-other", _leaf(seal, root, of="Loket demonstration of somebody else"))
    stranger = _kept(folder, STRANGER_ROOT, _root("Demonstration stranger, without legal value"))
    _kept(folder, f"{name}-stranger", _leaf(seal, stranger))


def pair(folder: Path, name: str) -> Pair:
    """A certificate and its key."""
    key = load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()), key


def _kept(folder: Path, name: str, made: Pair) -> Pair:
    certificate, key = made
    _write(folder / f"{name}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(folder / f"{name}.pem", certificate.public_bytes(Encoding.PEM))
    return made


def _root(name: str) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    builder = _draft(subject, subject, key.public_key(), key.public_key(), begins=_now(), ends=_now() + LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage_of(key_cert_sign=True, crl_sign=True), critical=True)
    return builder.sign(key, hashes.SHA256()), key


def _leaf(
    name: str,
    issuer: Pair,
    *,
    usage: x509.ObjectIdentifier | None = None,
    ended: bool = False,
    of: str = ORGANISATION,
) -> Pair:
    root, root_key = issuer
    key = ec.generate_private_key(ec.SECP256R1())
    begins = _now() - dt.timedelta(days=2) if ended else _now()
    ends = _now() - dt.timedelta(days=1) if ended else _now() + LIFE
    builder = _draft(
        _name(name, of=of), root.subject, key.public_key(), root_key.public_key(), begins=begins, ends=ends
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    granted = usage_of(digital_signature=True, content_commitment=usage is None)
    builder = builder.add_extension(granted, critical=True)
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        names = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(root_key, hashes.SHA256()), key


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    *,
    begins: dt.datetime,
    ends: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - dt.timedelta(minutes=5))
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _name(common: str, *, of: str = ORGANISATION) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, of),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def usage_of(**granted: bool) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{usage: granted.get(usage, False) for usage in every})


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner only."""
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)

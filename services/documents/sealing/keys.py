"""Where the seal's key is: in a PKCS#12 file (demonstrations), or in a PKCS#11 token that it never leaves."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.sign.signers.pdf_cms import Signer, SimpleSigner

from services.contracts import towns
from services.contracts.delivery import TryLater

logging.getLogger("pyhanko.sign.signers.pdf_cms").setLevel(logging.CRITICAL)  # it logs a traceback where we say a line


class LoadedSigner(SimpleSigner):
    """The key is loaded and checked once; pyHanko does it again for every signature (0.3 s for RSA-3072)."""

    _loaded: Any = None

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """RSA with PKCS#1 v1.5 or ECDSA, over SHA-256."""
        if self._loaded is None:
            self._loaded = load_der_private_key(self.signing_key.dump(), None)
        if isinstance(self._loaded, rsa.RSAPrivateKey) and digest_algorithm == "sha256":
            return self._loaded.sign(data, padding.PKCS1v15(), SHA256())
        if isinstance(self._loaded, ec.EllipticCurvePrivateKey) and digest_algorithm == "sha256":
            return self._loaded.sign(data, ec.ECDSA(SHA256()))
        raise TryLater("seal-key-unsuitable")


def signer_of(town: towns.Town, *, folder: Path, secrets: Mapping[str, str]) -> Signer:
    """The signer of a town's seal. `folder` holds the town's file; relative paths start there.

    Raises TryLater, naming what is to be mended, where the seal cannot be had: certificates wait for the operator.
    """
    if town.seal.source == "pkcs11":
        return _pkcs11(town, secrets)
    passphrase = secrets.get(f"LOKET_SEAL_{town.refnis}_PASSPHRASE", "")
    try:
        found = SimpleSigner.load_pkcs12(folder / str(town.seal.path), passphrase=passphrase.encode() or None)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - pyHanko lets through whatever its parsers raise
        found = None
    if found is None:
        raise TryLater(f"seal-unreadable: the PKCS#12 file of {town.refnis} or LOKET_SEAL_{town.refnis}_PASSPHRASE")
    return LoadedSigner(
        signing_cert=found.signing_cert, signing_key=found.signing_key, cert_registry=found.cert_registry
    )


def shown_certificate(town: towns.Town) -> x509.Certificate | None:
    """The certificate of a seal in a token, as that shows it to everybody: without a PIN. None where it does not."""
    try:
        from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415 - an extra, for towns with a token
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415
        from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415
        from pyhanko.sign.pkcs11 import open_pkcs11_session  # noqa: PLC0415
    except ImportError:
        return None
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: town.seal.label}
    try:
        criteria = TokenCriteria(label=town.seal.token)
        with open_pkcs11_session(str(town.seal.module), token_criteria=criteria) as session:
            found = [each[Attribute.VALUE] for each in session.get_objects(wanted)]
    except (PKCS11Error, OSError):
        return None
    return x509.Certificate.load(found[0]) if found else None


def _pkcs11(town: towns.Town, secrets: Mapping[str, str]) -> Signer:
    try:
        from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn  # noqa: PLC0415 - an extra, for towns with a token
        from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415
    except ImportError:
        raise TryLater("seal-unreadable: install loket[pkcs11]") from None

    def opened(pin: str | None) -> Any:
        criteria = TokenCriteria(label=town.seal.token)
        return open_pkcs11_session(str(town.seal.module), token_criteria=criteria, user_pin=pin)

    try:
        try:
            session = opened(secrets.get(f"LOKET_SEAL_{town.refnis}_PIN"))
        except UserAlreadyLoggedIn:  # another town's seal is in the same token, and a process logs in once
            session = opened(None)
        signer = PKCS11Signer(session, cert_label=town.seal.label, key_label=town.seal.label, other_certs_to_pull=None)
        if signer.signing_cert is None:
            raise TryLater(f"seal-unreadable: no certificate {town.seal.label} in the token of {town.refnis}")
    except (PKCS11Error, OSError) as error:
        raise TryLater(f"seal-unreadable: the token of {town.refnis} ({type(error).__name__})") from None
    return signer

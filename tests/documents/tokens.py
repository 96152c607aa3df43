"""A PKCS#11 token (SoftHSM2) with a key made inside it, and the certificate of that key."""

import subprocess
import sys
from pathlib import Path

import pkcs11
from asn1crypto.keys import PublicKeyInfo, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from tests.documents.examples import a_chain

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
TOKEN, LABEL, PIN = "loket-test", "seal", "123456"


def prepare(folder: Path) -> Path:
    """An empty token; the configuration file is for SOFTHSM2_CONF."""
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n", encoding="utf-8")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", PIN],
        env={"SOFTHSM2_CONF": str(configuration), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    return configuration


def make_seal(folder: Path, *, label: str = LABEL) -> None:
    """Make a key in the token, have the root certify it, put the certificate beside it and the root into the folder."""
    token = pkcs11.lib(MODULE).get_token(token_label=TOKEN)
    with token.open(user_pin=PIN, rw=True) as session:
        public, _ = session.generate_keypair(pkcs11.KeyType.RSA, 2048, label=label, id=label.encode(), store=True)
        _, certificate, root = a_chain(public_key=load_der_public_key(_spki(public)))
        session.create_object(
            {
                **decode_x509_certificate(certificate.public_bytes(Encoding.DER)),
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.PRIVATE: False,
                pkcs11.Attribute.LABEL: label,
                pkcs11.Attribute.ID: label.encode(),
            }
        )
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))


def _spki(public: pkcs11.PublicKey) -> bytes:
    return PublicKeyInfo.wrap(RSAPublicKey.load(encode_rsa_public_key(public)), "rsa").dump()


if __name__ == "__main__":
    for each in sys.argv[2:]:
        make_seal(Path(sys.argv[1]), label=each)

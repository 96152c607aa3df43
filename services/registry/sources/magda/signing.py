"""WS-Security 1.1: a message that says who sent it and when (X.509 Certificate Token Profile 1.1.1, section 3).

Signed are the body and the timestamp, each by its exclusive canonical form (XML Signature 1.1; SHA-256). The key is the
town's, RSA or on a curve. It is written here, in forty lines, because the libraries that do it bring a libxml2 of
their own (xmlsec) or take ten times as long for every message (signxml); signxml checks it in the stand-in and tests.
"""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE, WSU = f"{_OASIS}-wssecurity-secext-1.0.xsd", f"{_OASIS}-wssecurity-utility-1.0.xsd"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"

VALID_FOR = timedelta(minutes=5)
"""As long as a message may be on the road; clocks differ, and a replayed one must not be taken later."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Signer:
    """Signs with one key, whose certificate goes along. Raises TypeError for a key of another kind."""

    def __init__(self, key: object, certificate: x509.Certificate) -> None:
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise TypeError("a key for messages is RSA or on an elliptic curve")
        self._key: Key = key
        self._token = b64encode(certificate.public_bytes(Encoding.DER)).decode()
        self._algorithm = f"{_MORE}{'rsa' if isinstance(key, rsa.RSAPrivateKey) else 'ecdsa'}-sha256"

    def envelope(self, body: str, *, now: datetime) -> bytes:
        """The SOAP message with this in its body."""
        root = etree.fromstring(self._unsigned(body, now=now.astimezone(UTC)))
        security, signed_body = root[0][0], root[1]
        timestamp = security[1]
        info = self._info(timestamp=_digest(timestamp), body=_digest(signed_body))
        signature = etree.fromstring(
            f'<ds:Signature xmlns:ds="{DSIG}">{info}<ds:SignatureValue/><ds:KeyInfo>'
            f'<wsse:SecurityTokenReference xmlns:wsse="{WSSE}"><wsse:Reference URI="#token" ValueType="{_TOKEN_TYPE}"/>'
            f"</wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>"
        )
        security.append(signature)
        signature[1].text = b64encode(self._sign(_canonical(signature[0]))).decode()
        signed: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return signed

    def _unsigned(self, body: str, *, now: datetime) -> str:
        begins, ends = (f"{each:%Y-%m-%dT%H:%M:%S}.{each.microsecond // 1000:03d}Z" for each in (now, now + VALID_FOR))
        return (
            f'<s:Envelope xmlns:s="{SOAP}" xmlns:wsu="{WSU}"><s:Header><wsse:Security xmlns:wsse="{WSSE}"'
            f' s:mustUnderstand="1"><wsse:BinarySecurityToken EncodingType="{_ENCODING}"'
            f' ValueType="{_TOKEN_TYPE}" wsu:Id="token">{self._token}</wsse:BinarySecurityToken>'
            f'<wsu:Timestamp wsu:Id="timestamp"><wsu:Created>{begins}</wsu:Created><wsu:Expires>{ends}</wsu:Expires>'
            f'</wsu:Timestamp></wsse:Security></s:Header><s:Body wsu:Id="body">{body}</s:Body></s:Envelope>'
        )

    def _info(self, **digests: str) -> str:
        references = "".join(
            f'<ds:Reference URI="#{name}"><ds:Transforms><ds:Transform Algorithm="{_EXCLUSIVE}"/></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
            f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
            for name, digest in digests.items()
        )
        return (
            f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{_EXCLUSIVE}"/>'
            f'<ds:SignatureMethod Algorithm="{self._algorithm}"/>{references}</ds:SignedInfo>'
        )

    def _sign(self, content: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(content, padding.PKCS1v15(), SHA256())
        r, s = decode_dss_signature(self._key.sign(content, ec.ECDSA(SHA256())))
        size = (self._key.curve.key_size + 7) // 8  # XML Signature wants the two numbers (RFC 4051, section 2.3.6)
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


_ENCODING = f"{_OASIS}-soap-message-security-1.0#Base64Binary"
_TOKEN_TYPE = f"{_OASIS}-x509-token-profile-1.0#X509v3"


def _digest(element: etree._Element) -> str:
    return b64encode(sha256(_canonical(element)).digest()).decode()


def _canonical(element: etree._Element) -> bytes:
    canonical: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return canonical

"""What the platform asks of a message before it looks at it: who signed it, over what, and when."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.exceptions import InvalidInput, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_WSSE, _WSU = f"{{{_OASIS}-wssecurity-secext-1.0.xsd}}", f"{{{_OASIS}-wssecurity-utility-1.0.xsd}}"
_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"

CLOCKS_DIFFER = timedelta(seconds=60)


class NotTaken(Exception):
    """Why a message is not taken: a code of WS-Security 1.1.1, section 12."""


def checked(content: bytes, *, peer: bytes, now: datetime) -> etree._Element:
    """What stands in the signed body. `peer` is the certificate that the connection showed (DER). Raises NotTaken."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        raise NotTaken("InvalidSecurity") from None
    security, body = root.find(f"{_SOAP}Header/{_WSSE}Security"), root.find(f"{_SOAP}Body")
    if security is None or body is None:
        raise NotTaken("InvalidSecurity")
    certificate = _certificate(security)
    if certificate.public_bytes(Encoding.DER) != peer:
        raise NotTaken("FailedAuthentication")
    try:
        found = XMLVerifier().verify(
            root, x509_cert=certificate, id_attribute="Id", expect_config=SignatureConfiguration(expect_references=2)
        )
    except (SignXMLException, InvalidInput, ValueError):
        raise NotTaken("FailedCheck") from None
    results = found if isinstance(found, list) else [found]
    signed = {each.signed_xml.tag: each.signed_xml for each in results if each.signed_xml is not None}
    if set(signed) != {f"{_SOAP}Body", f"{_WSU}Timestamp"}:
        raise NotTaken("FailedCheck")
    _check_time(signed[f"{_WSU}Timestamp"], now=now)
    if len(signed[f"{_SOAP}Body"]) != 1:
        raise NotTaken("InvalidSecurity")
    return signed[f"{_SOAP}Body"][0]


def _certificate(security: etree._Element) -> x509.Certificate:
    try:
        token = security.findtext(f"{_WSSE}BinarySecurityToken") or ""
        return x509.load_der_x509_certificate(b64decode(token, validate=True))
    except ValueError:
        raise NotTaken("InvalidSecurityToken") from None


def _check_time(timestamp: etree._Element, *, now: datetime) -> None:
    try:
        begins, ends = (
            datetime.fromisoformat(timestamp.findtext(f"{_WSU}{name}") or "").astimezone(UTC)
            for name in ("Created", "Expires")
        )
    except ValueError:
        raise NotTaken("InvalidSecurity") from None
    if not begins - CLOCKS_DIFFER <= now < ends:
        raise NotTaken("MessageExpired")

"""The certificate that a client has shown in the TLS handshake, as the front proxy tells it.

The proxy asks for one where departments come (deploy/proxy), lets the handshake prove that the client has its key, and
says nothing else of it: who issued it means nothing, it is known by its thumbprint (RFC 8705, section 2.2). Where no
proxy stands before the gateway, the header is what a stranger wrote.
"""

import ssl
from hashlib import sha256
from urllib.parse import unquote

from flask import current_app, request

HEADER = "X-Client-Certificate"
"""PEM, percent-encoded: what nginx has ($ssl_client_escaped_cert)."""


def shown_certificate() -> str | None:
    """Its SHA-256 in hex; None where there is none, or nobody who could have seen it."""
    told = request.headers.get(HEADER, "")
    if not told or not current_app.config["LOKET_BEHIND_PROXY"]:
        return None
    try:
        return sha256(ssl.PEM_cert_to_DER_cert(unquote(told, errors="strict"))).hexdigest()
    except (ValueError, UnicodeError):
        return None

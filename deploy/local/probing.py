"""Asking a process of this machine over HTTP, again and again."""

import ssl

import httpx

_CLIENT = httpx.Client(
    trust_env=False,
    limits=httpx.Limits(max_keepalive_connections=0),  # who ends is not held up by it
    verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # trusts nobody: httpx reads all authorities there are otherwise
)
"""One for all: httpx.get takes a hundred times as long before it asks."""


def probed(address: str, *, timeout_s: float) -> httpx.Response:
    """The answer of an address that begins with http://. Raises httpx.HTTPError or InvalidURL."""
    return _CLIENT.get(address, timeout=timeout_s)

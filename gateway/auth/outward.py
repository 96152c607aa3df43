"""HTTP to identity providers. However one behaves, an exchange ends in time, is small, and goes where it was sent."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from services.chassis.cutting import cut_after

DEADLINE_S = 5.0
"""From the first byte sent to the last one read, and not only between two of them."""

LARGEST = 256 * 1024
"""Bytes of an answer; discovery documents and key sets have a few thousand."""


logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log each exchange, address included


class NoAnswer(Exception):
    """None came, or none that can be taken: cut off, too large, compressed, or a redirect. The text says which."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`media_type` is in lower case and without parameters."""

    status: int
    media_type: str
    body: bytes


class Outward:
    """Each exchange has a connection of its own, so that it can be cut off when its time is over."""

    def __init__(self, http: httpx.Client | None = None, *, deadline_s: float = DEADLINE_S) -> None:
        self._http = http or httpx.Client(
            timeout=httpx.Timeout(deadline_s, connect=min(3.0, deadline_s)),
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self._deadline_s = deadline_s

    def get(self, address: str, *, bearer: str | None = None, accept: str = "application/json") -> Answer:
        """Raises NoAnswer."""
        headers = {"Accept": accept} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        return self._exchange("GET", address, headers=headers)

    def post(self, address: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None) -> Answer:
        """Raises NoAnswer. `basic` are a name and a password as they go into the header (RFC 6749, section 2.3.1)."""
        auth = httpx.BasicAuth(*basic) if basic else None
        return self._exchange("POST", address, headers={"Accept": "application/json"}, data=dict(form), auth=auth)

    def _exchange(self, method: str, address: str, *, headers: dict[str, str], **more: Any) -> Answer:
        with cut_after(self._deadline_s) as line:
            try:
                with self._http.stream(
                    method,
                    address,
                    headers=headers | {"Accept-Encoding": "identity"},
                    follow_redirects=False,
                    extensions={"trace": line.learn},
                    **more,
                ) as answer:
                    read = _read(answer)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError, OSError, ValueError) as error:
                raise NoAnswer("cut off" if line.is_cut else type(error).__name__) from error
        if line.is_cut:
            raise NoAnswer("cut off")  # a body without a length ends where its connection does
        return read


def _read(answer: httpx.Response) -> Answer:
    if 300 <= answer.status_code < 400:
        raise NoAnswer("redirect")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NoAnswer("compressed")
    body = bytearray()
    for part in answer.iter_raw():
        body += part
        if len(body) > LARGEST:
            raise NoAnswer("too large")
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Answer(status=answer.status_code, media_type=media_type, body=bytes(body))

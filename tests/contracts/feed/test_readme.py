"""The examples of the feed's README do what it says."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from services.chassis.locking import KeyRing, LockerForOthers
from services.contracts import confirmations
from services.contracts.feed import concerning
from services.contracts.feed.concerning import PURPOSE, confirmation_of
from services.contracts.feed.webhooks import NotGenuine
from services.notify.feed.webhooks.signing import Scheme, receivers_key, signed_headers
from tests.contracts.feed.department import EVENT

README = Path(concerning.__file__).with_name("README.md").read_text(encoding="utf-8")
OLD, NEW = (KeyRing.parse(f"{kid}:{base64.urlsafe_b64encode(kid.encode() * 8).decode()}") for kid in ("2026", "2027"))
POLICE = "24001.police"
ASKED = {"before": OLD, "after": NEW}
ENDED, REFUSED = "0" * 32, "1" * 32


def example_of(word: str) -> str:
    """The one with that word in it."""
    (found,) = [each for each in README.split("```python\n")[1:] if word in each.partition("```")[0]]
    return found.partition("```")[0].replace("loket_contracts", "services.contracts.feed")


@pytest.fixture
def town() -> Iterator[str]:
    """What two were asked, one before its keys were exchanged and one after, one that has ended, and one that it does
    not let in for."""
    told = {
        confirmation_of(reference): LockerForOthers(PURPOSE, keys).lock(
            confirmations.Concerned(national_number="85073003328"), reader=POLICE, bound_to=reference
        )
        for reference, keys in ASKED.items()
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.path.removeprefix("/departments/confirmations/")
            is_let_in = self.headers["Authorization"] == "Bearer a-token" and asked != REFUSED
            self.send_response((200 if asked in told else 410) if is_let_in else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"concerning": told.get(asked)}).encode())

        def log_message(self, *_: Any) -> None:
            """In silence."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_whom_it_is_about_is_opened_while_keys_are_exchanged_and_what_has_ended_is_left(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = ",".join(each.derived(POLICE).written() for each in (NEW, OLD))
    for name, value in {"AT": town, "TOKEN": "a-token", "KEYS": both}.items():
        monkeypatch.setenv(name, value)
    program: dict[str, Any] = {}
    exec(example_of("def about("), program)

    found = [program["about"](confirmation_of(reference)) for reference in ASKED]

    assert [each.national_number for each in found] == ["85073003328"] * 2
    assert program["about"](ENDED) is None
    with pytest.raises(HTTPError):
        program["about"](REFUSED)


def test_a_receiver_takes_what_either_key_signed() -> None:
    old, new, another = (bytes([number]) * 32 for number in range(3))
    program: dict[str, Any] = {}
    example = example_of('"whsec_old…"').replace("whsec_old…", receivers_key(Scheme.HMAC, old))
    exec("from services.contracts.feed.webhooks import Receiver", program)
    exec(example.replace("whsec_new…", receivers_key(Scheme.HMAC, new)), program)

    def read(key: bytes) -> object:
        body = EVENT.to_json()
        headers = signed_headers(EVENT.id, body, keys=((Scheme.HMAC, key),), at=datetime.now(UTC))
        return program["receiver"].read(headers, body).key

    assert (read(old), read(new)) == (EVENT.key, EVENT.key)
    with pytest.raises(NotGenuine):
        read(another)

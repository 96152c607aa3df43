"""The stand-in's server: HTTPS that asks for a certificate, checks the message, answers, or fails as it was told."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_WR
from threading import Event
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree

from deploy.demo.magda.answering import BUSY, NO_RIGHT, SOURCE_AWAY, Answering, fault
from deploy.demo.magda.checking import NotTaken, checked
from deploy.demo.magda.faults import OF_ATTESTS, Fault
from services.contracts.national_number import LAST_SERIAL, compose
from services.registry.sources.magda.questions import Service

MOST_BYTES = 100_000
_BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ten times">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><x>&i;</x>"
)


class Server(ThreadingHTTPServer):
    """On the loopback. `fault_now` is asked before each answer; `ended` wakes those that are late."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        *,
        folder: Path,
        answering: Answering,
        fault_now: Callable[[], Fault | None],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / "authorities.pem")
        context.load_cert_chain(folder / "platform.pem", folder / "platform.key")
        self.context, self.answering, self.fault_now, self.clock = context, answering, fault_now, clock
        self.ended = Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up, or showed no certificate, is nobody's error."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the body waits until the head is acknowledged, 40 ms later
    timeout = 60

    def setup(self) -> None:
        """The handshake is this connection's own: nobody waits for a client that does not shake hands."""
        self.request.settimeout(10)
        self.request = self.server.context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        try:
            self.request.do_handshake()
        except OSError:
            self._hang_up()
            raise
        self.request.settimeout(self.timeout)
        super().setup()

    def _hang_up(self) -> None:
        """So that the other side reads why: what it sent already is read, or the alert would be lost with it."""
        with suppress(OSError):
            self.request.shutdown(SHUT_WR)
            self.request.settimeout(1)
            while self.request.recv(4096):
                pass
        self.request.close()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def do_POST(self) -> None:
        content = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST_BYTES))
        peer = self.request.getpeercert(binary_form=True) or b""
        failing = self.server.fault_now()
        if failing and failing.name == "away":
            self.close_connection = True
            return
        try:
            if failing and failing.name == "unsigned":
                raise NotTaken("FailedCheck")
            question = checked(content, peer=peer, now=self.server.clock())
        except NotTaken as why:
            self._send(500, fault(str(why)).encode())
            return
        self._answer(question, peer, failing)

    def _answer(self, question: etree._Element, peer: bytes, failing: Fault | None) -> None:
        town = _town(peer)
        service = Service(etree.QName(question).localname)
        reference = question.findtext("Verzoek/Context/Bericht/Afzender/Referte") or ""
        said = {"source-away": SOURCE_AWAY, "busy": BUSY, "refusing": NO_RIGHT}
        name = failing.name if failing else ""
        if name.startswith(OF_ATTESTS):
            name = name.removeprefix(OF_ATTESTS) if service is Service.ATTEST else ""
        if failing and name == "slow":
            self.server.ended.wait(failing.delay_s)
        if name == "failing":
            self._send(500, b"<html>Internal Server Error</html>")
        elif name in said:
            self._send(200, self.server.answering.message(service, reference, failure=said[name]).encode())
        elif name == "trickling":
            self._trickle(self.server.answering.answer(question, town=town).encode())
        else:
            self._send(200, _spoilt(self.server.answering.answer(question, town=town, fault=name), name))

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _trickle(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        for place in range(len(content)):
            self.wfile.write(content[place : place + 1])
            if self.server.ended.wait(1):
                return

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: an address is nobody's business here."""


def _spoilt(answer: str, name: str) -> bytes:
    """As a platform that has gone wrong would send it."""
    content = answer.encode()
    if name == "half":
        return content[: len(content) // 2]
    if name == "entities":
        return _BOMB.encode()
    if name == "huge":
        return content.replace(b"<Repliek>", b"<Repliek>" + b"<Vulling/>" * 400_000)
    if name in ("twice", "another-person", "another-question"):
        root = etree.fromstring(content)
        _change(root, name)
        changed: bytes = etree.tostring(root)
        return changed
    return content


def _change(root: etree._Element, name: str) -> None:
    if name == "twice":
        for each in root.findall(".//Antwoord"):
            each.addnext(etree.fromstring(etree.tostring(each)))
    elif name == "another-person":
        for each in (*root.findall(".//Persoon/INSZ"), *root.findall(".//Attest/INSZ")):
            each.text = compose(1985, 7, 30, LAST_SERIAL)
    else:
        for each in (*root.findall(".//Ontvanger/Referte"), *root.findall(".//Antwoord/Referte")):
            each.text = "an-earlier-question"


def _town(peer: bytes) -> str:
    """The REFNIS code at the end of the certificate's name."""
    names = x509.load_der_x509_certificate(peer).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value).rpartition(" ")[2]

"""A department's receiver: a real HTTPS server that answers, hangs, resets, drips or floods as the path says."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notify.feed.webhooks.domain import Files

NAME = "hooks.police.example"


@dataclass(frozen=True)
class Request:
    """What came. `certificate` is whether the other side showed one that we know."""

    path: str
    headers: dict[str, str]
    body: bytes
    server_name: str | None = None
    certificate: bool = False


@dataclass
class Receiver:
    """What it took, and at which port; `status` is what it answers where the path says nothing."""

    port: int = 0
    status: int = 200
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    free: threading.Event = field(default_factory=threading.Event)
    """Whoever hangs lets go."""

    @property
    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.requests]


@dataclass(frozen=True)
class Papers:
    """PEM files in a folder: an authority, a server's certificate and key, and a client's."""

    folder: Path
    authorities = "authority.pem"
    server = "server.pem"
    stranger = "stranger.pem"
    certificate = "client.pem"
    key = "client.key"

    def files(
        self, certificate: str | None = None, key: str | None = None, *, authorities: str = "authority.pem"
    ) -> Files:
        """By whole paths."""
        paths = (str(self.folder / each) if each else None for each in (certificate, key, authorities))
        return Files(**dict(zip(("certificate", "key", "authorities"), paths, strict=True)))

    def context(self, *, asks: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / self.server)
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.folder / self.authorities)
        return context


def papers(folder: Path) -> Papers:
    """New ones. The server's is for NAME, localhost and 127.0.0.1; a stranger's for NAME, of another authority."""
    made = Papers(folder)
    authority = _Authority()
    (folder / made.authorities).write_bytes(authority.pem)
    certificate, key = authority.issue(NAME, "localhost", "127.0.0.1")
    (folder / made.server).write_bytes(key + certificate)
    certificate, key = _Authority().issue(NAME)
    (folder / made.stranger).write_bytes(key + certificate)
    certificate, key = authority.issue("loket")
    (folder / made.certificate).write_bytes(certificate)
    (folder / made.key).write_bytes(key)
    return made


class _Authority:
    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority of a test")])
        self.pem = self._sign(self._name, self._key.public_key(), is_authority=True)

    def issue(self, *names: str) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self._sign(subject, key.public_key(), names), private

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        names: tuple[str, ...] = (),
        *,
        is_authority: bool = False,
    ) -> bytes:
        now = datetime.now(UTC)
        building = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(_usage(is_authority=is_authority), critical=True)
        )
        if names:
            known = [x509.IPAddress(ip_address(each)) if each[0].isdigit() else x509.DNSName(each) for each in names]
            building = building.add_extension(x509.SubjectAlternativeName(known), critical=False)
        return building.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    """As RFC 5280, section 4.2.1.3, has it: from Python 3.13 on a chain without is not taken."""
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listens on 127.0.0.1 until the end; without a context over plain HTTP."""
    made = Receiver()
    names: dict[int, str | None] = {}
    if context:
        context.sni_callback = lambda line, name, _context: names.__setitem__(id(line), name)
    listening = socket.create_server(("127.0.0.1", 0))
    made.port = listening.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            made.connections += 1
            threading.Thread(target=attend, args=(plain,), daemon=True).start()

    def attend(plain: socket.socket) -> None:
        with suppress(OSError, ValueError, IndexError), plain:  # what came may be no HTTP
            line = context.wrap_socket(plain, server_side=True) if context else plain
            with line:
                request = _read(line, names.get(id(line)))
                made.requests.append(request)
                _answer(made, line, request.path)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield made
    made.free.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(10)


def _read(line: socket.socket, server_name: str | None) -> Request:
    with line.makefile("rb") as reading:
        path = reading.readline().split()[1].decode()
        headers = {}
        while (read := reading.readline().strip()) != b"":
            name, _, value = read.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = reading.read(int(headers.get("content-length", 0)))
    shown = bool(line.getpeercert()) if isinstance(line, ssl.SSLSocket) else False
    return Request(path=path, headers=headers, body=body, server_name=server_name, certificate=shown)


def _answer(made: Receiver, line: socket.socket, path: str) -> None:
    if path == "/hang":
        made.free.wait(60)
    elif path == "/reset":
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif path == "/garbage":
        line.sendall(b"\x00\xff no HTTP at all\r\n\r\n")
    elif path == "/cut":
        line.sendall(b"HTTP/1.1 20")
    elif path == "/torrent":
        while not made.free.is_set():
            line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000)
    elif path in _ENDLESS:
        first, again = _ENDLESS[path]
        line.sendall(first)
        while not made.free.wait(0.02):
            line.sendall(again)
    else:
        status = int(path[1:]) if path[1:].isdigit() else made.status
        more = "Location: http://127.0.0.1:1/\r\n" if 300 <= status < 400 else "Retry-After: 120\r\n"
        line.sendall(f"HTTP/1.1 {status} As told\r\n{more}Content-Length: 5\r\n\r\nhello".encode())


_ENDLESS = {
    "/drip": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "/continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "/flood": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n", b"x" * 65536),
    "/headers": (b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 30_000 + b"\r\n"),
}

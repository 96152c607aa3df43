"""A real SMTP server on a free port that refuses, offers and remembers what a test wants."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CUT = "cut"
"""An answer that is none: the connection ends."""


@dataclass
class Post:
    """What the server answers and what it took.

    `answers` by step: GREETING, EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT (or `RCPT someone@…`), DATA, and MESSAGE for the
    mail itself. Beyond `most_at_once` connections it answers 421.
    """

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[Envelope] = field(default_factory=list)
    attempts: int = 0
    logins: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    port: int = 0
    most_at_once: int = 1000
    connected: int = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        self.attempts += 1
        envelope.mail_from = address
        envelope.mail_options += options
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self.answers.get(f"RCPT {address}", self.answers.get("RCPT"))
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.heard.append(session.host_name)
        if "MESSAGE" in self.answers:
            if self.answers["MESSAGE"] == CUT:
                self.taken.append(envelope)
                server.transport.close()
            return self.answers["MESSAGE"]
        self.taken.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"right", handled=False)

    def mail(self) -> EmailMessage:
        """The one mail that was taken."""
        (envelope,) = self.taken
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.SMTPUTF8)
        assert isinstance(message, EmailMessage)
        return message


class Answering(SMTP):
    """aiosmtpd's server with the answers of a test at every step that has no hook."""

    def __init__(self, post: Post, **options: Any) -> None:
        super().__init__(post, **options)
        self._post = post
        self._greeted = False
        for command in self._smtp_methods.keys() & post.answers.keys() - {"RCPT"}:
            self._smtp_methods[command] = partial(self._answer, command)

    async def _answer(self, command: str, _argument: str | None) -> None:
        answer = self._post.answers.get(command, "250 OK")
        if command == "MAIL":
            self._post.attempts += 1
        if answer == CUT:
            self.transport.close()
        else:
            await self.push(answer)

    def connection_made(self, transport: Any) -> None:
        self._post.connected += not self._greeted
        super().connection_made(transport)

    def connection_lost(self, error: Any) -> None:
        self._post.connected -= 1
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        first, self._greeted = not self._greeted, True
        crowded = self._post.connected > self._post.most_at_once
        greeting = "421 4.7.0 too many connections" if crowded else self._post.answers.get("GREETING")
        if first and greeting == CUT:
            self.transport.close()
        else:
            await super().push(greeting if first and greeting else status)


StartPost = Callable[..., Post]


@pytest.fixture
def start_post() -> Iterator[StartPost]:
    """Starts a server: `start_post(answers=…, smtps=context, **options of aiosmtpd's SMTP)`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    servers: list[asyncio.Server] = []

    def start(answers: dict[str, str] | None = None, smtps: ssl.SSLContext | None = None, **options: Any) -> Post:
        post = Post(answers=answers or {})
        if options.get("auth_required"):
            options["authenticator"] = post.login

        async def serve() -> asyncio.Server:
            return await loop.create_server(
                lambda: Answering(post, hostname="post.test", loop=loop, **options), "127.0.0.1", 0, ssl=smtps
            )

        server = asyncio.run_coroutine_threadsafe(serve(), loop).result()
        servers.append(server)
        post.port = server.sockets[0].getsockname()[1]
        return post

    yield start

    async def end() -> None:
        for server in servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@dataclass(frozen=True)
class Certified:
    """A certificate for 127.0.0.1: what the server shows and what the client trusts."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder: Path = tmp_path_factory.mktemp("post")
    chain = folder / "chain.pem"
    chain.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain)
    return Certified(server=server, client=ssl.create_default_context(cafile=chain))

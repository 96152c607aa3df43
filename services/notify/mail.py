"""The channel `mail`: SMTP (RFC 5321) to the relay that LOKET_SMTP_URI names."""

import smtplib
import ssl
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from time import monotonic
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from services.chassis.crash import crash_point
from services.contracts.delivery import TryLater
from services.notify.compose import compose
from services.notify.domain import Letter, Undeliverable

T = TypeVar("T")

_REMEMBERED = 10_000


@dataclass(frozen=True, kw_only=True)
class Relay:
    """A mail server. `smtps` is TLS from the start; otherwise STARTTLS where offered, and always before a password."""

    host: str
    port: int
    smtps: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, uri: str) -> "Relay":
        """From `smtp://[user:password@]host[:port]` or `smtps://…`. Raises ValueError, never repeating a password."""
        parts = urlsplit(uri)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ValueError("write smtp://[user:password@]host[:port] or smtps://…")
        smtps = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if smtps else 25),
            smtps=smtps,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class Mailer:
    """Hands mails over to the relay, each within `timeout_s`.

    It remembers what it handed over: where only the mark afterwards failed, the next attempt sends nothing twice.
    """

    name = "mail"

    def __init__(self, relay: Relay, *, timeout_s: float, trust: ssl.SSLContext | None = None) -> None:
        self._relay = relay
        self._timeout_s = timeout_s
        self._trust = trust or ssl.create_default_context()
        self._handed_over: OrderedDict[str, None] = OrderedDict()

    def send(self, letter: Letter) -> None:
        """Returns once the relay has taken the mail.

        Raises Undeliverable where this address or this message is refused for good. Raises TryLater for all else, also
        where the relay refuses us for good: then the settings are to be mended, and the event waits for that.
        """
        if letter.message_id in self._handed_over:
            return
        mail = compose(letter)
        try:
            _Session(self._relay, self._trust, self._timeout_s, name=letter.town.hosts[0]).send(mail)
        except smtplib.SMTPResponseException as error:
            raise TryLater(f"mail-relay-answers-{error.smtp_code}") from None
        except smtplib.SMTPException as error:
            raise TryLater(f"mail-relay-fails-{type(error).__name__}") from None
        except OSError as error:
            raise TryLater(f"mail-relay-away-{type(error).__name__}") from None
        crash_point("notify.sent")
        self._handed_over[letter.message_id] = None
        if len(self._handed_over) > _REMEMBERED:
            self._handed_over.popitem(last=False)


class _Session:
    """One conversation with the relay; every step gets what is left of the time."""

    def __init__(self, relay: Relay, trust: ssl.SSLContext, timeout_s: float, *, name: str) -> None:
        self._relay = relay
        self._trust = trust
        self._end = monotonic() + timeout_s
        self._name = name

    def send(self, mail: EmailMessage) -> None:
        smtp = self._connect()
        try:
            self._step(smtp, smtp.ehlo_or_helo_if_needed)
            if not self._relay.smtps and (self._relay.user or smtp.has_extn("starttls")):
                self._step(smtp, lambda: smtp.starttls(context=self._trust))
                self._step(smtp, smtp.ehlo)
            if self._relay.user:
                self._step(smtp, lambda: smtp.login(self._relay.user or "", self._relay.password or ""))
            self._hand_over(smtp, mail)
            with suppress(OSError, smtplib.SMTPException):  # the mail is theirs already
                self._step(smtp, smtp.quit)
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        timeout = self._end - monotonic()
        if self._relay.smtps:
            return smtplib.SMTP_SSL(
                self._relay.host, self._relay.port, self._name, timeout=timeout, context=self._trust
            )
        return smtplib.SMTP(self._relay.host, self._relay.port, self._name, timeout=timeout)

    def _hand_over(self, smtp: smtplib.SMTP, mail: EmailMessage) -> None:
        sender, recipient = mail["From"].addresses[0].addr_spec, mail["To"].addresses[0].addr_spec
        international = not recipient.isascii()
        if international and not smtp.has_extn("smtputf8"):
            raise Undeliverable("address-not-supported")
        options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
        body = mail.as_bytes(policy=SMTPUTF8 if international else SMTP)
        self._ask(smtp, lambda: smtp.mail(sender, options), refused=None)
        self._ask(smtp, lambda: smtp.rcpt(recipient), refused="address-refused")
        self._ask(smtp, lambda: smtp.data(body), refused="message-refused")

    def _ask(self, smtp: smtplib.SMTP, step: Callable[[], tuple[int, bytes]], *, refused: str | None) -> None:
        """`refused` is the code of a permanent refusal that is the citizen's, not the relay's."""
        try:
            code, text = self._step(smtp, step)
        except smtplib.SMTPDataError as error:
            code, text = error.smtp_code, b""
        if 200 <= code < 300:
            return
        if 500 <= code < 600 and refused:
            raise Undeliverable(refused)
        raise smtplib.SMTPResponseException(code, text)

    def _step(self, smtp: smtplib.SMTP, step: Callable[[], T]) -> T:
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        if smtp.sock is not None:
            smtp.sock.settimeout(left)
        return step()

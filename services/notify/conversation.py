"""One conversation with the mail relay (SMTP, RFC 5321): one mail handed over, within a fixed time."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import Any, TypeVar

from services.contracts.delivery import TryLater
from services.contracts.notify import NotTold
from services.notify.domain import InDoubt, Undeliverable
from services.notify.kept_mails import Mail
from services.notify.relay import Relay
from services.notify.replies import Reply, Step

T = TypeVar("T")

KEPT_FOR_THE_ANSWER = 1 / 3
"""Of the time: a mail is not begun to be sent later, so that its answer is not missed for a few seconds."""

QUIT_S = 1.0
"""How long the answer to QUIT is waited for; nothing depends on it."""

MOST_READ = 256 * 1024
"""Octets of all replies together; a conversation has a few hundred."""

_DOT = re.compile(rb"^\.", re.MULTILINE)


class Conversation:
    """What is said between greeting and QUIT; every step gets what is left of the time, and not a byte's more."""

    def __init__(self, relay: Relay, trust: ssl.SSLContext, timeout_s: float, *, name: str) -> None:
        self._relay = relay
        self._trust = trust
        self._end = monotonic() + timeout_s
        self._send_until = self._end - timeout_s * KEPT_FOR_THE_ANSWER
        self._name = name

    def hand_over(self, mail: Mail) -> None:
        """Returns once the relay has taken the mail. Raises TryLater, Undeliverable or InDoubt."""
        smtp = self._connect()
        try:
            self._introduce(smtp)
            self._transfer(smtp, mail)
        finally:
            smtp.end = min(self._end, monotonic() + QUIT_S)
            with suppress(TryLater):  # wanted by RFC 5321, section 4.1.1.10; the mail is theirs or refused already
                self._step(smtp, Step.MESSAGE, smtp.quit)
            smtp.close()

    def _connect(self) -> "_Punctual":
        kind: type[_Punctual] = _PunctualOverTls if self._relay.smtps else _Punctual
        options: dict[str, Any] = {"context": self._trust} if self._relay.smtps else {}
        with _reasons(Step.GREETING):
            return kind(
                self._end,
                self._relay.host,
                self._relay.port,
                self._name,
                timeout=max(self._end - monotonic(), 0.001),
                **options,
            )

    def _introduce(self, smtp: "_Punctual") -> None:
        self._hello(smtp)
        if not self._relay.smtps and (self._relay.user or smtp.has_extn("starttls")):
            if not smtp.has_extn("starttls"):
                raise TryLater("mail-relay-tls-fails-not-offered")
            self._step(smtp, Step.TLS, lambda: smtp.starttls(context=self._trust))
            self._hello(smtp)
        if self._relay.user:
            if not smtp.has_extn("auth"):
                raise TryLater("mail-relay-refuses-login-not-offered")
            self._step(smtp, Step.LOGIN, lambda: smtp.login(self._relay.user or "", self._relay.password or ""))

    def _hello(self, smtp: "_Punctual") -> None:
        reply = self._ask(smtp, Step.HELLO, smtp.ehlo)
        if 500 <= reply.code < 600:  # an old one (RFC 5321, section 3.2)
            reply = self._ask(smtp, Step.HELLO, smtp.helo)
        self._insist(reply)

    def _transfer(self, smtp: "_Punctual", mail: Mail) -> None:
        sender, recipient = mail.sender, mail.recipient
        if mail.is_international and not smtp.has_extn("smtputf8"):
            raise TryLater("mail-relay-lacks-smtputf8")
        options = ["SMTPUTF8", "BODY=8BITMIME"] if mail.is_international else []
        self._insist(self._ask(smtp, Step.SENDER, lambda: smtp.mail(sender, options)))
        named = self._ask(smtp, Step.RECIPIENT, lambda: smtp.rcpt(recipient))
        if named.may_mean_mailbox and self._takes_postmaster(smtp, recipient):
            raise Undeliverable(NotTold.ADDRESS_REFUSED)
        self._insist(named)
        if monotonic() > self._send_until:
            raise TryLater("mail-relay-away-TimeoutError")
        ready = self._ask(smtp, Step.DATA, lambda: smtp.docmd("DATA"))
        if ready.code != 354:
            self._refuse(ready)
        self._send(smtp, mail.octets)
        try:
            answer = self._ask(smtp, Step.MESSAGE, smtp.getreply)
        except TryLater:
            raise InDoubt("mail-in-doubt") from None
        if answer.code // 100 not in (2, 4, 5):
            raise InDoubt("mail-in-doubt")
        self._insist(answer)

    def _takes_postmaster(self, smtp: "_Punctual", recipient: str) -> bool:
        """Nothing is sent to them: the conversation ends here."""
        local, _, domain = recipient.rpartition("@")
        if local.lower() == "postmaster":
            return False
        return self._ask(smtp, Step.RECIPIENT, lambda: smtp.rcpt(f"postmaster@{domain}")).is_positive

    def _send(self, smtp: "_Punctual", body: bytes) -> None:
        """All of it or nothing that counts: a mail without its last dot is none (RFC 5321, section 4.1.1.4)."""
        end = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        self._step(smtp, Step.DATA, lambda: smtp.send(_DOT.sub(b"..", body) + end))

    def _ask(self, smtp: "_Punctual", step: Step, command: Callable[[], tuple[int, bytes]]) -> Reply:
        code, text = self._step(smtp, step, command)
        return Reply(step=step, code=code, text=text)

    def _insist(self, reply: Reply) -> None:
        if not reply.is_positive:
            self._refuse(reply)

    def _refuse(self, reply: Reply) -> None:
        if reply.ends_with:
            raise Undeliverable(reply.ends_with)
        raise TryLater(reply.reason)

    def _step(self, smtp: "_Punctual", step: Step, action: Callable[[], T]) -> T:
        left = smtp.end - monotonic()
        if left <= 0:
            raise TryLater("mail-relay-away-TimeoutError")
        with _reasons(step):
            if smtp.sock is not None:
                smtp.sock.settimeout(left)
            return action()


@contextmanager
def _reasons(step: Step) -> Iterator[None]:
    """What smtplib and the network raise, as a TryLater that tells the operator what to mend."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        raise TryLater(Reply(step=step, code=error.smtp_code, text=text).reason) from None
    except ssl.SSLError as error:
        raise TryLater(f"mail-relay-tls-fails-{type(error).__name__}") from None
    except OSError as error:  # smtplib's own are among them
        raise TryLater(f"mail-relay-away-{type(error).__name__}") from None


class _Punctual(smtplib.SMTP):
    """smtplib's client, which gives each read a time limit of its own: here all end at `end`."""

    def __init__(self, end: float, *args: Any, **options: Any) -> None:
        self.end = end
        super().__init__(*args, **options)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = BufferedReader(_Until(self))
        return super().getreply()


class _PunctualOverTls(_Punctual, smtplib.SMTP_SSL):
    pass


class _Until(RawIOBase):
    """Reads from the client's socket until its end or until too much has come, then raises OSError."""

    def __init__(self, client: _Punctual) -> None:
        self._client = client
        self._sock: Any = client.sock
        self._most = MOST_READ

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._client.end - monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        count = int(self._sock.recv_into(buffer))
        self._most -= count
        if self._most < 0:
            raise OSError("replies without end")
        return count

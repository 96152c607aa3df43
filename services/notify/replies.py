"""What a reply of the mail relay means: the citizen's mailbox is refused for good, or something else is to be mended.

Only what certainly concerns the recipient's mailbox ends a mail. All else waits with a reason that starts with a key of
MENDS: a relay that refuses us would otherwise end every citizen's mail, and sending again costs nothing.

| reply | at RCPT, at DATA, after the mail | source |
|---|---|---|
| 5yz 5.1.1, .2, .3, .4, .6, .10 | ends: the mailbox or its domain is not there | RFC 3463 3.2; RFC 7505 4.2 (null MX) |
| 5yz 5.2.0, .1, .4 | ends: the mailbox takes nothing | RFC 3463 3.3 |
| 5yz 5.2.3 | ends: the mailbox does not take a mail of this size, and it will not shrink | RFC 3463 3.3 |
| 556 at RCPT | ends: the domain takes no mail | RFC 7504 2, RFC 7505 4.2 |
| 550, 551, 553 without an enhanced code at RCPT | ends where postmaster of the same domain is taken | below |
| 5yz 5.1.0 | waits: for Postfix that is also an unknown sender | smtpd_dsn_fix(3) |
| 5yz 5.1.7, 5.1.8, 5.7.27 | waits: the sender's address | RFC 3463 3.2, RFC 7505 4.2 |
| 5yz 5.2.2, 552 | waits: a full mailbox is emptied ("persistent transient") | RFC 3463 3.3 |
| 5yz 5.3.z to 5.7.z, 530, 554 | waits: relay, road, protocol, content, policy | RFC 3463 3.4 to 3.8, RFC 4954 6 |
| 4yz, also with 5.y.z; 5yz with 4.y.z | waits: one half calls it temporary | RFC 5321 4.2.1, RFC 2034 4 |

At the greeting, EHLO, STARTTLS, AUTH and MAIL nothing ends it: nobody has named the recipient yet.

550 alone is "mailbox not found, no access, or command rejected for policy reasons" (RFC 5321, 4.2.2), and Exim's own
example says "550 relay not permitted". Every domain takes mail for postmaster (RFC 5321, 4.5.1): a relay that takes
that recipient carries our mail to that domain, so it was the mailbox that it refused.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from services.contracts.notify import NotTold

_STATUS = re.compile(rb"([245])\.(\d{1,3})\.(\d{1,3})(?:[ \t]|$)")
"""At the start of each line (RFC 2034, section 4)."""

_QMAIL_STATUS = re.compile(rb"\(#([245])\.(\d{1,3})\.(\d{1,3})\)")
"""qmail writes it behind the text."""

_LINES_READ, _CHARACTERS_READ = 20, 600


class Step(StrEnum):
    """Where the conversation is. MESSAGE is the reply to the mail itself."""

    GREETING = "greeting"
    HELLO = "hello"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    MESSAGE = "message"


MENDS = {
    "mail-relay-away": "look whether the relay runs and is reached from here (LOKET_SMTP_URI)",
    "mail-relay-busy": "nothing, where it passes; otherwise fewer LOKET_SMTP_CONNECTIONS or notify processes",
    "mail-relay-later": "nothing, where it passes; otherwise the relay's log says why it puts mails off",
    "mail-relay-refuses-us": "have the relay take mail from this machine for any recipient",
    "mail-relay-wants-login": "the relay wants a user or TLS: smtp://user:password@… or smtps://… in LOKET_SMTP_URI",
    "mail-relay-refuses-login": "correct user and password in LOKET_SMTP_URI",
    "mail-relay-tls-fails": "have the relay offer STARTTLS with a certificate that this machine trusts for its name",
    "mail-relay-refuses-sender": "have the relay take office.email of the town's file as a sender, or correct it there",
    "mail-relay-refuses-content": "have the relay or its filter let Loket's mails through",
    "mail-relay-refuses-size": "have the relay take mails of 100 kB",
    "mail-relay-lacks-smtputf8": "have the relay offer SMTPUTF8 (RFC 6531): some addresses have letters beyond ASCII",
    "mail-relay-unclear": "the relay's log says whether it refuses the sender or the recipient",
    "mail-relay-misunderstands": "the relay does not follow RFC 5321: look at it, and at what stands between",
    "mail-mailbox-full": "nothing: the citizen's mailbox is full, and is tried again",
    "mail-in-doubt": "the relay's answer was lost: look for the Message-ID in its log; a larger LOKET_SMTP_TIMEOUT_S",
}
"""Why a mail waits, and what the operator can mend."""

_CONCERNS_MAILBOX = {
    "1.1": NotTold.ADDRESS_REFUSED,
    "1.2": NotTold.ADDRESS_REFUSED,
    "1.3": NotTold.ADDRESS_REFUSED,
    "1.4": NotTold.ADDRESS_REFUSED,
    "1.6": NotTold.ADDRESS_REFUSED,
    "1.10": NotTold.ADDRESS_REFUSED,
    "2.0": NotTold.ADDRESS_REFUSED,
    "2.1": NotTold.ADDRESS_REFUSED,
    "2.3": NotTold.MESSAGE_REFUSED,
    "2.4": NotTold.ADDRESS_REFUSED,
}
_REASON_OF_DETAIL = {
    "1.0": "mail-relay-unclear",
    "1.7": "mail-relay-refuses-sender",
    "1.8": "mail-relay-refuses-sender",
    "2.2": "mail-mailbox-full",
    "3.4": "mail-relay-refuses-size",
    "6.7": "mail-relay-lacks-smtputf8",
    "6.8": "mail-relay-lacks-smtputf8",
    "6.9": "mail-relay-lacks-smtputf8",
    "6.10": "mail-relay-lacks-smtputf8",
    "7.27": "mail-relay-refuses-sender",
}
_REASON_OF_SUBJECT = {
    "1": "mail-relay-unclear",
    "2": "mail-relay-unclear",
    "3": "mail-relay-later",
    "4": "mail-relay-later",
    "5": "mail-relay-misunderstands",
    "6": "mail-relay-refuses-content",
}
_REASON_OF_CODE = {
    **dict.fromkeys((500, 501, 502, 503, 504, 555), "mail-relay-misunderstands"),
    552: "mail-relay-refuses-size",
}
_REASON_OF_STEP = {
    Step.TLS: "mail-relay-tls-fails",
    Step.LOGIN: "mail-relay-refuses-login",
    Step.SENDER: "mail-relay-refuses-sender",
    Step.MESSAGE: "mail-relay-refuses-content",
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A reply at one step. `text` is what follows the code, line by line."""

    step: Step
    code: int
    text: bytes

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def statuses(self) -> frozenset[str]:
        """The enhanced codes it names, such as `5.1.1`: one, none, or several where its lines disagree."""
        lines = [line[:_CHARACTERS_READ] for line in self.text.split(b"\n")[:_LINES_READ]]
        found = [_STATUS.match(line) or _QMAIL_STATUS.search(line) for line in lines]
        return frozenset(".".join(str(int(part)) for part in each.groups()) for each in found if each)

    @property
    def status(self) -> str | None:
        """The enhanced code, where there is exactly one."""
        return next(iter(self.statuses)) if len(self.statuses) == 1 else None

    @property
    def ends_with(self) -> NotTold | None:
        """The slug of a refusal that certainly concerns the recipient's mailbox, for good. None for all else."""
        if self.step not in (Step.RECIPIENT, Step.DATA, Step.MESSAGE) or not 500 <= self.code < 600:
            return None
        if self.step is Step.RECIPIENT and self.code == 556 and not self.statuses:
            return NotTold.ADDRESS_REFUSED
        kind, _, detail = (self.status or "").partition(".")
        return _CONCERNS_MAILBOX.get(detail) if kind == "5" else None

    @property
    def may_mean_mailbox(self) -> bool:
        """Whether it depends on what the relay says to postmaster of the same domain."""
        return self.step is Step.RECIPIENT and self.code in (550, 551, 553) and not self.statuses

    @property
    def reason(self) -> str:
        """Why the mail waits: a key of MENDS and the relay's codes, such as `mail-relay-refuses-us-550-5.7.1`."""
        return "-".join(part for part in (self._kind(), str(self.code), self.status) if part)

    def _kind(self) -> str:
        _, _, detail = (self.status or "").partition(".")
        if self.code == 421:
            return "mail-relay-busy"
        if detail == "2.2":
            return "mail-mailbox-full"
        if 500 <= self.code < 600:
            return self._kind_of_refusal(detail)
        return "mail-relay-later" if 400 <= self.code < 500 else "mail-relay-misunderstands"

    def _kind_of_refusal(self, detail: str) -> str:
        subject = detail.partition(".")[0]
        known = (
            "mail-relay-wants-login" if self.code == 530 else None,
            _REASON_OF_STEP[self.step] if self.step in (Step.TLS, Step.LOGIN) else None,
            _REASON_OF_DETAIL.get(detail),
            _REASON_OF_STEP[Step.SENDER] if self.step is Step.SENDER and subject in ("1", "2", "7") else None,
            _REASON_OF_SUBJECT.get(subject),
            "mail-mailbox-full" if self.step is Step.RECIPIENT and self.code == 552 else None,
            _REASON_OF_CODE.get(self.code) if not detail else None,
            _REASON_OF_STEP.get(self.step),
        )
        return next(filter(None, known), "mail-relay-refuses-us")


def mend_of(reason: str) -> str:
    """What the operator can do about the reason of a wait."""
    return next((mend for kind, mend in MENDS.items() if reason.startswith(kind)), "")

"""The channel `mail`: SMTP to the relay that LOKET_SMTP_URI names."""

import ssl
from collections import OrderedDict

import structlog

from services.chassis.crash import crash_point
from services.contracts.delivery import TryLater
from services.notify.conversation import Conversation
from services.notify.domain import InDoubt, Letter, mail_host
from services.notify.kept_mails import Mails
from services.notify.relay import Relay
from services.notify.replies import mend_of

log = structlog.get_logger()

_REMEMBERED = 10_000


class Mailer:
    """Hands mails over to the relay, each within `timeout_s` and over a connection of its own.

    It remembers what it handed over: where only the mark afterwards failed, the next attempt sends nothing twice.
    """

    name = "mail"

    def __init__(self, relay: Relay, *, timeout_s: float, trust: ssl.SSLContext | None = None) -> None:
        self._relay = relay
        self._timeout_s = timeout_s
        self._trust = trust or ssl.create_default_context()
        self._mails = Mails()
        self._handed_over: OrderedDict[str, None] = OrderedDict()

    def has_sent(self, message_id: str) -> bool:
        """Whether this process handed it over."""
        return message_id in self._handed_over

    def send(self, letter: Letter) -> None:
        """Returns once the relay has taken the mail; one attempt.

        Raises Undeliverable where the relay refuses this mailbox for good; InDoubt where its answer to the mail was
        lost; TryLater for all else, also where the relay refuses us for good: the event waits until that is mended.
        """
        if self.has_sent(letter.message_id):
            return
        mail = self._mails.compose(letter)
        conversation = Conversation(self._relay, self._trust, self._timeout_s, name=mail_host(letter.town))
        try:
            conversation.hand_over(mail)
        except (TryLater, InDoubt) as error:
            log.warning("mail_not_handed_over", reason=str(error), mend=mend_of(str(error)))
            raise
        crash_point("notify.sent")
        self._handed_over[letter.message_id] = None
        if len(self._handed_over) > _REMEMBERED:
            self._handed_over.popitem(last=False)

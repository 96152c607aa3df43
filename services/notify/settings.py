"""What a notify process is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from services.chassis.addresses import beside
from services.chassis.locking import KeyRing
from services.chassis.settings import AT_ONCE, ServiceSettings, flag, seconds, setting, whole
from services.contracts.departments import BUS, EXCHANGE, KEPT_DAYS, MOST_KEPT_DAYS, virtual_host
from services.contracts.living_towns import LivingTowns
from services.contracts.town_files import read_served_towns
from services.notify.relay import Relay


@dataclass(frozen=True, kw_only=True)
class NotifySettings(ServiceSettings):
    """The chassis' settings and notify's own."""

    OWNER: ClassVar[str] = "notify"

    towns: LivingTowns = setting("LOKET_TOWNS", "folder with the towns' files", parse=read_served_towns)
    contact_keys: KeyRing = setting(
        "LOKET_KEYS_CONTACTS", "keys that contacts are locked with, kid:base64url", parse=KeyRing.parse, secret=True
    )
    smtp: Relay = setting(
        "LOKET_SMTP_URI",
        "the mail relay: smtp://[user:password@]host[:port] or smtps://…",
        parse=Relay.parse,
        secret=True,
    )
    smtp_timeout_s: float = setting(
        "LOKET_SMTP_TIMEOUT_S",
        "seconds to hand over one mail; more where the relay looks at mails for long before it takes them",
        default=30.0,
        parse=seconds,
    )
    question_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_NOTIFY",
        "keys of the questions that are asked here, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    departments_kept_days: int = setting(
        "LOKET_DEPARTMENTS_KEPT_DAYS",
        "days for which a department can catch up on what it was told",
        default=KEPT_DAYS,
        parse=whole(1, MOST_KEPT_DAYS),
    )
    webhook_keys: KeyRing = setting(
        "LOKET_KEYS_WEBHOOKS",
        "keys that the signing keys of departments' webhooks are locked with, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    webhook_timeout_s: float = setting(
        "LOKET_WEBHOOKS_TIMEOUT_S",
        "seconds in which a department's webhook has to answer",
        default=15.0,
        parse=seconds,
    )
    webhook_loopback: bool = setting(
        "LOKET_WEBHOOKS_LOOPBACK",
        "tests and demonstrations only: webhooks may lead to this machine, and without TLS",
        default=False,
        parse=flag,
    )
    event_workers: int = setting(
        "LOKET_SMTP_CONNECTIONS",
        "mails handed over at once by one process, each over a connection",
        default=4,
        parse=whole(1, AT_ONCE),
    )

    @property
    def other_buses(self) -> Mapping[str, tuple[str, str]]:
        """The departments' virtual host, at the same broker, and the exchange there."""
        return {BUS: (beside(self.amqp_uri, virtual_host), EXCHANGE)}

"""What the gateway is told from outside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.rates import Rates, parse_rates
from services.chassis.locking import KeyRing
from services.chassis.profiles import profile as known_profile
from services.chassis.settings import LOG_LEVELS, flag, one_of, seconds, setting, store_address, whole
from services.chassis.signing import VerifyingKeys
from services.contracts.departments import KEPT_DAYS, MOST_KEPT_DAYS
from services.contracts.retention import TEN_YEARS

_SECRET = re.compile(r"LOKET_SIGN_IN_(\d{5})_SECRET")


def sign_in_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Client secrets at the identity providers by REFNIS code; a town without one is a public client."""
    return {found[1]: value for name, value in environ.items() if value and (found := _SECRET.fullmatch(name))}


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """Read once at start. `session_keys` lock the session cookie, `draft_keys` what is begun, those of a service
    the questions to it. The days are those of registry and notify, for the privacy notice."""

    amqp_uri: str = setting("LOKET_AMQP_URI", "the broker, e.g. amqp://user:secret@host:5672/loket", secret=True)
    mongo_uri: str = setting(
        "LOKET_MONGO_URI", "the store, e.g. mongodb://host:27017/?replicaSet=rs0", parse=store_address, secret=True
    )
    database: str = setting("LOKET_DATABASE", "prefix of the databases' names: <prefix>_gateway", default="loket")
    intake_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_INTAKE", "keys of questions to intake, kid:base64url", parse=KeyRing.parse, secret=True
    )
    registry_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_REGISTRY",
        "keys of questions to registry, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    documents_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_DOCUMENTS",
        "keys of questions to documents, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    notify_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_NOTIFY", "keys of questions to notify, kid:base64url", parse=KeyRing.parse, secret=True
    )
    event_keys: VerifyingKeys = setting(
        "LOKET_EVENT_KEYS",
        "public keys of all services' events, service.label:base64url[,…]",
        parse=VerifyingKeys.parse,
    )
    session_keys: KeyRing = setting(
        "LOKET_KEYS_SESSIONS", "keys of the session cookie, kid:base64url", parse=KeyRing.parse, secret=True
    )
    draft_keys: KeyRing = setting(
        "LOKET_KEYS_DRAFTS",
        "keys of what citizens have begun to fill in, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    towns: Path = setting("LOKET_TOWNS", "folder with the town files", parse=Path)
    default_town: str = setting(
        "LOKET_DEFAULT_TOWN", "REFNIS code of the town that answers on localhost and 127.0.0.1", default=""
    )
    profile: str = setting("LOKET_PROFILE", "demo or production", default="production", parse=known_profile)
    secure_cookies: bool = setting(
        "LOKET_SECURE_COOKIES", "1, or 0 where the demo runs on plain http", default=True, parse=flag
    )
    proxies: int = setting(
        "LOKET_PROXIES", "how many reverse proxies stand in front and set X-Forwarded-*", default=0, parse=whole(0, 9)
    )
    session_minutes: int = setting(
        "LOKET_SESSION_MINUTES", "how long a sign-in lasts", default=60, parse=whole(1, 1440)
    )
    session_idle_minutes: int = setting(
        "LOKET_SESSION_IDLE_MINUTES", "after how long without use a sign-in ends", default=15, parse=whole(1, 1440)
    )
    question_timeout_s: float = setting(
        "LOKET_QUESTION_TIMEOUT_S", "how long a service may take to answer", default=10.0, parse=seconds
    )
    max_streams: int = setting(
        "LOKET_MAX_STREAMS",
        "live streams at once in one gateway process; more of them poll",
        default=500,
        parse=whole(0, 100_000),
    )
    stream_seconds: float = setting(
        "LOKET_STREAM_SECONDS",
        "after how long a live stream ends and the client connects anew",
        default=90,
        parse=seconds,
    )
    heartbeat_seconds: float = setting(
        "LOKET_STREAM_HEARTBEAT_SECONDS", "silence after which a live stream looks again", default=20, parse=seconds
    )
    applications_limit: Rates = setting(
        "LOKET_LIMIT_APPLICATIONS",
        "applications a citizen may file",
        default=parse_rates("20 per minute; 100 per hour"),
        parse=parse_rates,
    )
    verifications_limit: Rates = setting(
        "LOKET_LIMIT_VERIFICATIONS",
        "codes or files one address may check",
        default=parse_rates("30 per minute; 300 per hour"),
        parse=parse_rates,
    )
    sign_in_limit: Rates = setting(
        "LOKET_LIMIT_SIGN_IN",
        "sign-ins one address may begin",
        default=parse_rates("30 per minute"),
        parse=parse_rates,
    )
    previews_limit: Rates = setting(
        "LOKET_LIMIT_PREVIEWS",
        "certificates and mails one officer may have drawn, to see what the town would look like",
        default=parse_rates("60 per minute; 1000 per hour"),
        parse=parse_rates,
    )
    changes_limit: Rates = setting(
        "LOKET_LIMIT_CHANGES",
        "requests other than reading, by one who is signed in, or by one address where nobody is",
        default=parse_rates("120 per minute"),
        parse=parse_rates,
    )
    departments_limit: Rates = setting(
        "LOKET_LIMIT_DEPARTMENTS",
        "requests one department may send",
        default=parse_rates("300 per minute"),
        parse=parse_rates,
    )
    department_facts_limit: Rates = setting(
        "LOKET_LIMIT_DEPARTMENT_FACTS",
        "looks into the register one department may have taken",
        default=parse_rates("60 per minute; 1000 per hour"),
        parse=parse_rates,
    )
    department_sandbox_limit: Rates = setting(
        "LOKET_LIMIT_DEPARTMENT_SANDBOX",
        "requests for events of the sandbox one department may send",
        default=parse_rates("10 per minute; 60 per hour"),
        parse=parse_rates,
    )
    access_log_days: int = setting(
        "LOKET_ACCESS_LOG_DAYS",
        "how long it is kept who looked at whose data",
        default=TEN_YEARS,
        parse=whole(1, 10 * TEN_YEARS),
    )
    departments_kept_days: int = setting(
        "LOKET_DEPARTMENTS_KEPT_DAYS",
        "days for which a department can catch up on what it was told",
        default=KEPT_DAYS,
        parse=whole(1, MOST_KEPT_DAYS),
    )
    log_level: str = setting(
        "LOKET_LOG_LEVEL", "debug, info, warning or error", default="info", parse=one_of(*LOG_LEVELS)
    )
    otlp_endpoint: str = setting(
        "LOKET_OTLP_ENDPOINT", "where traces go (OTLP over HTTP); empty keeps them", default=""
    )

    @property
    def question_keys(self) -> dict[str, KeyRing]:
        """Those of each service that is asked."""
        return {
            "intake": self.intake_keys,
            "registry": self.registry_keys,
            "documents": self.documents_keys,
            "notify": self.notify_keys,
        }

    @property
    def is_demo(self) -> bool:
        """Conveniences that production refuses."""
        return self.profile == "demo"

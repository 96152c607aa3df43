"""Keys for tests: each ring and each signature under fixed secrets, as an operator's environment would bring them."""

import base64

from services.chassis.locking import KeyRing, Locker
from services.chassis.signing import SIGNATURE, SigningKey, VerifyingKeys
from services.contracts.topology import SERVICES

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
RING = f"1:{KEY}"


def event_key(service: str) -> str:
    """The private key that a service signs its events with."""
    secret = service.encode().ljust(32, b"-")
    return f"{service}.test:{base64.urlsafe_b64encode(secret).decode()}"


EVENT_KEYS = ",".join(SigningKey.parse(event_key(service)).public for service in SERVICES)
VERIFYING = VerifyingKeys.parse(EVENT_KEYS)
PROOFS = Locker("accesses", KeyRing.parse(RING))
"""With them an entry of the access log is proven."""


def signed(body: bytes, service: str) -> dict[str, str]:
    """The headers of a message with which that service says this."""
    return {SIGNATURE: SigningKey.parse(event_key(service)).sign(body)}


def environment(service: str) -> dict[str, str]:
    """Every key that a process of a service may need."""
    return {
        "LOKET_EVENT_KEY": event_key(service),
        "LOKET_EVENT_KEYS": EVENT_KEYS,
        "LOKET_REGISTRY_PEPPER": KEY,
        **{
            f"LOKET_KEYS_{ring}": RING
            for ring in ("REQUESTS", "FACTS", "CONTACTS", "CONFIRMATIONS", "SESSIONS", "WEBHOOKS", "DRAFTS")
        },
        **{f"LOKET_KEYS_QUESTIONS_{name.upper()}": RING for name in SERVICES},
    }

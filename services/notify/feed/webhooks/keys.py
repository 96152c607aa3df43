"""The keys of webhooks as they rest: locked, each for its webhook alone."""

from base64 import b64decode, b64encode
from datetime import datetime

from services.chassis.locking import KeyRing, Locker, named_key
from services.notify.feed.webhooks.domain import Secret, Webhook
from services.notify.feed.webhooks.signing import Scheme, new_key, receivers_key


class SigningKeys:
    """Locks and unlocks them with a key ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._locker = Locker("webhooks", ring)

    def new(self, scheme: Scheme, *, webhook: str, at: datetime) -> tuple[Secret, str]:
        """A fresh one, and what the receiver is given of it."""
        key = new_key()
        return Secret(scheme=scheme, locked=self._locked(key, webhook), made_at=at), receivers_key(scheme, key)

    def of(self, webhook: Webhook, *, now: datetime) -> list[tuple[Scheme, bytes]]:
        """Those that sign now. Raises KeyNotHere and Unacceptable."""
        return [(each.scheme, self._opened(each, webhook.id)) for each in webhook.signing(now=now)]

    def locked_anew(self, webhook: Webhook) -> tuple[Secret, ...] | None:
        """The same under the first key of the ring; None where they are. Raises KeyNotHere and Unacceptable."""
        if all(named_key(each.locked) == self._ring.current for each in webhook.secrets):
            return None
        return tuple(
            Secret(
                scheme=each.scheme,
                locked=self._locked(self._opened(each, webhook.id), webhook.id),
                made_at=each.made_at,
                ends_at=each.ends_at,
            )
            for each in webhook.secrets
        )

    def _locked(self, key: bytes, webhook: str) -> str:
        return self._locker.lock_data({"key": b64encode(key).decode()}, bound_to=webhook)

    def _opened(self, secret: Secret, webhook: str) -> bytes:
        return b64decode(self._locker.unlock_data(secret.locked, bound_to=webhook)["key"])

"""Webhooks as an operator sees and changes them: what notify keeps of them in its store."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from deploy.local.control import Control
from deploy.local.stack import Stack
from deploy.operator.department_places import kept_for, notify_database
from deploy.operator.rings import key_ring
from deploy.operator.terminal import Mistake
from services.chassis.settings import flag
from services.notify.feed.departments import DepartmentStore
from services.notify.feed.webhooks.addresses import Destination, NotAllowed, addresses_of, destination, resolved
from services.notify.feed.webhooks.domain import Webhook
from services.notify.feed.webhooks.keys import SigningKeys
from services.notify.feed.webhooks.record import DeliveryRecord
from services.notify.feed.webhooks.store import WebhookStore

KEYS = "LOKET_KEYS_WEBHOOKS"
ABOUT_KEYS = "notify's, with which the signing keys of webhooks are locked"
LOOPBACK = "LOKET_WEBHOOKS_LOOPBACK"

MENDS = {
    "not-https": "write https://…: what is sent is not to be read by others on the way",
    "url-malformed": "write https://host/path, without a user, spaces or a #",
    "address-not-public": "it leads into a private network; a webhook is told over the public internet alone",
}


@dataclass(frozen=True, kw_only=True)
class AtNotify:
    """What is kept there."""

    departments: DepartmentStore
    webhooks: WebhookStore
    record: DeliveryRecord

    def one(self, id: str) -> Webhook:
        """Raises Mistake."""
        known = self.webhooks.find(id)
        if known is None:
            raise Mistake(f"no webhook is called {id}; see `loket departments webhook list`")
        return known

    def remove(self, known: Webhook) -> None:
        """With all that is for it."""
        self.webhooks.remove(known.id)
        self.record.remove(known.id)


@contextmanager
def webhooks_of(stack: Stack) -> Iterator[AtNotify]:
    """Those of a deployment, while its store is connected. Raises PartError where that is embedded, and down."""
    Control(stack).require("store")  # another deployment's may be on the usual port
    with notify_database(stack) as database:
        yield AtNotify(
            departments=DepartmentStore(database),
            webhooks=WebhookStore(database),
            record=DeliveryRecord(database, kept=kept_for(stack), clock=lambda: datetime.now(UTC)),
        )


def remove_webhooks(stack: Stack, department: str) -> None:
    """All of a department that is removed: another of that name is not to be told there."""
    with webhooks_of(stack) as found:
        for each in found.webhooks.of(department):
            found.remove(each)


def signing_keys(stack: Stack) -> SigningKeys:
    """Raises Mistake."""
    return SigningKeys(key_ring(stack, KEYS, ABOUT_KEYS))


def checked(stack: Stack, url: str) -> Destination:
    """Also where it leads now; a name that leads nowhere yet is looked up at each attempt. Raises Mistake."""
    allows_loopback = flag(stack.outside.get(LOOPBACK) or "0")
    try:
        found = destination(url, allows_loopback=allows_loopback)
        with suppress(OSError, UnicodeError):
            addresses_of(found, resolve=resolved, allows_loopback=allows_loopback)
    except NotAllowed as wrong:
        raise Mistake(f"--url: {MENDS[str(wrong)]}") from None
    return found

"""What a handler or an adapter may tell about a delivery; the chassis acts on it."""


class TryLater(Exception):
    """Transient, raised by adapters: the event comes back after 5 s, 30 s, 5 min, 30 min, 2 h and every 2 h from then.

    It is parked once its subscription's patience is over.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unacceptable(Exception):
    """It will never work: the event is parked at once. `reason` is a slug; `detail` holds no personal data."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class AlreadyHandled(Exception):
    """The event had its effect before, or nothing is left for it to bring about: it is acknowledged."""


class Emptied(AlreadyHandled):
    """Retention has taken what the event is about: nothing is left but to say so, where somebody waits to hear it."""


class ConcurrentChange(Exception):
    """Somebody else changed the aggregate in between: the handler runs again on what is there now."""

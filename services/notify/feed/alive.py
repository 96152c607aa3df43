"""An event an hour that says nothing but that the way is open.

A department that hears none knows that something is amiss before it misses anything. And a stream in which nothing else
happens closes its files all the same, without which the broker would keep what is in them beyond its time.
"""

from collections.abc import Iterable
from datetime import datetime

from services.contracts.feed.events import ALIVE, PublicEvent, digest, source_of, type_of
from services.notify.feed.handlers import Feed
from services.notify.feed.projecting import Told


def say_alive(*, towns: Iterable[str], feed: Feed, now: datetime) -> None:
    """For each town, once in an hour, however many processes do so."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    for town in towns:
        id = digest(ALIVE, f"{town} {hour.isoformat()}")
        event = PublicEvent(id=id, type=type_of(ALIVE), source=source_of(town), subject=id, time=hour)
        feed.tell(Told(event=event))

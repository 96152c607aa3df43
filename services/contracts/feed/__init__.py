"""What a town's departments hear of Loket and answer, and a client to hear and answer with.

It is installed alone, as `loket_contracts` (README.md), and imports nothing of the rest. Who looks at events alone, as
each process of Loket does, does not load the client, and with it pika.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .answers import Answer, Outcome
from .catching_up import Since
from .events import Malformed, PublicEvent
from .memory import Memory, RememberedInFile, RememberedInProcess

if TYPE_CHECKING:
    from .answerer import Answerer
    from .subscriber import Park, Subscriber

__all__ = [
    "Answer",
    "Answerer",
    "Malformed",
    "Memory",
    "Outcome",
    "Park",
    "PublicEvent",
    "RememberedInFile",
    "RememberedInProcess",
    "Since",
    "Subscriber",
]

_CLIENT = {"Answerer": ".answerer", "Park": ".subscriber", "Subscriber": ".subscriber"}


def __getattr__(name: str) -> object:
    """Of the client, where it is first asked for (PEP 562)."""
    if name not in _CLIENT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_CLIENT[name], __name__), name)

"""What a town's departments hear of Loket, and a client to hear it with.

It is installed alone, as `loket_contracts` (README.md), and imports nothing of the rest.
"""

from .answers import Answer, Answerer, Outcome
from .catching_up import Since
from .events import Malformed, PublicEvent
from .memory import Memory, RememberedInFile, RememberedInProcess
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

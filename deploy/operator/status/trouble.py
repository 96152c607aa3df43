"""One thing that is wrong."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """`code` and `about` are for programs, `sentence` for people. What `blocks` keeps citizens from being served."""

    code: str
    about: str
    sentence: str
    blocks: bool = False

    def told(self) -> dict[str, Any]:
        """As facts."""
        return asdict(self)

"""How a citizen is told; it travels locked."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where and in which language (nl, fr, de, en) the citizen is told."""

    email: str
    language: str

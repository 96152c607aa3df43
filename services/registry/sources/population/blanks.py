"""What a register leaves blank. A space, a `-` or a `.` in the place of a text that may be missing says that it is."""

from services.contracts.naming import Names
from services.contracts.text import says_something


def optional(value: str | None) -> str | None:
    """None for what says nothing. What is no text at all is left for who checks that."""
    return None if isinstance(value, str) and not says_something(value) else value


def required(value: str) -> str:
    """Empty for what says nothing, so that it is found missing."""
    return "" if isinstance(value, str) and not says_something(value) else value


def named(names: Names) -> Names:
    """Without the languages in which there is none."""
    return {language: name for language, name in names.items() if optional(name) is not None}


def some(texts: list[str]) -> tuple[str, ...]:
    """Without those that say nothing."""
    return tuple(text for text in texts if optional(text) is not None)

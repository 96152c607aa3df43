"""What a deployment is for."""

PROFILES = ("demo", "production")
"""A demonstration makes its own keys, seals and people; production takes none of these and has to be given its own."""


def profile(text: str) -> str:
    """`demo` or `production`. Raises ValueError: one that is misspelt must not pass for either."""
    if text not in PROFILES:
        raise ValueError(f"write {' or '.join(PROFILES)}")
    return text

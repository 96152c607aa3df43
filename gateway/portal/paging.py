"""Lists of a citizen's own, a page at a time."""

from contextlib import suppress
from datetime import datetime

from flask import request

from gateway.addresses import local
from gateway.resources.parameters import CURSOR, Wrong, cursor_of


def after() -> tuple[datetime, str] | None:
    """Behind which place the page begins; None for the first, and where what was sent is no place."""
    with suppress(Wrong):
        return CURSOR.read(request.args.get("cursor", ""))
    return None


def next_page(endpoint: str, last: tuple[datetime, str] | None) -> str | None:
    """The address of what follows; None where nothing does."""
    return local(endpoint, cursor=cursor_of(*last)) if last else None

"""What follows one page of a list."""

from datetime import datetime
from typing import Any

from flask import url_for

from gateway.resources.parameters import LANG, LISTED, cursor_of


def link_of(path: str) -> dict[str, Any]:
    """The header `Link` of a list's operation, for the description."""
    return {
        "description": 'The next page (`rel="next"`, RFC 8288); absent on the last one',
        "schema": {"type": "string"},
        "example": f'</api/v1/{path}?limit={LISTED}&cursor=MTc5NTUxMzgwMDAwMC41ZjBj>; rel="next"',
    }


def following(endpoint: str, last: tuple[datetime, str] | None, *, limit: int) -> tuple[str | None, dict[str, str]]:
    """Address and headers of what comes behind the `last` on a page: no address and no header where nothing does."""
    if last is None:
        return None, {}
    address = url_for(endpoint, limit=limit, cursor=cursor_of(*last), lang=LANG.value())
    return address, {"Link": f'<{address}>; rel="next"'}

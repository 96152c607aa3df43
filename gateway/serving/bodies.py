"""What is left of a request's body when it is answered: whether the connection may serve on is said before, not after.

An answer says `Connection: close` exactly where the rest of the body will not be read (RFC 9112, sections 9.3 and 9.6):
what says nothing stays usable.
"""

from collections.abc import Callable
from typing import Any

from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.errors import NoMoreData, ParseException

LEFT_BYTES = 64 * 1024
"""So much of a body that nobody wanted is read all the same, so that the connection may serve on."""


class Awaited:
    """A body whose client waits to be told to send it (RFC 9110, section 10.1.1): it is told so with the first look at
    it, and never where the request is refused for its head alone.
    """

    def __init__(self, reader: Any, tell: Callable[[bytes], None]) -> None:
        self.reader = reader
        self._tell = tell
        self.is_told = False

    def read(self, size: int) -> Any:
        """As gunicorn's readers do."""
        if not self.is_told:
            self.is_told = True
            self._tell(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self.reader.read(size)


def await_body(request: Any, tell: Callable[[bytes], None]) -> None:
    """Have gunicorn say nothing by itself to a client that waits."""
    if request._expected_100_continue:
        request._expected_100_continue = False
        request.body = Body(Awaited(request.body.reader, tell))


def will_be_read(body: Any) -> bool:
    """To its end, by whoever wanted it or by `read_rest`."""
    reader = body.reader
    if isinstance(reader, Awaited):
        if not reader.is_told:
            return False
        reader = reader.reader
    if body.failed:
        return False
    if isinstance(reader, ChunkedReader):
        return reader.parser is None  # nobody knows how much may come
    return isinstance(reader, LengthReader) and reader.length <= LEFT_BYTES


def read_rest(body: Any) -> bool:
    """Whether it is read to its end now, and where the next request begins is known."""
    try:
        while body.read(4096):
            pass
    except (NoMoreData, ParseException, OSError):
        return False
    return True

"""Mails that are composed once for each town, language and kind of message; each citizen's is written into it.

Composing takes some two milliseconds, most of them in the headers. All that differs between two mails of one kind is
to whom, when, and the application's id: in the Message-ID, and in the link, which stands in encoded lines of a fixed
width. An id is always as long and needs no encoding, so the lines break where they broke before.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from email.policy import SMTP, SMTPUTF8
from itertools import accumulate, pairwise
from typing import Self

from services.contracts.ids import could_be_an_id
from services.contracts.towns import Town
from services.notify.compose import addressed, compose
from services.notify.domain import Kind, Letter, message_id

MOST_KEPT = 100
"""Kinds of mails, some 6 KB each; those not used for longest go first."""

_SOME_ID = "0123456789abcdef" * 2
"""Stands where an application's id comes."""

_LINE_END = b"\r\n"

_BREAK = b"=\r\n"
"""Of a line too long for quoted-printable (RFC 2045, section 6.7, rule 5): no part of what is said."""

_PLACE = re.compile(b"(?:=\r\n)?".join(bytes([octet]) for octet in _SOME_ID.encode()))


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What a relay is given: the envelope, and the message as it goes over the line.

    Where it `is_international`, an address in it is not ASCII, and the relay has to take SMTPUTF8 (RFC 6531).
    """

    sender: str
    recipient: str = field(repr=False)
    is_international: bool
    octets: bytes = field(repr=False)


class Mails:
    """Composes letters; what those of one kind have in common is composed once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, Kind, str | None, bool, str | None], _Kept] = OrderedDict()

    def compose(self, letter: Letter) -> Mail:
        """Raises Undeliverable (`address-malformed`) where the address cannot stand in a header."""
        own = addressed(letter)
        (to,) = own["To"].addresses
        kept = self._kept_for(letter)
        is_international = not (kept.sender + to.addr_spec).isascii()
        policy = SMTPUTF8 if is_international else SMTP
        usual = message_id(application_id=letter.application_id, town=letter.town)
        if is_international or not could_be_an_id(letter.application_id) or letter.message_id != usual:
            octets = compose(letter).as_bytes(policy=policy)
        else:
            octets = own.as_bytes(policy=policy).removesuffix(_LINE_END) + kept.about(letter.application_id)
        return Mail(sender=kept.sender, recipient=to.addr_spec, is_international=is_international, octets=octets)

    def _kept_for(self, letter: Letter) -> "_Kept":
        kind = (letter.town.refnis, letter.language, letter.kind, letter.code, letter.is_of_a_document, letter.product)
        kept = self._kept.get(kind)
        if kept is None or kept.town is not letter.town:
            kept = self._kept[kind] = _Kept.of(letter)
        self._kept.move_to_end(kind)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A mail without To and Date. Between each two of `pieces` an id comes, in the parts that lines break it into:
    `breaks` are the places within it, one tuple for each.
    """

    town: Town
    sender: str
    pieces: tuple[bytes, ...]
    breaks: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, letter: Letter) -> Self:
        named = message_id(application_id=_SOME_ID, town=letter.town)
        mail = compose(replace(letter, application_id=_SOME_ID, message_id=named))
        (sender,) = mail["From"].addresses
        for name in addressed(letter):
            del mail[name]
        octets = mail.as_bytes(policy=SMTP)
        places = list(_PLACE.finditer(octets))
        starts, ends = [0, *(each.end() for each in places)], [*(each.start() for each in places), len(octets)]
        return cls(
            town=letter.town,
            sender=sender.addr_spec,
            pieces=tuple(octets[start:end] for start, end in zip(starts, ends, strict=True)),
            breaks=tuple(_breaks(each.group()) for each in places),
        )

    def about(self, application_id: str) -> bytes:
        """The mail with this id in all its places."""
        first, *more = self.pieces
        id = application_id.encode("ascii")
        return first + b"".join(_broken(id, breaks) + piece for breaks, piece in zip(self.breaks, more, strict=True))


def _breaks(placed: bytes) -> tuple[int, ...]:
    *lines, _ = placed.split(_BREAK)
    return tuple(accumulate(map(len, lines)))


def _broken(id: bytes, breaks: tuple[int, ...]) -> bytes:
    bounds = (0, *breaks, len(id))
    return _BREAK.join(id[start:end] for start, end in pairwise(bounds))

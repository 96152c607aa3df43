"""Is this certificate real? Open to everybody: who receives one need not sign in."""

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from gateway.asking import ask
from gateway.counter.products import title_of
from gateway.language import language, translate
from gateway.limits import limited
from gateway.sentences import PASSED_ON, STILL_TRUE, VERDICTS
from gateway.tenancy import current_town, leads_here, town_of
from gateway.uploads import refused
from services.contracts.codes import Typed, grouped, read_typed
from services.contracts.documents import Rechecked, Verdict, Verification, VerifyCode, VerifyFile
from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.contracts.registry import StillTrue
from services.contracts.restoring import LostTime

OF_A_FILE = (Verdict.UNTOUCHED, Verdict.ALTERED, Verdict.NO_LONGER_KEPT, Verdict.NOT_OURS)

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
"""How JPEG, PNG, GIF, TIFF and BMP begin; WebP, HEIC and AVIF say so a little later."""

PICTURES_WITHIN = (b"WEBP", b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1", b"ftypavif")


@dataclass(frozen=True, kw_only=True)
class Recheck:
    """Whether the town's register still says what the certificate states; `asked_at` is None where it was not asked
    yet. While it is `being_asked`, a later look tells more."""

    state: str
    sentence: str
    asked_at: datetime | None
    being_asked: bool


@dataclass(frozen=True, kw_only=True)
class AnotherTown:
    """One that is served here too, and where it checks its certificates."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a code or a file is worth, as of documents.Verification. `kind` says which of VERDICTS tells it, by `title`
    and `sentence`; `product_title` is what the `product` is called; `mistake` is what was given instead of a code."""

    verdict: str
    kind: str
    title: str
    sentence: str
    is_current: bool | None
    product: str | None
    product_title: str | None
    number: str | None
    issued_at: datetime | None
    current_until: date | None
    superseded_at: datetime | None
    mistake: str | None
    leads_elsewhere: bool
    passed_through: bool
    seal: str | None
    another_town: AnotherTown | None
    records_lost: tuple[LostTime, ...]
    still_true: Recheck | None

    @property
    def is_of_a_file(self) -> bool:
        """It was not a code that was checked."""
        return self.verdict in OF_A_FILE


def as_typed(text: str) -> Typed:
    """The code in what a reader of this town's pages typed or pasted."""
    return read_typed(text, leads_here=leads_here)


def check_code(typed: Typed) -> Finding:
    """What can be no code is not asked for. Raises Problem `too-many-requests`, and what `ask` raises."""
    with _counted():
        if not typed.code:
            return _told(Verification(verdict=Verdict.UNKNOWN), typed)
        return _told(ask(VerifyCode(town=current_town().refnis, code=grouped(typed.code))), typed)


def check_file(read: Callable[[], bytes]) -> Finding:
    """Of what is `read`, once the check is counted. Nothing of it is kept.

    Raises Problem `too-many-requests`, one with what is wrong with the field `file`, and what `read` and `ask` raise.
    """
    with _counted():
        content = read()
        _refuse_what_is_no_pdf(content)
        try:
            return _told(ask(VerifyFile(town=current_town().refnis, pdf=base64.b64encode(content).decode())))
        except InvalidField as error:
            raise refused(error.fields.get("pdf", field_error("not-accepted"))) from None


def _counted() -> AbstractContextManager[None]:
    """A second check in one request costs nothing."""
    return limited(current_app.config["LOKET_VERIFICATIONS_LIMIT"], scope="verifications")


def _refuse_what_is_no_pdf(content: bytes) -> None:
    if not content:
        raise refused(field_error("empty-file"))
    if b"%PDF-" not in content[:1024]:
        raise refused(field_error("a-picture" if _is_picture(content) else "not-a-pdf"))


def _is_picture(content: bytes) -> bool:
    return content.startswith(PICTURES) or any(each in content[4:16] for each in PICTURES_WITHIN)


def _told(found: Verification, typed: Typed | None = None) -> Finding:
    """In the reader's language."""
    another = town_of(found.another_town) if found.another_town else None
    mistake = typed.mistake if typed else None
    kind = mistake or _kind(found)
    title, sentence = VERDICTS[kind]
    if found.passed_through:
        sentence = PASSED_ON.get(kind, sentence)
    values = {"town": another.name(language())} if another else {}
    return Finding(
        verdict=found.verdict,
        kind=kind,
        title=translate(title),
        sentence=translate(sentence, **values),
        is_current=found.is_current,
        product=found.product,
        product_title=title_of(found.product or ""),
        number=found.number,
        issued_at=found.issued_at,
        current_until=found.current_through,
        superseded_at=found.superseded_at,
        mistake=mistake,
        leads_elsewhere=found.leads_elsewhere,
        passed_through=found.passed_through,
        seal=found.seal,
        another_town=AnotherTown(name=another.name(language()), address=another.address) if another else None,
        records_lost=found.lost,
        still_true=_recheck(found.still_true) if found.still_true else None,
    )


def _recheck(known: Rechecked) -> Recheck:
    never = known.state == StillTrue.NOT_KNOWN and known.asked_at is None
    return Recheck(
        state=known.state,
        sentence=translate(STILL_TRUE["not-asked" if never else known.state]),
        asked_at=known.asked_at,
        being_asked=known.is_being_asked,
    )


def _kind(found: Verification) -> str:
    """What documents no longer calls current, or true, has words of its own, an untouched file of a superseded
    certificate, too."""
    if found.another_town and town_of(found.another_town):
        return f"{found.verdict}-another-town"
    if found.seal and found.verdict == Verdict.NOT_OURS:
        return f"not-ours-{found.seal}"
    if found.lost:
        return f"{found.verdict}-records-lost"
    fallen = _fallen(found)
    if fallen is None:
        return found.verdict
    return fallen if found.verdict == Verdict.AUTHENTIC else f"{found.verdict}-{fallen}"


def _fallen(found: Verification) -> str | None:
    """Why what was issued is not presented as current any more."""
    if found.verdict == Verdict.UNTOUCHED and found.superseded_at:
        return "superseded"
    if found.still_true and found.still_true.state == StillTrue.SUPERSEDED:
        return "no-longer-true"
    return "out-of-date" if found.is_current is False else None

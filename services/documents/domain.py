"""Certificates: their numbers and codes, when one exists, and what may be said of it afterwards."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from stdnum.iso7064 import mod_37_36

from services.contracts.codes import CROCKFORD
from services.contracts.days import days_after, has_passed
from services.contracts.delivery import Unacceptable
from services.contracts.extracts import Facts
from services.contracts.product import Product
from services.contracts.restoring import LostTime

Randbelow = Callable[[int], int]
"""A random number from 0 up to its argument, fit for secrets (secrets.randbelow)."""


HOURS_OF_A_YEAR = 366 * 24


def hour_of(now: datetime, lost: Sequence[LostTime] = ()) -> int:
    """The hour since 1970 whose numbers are drawn now: its own, but none that numbers were lost from, or before it."""
    hours = [int(moment.timestamp()) // 3600 + after for moment, after in ((now, 0), *((e.until, 1) for e in lost))]
    return max(hours)


def new_number(town: str, year: int, randbelow: Randbelow, *, hour: int) -> str:
    """`24001-2026-482 913 057`: town, year and nine digits, which tell nothing about how many there are.

    Each hour of a year has numbers of its own, 113,843 in a town, of which one is drawn: what was drawn in an hour of
    which no record is left is never drawn again.
    """
    digits = f"{hour % HOURS_OF_A_YEAR + HOURS_OF_A_YEAR * randbelow(10**9 // HOURS_OF_A_YEAR):09}"
    return f"{town}-{year}-{digits[:3]} {digits[3:6]} {digits[6:]}"


def new_code(randbelow: Randbelow) -> str:
    """16 Crockford characters: 75 random bits and a check character (ISO 7064, hybrid system MOD 33,32)."""
    drawn = "".join(CROCKFORD[randbelow(32)] for _ in range(15))
    return drawn + mod_37_36.calc_check_digit(drawn, alphabet=CROCKFORD)


class Unprintable(Unacceptable):
    """What the register holds cannot be put on paper, whoever tries. `code` is the Refusal that the citizen is told;
    `reason` and `detail` are for the operator, and tell no more of the data than that (see rows_of)."""

    def __init__(self, code: str, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class NoPaper:
    """That an application was told that there is none, and why, as Unprintable has it."""

    code: str
    reason: str
    detail: str
    found_at: datetime


def rows_of(points: Iterable[int]) -> str:
    """`U+73xx, U+1FAxx`: in which rows of 256 these characters stand. It tells which font to look for; the characters
    of a name would tell the name."""
    return ", ".join(f"U+{row:02X}xx" for row in sorted({point >> 8 for point in points}))


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Issued once its sealed file is stored; from then on number and code are one application's for ever. Or `no_paper`
    says that it never is: nothing else comes of the application from then on, and number and code are nobody's.

    `current_through` is the last day on which it is presented as current. `subject_key` and `facts_key` are keyed
    pseudonyms of whom it is about and of what it states; `former_subject_keys` those of the subject's former numbers,
    under which earlier certificates may have been issued. `recheck` is locked for the registry (ExtractCompiled):
    with it is asked whether the certificate is still true. None where that never is, and empty once it is no more.
    """

    application_id: str
    town: str
    certificate_id: str
    product: str
    language: str
    number: str
    code: str
    reserved_at: datetime
    sha256: str | None = None
    issued_at: datetime | None = None
    current_through: date | None = None
    subject_key: str | None = None
    former_subject_keys: tuple[str, ...] = ()
    facts_key: str | None = None
    seal: str | None = None
    recheck: str | None = None
    no_paper: NoPaper | None = None
    origin: object = field(default=None, compare=False, repr=False)
    """The store's own."""

    @property
    def is_issued(self) -> bool:
        """Is its sealed file stored?"""
        return self.issued_at is not None

    @property
    def is_settled(self) -> bool:
        """Is it issued, or was it told that it never will be?"""
        return self.is_issued or self.no_paper is not None

    def is_current(self, *, now: datetime) -> bool:
        """Has its last day not passed? That day counts to its end."""
        return self.current_through is not None and not has_passed(self.current_through, now=now)

    @property
    def filename(self) -> str:
        """Holds the number, never a name of a person."""
        return f"{self.product}-{self.number.replace(' ', '')}.pdf"


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that goes onto one certificate; the rest of the page is the product's and the town's."""

    certificate_id: str
    number: str
    code: str
    language: str
    issued_at: datetime
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A sealed file. `seal` is the SHA-256 of the seal's certificate, by which its files are known again."""

    pdf: bytes
    seal: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a PDF shows by itself.

    `number` is the one in the seal's dictionary; `seals` (as Printed.seal) are whose seals are on the file, and
    `whole` those of them that cover every byte of it. `codes` and `mentioned`, another number, stand in its text and
    its description, `pointers` are what its QR codes say, whoever wrote them there. `locked`: it opens with a password
    only. `bears_seal`: there is a seal in it, or what another program left of one.
    """

    number: str | None = None
    seals: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    mentioned: str | None = None
    locked: bool = False
    bears_seal: bool = False


def current_through(issued_at: datetime, product: Product) -> date:
    """The last day on which the certificate is presented as current."""
    return days_after(issued_at, product.current_for_days)

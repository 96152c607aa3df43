"""When two entries are certainly of two places: for protection, where every doubt counts as one place.

One dwelling is written in many ways: `12 box 101`, `12/0101`, `12 bus 101`; `St.-Jansstraat`, `Sint-Jansstraat`; under
the name or postal code of a part, or of a municipality that merged. What one entry leaves out is no difference. The
strict question, whether the register writes one address, is addresses.is_same_address.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from services.contracts.address import Address
from services.contracts.municipalities import municipalities, official_languages, postcodes
from services.contracts.naming import UNDETERMINED, Names
from services.registry.street_names import may_be_one_street
from services.registry.written_numbers import Span, Spans, figures, plain, single_letters, spans

UNNUMBERED = "?"
"""The key of an entry whose house number has no figure: it can be of any house."""

_FIGURES = re.compile(r"\d+")

_MOST_SPANS = 50
"""An entry with more of them can be of any house that shares a number with it."""


def is_certainly_elsewhere(one: Address, other: Address) -> bool:
    """Can these not be one dwelling, however each was written down?

    They can where the house numbers share one, or what lies between the ends of a range (`12-16`, `14-18`), box and
    letters do not contradict each other, the streets may be one, and so may the municipalities. Belgian addresses; a
    municipality is today's, after all mergers of the table.
    """
    return (
        _in_another_street(one, other)
        or _at_another_number(one, other)
        or _in_another_municipality(one.postcode, other.postcode)
    )


def house_numbers(address: Address) -> tuple[str, ...]:
    """What an entry can be looked up by: two that share none, and of which none is UNNUMBERED, are of two places.

    A range is at all it may hold, and `12 bus 3` may be at 3. It holds within one town.
    """
    number = address.house_number
    between = {str(each) for first, last in spans(number).numbers for each in range(first, last + 1)}
    return tuple(sorted(between.union(figures(number)))) or (UNNUMBERED,)


def _at_another_number(one: Address, other: Address) -> bool:
    here, there = set(house_numbers(one)), set(house_numbers(other))
    if UNNUMBERED in here | there:
        return False
    if not here & there:
        return True
    return not (_share_numbers(one, other) and _share_letters(one, other))


def _share_numbers(one: Address, other: Address) -> bool:
    here, there = _written(one, figures), _written(other, figures)
    if _agree(here, there) or _run_together(here, there):
        return True
    some, others = _reached(one), _reached(other)
    return (some.ranging or others.ranging) and _overlap(some.numbers, others.numbers)


def _share_letters(one: Address, other: Address) -> bool:
    if _agree(_written(one, single_letters), _written(other, single_letters)):
        return True
    some, others = _reached(one), _reached(other)
    return (some.ranging or others.ranging) and _overlap(some.letters, others.letters)


def _written(address: Address, read: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Of number and box: in which of the two a register writes them differs."""
    return (*read(address.house_number), *read(address.box or ""))


def _reached(address: Address) -> Spans:
    return spans(address.house_number) | spans(address.box or "", box=True)


def _overlap(some: Collection[Span], others: Collection[Span]) -> bool:
    """Has each of the one's a number in common with one of the other's, or the other way round?"""
    if max(len(some), len(others)) > _MOST_SPANS:
        return True
    return _all_meet(some, others) or _all_meet(others, some)


def _all_meet(some: Iterable[Span], others: Collection[Span]) -> bool:
    return all(any(first <= end and begin <= last for begin, end in others) for first, last in some)


def _agree(some: Iterable[str], others: Iterable[str]) -> bool:
    """Does one leave out nothing that the other has, or the other way round?"""
    here, there = Counter(some), Counter(others)
    return here <= there or there <= here


def _run_together(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """`1.01` is `101`, and may be `1/1`."""
    return len(some) != len(others) and "".join(some).replace("0", "") == "".join(others).replace("0", "")


def _in_another_street(one: Address, other: Address) -> bool:
    """Only names in one language can tell two streets apart."""
    if any(may_be_one_street(name, else_) for name in one.street.values() for else_ in other.street.values()):
        return False
    official = _languages(one.postcode) | _languages(other.postcode)
    return bool(_known_in(one.street, official) & _known_in(other.street, official)) or any(
        UNDETERMINED in some and bool(official) and official <= others.keys()
        for some, others in ((one.street, other.street), (other.street, one.street))
    )


def _known_in(names: Names, official: frozenset[str]) -> frozenset[str]:
    """Where there is one language, a name of which nobody noted it is in that one."""
    named = frozenset(names) - {UNDETERMINED}
    return named | official if UNDETERMINED in names and len(official) == 1 else named


def _in_another_municipality(one: str, other: str) -> bool:
    """A postal code that is of no municipality is a slip, and of any."""
    here, there = _municipalities(one), _municipalities(other)
    return bool(here and there) and not here & there


def _municipalities(postcode: str) -> frozenset[str]:
    return _by_postcode().get("".join(_FIGURES.findall(plain(postcode))), frozenset())


@lru_cache(maxsize=4096)
def _languages(postcode: str) -> frozenset[str]:
    return frozenset(language for refnis in _municipalities(postcode) for language in official_languages(refnis))


@cache
def _by_postcode() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for each in municipalities().values():
        if each.until is None:
            for postcode in postcodes(each.refnis):
                found.setdefault(postcode, set()).add(each.refnis)
    return MappingProxyType({postcode: frozenset(codes) for postcode, codes in found.items()})

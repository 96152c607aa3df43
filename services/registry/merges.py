"""Who a number stands for: dossiers that were merged are followed to the current one, wherever a number is met.

A register that gives somebody another number keeps the old dossier and says into which one it was merged. Such merges
chain, and a register can contradict itself about them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from services.contracts.national_number import is_valid
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import Dossier, Standing, View


@dataclass(frozen=True, kw_only=True)
class Found:
    """Whom a number leads to: the current number, the current dossier where there is one, and the dossiers on the way.

    `contradiction` is set where the merges lead nowhere; there is no current dossier then.
    """

    number: str
    dossier: Dossier | None
    trail: tuple[Dossier, ...] = ()
    contradiction: Contradiction | None = None

    @property
    def last_known(self) -> Dossier | None:
        """The current dossier, or the last one on a way that leads nowhere."""
        return self.dossier or (self.trail[-1] if self.trail else None)

    def all_numbers(self, former: Iterable[str]) -> set[str]:
        """With `former`, the numbers merged into this one: all that the person has or had."""
        return {self.number, *(dossier.number for dossier in self.trail), *former}

    def check(self) -> None:
        """Raises Inconsistent where the merges lead nowhere."""
        if self.contradiction:
            raise Inconsistent(self.contradiction, about=[*(dossier.number for dossier in self.trail), self.number])


def find(number: str, view: View) -> Found:
    """The person behind a number. Raises what View raises; who uses the answer asks it to `check`."""
    dossier = view.dossier(number)
    known = {number: dossier}
    if dossier is not None and dossier.replaced_by is not None:
        known |= _reachable((dossier.replaced_by,), view)
    return _walk(number, known)


def find_all(numbers: Iterable[str], view: View) -> dict[str, Found]:
    """The people behind numbers, by the number each was met under."""
    wanted = tuple(dict.fromkeys(numbers))
    known = _reachable(wanted, view) if wanted else {}
    return {number: _walk(number, known) for number in wanted}


def merged_into(numbers: Iterable[str], view: View) -> dict[str, Dossier]:
    """The dossiers that were merged into one of these, directly or over others, by their own, former numbers."""
    found: dict[str, Dossier] = {}
    seen = set(numbers)
    wanted = tuple(dict.fromkeys(numbers))
    while wanted and (former := tuple(each for each in view.merged_into(wanted) if each not in seen)):
        found |= view.dossiers(former)
        seen |= set(former)
        wanted = former
    return found


def numbers_of(number: str, view: View) -> tuple[str, ...]:
    """All numbers of whoever has this one, the given one first: those it was merged into, and those merged into it.

    That dossiers lead in a ring, or to one that is not there, leaves in doubt which number is the current one, and not
    whose they are.
    """
    valid = partial(is_valid, test=view.test_numbers)
    if not valid(number):
        return (number,)
    person = find(number, view)
    ahead = {number, person.number, *(dossier.number for dossier in person.trail)}
    return tuple(dict.fromkeys((number, *sorted(filter(valid, ahead | set(merged_into(ahead, view)))))))


def _reachable(numbers: tuple[str, ...], view: View) -> dict[str, Dossier | None]:
    """Their dossiers and all that these were merged into, None for those that are not there."""
    known: dict[str, Dossier | None] = {}
    wanted = numbers
    while wanted:
        found = view.dossiers(wanted)
        known |= {number: found.get(number) for number in wanted}
        into = (dossier.replaced_by for dossier in found.values())
        wanted = tuple(dict.fromkeys(number for number in into if number is not None and number not in known))
    return known


def _walk(number: str, known: dict[str, Dossier | None]) -> Found:
    trail: list[Dossier] = []
    passed: set[str] = set()
    while (dossier := known.get(number)) is not None and dossier.replaced_by is not None:
        trail.append(dossier)
        passed.add(number)
        number = dossier.replaced_by
        if number in passed:
            kind = Contradiction.MERGES_WITHOUT_END
            return Found(number=number, dossier=None, trail=tuple(trail), contradiction=kind)
    lost = dossier is None and bool(trail) and trail[-1].registration.standing is Standing.RESIDENT
    return Found(
        number=number,
        dossier=dossier,
        trail=tuple(trail),
        contradiction=Contradiction.MERGED_INTO_NOBODY if lost else None,
    )

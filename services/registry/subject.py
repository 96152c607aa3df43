"""Whom a population answers about: what facts are compiled from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.registry.domain import SELF, Dossier, Stay, View
from services.registry.home import Home


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Somebody whom the applicant may ask about, in a town's register on a day, in a `capacity`.

    `former` are the dossiers that were merged into the current one. Where a fact that is asked for tells an address,
    `stay` is where a resident lives and `home` with whom, both found to agree with each other. Whoever else has to be
    looked at is found through `view`, which logs it.
    """

    dossier: Dossier
    town: str
    today: date
    view: View
    former: Collection[Dossier] = ()
    capacity: str = SELF
    stay: Stay | None = None
    home: Home | None = None

    @property
    def is_protected(self) -> bool:
        """Whichever dossier says so: a merge must not end a protection."""
        return any(each.protected_address for each in (self.dossier, *self.former))

    @property
    def numbers(self) -> frozenset[str]:
        """All that the register had for this person."""
        return frozenset({self.dossier.number, *(each.number for each in self.former)})

"""What follows from how somebody stands in the registers: a line for each code, read by entitlement (who gets what)
and home (whether a household agrees with a civil state).

Where a register or a standing does not bear a certificate, the sentence of the refusal (gateway/sentences.py) names the
desk.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from services.contracts.errors import Refusal
from services.contracts.facts import FACTS
from services.registry.domain import CivilState, RegisterKind, Standing

NOTHING: Mapping[str, Refusal] = MappingProxyType({})
"""No fact is withheld."""


def _all(refusal: Refusal) -> Mapping[str, Refusal]:
    return MappingProxyType(dict.fromkeys(FACTS, refusal))


BY_STANDING: Mapping[Standing, Refusal | None] = MappingProxyType(
    {
        Standing.RESIDENT: None,
        Standing.DECEASED: Refusal.DECEASED,
        Standing.DECLARED_ABSENT: Refusal.DECLARED_ABSENT,
        Standing.MOVED_OUT: Refusal.MOVED_OUT,
        Standing.EMIGRATED: Refusal.EMIGRATED,
        Standing.STRUCK_OFF: Refusal.STRUCK_OFF,
        Standing.STRUCK_OFF_ABROAD: Refusal.STRUCK_OFF,
        Standing.RESIDENCE_LOST: Refusal.RESIDENCE_LOST,
        Standing.ELSEWHERE: Refusal.NOT_A_RESIDENT,
    }
)
"""Why the register has nothing current to say about someone, if it has not."""

ASKS_NOTHING = frozenset({Standing.DECEASED, Standing.DECLARED_ABSENT})
"""A declaration of absence has the effects of death from the day it is transcribed (old Civil Code, article 121)."""

ELSEWHERE = frozenset(
    {
        Standing.DECEASED,
        Standing.DECLARED_ABSENT,
        Standing.MOVED_OUT,
        Standing.EMIGRATED,
        Standing.STRUCK_OFF_ABROAD,
        Standing.ELSEWHERE,
    }
)
"""Who stands so certainly lives at no address of the town. Whose whereabouts are not known, or who lost only the right
to be entered, may still live there."""

WITHHELD: Mapping[RegisterKind, Mapping[str, Refusal]] = MappingProxyType(
    {
        RegisterKind.POPULATION: NOTHING,
        RegisterKind.FOREIGNERS: NOTHING,
        # Entered where they stay (Act of 19 July 1991, article 1, first paragraph, 2°), by the identity they declared:
        # who lives is for a desk to see.
        RegisterKind.WAITING: MappingProxyType({"life": Refusal.IDENTITY_DECLARED}),
        # Entered before the police looked whether they live there.
        RegisterKind.WAITING_EU: MappingProxyType(
            {"residence": Refusal.RESIDENCE_UNVERIFIED, "household": Refusal.RESIDENCE_UNVERIFIED}
        ),
        # Not entered by duty (Act of 19 July 1991, article 1, second paragraph), and by the Protocol, not the town.
        RegisterKind.EU_OFFICIALS: _all(Refusal.SPECIAL_REGISTER),
        RegisterKind.PROTOCOL: _all(Refusal.SPECIAL_REGISTER),
        RegisterKind.BIS: _all(Refusal.IN_NO_REGISTER),
    }
)
"""Which facts are not certified from a register automatically, and the refusal instead.

One member whose register withholds the household withholds it: the others could not be certified to live with somebody
of whom that is not known.
"""


DECLARED = frozenset({RegisterKind.WAITING})
"""Registers of people whose identity is what they said it is, so that every paper says so. A citizen of the Union shows
a card or a passport before being entered in the other waiting register."""


class Bond(StrEnum):
    """What a civil state says of a spouse."""

    NONE = "none"
    GOES_ON = "goes-on"
    ENDED = "ended"
    UNKNOWN = "unknown"


BY_CIVIL_STATE: Mapping[CivilState, Bond] = MappingProxyType(
    {
        # Also of who married abroad where it is not recognised yet: it contradicts no spouse.
        CivilState.UNMARRIED: Bond.NONE,
        CivilState.MARRIED: Bond.GOES_ON,
        CivilState.PUTATIVE_MARRIAGE: Bond.UNKNOWN,
        CivilState.MARRIAGE_ANNULLED: Bond.ENDED,
        CivilState.SEPARATED: Bond.GOES_ON,
        CivilState.DIVORCED: Bond.ENDED,
        CivilState.MARRIAGE_DISSOLVED: Bond.ENDED,
        CivilState.WIDOWED: Bond.ENDED,
        CivilState.PARTNERSHIP: Bond.GOES_ON,
        CivilState.PARTNERSHIP_ENDED: Bond.ENDED,
        CivilState.UNDETERMINED: Bond.UNKNOWN,
        CivilState.NOT_SAID: Bond.UNKNOWN,
    }
)
"""A household that lists a spouse of someone whose marriage has ended contradicts itself."""

COLLECTIVE = frozenset({"community-member"})
"""Relations that only a collective household has (care home, prison, convent)."""

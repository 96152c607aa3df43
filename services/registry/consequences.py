"""What follows from how somebody stands in the registers: a line for each code, read by entitlement (who gets what)
and home (whether a household agrees with a civil state).

Where a register or a standing does not bear a certificate, the sentence of the refusal (gateway/sentences/) names the
desk.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from services.contracts.errors import Refusal
from services.registry.domain import CivilState, RegisterKind, Standing

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

BY_REGISTER: Mapping[RegisterKind, Refusal | None] = MappingProxyType(
    {
        RegisterKind.POPULATION: None,
        RegisterKind.FOREIGNERS: None,
        RegisterKind.WAITING: None,
        RegisterKind.WAITING_EU: None,
        # Not entered by duty (Act of 19 July 1991, article 1, second paragraph), and by the Protocol, not the town.
        RegisterKind.EU_OFFICIALS: Refusal.SPECIAL_REGISTER,
        RegisterKind.PROTOCOL: Refusal.SPECIAL_REGISTER,
        RegisterKind.BIS: Refusal.IN_NO_REGISTER,
    }
)
"""Why nothing is certified from a register automatically. What one does not bear of a single fact, the fact says
(facts.PopulationFact.withheld)."""


DECLARED = frozenset({RegisterKind.WAITING})
"""Registers of people whose identity is what they said it is, so that every paper says so. A citizen of the Union shows
a card or a passport before being entered in the other waiting register."""

BY_DECLARATION: Mapping[RegisterKind, Refusal] = MappingProxyType(dict.fromkeys(DECLARED, Refusal.IDENTITY_DECLARED))
"""What is not certified of them: who lives, is married, or is a national of which state is for a desk to see."""


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

MARRIED = frozenset({CivilState.MARRIED, CivilState.SEPARATED})
"""Separated from bed and board is married."""

LEGAL_COHABITANT = "legal-cohabitant"
"""The relation of who cohabits legally with the reference person."""

COLLECTIVE = frozenset({"community-member"})
"""Relations that only a collective household has (care home, prison, convent)."""

"""The homes of the residents of every register, standing and position."""

from datetime import date
from itertools import pairwise

from deploy.demo.generator.hard_case_homes import HardCaseHomes
from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.people import Draft, declare_cohabitation, give_parents, marry
from deploy.demo.generator.places import place_of
from services.contracts.municipalities import municipalities
from services.registry.domain import (
    REFERENCE_PERSON,
    CivilState,
    CivilStatus,
    LastWishes,
    Nationality,
    RegisterKind,
    Registration,
    Standing,
    Voting,
)

_SINCE = date(2023, 3, 1)


class AllHardCaseHomes(HardCaseHomes):
    """The hard cases, with those of every register, standing and position (consequences.py) behind them."""

    def _others(self) -> None:
        self._registers()
        self._standings()
        self._positions()
        self._places()
        self._declarations()

    def _registers(self) -> None:
        for key, register, nationality in (
            ("foreigners-register", RegisterKind.FOREIGNERS, "IN"),
            ("waiting-register", RegisterKind.WAITING, "SY"),
            ("waiting-register-eu", RegisterKind.WAITING_EU, "ES"),
            ("diplomat", RegisterKind.PROTOCOL, "IN"),
            ("bis-register", RegisterKind.BIS, "RO"),
        ):
            self._enter(self._single(key, since=_SINCE, origin=nationality), register, nationality)
        for one, other, register, nationality in (
            ("mixed-registers", "waiting-register-spouse", RegisterKind.WAITING, "SY"),
            ("spouse-of-official", "eu-official", RegisterKind.EU_OFFICIALS, "IT"),
        ):
            entered, foreign = self._draft(one), self._draft(other, origin=nationality)
            self._enter(foreign, register, nationality)
            marry(entered, foreign, _SINCE)
            self._home((entered, REFERENCE_PERSON), (foreign, "spouse"), since=_SINCE)

    def _standings(self) -> None:
        self._homes[-1].outside += [
            self._gone_to("declared-absent", Standing.DECLARED_ABSENT, None),
            self._gone_to("struck-off-abroad", Standing.STRUCK_OFF_ABROAD, None),
            self._gone_to("residence-lost", Standing.RESIDENCE_LOST, None),
        ]

    def _positions(self) -> None:
        separated = self._single("separated")
        separated.civil_status = CivilStatus(state=CivilState.SEPARATED, since="2016-02-02")
        elder, aunt = self._draft("four-generations"), self._draft(born=date(1938, 2, 2), sex="F")
        line = [elder] + [self._draft(born=born, name=elder.last_name) for born in _GENERATIONS]
        for parent, child in pairwise(line):
            give_parents(child, parent)
        relations = (REFERENCE_PERSON, "child", "grandchild", "great-grandchild")
        cousin = self._draft(born=date(1950, 5, 5))
        self._home(*zip(line, relations, strict=True), (aunt, "uncle-or-aunt"), (cousin, "cousin"))
        sister = self._draft("community")
        self._home((sister, REFERENCE_PERSON), (self._draft(born=date(1955, 1, 1), sex="F"), "community-member"))

        one, other = self._draft("spouse-after-divorce"), self._draft(born=date(1981, 4, 9), sex="M")
        self._home((one, REFERENCE_PERSON), (other, "spouse"))
        one.civil_status = CivilStatus(state=CivilState.DIVORCED, since="2024-04-04", partner=other.number)
        one, other = self._draft("cohabitation-ended"), self._draft(born=date(1990, 6, 1), sex="M")
        declare_cohabitation(one, other, date(2018, 1, 8), date(2024, 7, 1))
        self._home((one, REFERENCE_PERSON), (other, "legal-cohabitant"))

    def _declarations(self) -> None:
        voter = self._single("eu-voter", since=_SINCE, origin="PT")
        self._enter(voter, RegisterKind.POPULATION, "PT")
        voter.voting = Voting(registered_for=("european", "municipal"))
        self._single("excluded-voter").voting = Voting(is_excluded=True)
        self._single("last-wishes").last_wishes = LastWishes(mode="cremation-columbarium", declared_on="2019-11-04")

    def _places(self) -> None:
        self._single("born-before-a-merger").birth_place = place_of(municipalities()["11007"])

    @staticmethod
    def _enter(draft: Draft, register: RegisterKind, nationality: str) -> None:
        born_on = HARD_CASES_BY_NUMBER[draft.number].born_on
        draft.nationalities = (Nationality(code=nationality, since=born_on),)
        draft.birth_country, draft.birth_place = nationality, None
        draft.registration = Registration(standing=Standing.RESIDENT, since=_SINCE.isoformat(), register=register)


HARD_CASES_BY_NUMBER = {each.number: each for each in HARD_CASES.values()}
_GENERATIONS = (date(1966, 3, 12), date(1991, 8, 4), date(2018, 12, 24))

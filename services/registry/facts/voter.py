"""In which elections somebody may vote today.

Belgians of eighteen (Electoral Code, article 1), for the European Parliament of sixteen (Act of 23 March 1989, article
1); whom a judgment excludes or suspends does not (Electoral Code, articles 6 to 9bis). Who is no Belgian votes once
they have had themselves entered as a voter: for the European Parliament citizens of the Union alone (Act of 23 March
1989, article 1, § 2), for the municipal council these and others (Municipal Electoral Act, articles 1bis and 1ter), for
the Chamber and the parliaments of region and community nobody (Constitution, articles 8 and 61).
"""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType

from services.contracts.countries import NATIONALITIES, UNION
from services.contracts.errors import Refusal
from services.contracts.facts.voter import Voter
from services.contracts.partial_days import latest
from services.contracts.register_codes import ELECTIONS
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import RegisterKind, Voting
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.origins import nationality_codes
from services.registry.subject import Subject

BELGIAN = "BE"
AGE = {"chamber": 18, "parliaments": 18, "european": 16, "municipal": 18}
MAY_BE_ENTERED: Mapping[str, frozenset[str]] = MappingProxyType(
    {"chamber": frozenset(), "parliaments": frozenset(), "european": UNION, "municipal": NATIONALITIES}
)
"""Of who is no Belgian: the nationalities of whom one has to be theirs."""


def _refusal(subject: Subject) -> Refusal | None:
    return None if _elections(subject) else Refusal.NOT_A_VOTER


def _compile(subject: Subject) -> Voter:
    return Voter(elections=_elections(subject))


def _elections(subject: Subject) -> tuple[str, ...]:
    dossier, voting = subject.dossier, subject.dossier.voting
    if voting is not None and not set(voting.registered_for) <= set(ELECTIONS):
        raise Inconsistent(Contradiction.CODE_UNKNOWN, about=[dossier.number])
    if voting is not None and voting.is_excluded:
        return ()
    open_to = _open_to(voting, nationality_codes(dossier), number=dossier.number)
    return tuple(
        each for each in ELECTIONS if each in open_to and _is_old_enough(AGE[each], dossier.born_on, subject.today)
    )


def _open_to(voting: Voting | None, nationalities: Collection[str], *, number: str) -> Collection[str]:
    if BELGIAN in nationalities:
        return ELECTIONS
    entered = voting.registered_for if voting else ()
    if any(MAY_BE_ENTERED[each].isdisjoint(nationalities) for each in entered):
        raise Inconsistent(Contradiction.VOTER_NOT_ENTITLED, about=[number])
    return entered


def _is_old_enough(years: int, born_on: str, on: date) -> bool:
    """Certainly: of a day that is not known the last counts."""
    born = latest(born_on)
    return born is not None and (born.year + years, born.month, born.day) <= (on.year, on.month, on.day)


FACT = PopulationFact(
    part=Voter,
    compile=_compile,
    refusal=_refusal,
    standings=RESIDENTS,
    withheld=dict.fromkeys((RegisterKind.WAITING, RegisterKind.WAITING_EU), Refusal.NOT_A_VOTER),
)

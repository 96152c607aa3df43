"""In which elections somebody may vote today.

Belgians of eighteen (Electoral Code, article 1), for the European Parliament of sixteen (Act of 23 March 1989, article
1); whom a judgment excludes or suspends does not (Electoral Code, articles 6 to 9bis). Citizens of the Union, and
others for the municipal council, once they have had themselves entered as voters (Act of 23 March 1989, article 1,
§ 2; Municipal Electoral Act, articles 1bis and 1ter).
"""

from datetime import date

from services.contracts.errors import Refusal
from services.contracts.facts.voter import Voter
from services.contracts.partial_days import latest
from services.contracts.register_codes import ELECTIONS
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import RegisterKind
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.origins import nationality_codes
from services.registry.subject import Subject

BELGIAN = "BE"
AGE = {"chamber": 18, "parliaments": 18, "european": 16, "municipal": 18}


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
    open_to = ELECTIONS if BELGIAN in nationality_codes(dossier) else voting.registered_for if voting else ()
    return tuple(
        each for each in ELECTIONS if each in open_to and _is_old_enough(AGE[each], dossier.born_on, subject.today)
    )


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

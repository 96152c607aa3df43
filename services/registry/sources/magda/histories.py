"""From an answer of GeefHistoriekPersoon to where somebody lived and lives."""

from dataclasses import replace

from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.domain import Dossier, Stay
from services.registry.sources.magda.places import stay
from services.registry.sources.magda.xml import Element, begin, end, text


def in_full(dossier: Dossier, history: Element) -> Dossier:
    """The dossier with the stays of its whole life, in Belgium. Raises Inconsistent where the two do not agree.

    A source that does not close what has ended (no DatumEinde) has it ended where the next one begins.
    """
    with concerning(dossier.number):
        if text(history, "INSZ") != dossier.number:
            raise Inconsistent(Contradiction.ANSWER_DOUBTED)
        path = "HistoriekAdressen/HistoriekHoofdverblijfplaats/Hoofdverblijfplaats"
        abroad = "HistoriekAdressen/HistoriekVerblijfplaatsBuitenland/VerblijfplaatsBuitenland"
        places = sorted((*history.findall(path), *history.findall(abroad)), key=begin)
        stays = tuple(each for each in map(_closed, places, [*places[1:], None]) if each is not None)
        if dossier.stays and dossier.stays[-1] not in stays:
            raise Inconsistent(Contradiction.ANSWER_DOUBTED)
        return replace(dossier, stays=stays, has_all_stays=True)


def _closed(place: Element, following: Element | None) -> Stay | None:
    found = stay(place) if place.tag == "Hoofdverblijfplaats" else None
    if found is None or found.until is not None or following is None:
        return found
    return replace(found, until=end(place) or begin(following) or None)

"""The stand-in's answers to questions that it takes: from a population, in the words of the platform."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from deploy.demo.magda import writing
from deploy.demo.magda.attesting import attest, names
from deploy.demo.magda.numbers import lowered, with_raised
from services.registry.contradictions import Inconsistent
from services.registry.domain import Dossier, Household, SourceUnavailable, View
from services.registry.merges import find_all
from services.registry.sources.magda.questions import Service

NOT_FOUND = ("30001", "FOUT", "Geen gegevens gevonden voor de vraag")
RENUMBERED = ("30004", "WAARSCHUWING", "Persoon heeft een nieuw INSZ verkregen")
SOURCE_AWAY = ("99995", "FOUT", "Bron is tijdelijk niet beschikbaar")
BUSY = ("99996", "FOUT", "Te veel gelijktijdige bevragingen")
NO_RIGHT = ("40006", "FOUT", "Fout in autorisatie")
BROKEN = ("60009", "FOUT", "Er heeft zich een technisch probleem voorgedaan")
NO_SUCH_ATTEST = ("45810", "FOUT", "Fout in opgegeven zoekcriteria: Ongekende attestnaam")
NO_SUCH_LANGUAGE = ("45811", "FOUT", "Fout in opgegeven zoekcriteria: Ongekende taal")


class Answering:
    """`view_of` gives the population of a town; `folder` holds the seals on attests."""

    def __init__(self, view_of: Callable[[str], View], *, folder: Path, clock: Callable[[], datetime]) -> None:
        self._view_of = view_of
        self._folder = folder
        self._clock = clock

    def answer(self, question: etree._Element, *, town: str, fault: str = "") -> str:
        """The SOAP message to a question (the element in the body). `fault` is one of an attest."""
        service = Service(etree.QName(question).localname)
        number = question.findtext("Verzoek/Vragen/Vraag/Inhoud/Criteria/INSZ") or ""
        ours = question.findtext("Verzoek/Vragen/Vraag/Referte") or ""
        theirs = question.findtext("Verzoek/Context/Bericht/Afzender/Referte") or ""
        own = lowered(number)
        try:
            if service is Service.ATTEST:
                content, told = self._attest(question, own or number, number, town, fault)
            else:
                content, told = self._content(service, own or number, town)
        except SourceUnavailable:
            return self.message(service, theirs, failure=SOURCE_AWAY)
        except Inconsistent:
            return self.message(service, theirs, failure=BROKEN)
        content = with_raised(content) if own else content
        exceptions = f"<Uitzonderingen>{self._exception(told)}</Uitzonderingen>" if told else ""
        inside = f"<Inhoud>{content}</Inhoud>" if content else ""
        return self.message(
            service, theirs, answers=f"<Antwoord><Referte>{escape(ours)}</Referte>{inside}{exceptions}</Antwoord>"
        )

    def message(
        self, service: Service, reference: str, *, answers: str = "", failure: tuple[str, str, str] | None = None
    ) -> str:
        now = self._clock()
        inside = f"<Uitzonderingen>{self._exception(failure)}</Uitzonderingen>" if failure else ""
        inside += f"<Antwoorden>{answers}</Antwoorden>" if answers else ""
        return (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<m:{service}Response xmlns:m="{service.namespace}"><Repliek><Context><Naam>{service}</Naam>'
            f"<Versie>{service.version}</Versie><Bericht><Type>ANTWOORD</Type><Tijdstip><Datum>{now:%Y-%m-%d}</Datum>"
            f"<Tijd>{now:%H:%M:%S}.000</Tijd></Tijdstip><Afzender><Identificatie>magda.example</Identificatie>"
            f"<Naam>Loket demonstration</Naam></Afzender><Ontvanger><Referte>{escape(reference)}</Referte></Ontvanger>"
            f"</Bericht></Context>{inside}</Repliek></m:{service}Response></s:Body></s:Envelope>"
        )

    def _content(self, service: Service, number: str, town: str) -> tuple[str, tuple[str, str, str] | None]:
        view = self._view_of(town)
        told = None
        dossier = view.dossier(number)
        while dossier is not None and dossier.replaced_by is not None:
            dossier, told = view.dossier(dossier.replaced_by), RENUMBERED
        if dossier is None:
            return "", NOT_FOUND
        if service is Service.PERSON_HISTORY:
            return writing.history(dossier), told
        household = view.household(dossier.household) if dossier.household else None
        if household is not None:
            household = writing.as_listed(household, _current_numbers(household, view))
        others = _people(household, view)
        if service is Service.PERSON:
            return writing.person(dossier, town=town, household=household, others=others), told
        if household is None:
            return "", NOT_FOUND
        found = writing.members(household, others)
        if service is Service.HOUSEHOLD_HISTORY:
            found = (
                f"<HistoriekGezinssamenstelling><Gezinssamenstelling>{found}</Gezinssamenstelling>"
                "</HistoriekGezinssamenstelling>"
            )
        return found, told

    def _attest(
        self, question: etree._Element, own: str, asked: str, town: str, fault: str
    ) -> tuple[str, tuple[str, str, str] | None]:
        inside = "Verzoek/Vragen/Vraag/Inhoud"
        name = question.findtext(f"{inside}/Criteria/Attest/Naam") or ""
        if name not in names():
            return "", NO_SUCH_ATTEST
        if question.findtext(f"{inside}/Criteria/Attest/Taal") not in ("nl", "fr", "de"):
            return "", NO_SUCH_LANGUAGE
        if question.findtext(f"{inside}/GemeenteVanAfgifte") != town:
            return "", NO_RIGHT
        view = self._view_of(town)
        dossier = view.dossier(own)
        if dossier is None or dossier.replaced_by is not None or fault == "none":
            return "", NOT_FOUND
        household = view.household(dossier.household) if dossier.household else None
        return attest(
            name,
            dossier,
            number=asked,
            household=household,
            others=_people(household, view),
            folder=self._folder,
            fault=fault,
            on=self._clock().date(),
        ), None

    def _exception(self, told: tuple[str, str, str]) -> str:
        code, kind, diagnosis = told
        now = self._clock()
        return (
            f"<Uitzondering><Identificatie>{code}</Identificatie><Oorsprong>MAGDA</Oorsprong><Type>{kind}</Type>"
            f"<Tijdstip><Datum>{now:%Y-%m-%d}</Datum><Tijd>{now:%H:%M:%S}.000</Tijd></Tijdstip>"
            f"<Diagnose>{escape(diagnosis)}</Diagnose></Uitzondering>"
        )


def _people(household: Household | None, view: View) -> dict[str, Dossier]:
    return view.dossiers(tuple(each.number for each in household.members)) if household else {}


def _current_numbers(household: Household, view: View) -> dict[str, str]:
    found = find_all((each.number for each in household.members), view)
    return {number: each.number for number, each in found.items()}


def fault(code: str) -> str:
    """A SOAP fault of WS-Security."""
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        '<faultcode xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
        f"wsse:{code}</faultcode><faultstring>{code}</faultstring></s:Fault></s:Body></s:Envelope>"
    )

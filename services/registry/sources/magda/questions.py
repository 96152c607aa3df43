"""Questions to MAGDA as its public simulator and its manual have them: one person a message."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from xml.sax.saxutils import escape

from services.contracts.days import local
from services.contracts.sealed import LARGEST_SEALED
from services.registry.sources.magda.xml import MOST_BYTES


class Service(StrEnum):
    """The operations that a town needs."""

    PERSON = "GeefPersoon"
    HOUSEHOLD = "GeefGezinssamenstelling"
    PERSON_HISTORY = "GeefHistoriekPersoon"
    HOUSEHOLD_HISTORY = "GeefHistoriekGezinssamenstelling"
    ATTEST = "GeefAttest"

    @property
    def namespace(self) -> str:
        if self is Service.ATTEST:
            return "http://webservice.geefattestdienst-02_00.persoon-02_00.vip.vlaanderen.be"
        return f"http://magda.vlaanderen.be/persoon/soap/{self.value.lower()}/v02_02"

    @property
    def version(self) -> str:
        """The platform has no later one of GeefAttest."""
        return "02.00.0000" if self is Service.ATTEST else "02.02.0000"

    @property
    def most_bytes(self) -> int:
        """Of an answer: a document in base64, or a household of 150 with the history of each ten times over."""
        return LARGEST_SEALED * 4 // 3 + 64 * 1024 if self is Service.ATTEST else MOST_BYTES


ABOUT_ONE = (Service.PERSON, Service.PERSON_HISTORY, Service.ATTEST)
"""Whose answers are about one person."""


@dataclass(frozen=True, kw_only=True)
class Identification:
    """Who asks: the identification that the platform gave the town, and in which quality (hoedanigheid)."""

    identification: str
    quality: str | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """`reference` is ours, made for this message: the answer carries it, and the access log keeps it.

    A history is asked from the day `since` on, or as it was `at` a day. An attest has the `name` that the National
    Register gives it and the `language` in which it is to be written; the municipality `by` (REFNIS) hands it out.
    """

    service: Service
    number: str
    reference: str
    since: str | None = None
    at: str | None = None
    name: str = ""
    language: str = ""
    by: str = ""


def body(question: Question, asker: Identification, *, now: datetime) -> str:
    """What stands in the SOAP body. The day and time are Belgian."""
    service, here = question.service, local(now)
    quality = f"<Hoedanigheid>{escape(asker.quality)}</Hoedanigheid>" if asker.quality else ""
    day = question.at or question.since
    when = f'<Datum Op="{1 if question.at else 0}">{day}</Datum>' if day else ""
    source = "" if service is Service.HOUSEHOLD_HISTORY else "<Bron>RR</Bron>"
    if service is Service.ATTEST:
        name, language = escape(question.name), escape(question.language)
        when = f"<Attest><Naam>{name}</Naam><Taal>{language}</Taal></Attest>"
        source = f"<GemeenteVanAfgifte>{escape(question.by)}</GemeenteVanAfgifte>"
    return (
        f'<m:{service} xmlns:m="{service.namespace}"><Verzoek><Context><Naam>{service}</Naam>'
        f"<Versie>{service.version}</Versie><Bericht><Type>VRAAG</Type><Tijdstip><Datum>{here:%Y-%m-%d}</Datum>"
        f"<Tijd>{here:%H:%M:%S}.{here.microsecond // 1000:03d}</Tijd></Tijdstip><Afzender>"
        f"<Identificatie>{escape(asker.identification)}</Identificatie><Referte>{question.reference}</Referte>{quality}"
        f"</Afzender></Bericht></Context><Vragen><Vraag><Referte>{question.reference}</Referte><Inhoud><Criteria>"
        f"<INSZ>{question.number}</INSZ>{when}</Criteria>{source}<Taal>nl</Taal></Inhoud></Vraag></Vragen>"
        f"</Verzoek></m:{service}>"
    )

"""Questions to MAGDA 02.02 as its public simulator takes them: one person a message."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from xml.sax.saxutils import escape

from services.contracts.days import local


class Service(StrEnum):
    """The operations that a town needs."""

    PERSON = "GeefPersoon"
    HOUSEHOLD = "GeefGezinssamenstelling"
    PERSON_HISTORY = "GeefHistoriekPersoon"
    HOUSEHOLD_HISTORY = "GeefHistoriekGezinssamenstelling"

    @property
    def namespace(self) -> str:
        return f"http://magda.vlaanderen.be/persoon/soap/{self.value.lower()}/v02_02"


VERSION = "02.02.0000"


@dataclass(frozen=True, kw_only=True)
class Identification:
    """Who asks: the identification that the platform gave the town, and in which quality (hoedanigheid)."""

    identification: str
    quality: str | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """`reference` is ours, made for this message: the answer carries it, and the access log keeps it.

    A history is asked from the day `since` on, or as it was `at` a day.
    """

    service: Service
    number: str
    reference: str
    since: str | None = None
    at: str | None = None


def body(question: Question, asker: Identification, *, now: datetime) -> str:
    """What stands in the SOAP body. The day and time are Belgian."""
    service, here = question.service, local(now)
    quality = f"<Hoedanigheid>{escape(asker.quality)}</Hoedanigheid>" if asker.quality else ""
    day = question.at or question.since
    when = f'<Datum Op="{1 if question.at else 0}">{day}</Datum>' if day else ""
    source = "" if service is Service.HOUSEHOLD_HISTORY else "<Bron>RR</Bron>"
    return (
        f'<m:{service} xmlns:m="{service.namespace}"><Verzoek><Context><Naam>{service}</Naam>'
        f"<Versie>{VERSION}</Versie><Bericht><Type>VRAAG</Type><Tijdstip><Datum>{here:%Y-%m-%d}</Datum>"
        f"<Tijd>{here:%H:%M:%S}.{here.microsecond // 1000:03d}</Tijd></Tijdstip><Afzender>"
        f"<Identificatie>{escape(asker.identification)}</Identificatie><Referte>{question.reference}</Referte>{quality}"
        f"</Afzender></Bericht></Context><Vragen><Vraag><Referte>{question.reference}</Referte><Inhoud><Criteria>"
        f"<INSZ>{question.number}</INSZ>{when}</Criteria>{source}<Taal>nl</Taal></Inhoud></Vraag></Vragen>"
        f"</Verzoek></m:{service}>"
    )

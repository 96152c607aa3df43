"""Answers in the platform's shape, each part to be chosen."""

from typing import Any

from services.registry.sources.magda.questions import Service


def a_message(service: Service, inside: str) -> bytes:
    """`inside` is an Antwoord, or Uitzonderingen."""
    told = inside if inside.startswith("<Uitzonderingen>") else f"<Antwoorden>{inside}</Antwoorden>"
    return (
        f'<w:{service}Response xmlns:w="{service.namespace}"><Repliek><Context><Naam>{service}</Naam>'
        f"<Versie>{service.version}</Versie><Bericht><Type>ANTWOORD</Type><Ontvanger><Referte>r</Referte></Ontvanger></Bericht>"
        f"</Context>{told}</Repliek></w:{service}Response>"
    ).encode()


def an_answer(content: str, *exceptions: str) -> str:
    inside = f"<Inhoud>{content}</Inhoud>" if content else ""
    told = f"<Uitzonderingen>{''.join(exceptions)}</Uitzonderingen>" if exceptions else ""
    return f"<Antwoord><Referte>r</Referte>{inside}{told}</Antwoord>"


def an_exception(code: str, kind: str, node: str = "") -> str:
    note = f"<Annotaties><Annotatie><Naam>Node</Naam><Waarde>{node}</Waarde></Annotatie></Annotaties>" if node else ""
    return f"<Uitzondering><Identificatie>{code}</Identificatie><Type>{kind}</Type>{note}</Uitzondering>"


def not_found(service: Service) -> bytes:
    return a_message(service, an_answer("", an_exception("30001", "FOUT")))


def members(*people: tuple[str, str, str, str]) -> str:
    """Number, position, since when, form of living."""
    found = "".join(
        f"<Gezinslid{f' DatumBegin={chr(34)}{since}{chr(34)}' if since else ''}><INSZ>{number}</INSZ>"
        f"<Positie><Code>{position}</Code></Positie><Woonvorm><Code>{form}</Code></Woonvorm></Gezinslid>"
        for number, position, since, form in people
    )
    return f"<Gezinsleden>{found}</Gezinsleden>"


def a_person(number: str, **chosen: str) -> str:
    """A Belgian resident of Kortenberg. `more` stands in the person, `typed` in the address, `abroad` beside it."""
    usual = {
        "Achternamen": "<Achternaam>De Mets</Achternaam>",
        "Voornamen": "<Voornaam>An</Voornaam><Voornaam>Bea</Voornaam>",
        "born": "1985-07-30",
        "Plaats": "<Gemeente><NISCode>24062</NISCode><Naam>Leuven</Naam></Gemeente>"
        "<Land><NISCode>150</NISCode><ISOCode>BEL</ISOCode></Land>",
        "nationality": "150",
        "text": "",
        "civil": "10",
        "register": "2",
        "administration": "24055",
        "Straatnaam": "<Straatnaam><String>Dorpsstraat</String><Taal>nl</Taal></Straatnaam>",
        "Gemeentenaam": "<Gemeentenaam><String>Kortenberg</String><Taal>nl</Taal></Gemeentenaam>",
        "NISCodeGemeente": "24055",
        "address": "",
        "typed": "",
        "abroad": "",
        "more": "",
    }
    parts: dict[str, Any] = usual | chosen
    begin = max("2010-02-01", parts["born"].replace("-00", "-01"))
    civil = f'<BurgerlijkeStaat DatumBegin="{parts["born"]}"><Code>{parts["civil"]}</Code></BurgerlijkeStaat>'
    residence = (
        f'<Hoofdverblijfplaats DatumBegin="{max("2014-05-23", begin)}">{parts["Straatnaam"]}<Huisnummer>12</Huisnummer>'
        f"<Busnummer>A</Busnummer>{parts['Gemeentenaam']}<Postcode>3070</Postcode><NISCodeLand>150</NISCodeLand>"
        f"<ISOCodeLand>BEL</ISOCodeLand><NISCodeGemeente>{parts['NISCodeGemeente']}</NISCodeGemeente>{parts['typed']}"
        "</Hoofdverblijfplaats>"
    )
    return (
        f'<Persoon Bron="RR"><INSZ>{number}</INSZ><Naam DatumBegin="{parts["born"]}"><Achternamen>'
        f"{parts['Achternamen']}</Achternamen><Voornamen>{parts['Voornamen']}</Voornamen></Naam><Geslacht><Code>2</Code></Geslacht>"
        f"{_administration(parts['administration'], begin)}"
        f"{_register(parts['register'])}"
        f'<Nationaliteiten><Nationaliteit DatumBegin="{parts["born"]}"><Code>{parts["nationality"]}</Code>'
        f"<Omschrijving>{parts['text']}</Omschrijving></Nationaliteit></Nationaliteiten>"
        f"<Geboorte><Datum>{parts['born']}</Datum><Plaats>{parts['Plaats']}</Plaats></Geboorte>"
        f"{f'<BurgerlijkeStaten>{civil}</BurgerlijkeStaten>' if parts['civil'] else ''}"
        f"<Adressen>{'' if parts['address'] else residence}{parts['abroad']}</Adressen>{parts['more']}</Persoon>"
    )


def _administration(code: str, begin: str) -> str:
    if not code:
        return ""
    place = f"<Gemeente><NISCode>{code}</NISCode></Gemeente>" if code.isdecimal() else ""
    land = "BEL" if place else code
    return f'<Beheerder DatumBegin="{begin}"><Plaats>{place}<Land><ISOCode>{land}</ISOCode></Land></Plaats></Beheerder>'


class Unsigned:
    """Leaves the signature out."""

    def envelope(self, body: str, **_: Any) -> bytes:
        soap = "http://schemas.xmlsoap.org/soap/envelope/"
        return f'<s:Envelope xmlns:s="{soap}"><s:Header/><s:Body>{body}</s:Body></s:Envelope>'.encode()


def unsigned() -> Any:
    return Unsigned()


def _register(code: str) -> str:
    return f"<Register><Code>{code}</Code></Register>" if code else ""

"""Who sees to it that a town's pages are accessible: the law of its region or community, and the ombuds service that a
complaint goes to in the end.

The region follows from the language regime. What could not be seen in a public source of the service itself, or of its
government, is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.contracts.naming import Names
from services.contracts.towns import Town

OWN_OMBUDS = frozenset({"21009", "21018"})
"""Ixelles and Woluwe-Saint-Lambert have an ombuds service of their own, about which Ombuds Brussels hears no complaint
(its questions and answers, ombuds.brussels)."""


@dataclass(frozen=True, kw_only=True)
class Ombuds:
    """`law` puts Directive (EU) 2016/2102 into effect; the service is reached in each of these ways."""

    law: Names
    name: Names
    address: Names
    website: str
    phone: str = ""
    email: Names = field(default_factory=dict)


_FLANDERS = Ombuds(
    law={
        "nl": "Bestuursdecreet van 7 december 2018",
        "fr": "décret flamand de gouvernance du 7 décembre 2018 (Bestuursdecreet)",
        "de": "flämisches Verwaltungsdekret vom 7. Dezember 2018 (Bestuursdecreet)",
        "en": "Flemish Governance Decree of 7 December 2018 (Bestuursdecreet)",
    },
    name={
        "nl": "Vlaamse Ombudsdienst",
        "fr": "Service de médiation flamand (Vlaamse Ombudsdienst)",
        "de": "Flämischer Ombudsdienst (Vlaamse Ombudsdienst)",
        "en": "Flemish Ombuds Service (Vlaamse Ombudsdienst)",
    },
    address={
        "nl": "Leuvenseweg 86, 1000 Brussel",
        "fr": "rue de Louvain 86, 1000 Bruxelles",
        "de": "Leuvenseweg 86, 1000 Brüssel",
        "en": "Leuvenseweg 86, 1000 Brussels",
    },
    website="https://www.vlaamseombudsdienst.be",
    email=dict.fromkeys(("nl", "fr", "de", "en"), "klachten@vlaamseombudsdienst.be"),
)
_WALLONIA = Ombuds(
    law={
        "nl": "decreet van het Waalse Gewest van 2 mei 2019 over de toegankelijkheid van websites en mobiele apps",
        "fr": (
            "décret du 2 mai 2019 relatif à l’accessibilité des sites internet et des applications mobiles des"
            " organismes du secteur public"
        ),
        "de": "Dekret der Wallonischen Region vom 2. Mai 2019 über den Zugang zu Websites und mobilen Anwendungen",
        "en": "decree of the Walloon Region of 2 May 2019 on the accessibility of websites and mobile applications",
    },
    name={
        "nl": "Ombudsman van Wallonië en van de Federatie Wallonië-Brussel (le Médiateur)",
        "fr": "Médiateur de la Wallonie et de la Fédération Wallonie-Bruxelles",
        "de": "Mediator der Wallonie und der Föderation Wallonie-Brüssel (le Médiateur)",
        "en": "Ombudsman of Wallonia and of the Wallonia-Brussels Federation (le Médiateur)",
    },
    address=dict.fromkeys(("nl", "fr", "de", "en"), "rue Lucien Namèche 54, 5000 Namur"),
    website="https://www.le-mediateur.be",
)
_BRUSSELS = Ombuds(
    law={
        "nl": (
            "ordonnantie van 4 oktober 2018 inzake de toegankelijkheid van de websites en mobiele applicaties van de"
            " gewestelijke overheidsinstanties en de gemeenten"
        ),
        "fr": (
            "ordonnance du 4 octobre 2018 relative à l’accessibilité des sites internet et des applications mobiles"
            " des organismes publics régionaux et des communes"
        ),
        "de": "Ordonnanz der Region Brüssel-Hauptstadt vom 4. Oktober 2018 über den Zugang zu Websites und Apps",
        "en": "ordinance of the Brussels-Capital Region of 4 October 2018 on the accessibility of websites and apps",
    },
    name={"nl": "Ombuds Brussel", "fr": "Ombuds Bruxelles", "de": "Ombuds Brussels", "en": "Ombuds Brussels"},
    address={
        "nl": "Oud Korenhuis 1, 1000 Brussel",
        "fr": "place de la Vieille Halle aux Blés 1, 1000 Bruxelles",
        "de": "place de la Vieille Halle aux Blés 1, 1000 Brüssel",
        "en": "place de la Vieille Halle aux Blés 1, 1000 Brussels",
    },
    website="https://www.ombuds.brussels",
    phone="+32 2 549 67 00",
    email={
        "nl": "klachten@ombuds.brussels",
        "fr": "plaintes@ombuds.brussels",
        "de": "plaintes@ombuds.brussels",
        "en": "plaintes@ombuds.brussels",
    },
)
_GERMAN_SPEAKING = Ombuds(
    law={
        "nl": "decreet van de Duitstalige Gemeenschap van 15 oktober 2018 over de elektronische communicatie",
        "fr": "décret de la Communauté germanophone du 15 octobre 2018 relatif à la communication électronique",
        "de": (
            "Dekret vom 15. Oktober 2018 über die individuelle und öffentliche elektronische Kommunikation der Behörden"
            " des deutschen Sprachgebiets"
        ),
        "en": "decree of the German-speaking Community of 15 October 2018 on electronic communication",
    },
    name={
        "nl": "Ombudsdienst van de Duitstalige Gemeenschap",
        "fr": "Service de médiation de la Communauté germanophone",
        "de": "Ombudsdienst der Deutschsprachigen Gemeinschaft",
        "en": "Ombuds Service of the German-speaking Community",
    },
    address=dict.fromkeys(("nl", "fr", "de", "en"), "Platz des Parlaments 1, 4700 Eupen"),
    website="https://www.dg-ombudsdienst.be",
    phone="0800 98759",
    email=dict.fromkeys(("nl", "fr", "de", "en"), "beschwerde@dg-ombudsdienst.be"),
)
BY_REGIME: Mapping[str, Ombuds] = {
    "nl": _FLANDERS,
    "nl-facilities-fr": _FLANDERS,
    "fr": _WALLONIA,
    "fr-facilities-nl": _WALLONIA,
    "fr-facilities-de": _WALLONIA,
    "brussels": _BRUSSELS,
    "de": _GERMAN_SPEAKING,
    "de-facilities-fr": _GERMAN_SPEAKING,
}


def ombuds_of(town: Town) -> Ombuds:
    """Of its region; in the German language area that of the Community."""
    return BY_REGIME[town.regime]

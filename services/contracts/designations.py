"""How a town is called as an authority: `Stad Aarschot`, `Commune d’Etterbeek`, `Stadt Eupen`, `City of Brussels`.

`cities.csv` has the municipalities that bear the title of city, as of 29 January 2025. It is an honour and changes no
competence. Whoever is missing there is a municipality, too, so that nothing false is said of it; a town's file can say
`city: true`.
"""

import csv
import re
import unicodedata
from functools import cache
from importlib import resources

_WORDS = {
    False: {"nl": "Gemeente", "fr": "Commune", "de": "Gemeinde", "en": "Municipality"},
    True: {"nl": "Stad", "fr": "Ville", "de": "Stadt", "en": "City"},
}
_OTHER_WORDS = frozenset(
    {"gemeentebestuur", "gemeentehuis", "stadsbestuur", "stadhuis", "bestuur", "administration", "mairie", "town"}
    | {"gemeindeverwaltung", "stadtverwaltung", "stadtgemeinde", "marktgemeinde"}
)
_BEFORE = re.compile(r"(?:de|het|la|le|die|der|das|the|lokaal) |l[’']", re.IGNORECASE)
"""What may stand before such a word."""

TITLES = frozenset(word.casefold() for words in _WORDS.values() for word in words.values()) | _OTHER_WORDS
"""Words with which a name says itself what it is of."""

BY_KIND = re.compile(r"\[([^\[\]|]{1,40})\|([^\[\]|]{1,40})\]")
"""Where a sentence calls the town by its kind: `[gemeente|stad]`, the second for a city."""

_VOWELS = frozenset("aeiouyœ")


def is_city(refnis: str) -> bool:
    """Does the municipality of this code bear the title of city?"""
    return refnis in _cities()


def designation(name: str, language: str, *, city: bool) -> str:
    """A town's name with its title before it; as it stands where it begins with one (`Stad Leuven`, `De Stad Gent`)."""
    before = _BEFORE.match(name)
    first = name[before.end() if before else 0 :].partition(" ")[0].casefold()
    if not name or first in TITLES:
        return name
    word = _WORDS[city][language]
    if language == "fr":
        return f"{word} {_of(name)}"
    return f"{word} of {name}" if language == "en" else f"{word} {name}"


def both_kinds(language: str) -> str:
    """As BY_KIND finds them: `[gemeente|stad]`."""
    municipality, city = (_WORDS[city][language] for city in (False, True))
    pair = f"[{municipality}|{city}]"
    return pair if language == "de" else pair.lower()


def _of(name: str) -> str:
    """`d’Aarschot`, `de Huy`, `du Rœulx`, `des Bons Villers`, `de La Louvière`.

    Which H is silent no rule says: a town that is called `Commune d’…` writes that as its name.
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    first = unicodedata.normalize("NFD", name)[0].casefold()
    return f"d’{name}" if first in _VOWELS else f"de {name}"


@cache
def _cities() -> frozenset[str]:
    rows = resources.files(__package__).joinpath("cities.csv").read_text(encoding="utf-8").splitlines()
    return frozenset(row["refnis"] for row in csv.DictReader(rows))

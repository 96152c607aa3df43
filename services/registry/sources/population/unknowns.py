"""Words with which a register says that a name or a place is not known: `ONBEKEND`, `Inconnue`, `N.N.`.

They are none and are left out, as a blank is (blanks.py): no paper says "Onbekend, België".
"""

import unicodedata

from services.contracts.naming import Names
from services.registry.sources.population.blanks import named, required, some

_UNKNOWN = frozenset(
    {"onbekend", "onbekende", "ongekend", "niet bekend", "niet gekend"}
    | {"inconnu", "inconnue", "non connu", "non connue"}
    | {"unbekannt", "unbekannte", "unbekannter", "nicht bekannt"}
    | {"unknown", "not known"}
    | {"nn", "n n", "fnu", "lnu", "xxx", "xxxx"}
)
"""`N.N.` is *nomen nescio*; `FNU`, `LNU` and `XXX` stand in travel documents for a name that is missing."""

_OF_WHAT = frozenset(
    {"plaats", "geboorteplaats", "naam", "voornaam", "straat"}
    | {"lieu", "nom", "prenom", "rue"}
    | {"ort", "geburtsort", "name", "vorname", "strasse"}
    | {"place", "first", "last", "street"}
)


def says_unknown(text: str) -> bool:
    """Is the whole of it a word for unknown, perhaps with what it is of: `(plaats onbekend)`?"""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    words = "".join(each if each.isalnum() else " " for each in plain).split()
    return " ".join(word for word in words if word not in _OF_WHAT) in _UNKNOWN


def known_name(value: str) -> str:
    """Empty for what says nothing or that it is unknown, so that it is found missing."""
    return "" if isinstance(value, str) and says_unknown(value) else required(value)


def known_names(texts: list[str]) -> tuple[str, ...]:
    """Without those that say nothing, or that they are unknown."""
    return tuple(text for text in some(texts) if not (isinstance(text, str) and says_unknown(text)))


def known_words(names: Names) -> Names:
    """Without the languages in which there is none, or a word for unknown."""
    return {
        language: name for language, name in named(names).items() if not (isinstance(name, str) and says_unknown(name))
    }

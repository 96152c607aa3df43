"""For which country? What a document needs there, settled before anything is filed (`services/catalogue/abroad/`).

A country takes a document by its own rule: inside the Union by Regulation (EU) 2016/1191, with the multilingual form
where its language is another; by the Apostille Convention; or after legalisation.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from services.contracts.catalogue_files import Problem, WrongCatalogue, fitting, incomplete, text_of
from services.contracts.destinations import destinations, subjects
from services.contracts.forms import languages as form_languages
from services.contracts.product import Product
from services.contracts.rooms import files
from services.contracts.schema import Unreadable
from services.contracts.translations import chosen
from services.contracts.yaml_files import read_yaml

DESTINATION, DESTINATION_LANGUAGE = "destination", "destination-language"
"""The questions: for which country, and in which of its languages, where it has several."""


class Way(StrEnum):
    """What a document needs to be taken in a country."""

    NOTHING = "nothing"
    """It stays in the country."""
    AS_IT_IS = "as-it-is"
    """A member of the Union whose language it is in (articles 4 and 6, 1, a)."""
    FORM = "form"
    """A member of the Union; the form stands in for a translation (articles 4, 6, 1, b and 7)."""
    AT_THE_COUNTER = "at-the-counter"
    """There is a form, but not here: in another language, or for another document."""
    TRANSLATION = "translation"
    """A member of the Union; no form is there for what the document is about."""
    TREATY = "treaty"
    """A member of the Union that takes also what the regulation does not cover without an apostille."""
    APOSTILLE = "apostille"
    LEGALISATION = "legalisation"


@dataclass(frozen=True, kw_only=True)
class Lead:
    """The way; where it is a form, the product that gives it, and in which languages."""

    way: Way
    product: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """A way in words. An explanation calls the town by its kind, `[gemeente|stad]` (translations.py)."""

    titles: dict[str, str]
    explanations: dict[str, str]

    def title(self, language: str) -> str:
        """In a few words."""
        return self.titles[language]

    def explanation(self, language: str, *, city: bool) -> str:
        """What to do."""
        return chosen(self.explanations[language], city=city)


def lead(country: str, *, product: Product, language: str, offered: Iterable[Product]) -> Lead:
    """The way to a country of destinations().codes for a document in a language, among what the town offers.

    A document that is about nothing of the regulation needs an apostille inside the Union as well, where no treaty says
    otherwise: all members are parties to the convention.
    """
    known = destinations()
    if country in known.home:
        return Lead(way=Way.NOTHING)
    spoken = known.languages(country)
    if not spoken:
        return Lead(way=Way.LEGALISATION if country in known.legalisation else Way.APOSTILLE)
    if product.proves not in subjects():
        return Lead(way=Way.TREATY if known.member(country) in known.exempt else Way.APOSTILLE)
    as_it_is = Lead(way=Way.AS_IT_IS) if language in spoken else None
    if as_it_is and not product.is_drawn_up_elsewhere:
        return as_it_is
    translated = _translated(product, spoken, offered)
    # In which language a deed is, nobody knows before it is there: a form never harms, and is offered where one is
    return as_it_is if as_it_is and translated.way is not Way.FORM else translated


def _translated(product: Product, spoken: Collection[str], offered: Iterable[Product]) -> Lead:
    """By the regulation, where the country reads other languages than the document's."""
    if not subjects()[product.proves]:
        return Lead(way=Way.TRANSLATION)
    languages = tuple(each for each in spoken if each in form_languages())
    form = next((each.id for each in offered if each.gives.form and each.proves == product.proves), None)
    if form is None or not languages:
        return Lead(way=Way.AT_THE_COUNTER)
    return Lead(way=Way.FORM, product=form, languages=languages)


def language_of_form(fields: Mapping[str, str]) -> str | None:
    """In which second language a form is printed, by the fields of its application: that of the country, or the one of
    several that was chosen. None where they name none."""
    spoken = [each for each in destinations().languages(fields.get(DESTINATION, "")) if each in form_languages()]
    asked = fields.get(DESTINATION_LANGUAGE, "")
    if asked:
        return asked if asked in spoken else None
    return spoken[0] if len(spoken) == 1 else None


@cache
def ways() -> Mapping[Way, Told]:
    """All in words. Raises Unreadable."""
    file, told = files("catalogue/abroad", "ways.yaml")[-1], "abroad/ways.yaml"
    return read_ways(told, text_of(told, file).encode())


def read_ways(name: str, content: bytes) -> Mapping[Way, Told]:
    """The file. Raises Unreadable."""
    data = read_yaml(name, content).data
    if not isinstance(data, dict) or set(data) != set(Way):
        raise WrongCatalogue(name, {"": f"one of each: {', '.join(Way)}"})
    found, problems = dict[Way, Told](), dict[str, str]()
    for way, texts in data.items():
        try:
            found[Way(way)] = fitting(Told, name, texts if isinstance(texts, dict) else {}, _problems)
        except Unreadable as wrong:
            problems |= {f"{way}.{place}": mend for place, mend in wrong.problems.items()}
    if problems:
        raise WrongCatalogue(name, problems)
    return found


def _problems(told: Told) -> Iterator[Problem]:
    return incomplete([("titles", told.titles), ("explanations", told.explanations)])

"""What officers may choose for their town, as fields of forms: a part of it on each page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from gateway.officers import tidying
from services.contracts.catalogue import products
from services.contracts.naming import LANGUAGES
from services.contracts.notices import FULL, NONE, PARTIAL, SELF, THIRD_PARTY
from services.contracts.product import Product
from services.contracts.schema import dump
from services.contracts.town_setups import TownSetup
from services.contracts.towns import Town


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


class Kind(StrEnum):
    """How something is asked. A passage may have paragraphs; names are lines by language, passages likewise."""

    LINE = "line"
    NAMES = "names"
    PASSAGE = "passage"
    COLOUR = "colour"
    EMAIL = "email"
    DAY = "day"
    CHOICE = "choice"
    LOGO = "logo"
    OFFERS = "offers"
    TARIFFS = "tariffs"
    LANGUAGES = "languages"
    FLAG = "flag"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A field of TownSetup by its path, and how it is asked. An `optional` one may be left empty; `choices` are values
    and what they are called; `tidied` is how a line is kept that was typed."""

    path: str
    kind: Kind
    title: str
    hint: str = ""
    optional: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    tidied: Callable[[str], str] = str.strip

    def holds(self, path: str) -> bool:
        """Whether a problem's path is of this."""
        return path == self.path or path.startswith((f"{self.path}.", f"{self.path}["))


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is chosen on one page. `shown_on` is the page of the portal on which it is seen."""

    id: str
    title: str
    entries: tuple[Entry, ...]
    shown_on: str = "home"

    def holds(self, path: str) -> bool:
        """Whether what a problem's path names is asked here."""
        return any(each.holds(path) for each in self.entries)


PARTS: Mapping[str, Part] = {
    part.id: part
    for part in (
        Part(
            id="look",
            title=_("Look"),
            entries=(
                Entry(
                    path="logo",
                    kind=Kind.LOGO,
                    title=_("Logo"),
                    hint=_("An SVG or PNG file of at most 2 MB. An SVG is sharp at every size."),
                    optional=True,
                ),
                Entry(
                    path="colours.primary",
                    kind=Kind.COLOUR,
                    title=_("Main colour"),
                    hint=_("Of the band at the top, of buttons and links. Everybody has to be able to read it."),
                ),
                Entry(
                    path="colours.accent",
                    kind=Kind.COLOUR,
                    title=_("Second colour"),
                    hint=_("Of lines and marks."),
                ),
            ),
        ),
        Part(
            id="contact",
            title=_("Contact"),
            shown_on="check",
            entries=(
                Entry(
                    path="departments",
                    kind=Kind.NAMES,
                    title=_("Name of your department"),
                    hint=_("It stands on certificates, in mails and at the foot of each page."),
                ),
                Entry(path="office.street", kind=Kind.NAMES, title=_("Street and number")),
                Entry(path="office.postcode", kind=Kind.LINE, title=_("Postcode")),
                Entry(path="office.municipality", kind=Kind.NAMES, title=_("Municipality, as in the address")),
                Entry(
                    path="office.phone",
                    kind=Kind.LINE,
                    title=_("Telephone"),
                    hint=_("For instance +32 16 00 00 00"),
                    tidied=tidying.phone,
                ),
                Entry(path="office.email", kind=Kind.EMAIL, title=_("E-mail address")),
                Entry(
                    path="office.website",
                    kind=Kind.LINE,
                    title=_("Website of the town"),
                    hint=_("For instance https://www.town.example"),
                    tidied=tidying.website,
                ),
            ),
        ),
        Part(
            id="products",
            title=_("Products and languages"),
            entries=(
                Entry(
                    path="courtesy_languages",
                    kind=Kind.LANGUAGES,
                    title=_("Languages besides the official ones"),
                    hint=_("A certificate in one of these is marked as a translation."),
                ),
                Entry(
                    path="mails_name_products",
                    kind=Kind.FLAG,
                    title=_("Mails say what was asked for"),
                    hint=_("Then whoever sees the mail knows it, too."),
                ),
                Entry(path="products_off", kind=Kind.OFFERS, title=_("What citizens can ask for")),
                Entry(
                    path="tariffs",
                    kind=Kind.TARIFFS,
                    title=_("The regulation that says what it costs"),
                    hint=_("All is free of charge: amounts cannot be set yet. Left empty, no regulation is named."),
                ),
            ),
        ),
        Part(
            id="accessibility",
            title=_("Accessibility statement"),
            shown_on="accessibility",
            entries=(
                Entry(
                    path="accessibility.status",
                    kind=Kind.CHOICE,
                    title=_("How far your pages meet the guidelines (WCAG 2.2, level AA)"),
                    choices={FULL: _("fully"), PARTIAL: _("partially"), NONE: _("not")},
                ),
                Entry(
                    path="accessibility.method",
                    kind=Kind.CHOICE,
                    title=_("Who found that out"),
                    choices={SELF: _("we ourselves"), THIRD_PARTY: _("somebody else")},
                ),
                Entry(path="accessibility.prepared", kind=Kind.DAY, title=_("Prepared on"), optional=True),
                Entry(path="accessibility.reviewed", kind=Kind.DAY, title=_("Last reviewed on"), optional=True),
                Entry(
                    path="accessibility.email",
                    kind=Kind.EMAIL,
                    title=_("Where people tell what does not work"),
                    hint=_("Left empty: your e-mail address."),
                    optional=True,
                ),
                Entry(
                    path="accessibility.complaints",
                    kind=Kind.EMAIL,
                    title=_("Where people complain"),
                    hint=_("Left empty: your e-mail address."),
                    optional=True,
                ),
                Entry(
                    path="accessibility.exceptions",
                    kind=Kind.PASSAGE,
                    title=_("What you know to be not accessible"),
                    optional=True,
                ),
                Entry(
                    path="accessibility.ombuds",
                    kind=Kind.PASSAGE,
                    title=_("Who people turn to when your answer does not help"),
                    hint=_("Left empty: the ombuds service of your region."),
                    optional=True,
                ),
                Entry(path="accessibility.more", kind=Kind.PASSAGE, title=_("What you want to add"), optional=True),
                Entry(
                    path="accessibility.instead",
                    kind=Kind.PASSAGE,
                    title=_("A text of your own in place of all of it"),
                    hint=_("Then nothing else stands on the page: write all that the law asks for."),
                    optional=True,
                ),
            ),
        ),
        Part(
            id="privacy",
            title=_("Privacy notice"),
            shown_on="privacy",
            entries=(
                Entry(
                    path="privacy.officer",
                    kind=Kind.EMAIL,
                    title=_("E-mail address of your data protection officer"),
                    optional=True,
                ),
                Entry(path="privacy.more", kind=Kind.PASSAGE, title=_("What you want to add"), optional=True),
                Entry(
                    path="privacy.instead",
                    kind=Kind.PASSAGE,
                    title=_("A text of your own in place of all of it"),
                    hint=_("Then nothing else stands on the page: write all that the law asks for."),
                    optional=True,
                ),
            ),
        ),
    )
}
"""By the last part of the page's address, in the order in which they are shown."""


def part_of(path: str) -> Part:
    """Where what a problem's path names is asked. Raises KeyError."""
    found = next((each for each in PARTS.values() if each.holds(path)), None)
    if found is None:
        raise KeyError(path)
    return found


def titles_of(paths: Iterable[str]) -> list[str]:
    """What these fields are called, in the order of the pages."""
    listed = frozenset(paths)
    return [entry.title for part in PARTS.values() for entry in part.entries if entry.path in listed]


def value_at(setup: TownSetup, path: str) -> Any:
    """What is chosen there. Raises LookupError for what is no path."""
    found: Any = dump(setup)
    for name in path.split("."):
        found = found[name]
    return found


def languages_of(town: Town, setup: TownSetup, part: Part) -> tuple[str, ...]:
    """Those in which texts are asked on a page: the official ones, which have to be there, those by courtesy, and each
    in which there is a text."""
    written = {each for entry in part.entries for each in _written_in(setup, entry)}
    asked = (*town.official_languages, *setup.courtesy_languages, *(each for each in LANGUAGES if each in written))
    return tuple(dict.fromkeys(asked))


def _written_in(setup: TownSetup, entry: Entry) -> Iterator[str]:
    if entry.kind in (Kind.NAMES, Kind.PASSAGE):
        yield from value_at(setup, entry.path)
    elif entry.kind is Kind.TARIFFS:
        yield from (language for tariff in setup.tariffs.values() for language in tariff.regulation)


def offerable(town: Town) -> Iterator[Product]:
    """What the town could offer: of which it has the sources."""
    all_on = replace(town, products_off=())
    return (each for each in products().values() if each.is_offered_by(all_on))

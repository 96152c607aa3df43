"""The multilingual form of Regulation (EU) 2016/1191 behind a certificate: its words in two languages, and its values.

It is filled in in the language of the certificate (article 10, 1); what is printed on it stands in that one and in one
of the country for which it is (article 10, 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale

from services.contracts.abroad import DESTINATION, language_of_form
from services.contracts.days import day_of
from services.contracts.destinations import destinations
from services.contracts.forms import DOCUMENT, Entry, Form, forms, words
from services.contracts.product import Product
from services.contracts.towns import Town
from services.documents.domain import Order
from services.documents.paper.wording import Wording
from services.documents.sections import sections

REGULATION = "2016/1191"

NOTHING = "—"
"""What is in the form where the document says nothing (the note for the issuing authority)."""


@dataclass(frozen=True, kw_only=True)
class Both:
    """A word in the two languages of a form; `theirs` is empty where it is the same."""

    own: str
    theirs: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry as it is printed: a heading, a `value`, or a box that is `ticked` or not."""

    code: str
    word: Both
    value: str = ""
    ticked: bool | None = None
    both: Both | None = None

    @property
    def is_heading(self) -> bool:
        """Whether nothing stands beside it."""
        return not self.value and self.ticked is None and self.both is None


@dataclass(frozen=True, kw_only=True)
class State:
    """A member of the Union, by its name and the Union's own two letters; the one that issues is ticked."""

    name: Both
    code: str
    ticked: bool


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form for one application. `languages` are its two, that of the certificate first."""

    form: Form
    destination: str
    languages: tuple[str, str]
    lines: tuple[Line, ...]
    states: tuple[State, ...]
    signature: tuple[Line, ...]

    @property
    def parts(self) -> tuple[tuple[Line, ...], ...]:
        """The lines under each whole number, `4` with `4.1` and what follows: they stay on one page where that fits."""
        found: list[list[Line]] = []
        for line in self.lines:
            if line.code.isdecimal() or not found:
                found.append([])
            found[-1].append(line)
        return tuple(map(tuple, found))

    def word(self, name: str) -> Both:
        """One of the form's words."""
        return _both(name, self.languages)


def filled(order: Order, *, product: Product, town: Town, say: Wording) -> Filled | None:
    """The form that the product gives with its certificate, if any. Raises KeyError for what no section tells, and
    ValueError where the application names no language."""
    if not product.gives.form:
        return None
    form, asked = forms()[product.gives.form], order.facts.fields
    theirs = language_of_form(asked)
    if theirs is None:
        raise ValueError("a form is in a language of the country for which it is")
    languages = (say.language, theirs)
    told = _told(order, product=product, town=town, say=say)
    return Filled(
        form=form,
        destination=asked[DESTINATION],
        languages=languages,
        lines=tuple(_line(entry, told, languages) for entry in form.entries),
        states=tuple(_states(say, theirs)),
        signature=_signature(told, languages),
    )


def _told(order: Order, *, product: Product, town: Town, say: Wording) -> Mapping[str, str]:
    """All that an entry may ask for, as `<fact>.<name>`."""
    facts = order.facts
    told = {
        f"{name}.{what}": value
        for name in product.gives.sections
        for what, value in sections()[name].told(facts.parts[name], say).items()
    }
    document = {
        "authority": town.designation(say.language),
        "issued-on": say.numeric_day(day_of(order.issued_at).isoformat()),
        "consulted-on": say.numeric_day(day_of(facts.compiled_at).isoformat()),
        "number": order.number.replace(" ", "\u00a0"),
        "registers": ",".join(facts.registers),
        "nothing": NOTHING,
    }
    return told | {f"{DOCUMENT}.{name}": value for name, value in document.items()}


def _line(entry: Entry, told: Mapping[str, str], languages: tuple[str, str]) -> Line:
    word = _both(entry.word, languages)
    if entry.is_box:
        ticked = told[entry.value] == entry.equal if entry.equal else bool(entry.ticked)
        return Line(code=entry.code, word=word, ticked=ticked)
    return Line(code=entry.code, word=word, value=(told[entry.value] or NOTHING) if entry.value else "")


def _states(say: Wording, theirs: str) -> list[State]:
    known, called = destinations(), Locale.parse(theirs).territories
    return [
        State(
            name=_once(say.country(code), called[code]),
            code=known.union_codes.get(code, code),
            ticked=code in known.home,
        )
        for code in known.union
    ]


def _signature(told: Mapping[str, str], languages: tuple[str, str]) -> tuple[Line, ...]:
    """No official issues it: it says so, and the town's seal stands for the stamp (Regulation (EU) No 910/2014, 35)."""
    rows = (
        ("official", NOTHING, ""),
        ("position", NOTHING, ""),
        ("date-of-issue", told[f"{DOCUMENT}.issued-on"], ""),
        ("signature", "", "sealed"),
        ("seal", told[f"{DOCUMENT}.authority"], ""),
    )
    return tuple(
        Line(code="", word=_both(name, languages), value=value, both=_both(said, languages) if said else None)
        for name, value, said in rows
    )


def _both(name: str, languages: tuple[str, str]) -> Both:
    own, theirs = (words()[language][name] for language in languages)
    return _once(own, theirs)


def _once(own: str, theirs: str) -> Both:
    return Both(own=own, theirs="" if own == theirs else theirs)


def as_data(form: Filled) -> dict[str, object]:
    """What is in it, for programs: by the number of each entry, a text, or whether its box is ticked."""
    entries = {
        line.code: line.value if line.ticked is None else line.ticked for line in form.lines if not line.is_heading
    }
    return {
        "regulation": REGULATION,
        "annex": form.form.annex,
        "destination": form.destination,
        "languages": list(form.languages),
        "entries": entries,
    }

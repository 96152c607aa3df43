"""The multilingual standard forms of Regulation (EU) 2016/1191 as data: `services/catalogue/forms/`.

`<id>.yaml` is a form: its annex and its numbered entries. `words/<language>.yaml` has all words in one official
language of the Union; a further form, or a further language, is one more file. Who prints one in two languages never
falls back: a language without one of the words cannot be read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from services.contracts.catalogue_files import Problem, WrongCatalogue, all_of, loaded, own_files, text_of
from services.contracts.yaml_files import read_yaml

SHARED_WORDS = (
    "annex",
    "title",
    "basis",
    "notice-head",
    "notice",
    "note-head",
    "note",
    "signature-head",
    "official",
    "position",
    "date-of-issue",
    "signature",
    "sealed",
    "seal",
)
"""What every form says beside its entries."""

ABOUT_FORM = ("authority", "issued-on", "consulted-on", "number", "registers", "nothing")
"""What an entry may ask of the form and its document itself, as `document.authority`; all else, of a fact. `registers`
are codes, as `population`, with a comma between several."""

DOCUMENT = "document"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One numbered line. `word` is what it is called. `value` is `<fact>.<name>`, what the section of the fact tells by
    that name (documents/sections), or `document.<name>` (ABOUT_FORM); without it the line is a heading. With `equal`
    it is a box, ticked where the value is that; with `ticked` alone, a box that always is or never is.
    """

    code: str
    word: str
    value: str = ""
    equal: str = ""
    ticked: bool | None = None

    @property
    def is_box(self) -> bool:
        """Whether it is ticked, not filled in."""
        return bool(self.equal) or self.ticked is not None


@dataclass(frozen=True, kw_only=True)
class Form:
    """`subject` is the word for what it is about, the form's heading."""

    id: str
    annex: str
    subject: str
    entries: tuple[Entry, ...]

    @property
    def words(self) -> frozenset[str]:
        """All that it says."""
        return frozenset((*SHARED_WORDS, self.subject, *(entry.word for entry in self.entries)))

    @property
    def values(self) -> Iterator[tuple[str, str]]:
        """What it asks for, as fact (or DOCUMENT) and name."""
        for entry in self.entries:
            if entry.value:
                fact, _, name = entry.value.partition(".")
                yield fact, name


@cache
def forms() -> dict[str, Form]:
    """All by id. Raises Unreadable, also for two of one id."""
    return all_of("forms", lambda told, file: read_form(told, text_of(told, file).encode()))


def read_form(name: str, content: bytes) -> Form:
    """One file. Raises Unreadable."""
    return loaded(Form, name, content.decode(), lambda form: _problems(form, name))


def _problems(form: Form, name: str) -> Iterator[Problem]:
    if f"{form.id}.yaml" != name.rpartition("/")[2]:
        yield "id", "the same as the file's name"
    codes = [entry.code for entry in form.entries]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        yield "entries", f"{', '.join(twice)}: each number once"
    for entry in form.entries:
        if entry.equal and not entry.value:
            yield f"entries.{entry.code}", "equal to what? a value is missing"
    if unknown := sorted(name for fact, name in form.values if fact == DOCUMENT and name not in ABOUT_FORM):
        yield "entries", f"{', '.join(unknown)}: of the document there is {', '.join(ABOUT_FORM)}"


@cache
def languages() -> tuple[str, ...]:
    """Those in which forms can be printed."""
    return tuple(dict.fromkeys(file.stem for _, file in own_files("forms/words")))


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The words of all forms by language (ISO 639-1) and name. Raises Unreadable for a language that lacks one."""
    needed = frozenset(word for form in forms().values() for word in form.words)
    return all_of("forms/words", lambda told, file: read_words(told, text_of(told, file).encode(), needed=needed))


def read_words(name: str, content: bytes, *, needed: frozenset[str]) -> Mapping[str, str]:
    """One language. Raises Unreadable."""
    data = read_yaml(name, content).data
    if not isinstance(data, dict) or not all(isinstance(each, str) for pair in data.items() for each in pair):
        raise WrongCatalogue(name, {"": "a name and a text in each line"})
    problems = {word: "is missing, or blank" for word in sorted(needed) if not data.get(word, "").strip()}
    language = name.rpartition("/")[2].removesuffix(".yaml")
    if len(language) != 2 or not language.isascii() or not language.islower():
        problems["name"] = "two letters of ISO 639-1"
    if problems:
        raise WrongCatalogue(name, problems)
    return {word: " ".join(text.split()) for word, text in data.items()}

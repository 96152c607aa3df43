"""Files of the catalogue, read each by itself: whichever cannot be used is named, with the mend.

A deployment's own (LOKET_EXTENSIONS) stand beside those of the code and replace none of them, but for the three tables
of the way abroad (abroad/*.yaml) and the order of the most asked (most-asked/products.yaml): its own stand for ours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from services.contracts.designations import BY_KIND, both_kinds
from services.contracts.naming import LANGUAGES
from services.contracts.partly import load_partly
from services.contracts.rooms import files
from services.contracts.schema import Strict, Unreadable, load
from services.contracts.text import is_printable
from services.contracts.yaml_files import MOST_BYTES, read_bytes, read_yaml

T = TypeVar("T")

LONGEST_LINE = 300
"""Characters of a statement, a name or a question; no fact, and so no answer to a question, is longer."""

LONGEST_TITLE = 80
"""Characters of a product's title: two lines of 22 pt on a certificate (certificate.css.j2), of about 40 each. It is in
one line at the head of the following pages, too, and the subject of a mail."""

LONGEST_EXPLANATION = 2000


class WrongCatalogue(Unreadable):
    """A file of the catalogue, or a module of an extension, that cannot be used."""


def own_files(folder: str) -> Iterator[tuple[str, Path]]:
    """The YAML files of a folder of the catalogue (`questions`; empty for the products), each under the name by which
    it is told. Raises WrongCatalogue for two of one name."""
    seen: set[str] = set()
    for file in files(f"catalogue/{folder}".rstrip("/"), "*.yaml"):
        told = f"{folder}/{file.name}".lstrip("/")
        if file.name in seen:
            raise WrongCatalogue(told, {"": "there is another file of this name; call yours otherwise"})
        seen.add(file.name)
        yield told, file


def text_of(told: str, file: Path) -> str:
    """Raises WrongCatalogue for what is no plain file of UTF-8, or too long."""
    try:
        content = read_bytes(file, most=MOST_BYTES)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongCatalogue(told, {"": f"line {line} is not UTF-8; save the file as UTF-8"}) from None
    except ValueError as error:
        raise WrongCatalogue(told, {"": str(error)}) from None


Problem = tuple[str, str] | tuple[str, str, *tuple[str, ...]]
"""The path of a field, and what is wrong with it; then paths of others on which that rests: of nothing that rests on
what does not fit anything is told, since nobody knows what it would have said."""


def loaded(cls: type[T], told: str, text: str, look: Callable[[T], Iterable[Problem]]) -> T:
    """What a file says. Raises WrongCatalogue, which names the file and not the class, and every problem in it: what
    does not fit, and of the rest what `look` finds."""
    try:
        data: Any = read_yaml(told, text.encode()).data
    except Unreadable as wrong:
        raise WrongCatalogue(told, wrong.problems) from None
    if not isinstance(data, dict):
        raise WrongCatalogue(told, {"": "is empty, or a list: write names with their values"})
    return fitting(cls, told, data, look)


def fitting(cls: type[T], told: str, data: Mapping[Any, Any], look: Callable[[T], Iterable[Problem]]) -> T:
    """The same of what was read already."""
    try:
        value, misfits = load(cls, data, base=Strict), dict[str, str]()
    except WrongCatalogue:  # another to which it refers
        raise
    except Unreadable:
        partly = load_partly(cls, data)
        value, misfits = partly.value, partly.problems
    problems = {place: [mend] for place, mend in misfits.items()}
    for place, mend, *rests_on in look(value):
        if not any(_touches(path, misfit) for path in (place, *rests_on) for misfit in misfits):
            problems.setdefault(place, []).append(mend)
    if problems:
        raise WrongCatalogue(told, {place: "; ".join(mends) for place, mends in problems.items()})
    return value


def _touches(path: str, other: str) -> bool:
    """Whether one of the two is the other, or a part of it."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")


def all_of(folder: str, read: Callable[[str, Path], T]) -> dict[str, T]:
    """What each file of a folder says, by its stem. Raises the first Unreadable with the others, when all were
    looked at."""
    found: dict[str, T] = {}
    wrong: list[Unreadable] = []
    try:
        for told, file in own_files(folder):
            try:
                found[file.stem] = read(told, file)
            except Unreadable as error:
                wrong.append(error)
    except WrongCatalogue as twice:
        wrong.append(twice)
    if wrong:
        first, *rest = wrong
        first.others = tuple(rest)
        raise first
    return found


def incomplete(texts: Iterable[tuple[str, Mapping[str, str]]]) -> Iterator[tuple[str, str]]:
    """Each language in which a text is missing, or is and may not be, by its path."""
    every = ", ".join(LANGUAGES)
    for path, by_language in texts:
        for language in LANGUAGES:
            if not by_language.get(language, "").strip():
                yield f"{path}.{language}", f"its text in {language} is missing; write one in each of {every}"
        for language in sorted(set(by_language) - set(LANGUAGES)):
            yield f"{path}.{language}", f"no language of {every}; leave it out"


def unwritable(
    texts: Iterable[tuple[str, Mapping[str, str] | str]], *, most: int = LONGEST_LINE
) -> Iterator[tuple[str, str]]:
    """What cannot stand on paper, on a page or in a message as it is, by its path."""
    for path, found in texts:
        for language, text in found.items() if isinstance(found, Mapping) else (("", found),):
            place = f"{path}.{language}".rstrip(".")
            if len(text) > most:
                yield place, f"at most {most} characters, and it has {len(text)}"
            elif not is_printable(text):
                yield place, "a control character, a line break or a mark of direction; remove it"
            elif "<" in text or ">" in text:
                yield place, "< and > look like markup; write the word"


def unreadable_brackets(
    texts: Iterable[tuple[str, Mapping[str, str]]], *, by_kind: bool = False
) -> Iterator[tuple[str, str]]:
    """Square brackets that would be printed as they stand, by their path. `by_kind`: in these texts what the town is
    called by its kind is put in (designations.BY_KIND)."""
    for path, by_language in texts:
        for language, text in by_language.items():
            rest = BY_KIND.sub("", text) if by_kind else text
            if "[" in rest or "]" in rest:
                pair = both_kinds(language if language in LANGUAGES else "en")
                known = f"[ and ] are for {pair} alone" if by_kind else f"[ and ] are printed as they are, also {pair}"
                mend = "write it so, or ( and )" if by_kind else "write ( and ), or one word for both"
                yield f"{path}.{language}", f"{known}; {mend}"

"""The words of a town's file: each official one in every language of the town's regime, for a municipality of today."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.contracts.mends import Mend
from services.contracts.municipalities import AS_OF, REGIMES, municipalities, municipality
from services.contracts.naming import LANGUAGES, Names
from services.contracts.notices import PASSAGES
from services.contracts.text import is_european, is_printable

LONGEST = 80
"""Characters of a text: two lines in the head of a certificate."""

LONGEST_PASSAGE = 20_000
"""Characters of a text with paragraphs (notices.passages), which stands on a page."""

HEAD_LINES, HEAD_LINE = 5, 48
"""Lines of that head, and characters that surely fit into one (certificate.css.j2: 8 pt, 90 mm, 23 mm high)."""

Problem = tuple[str, str]
"""A field's path, and what to write there."""


def languages_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that a file's texts have to be in: the law's for its code; what is not the law's is refused as such."""
    known = municipalities().get(str(data.get("refnis")))
    return REGIMES.get(known.regime if known else str(data.get("regime")), LANGUAGES[:1])


def with_languages(data: dict[str, Any]) -> dict[str, Any]:
    """A file's data with its plain texts as those of the town's one language; a town of two has to name each."""
    languages = languages_of(data)
    if len(languages) != 1:
        return data
    written = data | _named(data, ("names", "departments"), languages[0])
    if isinstance(office := data.get("office"), dict):
        written["office"] = office | _named(office, ("street", "municipality"), languages[0])
    for notice in ("accessibility", "privacy"):
        if isinstance(said := data.get(notice), dict):
            written[notice] = said | _named(said, PASSAGES, languages[0])
    if isinstance(tariffs := data.get("tariffs"), dict):
        written["tariffs"] = {
            product: tariff | _named(tariff, ("regulation",), languages[0]) if isinstance(tariff, dict) else tariff
            for product, tariff in tariffs.items()
        }
    return written


def municipality_problems(refnis: str, regime: str | None) -> list[Problem]:
    """What is wrong where it is no code of today, or has not the regime that the law gives it (None: not known)."""
    known, now = municipalities().get(refnis), municipality(refnis, date.max)
    if known is None or now is None:
        listed = f"no municipality of {AS_OF:%d/%m/%Y} has it (services/contracts/municipalities.csv)"
        return [("refnis", f"{listed}: write five digits, as Statbel lists them")]
    if known.until is not None:
        name = now.names[REGIMES[now.regime][0]]
        return [("refnis", f"{refnis} became part of {name} on {known.until:%d/%m/%Y}; write {now.refnis}")]
    return [] if regime in (known.regime, None) else [("regime", f"the law's for {refnis} is {known.regime}")]


def line_mend(text: str) -> Mend | None:
    """What is wrong with a text that stands on certificates, too."""
    if text != text.strip() or not is_printable(text):
        return Mend("line", "write it in one line, without spaces around it")
    if not is_european(text):
        strange = next(each for each in text if not is_european(each))
        point = f"U+{ord(strange):04X}"
        return Mend("letter", f"{point} is in none of the fonts of certificates; write it in Latin letters")
    if len(text) > LONGEST:
        return Mend("too-long", f"at most {LONGEST} characters, for the head of a certificate", most=LONGEST)
    return None


def passage_mend(text: str) -> Mend | None:
    """What is wrong with a text that may have paragraphs."""
    if not all(map(is_printable, text.splitlines())):
        return Mend("unprintable", "holds what cannot be shown; write plain text")
    if len(text) > LONGEST_PASSAGE:
        return Mend("too-long", f"at most {LONGEST_PASSAGE:,} characters", most=LONGEST_PASSAGE)
    return None


def text_problems(
    texts: Mapping[str, Names], regime: str, *, mend_of: Callable[[str], Mend | None] = line_mend
) -> Iterator[Problem]:
    """A text that lacks a language of the regime, or is in a language that nobody can choose here, or has what
    `mend_of` mends."""
    official = REGIMES[regime]
    needed = " and ".join(official)
    for path, names in texts.items():
        for language in official:
            if not names.get(language, "").strip():
                missing = f"its text in {language} is missing; regime {regime} needs {needed}"
                yield f"{path}.{language}", Mend("missing", missing) if len(official) > 1 else Mend("empty", missing)
        for language in sorted(set(names) - set(LANGUAGES)):
            yield f"{path}.{language}", f"no language of {', '.join(LANGUAGES)}"
        for language, text in names.items():
            if mend := mend_of(text):
                yield f"{path}.{language}", mend


def name_problems(names: Names, refnis: str) -> Iterator[Problem]:
    """A town that bears another municipality's code would ask that one's register."""
    known = municipalities().get(refnis)
    for language in REGIMES[known.regime] if known else ():
        name = known.names[language].partition(" (")[0] if known else ""
        if names.get(language, "").strip() and name.casefold() not in names[language].casefold():
            yield f"names.{language}", f"{refnis} is the code of {name}; write its name, or the right code"


def head_problems(heads: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Where the head of a certificate, which these texts begin a line of each, would run into what follows it."""
    for language, texts in heads.items():
        lines = sum(-(-len(text) // HEAD_LINE) for text in texts)
        if lines > HEAD_LINES:
            too_high = (
                f"with name, address, phone and e-mail it takes {lines} lines in the head of a certificate, where "
                f"{HEAD_LINES} fit; shorten one of them (about {HEAD_LINE} characters are a line)"
            )
            yield f"departments.{language}", Mend("head", too_high, lines=lines, most=HEAD_LINES, line=HEAD_LINE)


def _named(data: Mapping[str, Any], keys: tuple[str, ...], language: str) -> dict[str, Any]:
    return {key: {language: data[key]} for key in keys if isinstance(data.get(key), str)}

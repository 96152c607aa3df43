"""The search of the counter: what citizens type finds what they mean, or nothing."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.counter import vocabulary
from gateway.counter.search import MOST_FOUND, Index, Sought, found
from gateway.counter.vocabulary import typing_errors
from services.contracts.catalogue import products
from services.contracts.groups import at_desk
from services.contracts.naming import LANGUAGES

QUERIES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "queries.yaml").read_text(encoding="utf-8"))
ALL = (*products(), *at_desk())


def find(query: str, language: str = "nl", among: Collection[str] = ALL) -> tuple[str, ...]:
    return found(query, among=among, language=language)


def is_found(meant: str | list[str], query: str, language: str) -> bool:
    first = find(query, language)[:3]
    return first[:1] == (meant,) if isinstance(meant, str) else not set(meant).isdisjoint(first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_citizens_type_finds_what_they_mean(language: str) -> None:
    asked = QUERIES[language]

    missed = {
        query: find(query, language)[:3] for query, meant in asked.items() if not is_found(meant, query, language)
    }

    assert len(asked) >= 60
    assert missed == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_town_does_not_do_here_finds_nothing(language: str) -> None:
    asked = QUERIES["nothing"][language]

    assert len(asked) >= 10
    assert {query: each for query in asked if (each := find(query, language))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_found_by_its_own_title(language: str) -> None:
    for thing in (*products().values(), *at_desk().values()):
        assert find(thing.titles[language], language)[0] == thing.id


def test_a_word_that_stands_in_an_explanation_alone_finds_it() -> None:
    assert "passport" in find("vingerafdrukken")


def test_a_word_is_looked_for_in_every_language_whatever_the_page_is_in() -> None:
    assert [find("strafblad", language)[0] for language in LANGUAGES] == ["criminal-record-595"] * len(LANGUAGES)


def test_only_what_is_offered_is_found() -> None:
    without = [id for id in ALL if id != "household-composition"]

    assert find("wie woont er bij mij", among=ALL)[0] == "household-composition"
    assert "household-composition" not in find("wie woont er bij mij", among=without)
    assert find("wie woont er bij mij", among=()) == ()


def test_no_more_are_told_than_somebody_reads() -> None:
    assert len(find("attest")) == MOST_FOUND


@pytest.mark.parametrize(
    "query", ["kind", "baby", "enfant", "naissance", "Geburt", "child", "lost my baby's passport", "acte"]
)
def test_the_deed_of_a_lifeless_child_is_shown_to_nobody_who_does_not_mean_it(query: str) -> None:
    assert "lifeless-child-deed" not in find(query)


@pytest.mark.parametrize(
    "query", ["mijn kindje verloren", "mort-né", "Fehlgeburt", "stillborn", "acte d’enfant sans vie"]
)
def test_and_is_found_by_who_does(query: str) -> None:
    assert find(query)[0] == "lifeless-child-deed"


@pytest.mark.parametrize(
    "query",
    [
        "",
        " \t\n",
        "\\" * 65_536,
        "'; DROP TABLE --",
        "\ud800\udfff" * 100,
        "\x00\x1b[31m",
        "a" * 65_536,
        "\ufdfa" * 65_536,
        "e" + "\u0301" * 65_536,
        "جواز سفر",
        "נישואין",
        "🛂",
    ],
    ids=[
        "empty",
        "blank",
        "backslashes",
        "signs",
        "surrogates",
        "controls",
        "one-word",
        "letters-of-eighteen",
        "accents",
        "arabic",
        "hebrew",
        "emoji",
    ],
)
def test_what_says_nothing_finds_nothing(query: str) -> None:
    assert find(query) == ()


def test_what_follows_a_long_query_is_not_looked_at() -> None:
    assert find("strafblad " + "\\" * 65_536)[0] == "criminal-record-595"
    assert find("\\" * 65_536 + " strafblad") == ()


@pytest.mark.parametrize(
    "query",
    [
        " ".join(f"{letter * 15}" for letter in "abcdefghijkl"),
        "certifikat attesst beweiss actte kartte bewijss uitreksel extrat urkundde akkte carrte bescheinigunng",
        "fuhrungszeugnisx staatsangehorigkeitx geburtsurkundex haushaltszusammensetzungx wohnsitzbescheinigungx",
        " ".join(["ver", "str", "gez", "ges", "wet", "bew", "bur", "nat", "kin", "ins", "cas", "att"]),
    ],
    ids=["nonsense", "common", "long", "unfinished"],
)
def test_the_worst_query_compares_few_words_letter_by_letter(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of some fifteen hundred; the whole takes two milliseconds or three."""
    compared = []

    def counting(one: str, other: str, *, most: int) -> int | None:
        compared.append((one, other))
        return typing_errors(one, other, most=most)

    monkeypatch.setattr(vocabulary, "typing_errors", counting)
    find(query)

    assert len(compared) <= 100


def test_of_two_that_are_met_as_well_the_one_given_first_comes_first() -> None:
    one, other = (Sought(id=id, phrases={"nl": ["tuin huren"]}, texts=()) for id in ("one", "other"))

    assert Index([one, other]).found("tuin", among=("one", "other"), language="nl") == ("one", "other")
    assert Index([other, one]).found("tuin", among=("one", "other"), language="nl") == ("other", "one")


def test_of_two_languages_the_readers_comes_first() -> None:
    dutch = Sought(id="dutch", phrases={"nl": ["pension"]}, texts=())
    french = Sought(id="french", phrases={"fr": ["pension"]}, texts=())
    index = Index([dutch, french])

    for language, first in (("nl", "dutch"), ("fr", "french")):
        assert index.found("pension", among=("dutch", "french"), language=language)[0] == first

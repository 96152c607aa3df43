"""Which of a name's languages is shown to whom."""

import pytest

from services.contracts.naming import lacking, shown

BOTH = {"nl": "Kerkstraat", "fr": "Rue de l'Église"}


@pytest.mark.parametrize(
    ("names", "language", "official", "text"),
    [
        (BOTH, "fr", ("nl", "fr"), "Rue de l'Église"),
        (BOTH, "nl", ("nl", "fr"), "Kerkstraat"),
        (BOTH, "en", ("nl", "fr"), "Kerkstraat / Rue de l'Église"),
        (BOTH, "de", ("nl", "fr"), "Kerkstraat / Rue de l'Église"),
        ({"nl": "Etterbeek", "fr": "Etterbeek"}, "en", ("nl", "fr"), "Etterbeek"),
        ({"nl": "Luik", "fr": "Liège", "de": "Lüttich"}, "en", ("nl",), "Luik"),
        ({"nl": "Luik", "fr": "Liège", "de": "Lüttich"}, "de", ("nl", "fr"), "Lüttich"),
        ({"und": "Casablanca"}, "fr", ("nl", "fr"), "Casablanca"),
        ({"und": "Casablanca"}, "en", ("nl",), "Casablanca"),
        ({"nl": "Kerkstraat"}, "fr", ("nl", "fr"), "Kerkstraat"),
        ({"fr": "Rue"}, "nl", ("nl",), "Rue"),
        ({}, "nl", ("nl",), ""),
        ({"nl": "Kerkstraat", "fr": " "}, "fr", ("nl", "fr"), "Kerkstraat"),
        ({"nl": " ", "fr": "Rue"}, "en", ("nl", "fr"), "Rue"),
        ({"nl": " "}, "nl", ("nl",), ""),
    ],
)
def test_what_a_reader_is_shown(names: dict[str, str], language: str, official: tuple[str, ...], text: str):
    assert shown(names, language, official=official) == text


@pytest.mark.parametrize(
    ("names", "official", "missing"),
    [
        (BOTH, ("nl", "fr"), ()),
        ({"nl": "Kerkstraat"}, ("nl", "fr"), ("fr",)),
        ({"nl": "Kerkstraat", "fr": ""}, ("nl", "fr"), ("fr",)),
        ({"und": "Kerkstraat"}, ("nl", "fr"), ("nl", "fr")),
        ({"und": "Kerkstraat"}, ("nl",), ()),
        ({"fr": "Rue"}, ("nl",), ("nl",)),
        ({}, (), ()),
    ],
)
def test_in_which_languages_a_name_is_missing(
    names: dict[str, str], official: tuple[str, ...], missing: tuple[str, ...]
):
    assert lacking(names, official) == missing

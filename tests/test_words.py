"""The words for citizens: one word for one thing, and the typography of each language, wherever they stand."""

import re
from collections.abc import Iterator

import pytest

from services.contracts.catalogue import products
from services.contracts.groups import at_desk, groups, situations
from services.contracts.register_codes import REGISTERS
from services.contracts.translations import sentences

PACKAGES = ("gateway", "services.documents", "services.notify")

NEVER = {
    "nl": r"aflever|afgelever|nakijken|nagekeken|kijk .* na\b|rechtskracht|rechtsgevolg|wettelijke waarde|gestaafd",
    "fr": r"'|[^\u00a0][;?!]|[^\u00a0\d]:(?!//)|valeur légale|scell|numéro national|\bconnecté\b",
    "de": r"'|Vorführung|Rechtskraft|rechtskräftig|Rechtswirkung|Beamter",
    "en": r"’",
}
"""What was found wrong, or was a second word for a thing, and in French what lacks its space or its apostrophe."""


def texts(language: str) -> Iterator[str]:
    for package in PACKAGES:
        yield from sentences(package, language).values()
    yield from (each.titles[language] for each in (*groups().values(), *at_desk().values(), *situations().values()))
    yield from (each.explanations[language] for each in (*at_desk().values(), *situations().values()))
    for product in products().values():
        yield from (by_language[language] for by_language in product.gives.statements.values())
        for by_language in (product.titles, product.explanations, {language: product.legal_basis(language, REGISTERS)}):
            yield by_language[language]
        for field in product.fields:
            yield field.titles[language]
            yield field.label.get(language, "")
            yield from (option.titles[language] for option in field.options)


@pytest.mark.parametrize("language", NEVER)
def test_every_text_keeps_to_the_words_and_typography_of_its_language(language: str) -> None:
    said = list(texts(language))

    assert len(said) > 150
    assert not [text for text in said if re.search(NEVER[language], text)]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nl", "Attest van gezinssamenstelling"),
        ("fr", "Certificat de composition de ménage"),
        ("de", "Bescheinigung über die Haushaltszusammensetzung"),
        ("en", "Certificate of household composition"),
    ],
)
def test_a_certificate_is_called_what_towns_call_it(language: str, title: str) -> None:
    assert products()["household-composition"].title(language) == title

"""From the front page to the certificate, as people go: in each language, with and without scripts, on a phone."""

from collections.abc import Callable

import pytest

from tests.system.pages.conftest import Visitor

WORDS = {
    "nl": ("wie woont er bij mij", "Attest van gezinssamenstelling", "Aanvragen", "Volgende: controleren"),
    "fr": ("qui habite avec moi", "Certificat de composition de ménage", "Demander", "Suivant : vérifier"),
    "de": ("wer wohnt bei mir", "Bescheinigung über die Haushaltszusammensetzung", "Beantragen", "Weiter: prüfen"),
    "en": ("who lives with me", "Certificate of household composition", "Ask for it", "Next: check it"),
}


@pytest.mark.parametrize(
    ("language", "width", "scripts", "dark"),
    [
        ("nl", "desk", True, False),
        pytest.param("nl", "phone", False, False, marks=pytest.mark.pages),
        pytest.param("fr", "phone", True, True, marks=pytest.mark.pages),
        pytest.param("de", "desk", False, False, marks=pytest.mark.pages),
        pytest.param("en", "small", True, False, marks=pytest.mark.pages),
        pytest.param("en", "desk", True, False, marks=pytest.mark.pages),
    ],
)
def test_the_whole_way(visitor: Callable[..., Visitor], language: str, width: str, scripts: bool, dark: bool) -> None:
    words, title, ask, on = WORDS[language]
    citizen = visitor(language=language, width=width, scripts=scripts, dark=dark)
    page = citizen.page

    citizen.go("/")
    citizen.check("home")
    page.fill("#q", words)
    if not scripts:
        page.press("#q", "Enter")
    page.locator("#results .product", has_text=title).first.wait_for()
    citizen.check("found")

    page.locator("#results .product", has_text=title).first.click()
    citizen.check("product")
    page.locator("a.button", has_text=ask).click()
    citizen.sign_in_as("demo-citizen")
    citizen.check("form")

    page.locator("button", has_text=on).click()
    page.locator("#summary").wait_for()
    assert page.locator("[id='fields.purpose-error']").is_visible()
    citizen.check("mistakes")
    page.locator("select[name='fields.purpose']").select_option(index=1)
    page.locator("button", has_text=on).click()
    citizen.check("review")

    page.locator("main button[type=submit]").click()
    assert "/applications/" in page.url
    page.locator("a.button[href*='/certificates/']").wait_for(timeout=60_000)
    citizen.check("issued")
    with page.expect_download() as fetched:
        page.locator("a.button[href*='/certificates/']").click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF-")

    for path in ("applications", "certificates", "looks", "me", "accessibility", "privacy"):
        citizen.go(f"/{path}")
        citizen.check(path)
    citizen.go("/nothing-there")
    citizen.check("not-found")

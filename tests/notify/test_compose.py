"""What a mail says, in each language, and what it does not say."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from services.contracts.catalogue import products
from services.contracts.towns import Colours
from services.contracts.translations import sentences, translations
from services.notify.compose import NAMED, compose, sentences_of
from services.notify.domain import Kind
from tests.notify.fakes import a_letter, a_town

LANGUAGES = ("nl", "fr", "de", "en")
NOTIFY = Path(str(resources.files("services.notify")))


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def parts(letter: object) -> tuple[str, str]:
    text, html = compose(letter).iter_parts()  # type: ignore[arg-type]
    return text.get_content(), html.get_content()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_names_no_product_and_no_reason(kind: Kind, language: str):
    text, html = parts(a_letter(kind, language=language))

    said = (text + Page(html).text).lower()
    told = r"gezin|ménage|haushalt|household|verblijf|résidence|wohnsitz|residence|leven|de vie|overleden"
    assert not re.search(told, said)
    assert not [product.id for product in products().values() if product.title(language).lower() in said]


PRIVACY = (
    "To protect your privacy, this message holds no personal data and no attachment. We never ask for passwords or "
    "codes by e-mail.",
    "To protect your privacy, this message says nothing more about you and has no attachment. We never ask for "
    "passwords or codes by e-mail.",
)
"""What a mail says of itself that names nothing, and one that does."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_mail_names_the_product_after_the_first_sentence_where_the_town_has_it_said(kind: Kind, language: str):
    letter = a_letter(kind, language=language)
    title = products()["household-composition"].title(language)
    said = translations("services.notify", language, city=letter.town.is_city).gettext
    first = " ".join(said(sentences_of(letter)[0]).split())

    for without, named in zip(parts(letter), parts(replace(letter, product=title)), strict=True):
        one, other = (" ".join(Page(each).text.split()) for each in (without, named))
        named_so = " ".join((said(NAMED) % {"product": title}).split())
        privacy, privacy_too = (" ".join(said(each).split()) for each in PRIVACY)
        assert other == one.replace(first, f"{first} {named_so}").replace(privacy, privacy_too)
        assert privacy_too in other
        assert title in other


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_expired_application_says_that_the_register_was_the_cause(language: str):
    letter = a_letter(Kind.EXPIRED, language=language)
    told = {
        code: parts(replace(letter, code=code))[0] for code in (None, "register-contradicted", "register-unavailable")
    }

    assert len(set(told.values())) == 3
    for code in ("register-contradicted", "register-unavailable"):
        assert re.search("regist", told[code], re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "thing"), [("nl", "attest"), ("fr", "certificat"), ("de", "bescheinigung"), ("en", "certificate")]
)
def test_a_mail_calls_the_thing_what_page_and_paper_call_it(language: str, thing: str):
    for kind in (Kind.ISSUED, Kind.REFUSED):
        text, html = parts(a_letter(kind, language=language))

        assert thing in text.lower()
        assert thing in Page(html).text.lower()
        assert not re.search("document|dokument", text.lower())


@pytest.mark.parametrize(
    ("language", "thing", "not_it"),
    [
        ("nl", "document", "attest"),
        ("fr", "document", "certificat"),
        ("de", "dokument", "bescheinigung"),
        ("en", "document", "certificate"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.ISSUED, Kind.REFUSED])
def test_what_another_authority_made_is_called_a_document(kind: Kind, language: str, thing: str, not_it: str):
    letter = a_letter(kind, language=language, is_of_a_document=True)

    text, html = parts(letter)

    for said in (text, Page(html).text, compose(letter)["Subject"] + text):
        assert thing in said.lower()
        assert not_it not in said.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_is_in_one_language(language: str):
    mails = {other: parts(a_letter(language=other))[0] for other in LANGUAGES}

    sentences = [line for line in mails[language].splitlines()[:6] if len(line) > 10]
    others = "\n".join(mail for other, mail in mails.items() if other != language)

    assert not [sentence for sentence in sentences if sentence in others and "https" not in sentence]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str):
    options = {"**.py": {}, "**.j2": {"trimmed": "true"}}
    method_map = [("**.py", "python"), ("templates/**.j2", "jinja2.ext:babel_extract")]
    used = {text for _, _, text, _, _ in extract_from_dir(NOTIFY, method_map, options, keywords={"_": None})}

    catalogue = sentences("services.notify", language)

    assert len(used) >= 14
    assert used == set(catalogue)
    assert all(catalogue.values())


def test_html_is_plain_and_carries_the_towns_colours():
    town = a_town(colours=Colours(primary="#005533", accent="#ffcc00"))

    _, html = parts(a_letter(town=town))

    page = Page(html)
    assert ("html", {"lang": "nl"}) in page.tags
    assert {"table", "img", "script", "style", "link"}.isdisjoint(tag for tag, _ in page.tags)
    assert any("background:#005533" in str(attributes.get("style")) for _, attributes in page.tags)
    assert all(re.match(r"https://|mailto:", attributes["href"] or "") for tag, attributes in page.tags if tag == "a")


def test_a_towns_text_is_text_and_never_markup():
    town = a_town(names={"nl": '<b>Stad</b> & "co"'})

    _, html = parts(a_letter(town=town))

    assert "&lt;b&gt;Stad&lt;/b&gt; &amp;" in html


def test_a_demonstration_says_so_and_a_real_town_does_not():
    specimen, real = (parts(a_letter(town=a_town(specimen=each)))[0] for each in (True, False))

    assert "zonder juridische waarde" in specimen
    assert "zonder juridische waarde" not in real


def test_no_line_is_longer_than_mail_allows():
    raw = compose(a_letter()).as_bytes()

    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()


def test_a_mail_is_dated_by_the_belgian_clock():
    mail = compose(a_letter(written_at=datetime(2026, 12, 31, 23, 5, tzinfo=UTC)))

    assert mail["Date"] == "Fri, 01 Jan 2027 00:05:00 +0100"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_opens_in_the_language_of_its_mail(language: str):
    letter = a_letter(language=language)

    text, html = parts(letter)

    assert letter.link.endswith(f"?lang={language}")
    assert letter.link in text
    assert html.count(f'href="{letter.link}"') == 2


@pytest.mark.parametrize(
    ("refnis", "name", "language", "issuer"),
    [
        ("24001", "Aarschot", "nl", "Stad Aarschot"),
        ("24001", "Aarschot", "fr", "Ville d’Aarschot"),
        ("21005", "Etterbeek", "de", "Gemeinde Etterbeek"),
        ("21005", "Etterbeek", "en", "Municipality of Etterbeek"),
    ],
)
def test_a_mail_is_from_the_town_by_its_title(refnis: str, name: str, language: str, issuer: str):
    mail = compose(a_letter(town=a_town(refnis, names={"nl": name}), language=language))

    assert mail["From"].addresses[0].display_name == issuer
    colon = "\u00a0: " if language == "fr" else ": "
    assert mail["Subject"].startswith(f"{issuer}{colon}")
    assert issuer in mail.get_body(("plain",)).get_content()

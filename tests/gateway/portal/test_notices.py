"""The accessibility statement and the privacy notice of each town."""

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from gateway.app import create_app
from gateway.counter.ombuds import BY_REGIME
from services.contracts.catalogue import offered, products
from services.contracts.municipalities import REGIMES
from services.contracts.naming import LANGUAGES
from services.contracts.notices import AccessibilityStatement, PrivacyNotice
from services.contracts.populations import Population
from services.contracts.towns import Town
from tests.gateway.conftest import Browser, settings
from tests.gateway.fakes import FakeDepartment, FakeServices, LocalCounts, Provider, a_town, towns, write_logo

PAGES = ("/accessibility", "/privacy")
Reading = Callable[..., str]


@pytest.fixture
def reading(tmp_path: Path, services: FakeServices, provider: Provider) -> Reading:
    """A page of a town that is made for the test."""

    def read(path: str, town: Town, *, lang: str = "en", as_sent: bool = False, **other: int) -> str:
        app = create_app(
            settings(write_logo(tmp_path), default_town="", **other),
            towns={town.refnis: town},
            services=services,
            issuers=provider.issuers(),
            counts=LocalCounts(),
        )
        app.test_client_class = Browser
        return told(app, path, lang, as_sent=as_sent)

    return read


def told(app: Flask, path: str, lang: str = "en", *, as_sent: bool = False) -> str:
    page = app.test_client().get(f"{path}?lang={lang}")
    assert page.status_code == 200
    return page.text if as_sent else " ".join(html.unescape(page.text).split())


def aarschot(**other: object) -> Town:
    return a_town("24001", "Aarschot", regime="nl", host="aarschot.localhost", **other)


@pytest.mark.parametrize("path", ["/", *PAGES, "/v", "/products/life", "/api/v1/docs", "/no-such-page"])
def test_every_page_leads_to_both(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text

    foot = page[page.index("<footer") :]
    assert re.findall(r'href="(/(?:accessibility|privacy))"', foot) == list(PAGES)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_name_the_town_and_how_to_reach_it(client: FlaskClient, path: str, lang: str) -> None:
    town = towns()["24001"]

    page = told(client.application, path, lang)

    for said in (town.designation(lang), town.department(lang), town.office_address(lang), town.office.email):
        assert said in page
    assert page.count("<h1>") == 1


def test_each_regime_has_the_ombuds_service_of_its_region() -> None:
    assert set(BY_REGIME) == set(REGIMES)
    for each in set(map(id, BY_REGIME.values())):
        found = next(one for one in BY_REGIME.values() if id(one) == each)
        assert set(found.law) == set(found.name) == set(found.address) == set(LANGUAGES)
        assert not found.email or set(found.email) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("refnis", "name", "regime", "law", "ombuds"),
    [
        ("24001", "Aarschot", "nl", "Flemish Governance Decree of 7 December 2018", "vlaamseombudsdienst.be"),
        ("21005", "Etterbeek", "brussels", "Brussels-Capital Region of 4 October 2018", "ombuds.brussels"),
        ("92094", "Namur", "fr", "Walloon Region of 2 May 2019", "le-mediateur.be"),
        ("63023", "Eupen", "de-facilities-fr", "German-speaking Community of 15 October 2018", "dg-ombudsdienst.be"),
    ],
)
def test_law_and_ombuds_are_those_of_the_region(
    reading: Reading, refnis: str, name: str, regime: str, law: str, ombuds: str
) -> None:
    page = reading("/accessibility", a_town(refnis, name, regime=regime, host="aarschot.localhost"))

    assert law in page
    assert f'href="https://www.{ombuds}"' in page


def test_a_town_with_an_ombuds_service_of_its_own_names_that_and_no_other(reading: Reading) -> None:
    ixelles = {"refnis": "21009", "name": "Ixelles", "regime": "brussels", "host": "aarschot.localhost"}

    page = reading("/accessibility", a_town(**ixelles))
    assert "the ombuds service of the municipality itself" in page
    assert "ombuds.brussels" not in page

    own = AccessibilityStatement(ombuds={"fr": "La médiatrice, ombuds@ixelles.example", "nl": "De ombudsvrouw"})
    page = reading("/accessibility", a_town(**ixelles, accessibility=own), lang="fr")
    assert '<a href="mailto:ombuds@ixelles.example">' in page
    assert "service de médiation de la commune elle-même" not in page


@pytest.mark.parametrize(
    ("said", "told", "untold"),
    [
        (AccessibilityStatement(), "partially meets", "third party"),
        (AccessibilityStatement(), "prepared on 27 November 2026", "last reviewed"),
        (AccessibilityStatement(status="full"), "fully meets", "independent expert"),
        (AccessibilityStatement(status="none", exceptions={"nl": "Alles."}), "Alles.", "We know of nothing"),
        (AccessibilityStatement(method="third-party"), "by a third party", "independent expert"),
        (AccessibilityStatement(prepared="2026-12-01"), "prepared on 1 December 2026", "27 November"),
        (AccessibilityStatement(reviewed="2027-12-01"), "last reviewed on 1 December 2027", "third party"),
        (AccessibilityStatement(email="a11y@a.example"), "a11y@a.example", "third party"),
        (AccessibilityStatement(complaints="klacht@a.example"), "klacht@a.example", "third party"),
        (AccessibilityStatement(instead={"nl": "# Kop\n\nOnze tekst."}), '<h2 lang="nl">Kop</h2>', "WCAG"),
        (AccessibilityStatement(more={"nl": "Nog iets.", "en": "One thing more."}), "One thing more.", "Nog iets."),
    ],
)
def test_a_town_says_of_its_accessibility_what_its_file_says(
    reading: Reading, said: AccessibilityStatement, told: str, untold: str
) -> None:
    page = reading("/accessibility", aarschot(accessibility=said))

    assert told in page
    assert untold not in page


def test_what_other_authorities_made_is_told_where_the_town_hands_it_on(reading: Reading) -> None:
    assert "Documents of other authorities" not in reading("/accessibility", aarschot())
    assert "Documents of other authorities" in reading("/accessibility", aarschot(sources={"deeds": {}}))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", '"><img src=x onerror=alert(1)>'])
def test_a_towns_own_text_is_text(reading: Reading, text: str) -> None:
    names = {"nl": f"# {text}\n\n- {text}\n\n{text}"}

    for path, town in (
        ("/privacy", aarschot(privacy=PrivacyNotice(more=names))),
        ("/accessibility", aarschot(accessibility=AccessibilityStatement(more=names))),
    ):
        page = reading(path, town, lang="nl", as_sent=True)
        assert escape(text) in page
        assert escape(text) == text or text not in page


def test_the_notice_lists_what_the_town_offers_and_where_it_comes_from(reading: Reading) -> None:
    plain = reading("/privacy", aarschot(products_off=("life",)))
    assert "population register of the city" in plain
    for untold in (f"<li>{products()['life'].title('en')}</li>", "register of deeds", "criminal record", "MAGDA"):
        assert untold not in plain

    town = aarschot(sources={"deeds": {}, "criminal-record": {}})
    page = reading("/privacy", town)
    for told in ("register of deeds", "GDPR, article 10", "For some products the police"):
        assert told in page
    assert all(f"<li>{each.title('en')}</li>" in page for each in offered(town, products()).values())
    assert "MAGDA" in reading("/privacy", aarschot(population=Population(source="magda")))


def test_how_long_things_are_kept_is_what_settings_and_catalogue_say(reading: Reading) -> None:
    def kept(page: str) -> Mapping[str, str]:
        rows = page[page.index("How long we keep them") : page.index("A program decides")]
        return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", rows))

    usual = kept(reading("/privacy", aarschot()))
    assert usual == {
        "What you have begun to fill in": "30 days",
        "Your application": "1 year after it has ended",
        "Your certificate or document": "1 year after it was given",
        "Who looked at your data": "10 years",
        "Messages to other public services, without a name": "7 days",
        "Your sign-in": "60 minutes, or 15 minutes without use",
    }
    other = kept(
        reading(
            "/privacy",
            aarschot(),
            access_log_days=400,
            departments_kept_days=30,
            session_minutes=20,
            session_idle_minutes=30,
        )
    )
    assert other["Who looked at your data"] == "400 days"
    assert other["Messages to other public services, without a name"] == "30 days"
    assert other["Your sign-in"] == "20 minutes, or 20 minutes without use"


def test_the_notice_names_the_departments_that_hear_of_applications(reading: Reading, services: FakeServices) -> None:
    assert "No other public service hears" in reading("/privacy", aarschot())

    services.departments["police"] = FakeDepartment(facts=("residence",))
    page = reading("/privacy", aarschot())
    assert "Police zone 5387" in page
    assert "to find whoever moved" in page
    assert "may ask for: Main residence" in page

    services.departments["police"] = FakeDepartment(towns=("21005",))
    assert "Police zone 5387" not in reading("/privacy", aarschot())


def test_while_the_services_are_away_the_notice_says_what_it_cannot_show(
    app: Flask, services: FakeServices, client: FlaskClient
) -> None:
    services.departments["police"] = FakeDepartment()
    services.away = True
    assert "We cannot show at the moment" in told(client.application, "/privacy")

    services.away = False
    for _ in range(3):
        assert "Police zone 5387" in told(client.application, "/privacy")
    services.away = True
    assert "Police zone 5387" in told(client.application, "/privacy")
    assert len(services.asked) == 2  # in vain, and once in this minute


def test_the_officer_and_the_authority_for_complaints_are_named(reading: Reading) -> None:
    assert "put “data protection officer” on top" in reading("/privacy", aarschot())
    page = reading("/privacy", aarschot(privacy=PrivacyNotice(officer="dpo@a.example")), lang="fr")

    assert 'href="mailto:dpo@a.example"' in page
    assert "Autorité de protection des données" in page
    assert 'href="https://www.autoriteprotectiondonnees.be"' in page


def test_a_notice_of_the_towns_own_asks_nobody(reading: Reading, services: FakeServices) -> None:
    page = reading("/privacy", aarschot(privacy=PrivacyNotice(instead={"nl": "Zie https://example.be/privacy"})))

    assert '<a href="https://example.be/privacy"' in page
    assert "GDPR" not in page
    assert not services.asked

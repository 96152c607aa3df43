"""An officer chooses how the town is served: kept, looked at, published, taken back."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pymongo.database import Database

from gateway.officers import tidying
from gateway.officers.entries import PARTS, Kind, titles_of
from gateway.sentences import SETUP_SENTENCES
from services.contracts.documents import PreviewCertificate
from services.contracts.errors import TownNotInOrder
from services.contracts.notices import AccessibilityStatement, PrivacyNotice
from services.contracts.notify import PreviewMail
from services.contracts.town_setups import ChangeTown, TownSetup, differences
from services.contracts.towns import Colours, Office, Tariff
from tests.gateway.fakes import Provider
from tests.gateway.officers.conftest import PNG, TownServices

AARSCHOT = "24001"
LOOK = {"colours.primary": "#7a1f5c", "colours.accent": "#8a5a00"}
CONTACT = {
    "departments.nl": "Dienst Bevolking",
    "departments.en": "",
    "office.street.nl": "Grote Markt 1",
    "office.municipality.nl": "Aarschot",
    "office.postcode": "3200",
    "office.phone": "+32 16 11 22 33",
    "office.email": "loket@example.be",
    "office.website": "https://example.be",
}
OFFICE = Office(**{each.name: "a" for each in fields(Office)})
COLOUR = b'--b\r\nContent-Disposition: form-data; name="colours.primary"\r\n\r\n#7a1f5c\r\n--b\r\n'
BLUE = '<path fill="#00f" d="M0 0h9v9H0z"/>'


def drawn(what: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{what}</svg>'.encode()


def tiny() -> bytes:
    written = BytesIO()
    Image.new("RGB", (2, 2), "#7a1f5c").save(written, "PNG")
    return written.getvalue()


def published(services: TownServices) -> int:
    return services.towns.version(AARSCHOT)


def test_nobody_but_an_officer_gets_in(client: FlaskClient, citizen: dict[str, str], services: TownServices) -> None:
    for path in ("/setup", "/setup/look", "/setup/preview/mail", "/setup/preview/certificate.png"):
        assert client.get(path).location.startswith("/sign-in?next=/setup")
        assert client.get(path, headers=citizen).status_code == 403
    for path in ("/setup/publish", "/setup/forget", "/setup/take-back"):
        assert client.post(path).status_code == 401
        assert client.post(path, headers=citizen).status_code == 403
    assert client.post("/setup/look", data=LOOK, headers=citizen).status_code == 403
    assert not services.asked


def test_an_officer_of_another_town_is_none_here(client: FlaskClient, provider: Provider) -> None:
    token = provider.token(None, town="21005", loket_role="officer", sub="desk-1")

    assert client.get("/setup", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_what_is_chosen_is_seen_by_its_officer_alone_until_it_is_published(
    browser: FlaskClient, client: FlaskClient, officer: Callable[..., FlaskClient], services: TownServices
) -> None:
    answer = browser.post("/setup/look", data=LOOK)

    assert (answer.status_code, answer.location) == (303, "/setup?kept=look")
    assert "#7a1f5c" in browser.get("/setup/preview/town.css").text
    assert "#7a1f5c" in browser.get("/setup/look").text
    assert "#7a1f5c" not in client.get("/assets/town.css").text
    assert "#7a1f5c" not in officer("desk-2").get("/setup/look").text
    assert published(services) == 0

    overview = browser.get("/setup").text
    assert "Main colour" in overview
    assert "Telephone" not in overview

    answer = browser.post("/setup/publish")

    assert answer.location == "/setup?published=1"
    assert "Published: version 1" in browser.get(answer.location).text
    assert "#7a1f5c" in client.get("/assets/town.css").text
    assert services.towns["24001"].colours.primary == "#7a1f5c"
    (version,) = services.records.load(AARSCHOT).history.versions
    assert version.by == "desk-1"
    assert "Nothing that is not published" in browser.get("/setup").text


def test_published_twice_it_is_published_once(browser: FlaskClient, services: TownServices) -> None:
    browser.post("/setup/look", data=LOOK)

    assert browser.post("/setup/publish").location == "/setup?published=1"
    assert browser.post("/setup/publish").location == "/setup"
    assert published(services) == 1


def test_each_page_changes_its_part_alone(browser: FlaskClient, services: TownServices) -> None:
    before = services.towns.setup(AARSCHOT)
    browser.post("/setup/look", data=LOOK)
    browser.post("/setup/contact", data=CONTACT)
    browser.post("/setup/accessibility", data={"accessibility.status": "none", "accessibility.method": "third-party"})
    browser.post("/setup/privacy", data={"privacy.officer": "dpo@example.be", "privacy.more.nl": "# Meer\r\n\r\n- een"})
    browser.post("/setup/publish")

    after = services.towns.setup(AARSCHOT)
    assert after.colours == Colours(primary="#7a1f5c", accent="#8a5a00")
    assert (after.office.phone, after.departments["nl"]) == ("+32 16 11 22 33", "Dienst Bevolking")
    assert "en" not in after.departments
    assert after.departments["fr"] == before.departments["fr"]  # a language that is not asked here stays as it was
    assert (after.accessibility.status, after.accessibility.method) == ("none", "third-party")
    assert after.privacy.officer == "dpo@example.be"
    assert after.privacy.more == {"nl": "# Meer\n\n- een"}
    assert (after.logo, after.products_off, after.tariffs) == (before.logo, before.products_off, before.tariffs)


def test_products_are_switched_off_and_named_with_their_regulation(
    browser: FlaskClient, services: TownServices
) -> None:
    page = browser.get("/setup/products").text
    listed = re.findall(r'name="offered" value="([^"]+)"', page)
    assert "life" in listed
    data: dict[str, Any] = {
        "listed": [*re.findall(r'name="listed" value="([^"]+)"', page), "no-such-product"],
        "offered": [each for each in listed if each != "life"],
        "courtesy_languages": ["fr", "en", "nl"],
        "mails_name_products": "1",
        "tariffs.residence.regulation.nl": "Retributiereglement",
        "tariffs.no-such-product.regulation.nl": "x",
    }
    assert browser.post("/setup/products", data=data).status_code == 303
    browser.post("/setup/publish")

    after = services.towns.setup(AARSCHOT)
    assert after.products_off == ("life",)
    assert after.courtesy_languages == ("fr", "en")
    assert after.mails_name_products
    assert {id: (each.cents, each.regulation) for id, each in after.tariffs.items()} == {
        "residence": (0, {"nl": "Retributiereglement"})
    }
    assert browser.get("/products/life").status_code == 404


def test_what_is_wrong_is_told_beside_its_field_kept_and_not_published(
    browser: FlaskClient, services: TownServices
) -> None:
    wrong = {"office.phone": "016 11 22", "office.email": "x", "departments.nl": "", "office.postcode": "999"}
    page = browser.post("/setup/contact", data=CONTACT | wrong)

    assert page.status_code == 422
    for path in wrong:
        assert f'id="{path}-error"' in page.text, path
        assert f'href="#{path}"' in page.text, path
    assert 'value="016 11 22"' in page.text
    assert "016 11 22" in browser.get("/setup/contact").text
    assert "Not in order yet" in browser.get("/setup/contact").text

    refused = browser.post("/setup/publish")

    assert refused.status_code == 422
    assert "/setup/contact#office.phone" in refused.text
    assert published(services) == 0
    assert not [each for each in services.asked if isinstance(each, ChangeTown)]


def test_a_colour_that_nobody_can_read_is_answered_with_the_nearest_that_all_can(browser: FlaskClient) -> None:
    page = browser.post("/setup/look", data={"colours.primary": "#ff8800", "colours.accent": "#8a5a00"})

    assert page.status_code == 422
    (offered,) = set(re.findall(r'name="use" value="colours.primary=(#[0-9a-f]{6})"', page.text))
    answer = browser.post(
        "/setup/look",
        data={"colours.primary": "#ff8800", "colours.accent": "#8a5a00", "use": f"colours.primary={offered}"},
    )
    assert answer.status_code == 303
    assert offered in browser.get("/setup/preview/town.css").text
    assert browser.post("/setup/look", data=LOOK | {"use": "office.phone=112"}).status_code == 303
    assert "112" not in browser.get("/setup/contact").text


def test_what_is_not_in_order_is_drawn_as_it_is_served(browser: FlaskClient) -> None:
    browser.post("/setup/look", data={"colours.primary": "#7a1f5c", "colours.accent": "red;}"})
    drawn = browser.get("/setup/preview/town.css").text

    assert "#7a1f5c" in drawn
    assert "#ab8a21" in drawn
    assert "red" not in drawn


def test_it_is_kept_as_it_is_typed_and_says_what_is_wrong_so_far(browser: FlaskClient) -> None:
    first = browser.post("/setup/contact/live", data=CONTACT)
    assert first.status_code == 200
    assert "Not in order" not in first.text
    then = browser.post("/setup/contact/live", data=CONTACT | {"office.phone": "+32 016"})

    assert "Leave out the 0 after +32" in then.text
    revisions = [int(re.search(r'data-revision="(\d+)"', each.text)[1]) for each in (first, then)]  # type: ignore[index]
    assert revisions[0] < revisions[1]
    assert "+32 016" in browser.get("/setup/contact").text


def test_the_previews_ask_for_what_is_chosen(browser: FlaskClient, services: TownServices) -> None:
    browser.post("/setup/look", data=LOOK)
    browser.post("/setup/contact", data=CONTACT)

    page = browser.get("/setup/preview/page/check")
    assert "+32 16 11 22 33" in page.text
    assert "<script" not in page.text
    assert "/setup/preview/town.css" in page.text
    assert "desk-1" not in page.text
    assert browser.get("/setup/preview/certificate.png").data == PNG
    assert "+32 16 11 22 33" in browser.get("/setup/preview/mail").text
    asked = [each for each in services.asked if isinstance(each, PreviewCertificate | PreviewMail)]
    assert {each.setup.colours.primary for each in asked} == {"#7a1f5c"}
    assert {each.language for each in asked} == {"en"}
    assert browser.get("/setup/preview/page/no-such").status_code == 404


def test_a_preview_is_shown_by_our_own_pages_alone_and_runs_nothing(browser: FlaskClient) -> None:
    for path in ("/setup/preview/page/home", "/setup/preview/mail"):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert answer.headers["Cache-Control"] == "no-store"
    framing = browser.get("/setup/look").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in framing
    assert "frame-ancestors 'none'" in framing


def test_why_there_is_nothing_to_look_at_is_told_in_the_frame(browser: FlaskClient, services: TownServices) -> None:
    services.away = True
    for path, status in (("/setup/preview/mail", 503), ("/setup/preview/page/no-such", 404)):
        told = browser.get(path)
        assert told.status_code == status
        assert "<h1>" in told.text
        assert "<script" not in told.text
        assert "frame-ancestors 'self'" in told.headers["Content-Security-Policy"]
        assert told.headers["X-Frame-Options"] == "SAMEORIGIN"


def upload(browser: FlaskClient, content: bytes) -> Any:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in LOOK.items()]
    head = "".join(parts) + '--b\r\nContent-Disposition: form-data; name="logo"; filename="a"\r\n\r\n'
    body = head.encode() + content + b"\r\n--b--\r\n"
    return browser.post("/setup/look", data=body, content_type="multipart/form-data; boundary=b")


def test_a_logo_is_cleaned_and_taken(browser: FlaskClient, services: TownServices) -> None:
    assert (
        upload(
            browser, drawn('<style>.a{fill:#00f}</style><!-- an editor --><path class="a" d="M0 0h9v9H0z"/>')
        ).status_code
        == 303
    )
    logo = browser.get("/setup/preview/logo")
    assert b"#0000ff" in logo.data
    assert b"editor" not in logo.data
    assert logo.mimetype == "image/svg+xml"
    browser.post("/setup/publish")
    assert services.towns.setup(AARSCHOT).logo.encode() == logo.data


def test_a_picture_is_taken_too(browser: FlaskClient) -> None:
    written = BytesIO()
    Image.new("RGBA", (300, 200), "#7a1f5cff").save(written, "PNG")

    assert upload(browser, written.getvalue()).status_code == 303
    assert b"data:image/png;base64," in browser.get("/setup/preview/logo").data


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7", "of another kind (PDF / AI)"),
        (b"<svg><script/></svg>", "no SVG or PNG"),
        (drawn("<text>a</text>"), "There is text"),
        (drawn('<image href="x.png"/>'), "a picture inside"),
        (drawn('<path fill-opacity=".5" d="M0 0h9v9H0z"/>'), "see-through"),
        (drawn('<path fill="#fff" d="M0 0h9v9H0z"/>'), "Nothing of this is seen"),
        (drawn("<script>alert(1)</script>"), "a program or movement"),
        (drawn(f"<style>g path{{fill:red}}</style><g>{BLUE}</g>"), "the style of"),
        (drawn(BLUE).replace(b"0 0 9 9", b"0 0 99 9"), "99 by 9"),
        (b"\x89PNG\r\n\x1a\n cut off", "damaged or cut off"),
        (tiny(), "has only 2 by 2 pixels"),
        (b"<svg>" + b"\\" * 2_100_000, "too large"),
    ],
)
def test_a_logo_is_refused_with_what_to_do(browser: FlaskClient, content: bytes, told: str) -> None:
    before = browser.get("/setup/preview/logo").data

    refused = upload(browser, content)

    assert refused.status_code == 422
    assert 'id="logo-error"' in refused.text
    assert told in refused.text
    assert browser.get("/setup/preview/logo").data == before


def test_an_empty_file_is_no_logo_and_no_file_is_none(browser: FlaskClient) -> None:
    assert upload(browser, b"").status_code == 422
    none = COLOUR + b'Content-Disposition: form-data; name="logo"; filename=""\r\n\r\n\r\n--b--\r\n'
    assert browser.post("/setup/look", data=none, content_type="multipart/form-data; boundary=b").status_code == 303


def test_a_picture_of_any_size_is_answered_beside_its_field(browser: FlaskClient) -> None:
    head = COLOUR + b'Content-Disposition: form-data; name="logo"; filename="a.png"\r\n\r\n'
    for megabytes in (3, 8):
        body = head + b"\x89PNG\r\n\x1a\n" + bytes(megabytes * 1_000_000) + b"\r\n--b--\r\n"
        refused = browser.post("/setup/look", data=body, content_type="multipart/form-data; boundary=b")
        assert refused.status_code in (413, 422)
        assert "This file is too large" in refused.text
        assert 'id="logo-error"' in refused.text
    other = browser.post("/setup/contact", data=body, content_type="multipart/form-data; boundary=b")
    assert (other.status_code, "larger than is accepted" in other.text) == (413, True)


def test_a_stranger_has_nothing_cleaned(client: FlaskClient) -> None:
    head = COLOUR + b'Content-Disposition: form-data; name="logo"; filename="a.png"\r\n\r\n'
    for size, status in ((9, 401), (8_000_000, 413)):
        body = head + bytes(size) + b"\r\n--b--\r\n"
        answer = client.post(
            "/setup/look",
            data=body,
            content_type="multipart/form-data; boundary=b",
            headers={"Accept": "text/html", "Accept-Language": "en"},
        )
        assert answer.status_code == status
        assert "error" not in answer.text
    assert (
        "Choose the logo again"
        in client.post(
            "/setup/look",
            data=head + b"x\r\n--b--\r\n",
            content_type="multipart/form-data; boundary=b",
            headers={"Accept-Language": "en"},
        ).text
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("016 55 66 77", "+32 16 55 66 77"),
        ("016/55.66.77", "+32 16 55 66 77"),
        ("+3216556677", "+32 16 55 66 77"),
        ("+32 (0)16 55 66 77", "+32 16 55 66 77"),
        ("0032 2 123 45 67", "+32 2 123 45 67"),
        ("02-1234567", "+32 2 123 45 67"),
        ("0470123456", "+32 470 12 34 56"),
        ("+32 16 55 66 77", "+32 16 55 66 77"),
        ("+31 20 123 4567", "+31 20 123 4567"),
        ("016 55", "016 55"),
        ("0800 12 345", "+32 800 12 345"),
        ("0900 12 345", "+32 900 12 345"),
        ("09 266 12 34", "+32 9 266 12 34"),
        ("00352 12 34 56", "00352 12 34 56"),
        ("016 55 66 778", "016 55 66 778"),
        ("０16 55 66 77", "０16 55 66 77"),
        ("0" * 70_000, "0" * 70_000),
    ],
)
def test_a_number_is_kept_as_it_is_called_from_abroad(typed: str, kept: str) -> None:
    assert tidying.phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.town.example", "https://www.town.example"),
        (" https://www.town.example ", "https://www.town.example"),
        ("http://www.town.example", "http://www.town.example"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_a_website_is_kept_as_an_address(typed: str, kept: str) -> None:
    assert tidying.website(typed) == kept


def test_the_overview_says_where_something_was_changed_and_what_is_not_in_order_yet(browser: FlaskClient) -> None:
    browser.post("/setup/contact", data=CONTACT | {"office.email": "x"})

    text = re.sub(r"\s+", " ", browser.get("/setup").text)
    assert '<li><a href="/setup/contact">Contact</a>: Telephone</li>' in text
    assert "Not in order yet:" in text
    assert "E-mail address: This is not an e-mail address" in text


def test_officers_find_their_pages_from_wherever_they_are(browser: FlaskClient) -> None:
    for path in ("/", "/products/residence", "/products/residence/form", "/check"):
        page = browser.get(path)
        assert 'href="/setup">Set up your counter</a>' in page.text, (path, page.status_code)
        assert "Sign out" in page.text


def test_every_mistake_has_a_sentence() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in Path("services/contracts").glob("*.py"))
    slugs = set(re.findall(r'Mend\(\s*"([a-z-]+)"', told)) | set(re.findall(r'"(logo-[a-z-]+)"', told))

    assert len(slugs) > 30
    assert slugs | {"not-accepted"} == set(SETUP_SENTENCES)


def test_two_windows_keep_what_each_has_changed(browser: FlaskClient, officer: Callable[..., FlaskClient]) -> None:
    other = officer()
    browser.get("/setup/look")
    other.post("/setup/contact", data=CONTACT)
    browser.post("/setup/look", data=LOOK)

    assert "#7a1f5c" in other.get("/setup/preview/town.css").text
    assert "+32 16 11 22 33" in browser.get("/setup/contact").text


def test_what_somebody_else_published_meanwhile_is_not_lost(
    browser: FlaskClient, officer: Callable[..., FlaskClient], services: TownServices
) -> None:
    other = officer("desk-2")
    browser.post("/setup/look", data=LOOK)
    other.post("/setup/contact", data=CONTACT)
    other.post("/setup/publish")

    answer = browser.post("/setup/publish")

    assert answer.location == "/setup?meanwhile=1"
    assert "on top of that now" in browser.get(answer.location).text
    assert published(services) == 1
    assert browser.post("/setup/publish").location == "/setup?published=2"
    after = services.towns.setup(AARSCHOT)
    assert (after.office.phone, after.colours.primary) == ("+32 16 11 22 33", "#7a1f5c")
    assert [each.by for each in services.records.load(AARSCHOT).history.versions] == ["desk-1", "desk-2"]


def test_a_form_that_was_open_while_somebody_else_published_undoes_nothing(
    browser: FlaskClient, officer: Callable[..., FlaskClient], services: TownServices
) -> None:
    other = officer("desk-2")
    before = services.towns.setup(AARSCHOT)
    browser.get("/setup/contact")
    other.get("/setup/contact")
    other.post("/setup/contact", data=CONTACT)
    other.post("/setup/publish")

    browser.post("/setup/contact", data=CONTACT | {"office.phone": before.office.phone, "office.street.nl": "Plein 2"})
    assert browser.post("/setup/publish").location == "/setup?meanwhile=1"
    assert browser.post("/setup/publish").location == "/setup?published=2"

    after = services.towns.setup(AARSCHOT)
    assert (after.office.phone, after.office.street["nl"]) == ("+32 16 11 22 33", "Plein 2")


def test_a_form_that_was_open_in_another_tab_undoes_nothing_either(
    browser: FlaskClient, officer: Callable[..., FlaskClient], services: TownServices
) -> None:
    """The other tab begins the draft anew, from what somebody else has published meanwhile."""
    before = services.towns.setup(AARSCHOT)
    page = browser.get("/setup/contact").text
    hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}
    other = officer("desk-2")
    other.post("/setup/contact", data=CONTACT)
    other.post("/setup/publish")
    browser.get("/setup/look")

    typed = CONTACT | {"office.phone": before.office.phone, "office.street.nl": "Plein 2"}
    typed["departments.nl"] = before.departments["nl"]
    browser.post("/setup/contact", data=hidden | typed)
    assert browser.post("/setup/publish").location == "/setup?published=2"

    after = services.towns.setup(AARSCHOT)
    assert (after.office.phone, after.departments["nl"]) == ("+32 16 11 22 33", "Dienst Bevolking")
    assert after.office.street["nl"] == "Plein 2"


@pytest.mark.parametrize("drawn", ["", "[]", "{}", "null", "[" * 100_000, '{"office.phone": 1}', "\ud800"])
def test_what_a_form_says_that_it_showed_may_be_anything(browser: FlaskClient, drawn: str) -> None:
    said = {"after": "7", "drawn": drawn.encode("utf-8", "surrogatepass")}
    assert browser.post("/setup/contact", data=CONTACT | said).status_code == 303
    assert "+32 16 11 22 33" in browser.get("/setup/contact").text


def test_what_was_kept_after_one_looked_is_not_published_unseen(browser: FlaskClient, services: TownServices) -> None:
    browser.post("/setup/look", data=LOOK)
    (seen,) = re.findall(r'name="revision" value="(\d+)"', browser.get("/setup").text)
    browser.post("/setup/contact/live", data=CONTACT)

    again = browser.post("/setup/publish", data={"revision": seen}).location
    assert (again, published(services)) == ("/setup?newer=2", 0)
    page = browser.get(again).text
    assert "something more was kept in another window" in page
    browser.post("/setup/contact/live", data=CONTACT | {"office.email": "other@example.be"})
    assert "something more was kept in another window" not in browser.get(again).text
    browser.post("/setup/contact/live", data=CONTACT)
    assert browser.post("/setup/publish", data={"revision": "4"}).location == "/setup?published=1"


def test_an_answer_is_told_while_it_is_the_last(
    browser: FlaskClient, officer: Callable[..., FlaskClient], services: TownServices
) -> None:
    other = officer("desk-2")
    browser.post("/setup/look", data=LOOK)
    other.post("/setup/contact", data=CONTACT)
    other.post("/setup/publish")
    told = browser.post("/setup/publish").location
    assert "somebody else has published something" in browser.get(told).text
    browser.post("/setup/publish")

    assert "somebody else has published something" not in browser.get(told).text


def test_an_intake_that_asks_for_more_is_told(browser: FlaskClient, services: TownServices) -> None:
    """During an upgrade."""
    browser.post("/setup/look", data=LOOK)
    services.refuses = TownNotInOrder("colours: of tomorrow")

    answer = browser.post("/setup/publish")

    assert (answer.status_code, published(services)) == (503, 0)
    assert "the counter is being updated right now" in answer.text
    assert "Main colour" in answer.text


def test_a_text_in_a_language_that_is_not_offered_any_more_can_be_mended(browser: FlaskClient) -> None:
    browser.post("/setup/products", data={"courtesy_languages": ["fr"]})
    browser.post("/setup/contact", data=CONTACT | {"departments.fr": "x" * 90})
    browser.post("/setup/products", data={"courtesy_languages": []} | {"listed": "life", "offered": "life"})

    assert 'id="departments.fr"' in browser.get("/setup/contact").text
    browser.post("/setup/contact", data=CONTACT | {"departments.fr": ""})
    assert browser.post("/setup/publish").location == "/setup?published=1"
    assert "x" * 90 not in browser.get("/setup/contact").text


def test_a_product_that_came_while_a_form_was_open_stays_on(browser: FlaskClient, services: TownServices) -> None:
    browser.post("/setup/products", data={"listed": ["life", "residence"], "offered": ["residence"]})
    browser.post("/setup/publish")

    assert services.towns.setup(AARSCHOT).products_off == ("life",)


def test_no_town_leaves_nothing_to_ask_for(browser: FlaskClient) -> None:
    """Of what it has the sources for."""
    listed = re.findall(r'name="listed" value="([^"]+)"', browser.get("/setup/products").text)

    refused = browser.post("/setup/products", data={"listed": listed})

    assert refused.status_code == 422
    assert "Leave at least one" in refused.text


def test_one_mistake_does_not_hide_what_else_is_chosen(browser: FlaskClient) -> None:
    """The head of certificates is too long by the street; it is told at the department."""
    browser.post("/setup/look", data=LOOK)
    long = {"office.street.nl": "a" * 80, "departments.nl": "b" * 80, "office.municipality.nl": "c" * 80}
    assert browser.post("/setup/contact", data=CONTACT | long).status_code == 422

    assert "#7a1f5c" in browser.get("/setup/preview/town.css").text


def test_a_page_that_was_only_looked_at_shows_what_is_published_since(
    browser: FlaskClient, officer: Callable[..., FlaskClient]
) -> None:
    browser.get("/setup/contact")
    other = officer("desk-2")
    other.post("/setup/contact", data=CONTACT)
    other.post("/setup/publish")

    assert "+32 16 11 22 33" in browser.get("/setup/contact").text
    assert "Nothing that is not published" in browser.get("/setup").text


def test_a_draft_begins_with_what_intake_knows_and_this_process_does_not_yet(
    browser: FlaskClient, services: TownServices
) -> None:
    setup = services.towns.setup(AARSCHOT)
    office = replace(setup.office, phone="+32 16 99 88 77")
    services.ask(ChangeTown(town=AARSCHOT, setup=replace(setup, office=office), by="operator", after=0))

    assert "+32 16 99 88 77" in browser.get("/setup/contact").text
    services.away = True
    assert browser.get("/setup/look").status_code == 200


def test_it_is_taken_back_and_that_too(browser: FlaskClient, client: FlaskClient, services: TownServices) -> None:
    browser.post("/setup/look", data=LOOK)
    browser.post("/setup/publish")

    assert browser.post("/setup/take-back", data={"to": "0", "after": "1"}).location == "/setup?back=2"
    assert "#7a1f5c" not in client.get("/assets/town.css").text
    assert browser.post("/setup/take-back", data={"to": "1", "after": "2"}).location == "/setup?back=3"
    assert "#7a1f5c" in client.get("/assets/town.css").text
    assert "as version 1" in browser.get("/setup").text
    assert browser.post("/setup/take-back", data={"to": "0", "after": "1"}).location == "/setup?other=3"
    assert browser.post("/setup/take-back", data={"to": "9", "after": "3"}).status_code == 404
    assert browser.post("/setup/take-back", data={"to": "x", "after": "3"}).status_code == 400
    assert published(services) == 3


def test_what_a_version_changed_is_told(browser: FlaskClient) -> None:
    browser.post("/setup/look", data=LOOK)
    browser.post("/setup/contact", data=CONTACT | {"office.email": "other@example.be"})
    browser.post("/setup/publish")
    browser.post("/setup/products", data={"listed": ["residence", "life"], "offered": ["residence"]})
    browser.post("/setup/publish")

    text = re.sub(r"\s+", " ", browser.get("/setup").text)
    second, first = re.findall(r'<p class="hint">Changed: (.*?)</p>', text)
    assert second == "Languages besides the official ones, What citizens can ask for"
    assert first.startswith("Main colour, Second colour, Name of your department,")


def test_every_field_that_may_be_chosen_has_a_title() -> None:
    setup = TownSetup(departments={}, colours=Colours(primary="a", accent="a"), office=OFFICE, logo="a")
    other = TownSetup(
        departments={"nl": "b"},
        colours=Colours(primary="b", accent="b"),
        office=Office(**{each.name: "b" for each in fields(Office)}),
        logo="b",
        courtesy_languages=("en",),
        products_off=("life",),
        tariffs={"life": Tariff(cents=1, regulation={})},
        mails_name_products=True,
        accessibility=AccessibilityStatement(**{each.name: "b" for each in fields(AccessibilityStatement)}),
        privacy=PrivacyNotice(**{each.name: "b" for each in fields(PrivacyNotice)}),
    )
    paths = differences(setup, other)

    assert len(titles_of(paths)) == len(paths) == len(set(paths))


def test_only_what_is_served_now_is_said_to_be_published(browser: FlaskClient) -> None:
    browser.post("/setup/look", data=LOOK)
    told = browser.post("/setup/publish").location
    assert "Published: version 1" in browser.get(told).text
    browser.post("/setup/take-back", data={"to": "0", "after": "1"})

    for path in (told, "/setup?published=99", "/setup?back=1"):
        text = browser.get(path).text
        assert "Published: version" not in text
        assert "Taken back:" not in text


def test_earlier_versions_are_kept_apart_from_the_last_ones(browser: FlaskClient) -> None:
    browser.post("/setup/look", data=LOOK)
    browser.post("/setup/publish")
    for number in range(1, 7):
        browser.post("/setup/take-back", data={"to": str((number + 1) % 2), "after": str(number)})

    last, earlier, first = re.split(r"<details>|</details>", browser.get("/setup").text.partition('id="history"')[2])
    assert re.findall(r"<strong>Version (\d+)", last) == ["7", "6", "5", "4", "3"]
    assert re.findall(r"<strong>Version (\d+)", earlier) == ["2", "1"]
    assert first.count('name="to" value="0"') == 1


def test_what_is_published_is_not_said_to_be_hidden_from_citizens(browser: FlaskClient) -> None:
    """On the way back, or where nothing was changed on the page that was kept."""
    kept = browser.post("/setup/look", data=LOOK).location
    assert "Citizens see nothing of it" in browser.get(kept).text
    browser.post("/setup/publish")

    assert "Citizens see nothing of it" not in browser.get(kept).text


def test_what_was_begun_goes_on_from_what_it_was_taken_back_to(browser: FlaskClient, services: TownServices) -> None:
    """And publishing it is no surprise: nobody else has changed anything."""
    before = services.towns.setup(AARSCHOT)
    browser.post("/setup/look", data=LOOK)
    browser.post("/setup/publish")
    browser.post("/setup/contact", data=CONTACT)

    browser.post("/setup/take-back", data={"to": "0", "after": "1"})

    assert "#7a1f5c" not in browser.get("/setup/look").text
    assert "+32 16 11 22 33" in browser.get("/setup/contact").text
    assert browser.post("/setup/publish").location == "/setup?published=3"
    after = services.towns.setup(AARSCHOT)
    assert (after.colours, after.office.phone) == (before.colours, "+32 16 11 22 33")


def test_what_is_forgotten_is_as_it_is_served(browser: FlaskClient) -> None:
    browser.post("/setup/look", data=LOOK)

    assert (gone := browser.post("/setup/forget").location) == "/setup?forgotten=1"
    assert "What you had changed is gone" in browser.get(gone).text
    assert "#7a1f5c" not in browser.get("/setup/look").text


def test_a_sign_in_that_is_over_gives_the_form_back_with_all_that_was_typed(
    client: FlaskClient, services: TownServices
) -> None:
    page = client.post("/setup/contact", data=CONTACT, headers={"Accept-Language": "en"})

    assert page.status_code == 401
    assert "What you filled in is still here" in page.text
    assert 'value="+32 16 11 22 33"' in page.text
    assert "<iframe" not in page.text
    assert not services.asked


@pytest.mark.parametrize("part", PARTS)
def test_hostile_text_is_text(browser: FlaskClient, part: str) -> None:
    nasty = '"><script>alert(1)</script>\\' * 40
    fields = {
        path: nasty
        for entry in PARTS[part].entries
        for path in (entry.path, f"{entry.path}.nl")
        if entry.kind is not Kind.LOGO
    }
    page = browser.post(f"/setup/{part}", data=fields)

    assert page.status_code in (303, 422)
    assert "<script>alert" not in page.text
    assert "<script>alert" not in browser.get(f"/setup/{part}").text
    shown = browser.get(f"/setup/preview/page/{PARTS[part].shown_on}")
    assert (shown.status_code, "<script>alert" in shown.text) == (200, False)


def test_long_texts_are_taken_and_endless_ones_refused(browser: FlaskClient) -> None:
    long = "\\" * 19_000
    answer = browser.post(
        "/setup/privacy", data={"privacy.more.nl": long, "privacy.instead.nl": long, "privacy.more.en": long}
    )
    assert answer.status_code == 303
    assert browser.post("/setup/privacy", data={"privacy.more.nl": "x" * 30_000}).status_code == 422
    assert browser.post("/setup/privacy", data={"privacy.more.nl": "x" * 2_000_000}).status_code == 413
    surrogate = b"privacy.more.nl=%ED%A0%80"
    form = "application/x-www-form-urlencoded"
    assert browser.post("/setup/privacy", data=surrogate, content_type=form).status_code in (303, 422)


def test_more_than_can_be_kept_is_refused_and_leaves_what_was_chosen(browser: FlaskClient) -> None:
    """Control characters, which take six times as much where they are kept."""
    browser.post("/setup/look", data=LOOK)
    names = [entry.path for entry in PARTS["accessibility"].entries if entry.kind is Kind.PASSAGE]
    answers = [
        browser.post("/setup/accessibility/live", data={f"{path}.{language}": "\x01" * 500_000})
        for path in names
        for language in ("nl", "en")
    ]

    assert (answers[0].status_code, answers[-1].status_code) == (200, 413)
    assert "Too large" in answers[-1].text
    assert "#7a1f5c" in browser.get("/setup/look").text


def test_a_text_that_both_languages_need_says_so(officer: Callable[..., FlaskClient]) -> None:
    of_two = officer(town="21005")
    page = of_two.get("/setup/privacy", base_url="http://etterbeek.localhost").text
    asked = dict(re.findall(r'<label for="privacy\.more\.(\w+)">(.*?)</label>', page))

    assert {each: "in each official language, or in none" in label for each, label in asked.items()} == {
        "fr": True,
        "nl": True,
    } | {each: False for each in asked if each not in ("fr", "nl")}
    assert len(asked) > 2


def test_with_intake_away_nothing_is_lost(browser: FlaskClient, services: TownServices) -> None:
    browser.post("/setup/look", data=LOOK)
    services.away = True

    refused = browser.post("/setup/publish")
    assert refused.status_code == 503
    assert "Nothing is lost" in refused.text
    assert "Idempotency-Key" not in refused.text
    assert browser.get("/setup/preview/certificate.png").status_code == 503
    kept = browser.get(browser.post("/setup/contact", data=CONTACT).location)
    assert kept.status_code == 200
    assert "Main colour" in kept.text
    assert "This cannot be shown now" in kept.text
    assert "Nothing has been changed here" not in kept.text
    services.away = False
    assert browser.post("/setup/publish").location == "/setup?published=1"


def test_an_intake_that_knows_better_is_believed(browser: FlaskClient, services: TownServices) -> None:
    """It is asked for a version that this process has not heard of yet."""
    browser.post("/setup/look", data=LOOK)
    setup = services.towns.setup(AARSCHOT)
    office = replace(setup.office, phone="+32 16 99 88 77")
    services.ask(ChangeTown(town=AARSCHOT, setup=replace(setup, office=office), by="operator", after=0))

    assert browser.post("/setup/publish").location == "/setup?meanwhile=1"
    assert browser.post("/setup/publish").location == "/setup?published=2"
    assert services.towns.setup(AARSCHOT).office.phone == "+32 16 99 88 77"


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize("path", ["/setup", *(f"/setup/{part}" for part in PARTS)])
def test_each_page_is_there_in_each_language(browser: FlaskClient, path: str, language: str) -> None:
    page = browser.get(f"{path}?lang={language}")

    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


FORM, BOUND = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("part", "body", "of"),
    [
        ("privacy", b"", FORM),
        ("privacy", b"{}", "application/json"),
        ("privacy", "privacy.more.nl=é".encode(), FORM),
        ("privacy", "&".join(f"a{each}=" for each in range(700)).encode(), FORM),
        ("look", b"--a\r\n", BOUND),
        ("look", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xed\xa0\x80\r\n--b--', BOUND),
    ],
)
def test_a_form_that_cannot_be_read_leaves_what_was_chosen(
    browser: FlaskClient, part: str, body: bytes, of: str
) -> None:
    browser.post("/setup/privacy", data={"privacy.more.nl": "Onze griffie helpt u."})
    browser.post("/setup/look", data=LOOK)

    assert browser.post(f"/setup/{part}", data=body, content_type=of).status_code == 400
    assert browser.post(f"/setup/{part}/live", data=body, content_type=of).status_code == 400
    assert "Onze griffie helpt u." in browser.get("/setup/privacy").text
    assert "#7a1f5c" in browser.get("/setup/look").text


def test_what_a_form_does_not_have_stays_as_it_was(browser: FlaskClient) -> None:
    """It may be of a page as it was before an update, when less was asked."""
    browser.post("/setup/contact", data=CONTACT)
    browser.post("/setup/contact", data={"office.phone": "+32 16 99 88 77"})

    page = browser.get("/setup/contact").text
    assert 'value="+32 16 99 88 77"' in page
    assert f'value="{CONTACT["office.email"]}"' in page


@pytest.mark.parametrize("path", ["/setup/publish", "/setup/forget", "/setup/take-back"])
def test_another_language_of_an_answer_to_a_form_is_the_overview(browser: FlaskClient, path: str) -> None:
    answer = browser.get(f"{path}?lang=nl")

    assert (answer.status_code, answer.location) == (303, "/setup?lang=nl")


def test_what_is_kept_while_it_is_published_is_kept(
    browser: FlaskClient, officer: Callable[..., FlaskClient], services: TownServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = officer()
    browser.post("/setup/look", data=LOOK)
    publish = services._ChangeTown

    def meanwhile(asked: ChangeTown) -> Any:
        other.post("/setup/contact/live", data=CONTACT)
        return publish(asked)

    monkeypatch.setattr(services, "_ChangeTown", meanwhile)
    assert browser.post("/setup/publish").location == "/setup?published=1"
    monkeypatch.undo()

    assert "+32 16 11 22 33" in browser.get("/setup/contact").text
    assert browser.post("/setup/publish").location == "/setup?published=2"
    after = services.towns.setup(AARSCHOT)
    assert (after.office.phone, after.colours.primary) == ("+32 16 11 22 33", "#7a1f5c")


@pytest.mark.parametrize("unread", [{"locked": "of a later version"}, {"ends": datetime(2026, 1, 1, tzinfo=UTC)}])
def test_a_draft_that_nobody_can_read_any_more_stands_in_nobodys_way(
    browser: FlaskClient, database: Database[dict[str, Any]], unread: dict[str, Any]
) -> None:
    """It has ended and is not swept yet, or another version of Loket wrote it."""
    browser.post("/setup/look", data=LOOK)
    drafts = next(
        each
        for name in database.client.list_database_names()
        for each in [database.client[name]["setup_drafts"]]
        if each.count_documents({})
    )
    drafts.update_one({}, {"$set": unread})

    assert browser.get("/setup/look").status_code == 200
    assert browser.post("/setup/look", data=LOOK | {"colours.primary": "#0b5d3b"}).location == "/setup?kept=look"
    assert "#0b5d3b" in browser.get("/setup/look").text

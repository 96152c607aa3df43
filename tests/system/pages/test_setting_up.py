"""An officer gives the town another look, and sees page, certificate and mail in it before any citizen does."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from gateway.officers.entries import PARTS
from services.contracts.translations import translations
from tests.system.conftest import Deployment
from tests.system.pages.conftest import Visitor
from tests.system.pages.test_keyboard_and_narrow import STICKS_OUT, tab_to
from tests.waiting import wait_for

TOWN = "63023"
PURPLE, TOO_LIGHT = "#7a1f5c", "#ffe9a0"
IN_EVERY_LANGUAGE = ["de", *(pytest.param(each, marks=pytest.mark.pages) for each in ("nl", "fr", "en"))]
BAND = "document.querySelector('.band') && getComputedStyle(document.querySelector('.band')).backgroundColor"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#7a1f5c" d="M0 0h9v9H0z"/></svg>'


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Iterator[Callable[..., Visitor]]:
    """Makes one before the page of this path; what they published is taken back afterwards."""
    made: list[Visitor] = []

    def make(path: str = "/setup", **of: object) -> Visitor:
        officer = visitor(town=TOWN, **of)
        officer.go(path)
        officer.sign_in_as("officer")
        officer.page.wait_for_url(f"**{path}*")
        made.append(officer)
        return officer

    yield make
    page, base = made[0].page, made[0].base
    page.goto(f"{base}/setup")
    if (back := page.locator("form:has(input[name='to'][value='0']) button")).count():
        back.click()
        page.wait_for_url("**back=*")
    if (forget := page.locator("form[action*='/forget'] button")).count():
        forget.click()


def band(visitor: Visitor, frame: str = "") -> str:
    """The colour at the top of a page; of one that is drawn in it, where `frame` is its address: none while it is."""
    if not frame:
        return str(visitor.page.evaluate(BAND))
    with suppress(Error):
        for each in visitor.page.frames:
            if frame in each.url:
                return str(each.evaluate(BAND))
    return ""


def await_sheet(page: Page) -> None:
    """The certificate is drawn; where it could not be, the page has asked again."""
    sheet = page.locator("img.sheet")
    wait_for(lambda: sheet.evaluate("each => each.complete && each.naturalWidth > 0"), what="the certificate")


@pytest.mark.parametrize("language", IN_EVERY_LANGUAGE)
def test_a_new_look_is_seen_as_it_is_typed_and_by_citizens_once_it_is_published(
    officer: Callable[..., Visitor], visitor: Callable[..., Visitor], language: str
) -> None:
    said = translations("gateway", language, city=True).gettext
    drawn = officer("/setup/look", language=language)
    page = drawn.page
    before = page.locator("img.sheet").get_attribute("src")
    await_sheet(page)

    page.fill("[name='colours.primary']", PURPLE)
    page.fill("[name='colours.accent']", TOO_LIGHT)
    offer = page.locator("#wrong button[name='use']")
    offer.wait_for()
    wait_for(lambda: band(drawn, "/preview/page/") == "rgb(122, 31, 92)", seconds=15, what="the new look of the page")
    page.frame_locator("iframe[data-slow]").locator(f"[style*='{PURPLE}']").first.wait_for()
    assert page.locator("img.sheet").get_attribute("src") != before
    await_sheet(page)
    drawn.check(f"setup-look-{language}")

    offer.click()
    page.wait_for_url("**#drawn")
    page.set_input_files("[name='logo']", {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": LOGO.encode()})
    page.get_by_role("button", name=said("Keep it"), exact=True).click()
    page.wait_for_url("**/setup?*kept=look*")
    citizen = visitor(town=TOWN, language="de")
    citizen.go("/")
    assert band(citizen) != "rgb(122, 31, 92)"

    drawn.check(f"setup-kept-{language}")
    page.get_by_role("button", name=said("Publish it")).click()
    page.wait_for_url("**published=*")
    drawn.check(f"setup-published-{language}")

    def is_seen() -> bool:
        citizen.go("/")
        return band(citizen) == "rgb(122, 31, 92)"

    wait_for(is_seen, seconds=20, what="the new look for citizens")
    citizen.go(str(citizen.page.locator(".logo img").get_attribute("src")))
    assert PURPLE in citizen.page.content()


@pytest.mark.parametrize("language", IN_EVERY_LANGUAGE)
@pytest.mark.parametrize("part", ["", *PARTS])
def test_each_page_is_for_everybody(officer: Callable[..., Visitor], part: str, language: str) -> None:
    """On the smallest screen, dark, with what is wrong told."""
    shown = officer(f"/setup/{part}".rstrip("/"), language=language, width="small", dark=True)
    assert shown.page.evaluate(STICKS_OUT) == []
    shown.check(f"setup-{part or 'overview'}-{language}")
    if part == "contact":
        shown.page.fill("[name='office.phone']", "087 11 22")
        shown.page.locator("form.fill .buttons button").first.click()
        shown.page.locator("#summary").wait_for()
        assert shown.page.evaluate("document.activeElement.id") == "summary"
        assert shown.page.evaluate(STICKS_OUT) == []
        shown.check(f"setup-wrong-{language}")


def test_with_the_keyboard_alone(officer: Callable[..., Visitor]) -> None:
    shown = officer("/setup/contact", language="en")
    page = shown.page
    tab_to(page, name="office.phone")
    page.keyboard.press("Control+A")
    page.keyboard.type("+32 87 11 22 33")
    tab_to(page, words="Keep it")
    page.keyboard.press("Enter")
    page.wait_for_url("**kept=contact*")
    tab_to(page, words="Publish it")
    page.keyboard.press("Enter")
    page.wait_for_url("**published=*")
    shown.go("/privacy")
    assert "+32 87 11 22 33" in page.content()


def test_without_scripts(officer: Callable[..., Visitor], deployment: Deployment, tmp_path: Path) -> None:
    shown = officer("/setup/look", language="en", scripts=False)
    page = shown.page
    page.fill("[name='colours.primary']", PURPLE)
    page.get_by_role("button", name="Keep it and show me").click()
    page.wait_for_url("**#drawn")
    assert any("/setup/preview/page/home" in each.url for each in page.frames)
    page.screenshot(path=tmp_path / "shown.png", full_page=True)
    page.goto(f"{shown.base}/setup")
    page.get_by_role("button", name="Forget it").click()
    page.goto(f"{shown.base}/setup/look")
    assert page.input_value("[name='colours.primary']") != PURPLE
    assert deployment.is_ready()


def test_the_way_back_leads_to_the_page_before(officer: Callable[..., Visitor]) -> None:
    """Not through what was drawn while somebody typed."""
    shown = officer("/setup", language="en")
    page = shown.page
    page.locator(".product[href*='/setup/look']").click()
    page.wait_for_url("**/setup/look*")
    for colour in ("#7a1f5c", "#0b5d3b"):
        with page.expect_response("**/setup/preview/page/**"):
            page.fill("[name='colours.primary']", colour)
    page.go_back()
    page.wait_for_url("**/setup")


@pytest.mark.parametrize("answer", [429, None])
def test_what_cannot_be_kept_as_it_is_typed_is_said(officer: Callable[..., Visitor], answer: int | None) -> None:
    """Too much in a minute, or nobody is reached; the next that is typed brings all of it."""
    shown = officer("/setup/contact", language="en")
    page = shown.page
    page.route("**/live", lambda route: route.fulfill(status=answer) if answer else route.abort())
    page.fill("[name='office.phone']", "+32 87 11 22 33")
    page.locator("#wrong", has_text="is not kept yet").wait_for()
    page.unroute("**/live")
    page.fill("[name='office.website']", "https://kept.example")
    page.locator("#wrong", has_text="is not kept yet").wait_for(state="hidden")
    page.reload()
    assert page.input_value("[name='office.phone']") == "+32 87 11 22 33"


def test_a_text_at_the_end_of_a_long_page_can_be_looked_at(officer: Callable[..., Visitor]) -> None:
    shown = officer("/setup/privacy", language="de", scripts=False)
    page = shown.page
    page.fill("[name='privacy.more.de']", "Das steht ganz am Ende.")
    page.fill("[name='privacy.more.fr']", "Ceci est tout à la fin.")
    page.locator("button[name='show']").click()
    page.wait_for_url("**#drawn")
    with page.expect_popup() as opened:
        page.locator("figcaption a").click()
    assert opened.value.get_by_text("Das steht ganz am Ende.").is_visible()


def test_a_certificate_that_cannot_be_drawn_is_told_until_it_can(officer: Callable[..., Visitor]) -> None:
    page = officer("/setup/look", language="en").page
    told = page.get_by_text("The certificate cannot be drawn at the moment.")
    await_sheet(page)
    assert not told.is_visible()

    page.route("**/certificate.png*", lambda route: route.fulfill(status=503, content_type="text/html", body="away"))
    page.fill("[name='colours.primary']", PURPLE)
    told.wait_for()
    assert not page.locator("img.sheet").is_visible()
    page.reload()
    told.wait_for()
    page.unroute("**/certificate.png*")
    page.fill("[name='colours.primary']", "#123a6b")
    told.wait_for(state="hidden", timeout=60_000)
    assert page.locator("img.sheet").is_visible()


def test_what_is_typed_just_before_leaving_is_kept(officer: Callable[..., Visitor]) -> None:
    page = officer("/setup/contact", language="en").page
    page.fill("[name='office.phone']", "016 55 66 77")
    page.get_by_role("link", name="Look").click()
    page.wait_for_url("**/setup/look")

    page.get_by_role("link", name="Contact").click()
    page.wait_for_url("**/setup/contact")
    assert page.input_value("[name='office.phone']") == "+32 16 55 66 77"
    contact = page.url
    page.fill("[name='office.phone']", "02 555 66 77")
    page.goto(contact.replace("/contact", "/look"))  # as by typing an address
    wait_for(lambda: page.goto(contact) and page.input_value("[name='office.phone']") == "+32 2 555 66 77")


def test_enter_in_a_field_keeps_what_stands_there(officer: Callable[..., Visitor]) -> None:
    page = officer("/setup/look", language="en").page
    page.fill("[name='colours.primary']", TOO_LIGHT)
    page.get_by_role("button", name="Keep it", exact=True).last.click()
    page.locator("#summary").wait_for()
    page.fill("[name='colours.primary']", PURPLE)
    page.press("[name='colours.primary']", "Enter")
    page.wait_for_url("**kept=look*")
    page.get_by_role("link", name="Look").first.click()
    page.wait_for_url("**/setup/look")
    assert page.input_value("[name='colours.primary']") == PURPLE


def test_what_is_kept_and_what_is_wrong_is_told_beside_the_field_that_was_left(
    officer: Callable[..., Visitor],
) -> None:
    shown = officer("/setup/look", language="en", width="small")
    page = shown.page
    page.fill("[name='colours.primary']", PURPLE)
    page.locator("form [data-kept]", has_text="It is kept.").wait_for()

    page.fill("[name='colours.accent']", TOO_LIGHT)
    page.locator("#wrong", has_text="too light").wait_for()
    assert not page.locator("form .error").count()
    page.focus("[name='colours.primary']")
    page.locator("form .error", has_text="too light").wait_for()
    described = page.get_attribute("[name='colours.accent']", "aria-describedby") or ""
    assert described.split()[0] == page.locator("form .error").get_attribute("id")
    assert page.evaluate(STICKS_OUT) == []
    shown.check("setup-told-beside")
    page.locator("form .error button").click(delay=300)
    page.wait_for_url("**#drawn")
    assert not page.locator(".error").count()


def test_a_file_that_is_too_large_is_told_at_once_and_takes_nothing_along(
    officer: Callable[..., Visitor], tmp_path: Path
) -> None:
    page = officer("/setup/look", language="en").page
    large = tmp_path / "large.png"
    large.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(7_000_000))
    page.fill("[name='colours.primary']", PURPLE)
    page.set_input_files("#logo", large)

    page.locator("#logo-error", has_text="too large").wait_for()
    page.get_by_role("button", name="Keep it", exact=True).click()
    page.wait_for_url("**kept=look*")
    assert page.locator("[aria-labelledby='begun']").get_by_text("Main colour").count() == 1

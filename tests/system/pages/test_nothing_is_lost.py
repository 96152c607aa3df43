"""What people do meanwhile does no harm: a sign-in that ends, a second press, another window, the way back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.system.conftest import Deployment
from tests.system.pages.conftest import Visitor

pytestmark = pytest.mark.pages

SOMEBODY = "somebody.else@example.org"


def fill(page: Page, *, purpose: str = "housing", email: str = SOMEBODY) -> None:
    page.select_option("[name='fields.purpose']", purpose)
    page.fill("#email", email)


def filled(page: Page) -> tuple[str, str]:
    return page.input_value("[name='fields.purpose']"), page.input_value("#email")


def press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).click()


def begun(visitor: Callable[..., Visitor], who: str, *, scripts: bool = True) -> Visitor:
    """Somebody before the empty form."""
    citizen = visitor(language="en", scripts=scripts)
    citizen.go("/products/household-composition/form")
    citizen.sign_in_as(who)
    return citizen


def applications(citizen: Visitor) -> int:
    """Before them in a window of its own."""
    page = citizen.page.context.new_page()
    page.goto(f"{citizen.base}/applications")
    found = page.locator("[aria-labelledby='asked'] li").count()
    page.close()
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sign_in_that_ends_in_the_form_loses_nothing(
    visitor: Callable[..., Visitor], deployment: Deployment, scripts: bool
) -> None:
    citizen = begun(visitor, "divorced", scripts=scripts)
    page = citizen.page
    deployment.database("gateway").sessions.delete_many({})

    fill(page)
    press(page, "Next: check it")
    assert page.locator("main").inner_text().count("kept in this browser for an hour") == 1
    citizen.check("signed-out-in-the-form")
    page.locator("main a.button").click()
    citizen.sign_in_as("divorced")

    assert filled(page) == ("housing", SOMEBODY)
    assert page.get_by_role("status").inner_text().startswith("You are signed in again")
    citizen.check("signed-in-again")
    press(page, "Next: check it")
    assert SOMEBODY in page.locator("main").inner_text()


def test_what_is_typed_while_the_sign_in_is_over_is_kept_before_it_is_sent(visitor: Callable[..., Visitor]) -> None:
    citizen = begun(visitor, "student")
    page = citizen.page
    page.context.clear_cookies()

    with page.expect_response("**/form/kept*"):
        fill(page)
    citizen.go("/products/household-composition/form")
    citizen.sign_in_as("student")

    assert filled(page) == ("housing", SOMEBODY)


def test_who_signs_in_there_instead_is_shown_nothing_of_it(
    visitor: Callable[..., Visitor], deployment: Deployment
) -> None:
    citizen = begun(visitor, "separated")
    page = citizen.page
    deployment.database("gateway").sessions.delete_many({})
    fill(page)
    press(page, "Next: check it")

    page.locator("main a.button").click()
    citizen.sign_in_as("one-name")

    assert filled(page)[0] == ""
    assert SOMEBODY not in page.content()


def test_a_form_of_somebody_who_is_no_longer_signed_in_is_not_taken_for_who_is(visitor: Callable[..., Visitor]) -> None:
    citizen = begun(visitor, "widowed", scripts=False)
    other = Visitor(page=citizen.page.context.new_page(), base=citizen.base, name="other", said=[])
    other.page.context.clear_cookies()
    other.go("/products/life/form")
    other.sign_in_as("single")

    fill(citizen.page)
    press(citizen.page, "Next: check it")

    assert "was not kept under your name" in citizen.page.get_by_role("alert").inner_text()
    assert filled(citizen.page)[0] == ""


@pytest.mark.parametrize("scripts", [True, False])
def test_a_second_press_files_nothing_more(visitor: Callable[..., Visitor], scripts: bool) -> None:
    who = "long-name" if scripts else "several-nationalities"
    citizen = begun(visitor, who, scripts=scripts)
    page, before = citizen.page, applications(citizen)
    fill(page)
    press(page, "Next: check it")

    page.locator("main").get_by_role("button", name="Ask for it").dblclick()
    page.wait_for_url("**/applications/*")

    assert applications(citizen) == before + 1


def test_the_way_back_leads_on_and_says_what_was_asked_for_already(visitor: Callable[..., Visitor]) -> None:
    citizen = begun(visitor, "blended-family")
    page, before = citizen.page, applications(citizen)
    fill(page)
    press(page, "Next: check it")
    press(page, "Ask for it")
    page.wait_for_url("**/applications/*")
    filed = page.url

    page.go_back()
    if "/review" in page.url:  # the browser kept the page as it was
        press(page, "Ask for it")
    assert page.url.partition("?")[0] == filed.partition("?")[0]
    citizen.go("/products/household-composition/form")
    fill(page)
    press(page, "Next: check it")
    assert "asked for this document before" in page.locator("main").inner_text()
    citizen.check("asked-for-already")
    page.get_by_role("link", name="See how far it is").click()

    assert page.url.partition("?")[0] == filed.partition("?")[0]
    assert applications(citizen) == before + 1


def test_two_windows_show_what_the_other_has_changed_before_it_is_filed(visitor: Callable[..., Visitor]) -> None:
    citizen = begun(visitor, "four-generations")
    page, before = citizen.page, applications(citizen)
    fill(page)
    press(page, "Next: check it")
    other = Visitor(page=page.context.new_page(), base=citizen.base, name="other", said=[])
    other.go("/products/household-composition/form")
    assert filled(other.page) == ("housing", SOMEBODY)
    fill(other.page, purpose="other")
    press(other.page, "Next: check it")

    press(page, "Ask for it")
    assert "in another window" in page.get_by_role("alert").inner_text()
    citizen.check("changed-in-another-window")
    press(page, "Ask for it")
    page.wait_for_url("**/applications/*")
    press(other.page, "Ask for it")

    assert other.page.url.partition("?")[0] == page.url.partition("?")[0]
    assert applications(citizen) == before + 1

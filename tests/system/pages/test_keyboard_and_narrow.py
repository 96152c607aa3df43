"""Without a mouse, and with a page four times as large: from the front page to what was asked for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from services.registry.sources.population.populations import Populations
from tests.system.conftest import Deployment
from tests.system.pages.conftest import Visitor

pytestmark = pytest.mark.pages

FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const label = at.labels?.[0]?.innerText ?? at.innerText ?? "";
  return {
    name: at.name || "", words: label.trim(), tag: at.tagName,
    isSeen: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none" && box.width > 0
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""

STICKS_OUT = """() => {
  const inside = (each) => each.closest(".unseen, .skip");
  return [...document.querySelectorAll("body, body *")]
    .filter((each) => !inside(each) && (each.getBoundingClientRect().right > innerWidth + 1
      || (each.scrollWidth > each.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(each).overflowX))))
    .map((each) => each.outerHTML.slice(0, 120));
}"""

MOST_STOPS = 80
END = "\n\n"


def tab_to(page: Page, *, words: str = "", name: str = "") -> None:
    """With Tab alone; each stop on the way shows where it is."""
    page.wait_for_load_state()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            continue
        assert at["isSeen"], at
        if (name and at["name"] == name) or (words and at["words"].startswith(words)):
            return
    raise AssertionError(f"no stop at {words or name} on {page.url}")


def test_from_the_front_page_to_the_certificate_by_keyboard_alone(visitor: Callable[..., Visitor]) -> None:
    citizen = visitor(language="en")
    page = citizen.page
    citizen.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["words"] == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    tab_to(page, name="q")
    page.keyboard.type("who lives with me")
    page.locator("#results .product").first.wait_for()
    tab_to(page, words="Certificate of household composition")
    citizen.check("focus-home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products/household-composition*")
    tab_to(page, words="Ask for it")
    page.keyboard.press("Enter")
    page.locator("button[value='demo-citizen']").focus()  # the provider's page is no page of ours
    page.keyboard.press("Enter")

    page.wait_for_url("**/form*")
    tab_to(page, words="Why do you know this?")
    page.keyboard.press("Enter")
    tab_to(page, name="subject")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name='subject']").nth(1).is_checked()
    tab_to(page, words="Next: check it")
    page.keyboard.press("Enter")

    page.locator("#summary").wait_for()
    assert page.evaluate("document.activeElement.id") == "summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "fields.purpose"
    page.keyboard.press("ArrowDown")
    assert page.input_value("[name='fields.purpose']")
    citizen.check("focus-form")
    tab_to(page, words="Next: check it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review*")
    tab_to(page, words="Ask for it")
    page.keyboard.press("Enter")

    page.wait_for_url("**/applications/*")
    page.locator("a.button[href*='/certificates/']").wait_for(timeout=60_000)
    tab_to(page, words="Download the PDF")


def test_what_comes_live_is_told_and_takes_no_focus_away(
    visitor: Callable[..., Visitor], deployment: Deployment
) -> None:
    """The register is asked anew while somebody has unfolded what takes the application back."""
    citizen = visitor(language="en")
    page, streams = citizen.page, [f"retry: 300{END}"]
    populations = Populations(deployment.database("registry"))
    populations.pause("24001", reason="test")
    filed = deployment.citizen("separated")
    waiting = filed.until(filed.filed("life"), "deferred")
    page.route(
        "**/applications/*/live*", lambda route: route.fulfill(body=streams[-1], content_type="text/event-stream")
    )
    citizen.go(f"/applications/{waiting['application_id']}")
    citizen.sign_in_as("separated")
    populations.resume("24001")
    tab_to(page, words="Take this application back")
    page.keyboard.press("Enter")
    tab_to(page, words="Yes, take it back")

    part = page.locator("#application").inner_html().replace("The register cannot answer", "Here it cannot answer")
    streams.append("id: 99\n" + "".join(f"data: {line}\n" for line in part.splitlines()) + END)
    page.locator(".lead", has_text="Here it cannot answer").wait_for()

    assert page.evaluate(FOCUSED)["words"] == "Yes, take it back"
    assert page.get_by_role("status").inner_text().startswith("Here it cannot answer right now")
    assert page.locator("#application > *").count() == 3


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_four_times_as_large_nothing_scrolls_sideways(
    visitor: Callable[..., Visitor], deployment: Deployment, language: str
) -> None:
    town = {"fr": "21005", "de": "63023"}.get(language, "24001")
    citizen = visitor(language=language, width="small", town=town)
    page = citizen.page
    citizen.go("/me")
    citizen.sign_in_as("long-name")
    filed = deployment.citizen("long-name", town=town)
    application = filed.until(filed.filed("household-composition"), "delivered")
    (certificate,) = deployment.certificates_of(application["application_id"])
    product = "/products/household-composition"
    paths = ["/", "/?q=zzzz", product, f"{product}/form", "/applications", "/certificates", "/looks", "/me"]
    paths += [f"/applications/{application['application_id']}", "/v", f"/v/{certificate['code']}", "/v/guess"]
    paths += [
        "/accessibility",
        "/privacy",
        "/department/sign-in",
        "/v?too-large",
        "/nothing-there",
        "/products/birth-abroad",
        "/products/criminal-record-596-2/form",
    ]

    out = {}
    for path in paths:
        citizen.go(path)
        out |= {path: found} if (found := page.evaluate(STICKS_OUT)) else {}
    citizen.go(f"{product}/form")
    page.locator("[name='fields.purpose']").select_option(index=1)
    page.locator("main form button:not(.quiet)").click()
    page.wait_for_url("**/review*")
    out |= {"review": found} if (found := page.evaluate(STICKS_OUT)) else {}

    assert out == {}

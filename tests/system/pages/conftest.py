"""Pages in a real browser, Debian's chromium, before the whole stack."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.system.conftest import HOSTS, Deployment

WIDTHS = {"desk": 1280, "phone": 390, "small": 320}
SCREENS = Path("var/screens")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visitor:
    """Somebody before one town's pages. `said` is what the browser's console complained of."""

    page: Page
    base: str
    name: str
    said: list[str]

    def go(self, path: str) -> None:
        """Open a page of the town."""
        self.page.goto(f"{self.base}{path}")

    def sign_in_as(self, key: str) -> None:
        """On the demonstration's page, where the town's led."""
        if not self.page.locator(f"button[value='{key}']").is_visible():
            self.page.locator("summary").click()
        with self.page.expect_navigation():  # back at the town's, styles and all
            self.page.locator(f"button[value='{key}']").click()

    def check(self, what: str) -> None:
        """Nothing is wrong for anybody: axe finds nothing, nothing sticks out, the console is silent. And a picture."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{what}-{self.name}.png", full_page=True)
        assert self.said == []
        sticks_out = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if self._scripts:
            assert self.page.evaluate(sticks_out) <= 0
            found = Axe().run(
                self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
            )
            assert found.violations_count == 0, found.generate_report()

    _scripts: bool = True


def is_complaint(kind: str, text: str) -> bool:
    """Not that a form came back with mistakes (422), or that the demonstration's sign-in has no icon."""
    return kind in ("error", "warning") and not text.startswith("Failed to load resource")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "chromium is not installed: run `make test` once, which installs it"
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, deployment: Deployment) -> Iterator[Callable[..., Visitor]]:
    """Makes one: `visitor(language="fr", width="phone", scripts=False, dark=True, town="21005")`."""
    contexts: list[Any] = []

    def make(
        *, language: str = "nl", width: str = "desk", scripts: bool = True, dark: bool = False, town: str = "24001"
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": WIDTHS[width], "height": 900},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale=language,
            bypass_csp=False,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page, said = context.new_page(), []
        page.on("console", lambda each: said.append(each.text) if is_complaint(each.type, each.text) else None)
        page.on("pageerror", lambda each: said.append(str(each)))
        port = deployment.stack.address.rpartition(":")[2]
        name = "-".join([language, width, *(["dark"] if dark else []), *([] if scripts else ["plain"])])
        made = Visitor(page=page, base=f"http://{HOSTS[town]}:{port}", name=name, said=said)
        made._scripts = scripts
        return made

    yield make
    for context in contexts:
        context.close()

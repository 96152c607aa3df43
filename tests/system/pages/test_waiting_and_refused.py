"""What does not go at once is told in words, with what to do: a register that is away, a refusal."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from deploy.demo.far.faults import Switch
from gateway.sentences import STATES
from services.contracts.translations import translations
from tests.system.conftest import Deployment
from tests.system.pages.conftest import Visitor

pytestmark = pytest.mark.pages


def loket(deployment: Deployment, *words: str) -> None:
    """As an operator types it."""
    command = [sys.executable, "-m", "deploy.operator.cli", *words]
    environment = {**os.environ, **deployment.outside, "LOKET_VAR": str(deployment.stack.var)}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)


@contextmanager
def paused(deployment: Deployment, town: str) -> Iterator[None]:
    """Without the town's register."""
    loket(deployment, "register", "pause", "--town", town)
    try:
        yield
    finally:
        loket(deployment, "register", "resume", "--town", town)


@pytest.mark.parametrize(
    ("scripts", "width", "who"), [(True, "desk", "several-nationalities"), (False, "phone", "student")]
)
def test_a_register_that_is_away_is_told_and_waited_for(
    visitor: Callable[..., Visitor], deployment: Deployment, scripts: bool, width: str, who: str
) -> None:
    citizen = visitor(language="fr", town="21005", scripts=scripts, width=width)
    page = citizen.page
    citizen.go("/products/household-composition/form")
    citizen.sign_in_as(who)
    button = "main form button:not(.quiet)"

    with paused(deployment, "21005"):
        page.reload()
        page.locator("[name='fields.purpose']").select_option(index=1)
        page.locator(button).click()
        page.locator(button).click()
        page.wait_for_url("**/applications/*")
        away = page.locator(".steps li", has_text="Le registre ne peut pas répondre")
        away.wait_for(timeout=60_000)
        assert "Vous n’avez rien à faire" in page.locator(".verdict").inner_text()
        assert page.locator(".verdict").inner_text().count("Nous attendons une réponse") == 1
        citizen.check("waiting-for-the-register")

    page.locator("a.button[href*='/certificates/']").wait_for(timeout=90_000)
    assert away.count() == 1
    citizen.check("after-the-outage")


@pytest.mark.parametrize(
    ("source", "product", "answers", "language", "who"),
    [
        ("deeds", "birth-deed-extract", {"deed-of": "person", "deed-filiation": "extract"}, "nl", "demo-citizen"),
        ("criminal-record", "criminal-record-595", {"record-purpose": "other"}, "en", "several-nationalities"),
    ],
)
def test_another_authority_that_is_away_is_told_and_waited_for(
    visitor: Callable[..., Visitor],
    deployment: Deployment,
    source: str,
    product: str,
    answers: dict[str, str],
    language: str,
    who: str,
) -> None:
    told = translations("gateway", language, city=True).gettext(STATES["deferred"])
    citizen = visitor(language=language, width="phone")
    page = citizen.page
    citizen.go(f"/products/{product}/form")
    citizen.sign_in_as(who)
    far = Switch(deployment.stack.sources, source)

    far.set("away")
    try:
        for name, value in answers.items():
            choice = page.locator(f"input[name='fields.{name}'][value='{value}']")
            choice.check() if choice.count() else page.locator(f"[name='fields.{name}']").select_option(value)
        page.locator("main form button:not(.quiet)").click()
        page.locator("main form button:not(.quiet)").click()
        page.wait_for_url("**/applications/*")
        page.locator(".steps li", has_text=told.partition(".")[0]).wait_for(timeout=60_000)
        assert told.partition(".")[0] in page.locator(".verdict").inner_text()
        citizen.check(f"waiting-for-{source}")
    finally:
        far.set(None)

    page.locator("a.button[href*='/certificates/']").wait_for(timeout=90_000)
    citizen.check(f"after-{source}-was-away")


@pytest.mark.parametrize(("scripts", "width"), [(True, "small"), (False, "desk")])
def test_a_refusal_says_why_and_what_to_do_next(
    visitor: Callable[..., Visitor], deployment: Deployment, scripts: bool, width: str
) -> None:
    citizen = visitor(language="en", scripts=scripts, width=width)
    page = citizen.page
    citizen.go("/products/household-composition/form")
    citizen.sign_in_as("moved-out")
    assert "You have moved to another municipality" in page.locator(".notice").inner_text()
    citizen.check("refused-beforehand")

    page.locator("[name='fields.purpose']").select_option(index=1)
    page.get_by_role("button", name="Next: check it").click()
    page.locator("main").get_by_role("button", name="Ask for it").click()
    page.locator(".verdict.bad").wait_for(timeout=60_000)

    assert (
        "You have moved to another municipality, which can issue this certificate."
        in page.locator(".verdict").inner_text()
    )
    told = page.locator("section", has=page.get_by_role("heading", name="What you can do now"))
    town = deployment.towns["24001"]
    assert town.office.phone in told.inner_text()
    assert told.locator(f"a[href='mailto:{town.office.email}']").is_visible()
    assert page.get_by_role("button", name="Yes, take it back").count() == 0
    citizen.check("refused")

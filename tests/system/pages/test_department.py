"""What another department sees of itself: the whole way, with the keyboard alone, on the smallest screen."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from services.contracts.departments import Topic
from services.contracts.translations import translations
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.departments import Department, DepartmentStore, new_user
from tests.system.conftest import Deployment
from tests.system.pages.conftest import Visitor
from tests.system.pages.test_keyboard_and_narrow import STICKS_OUT, tab_to

NAME = "social-house"
IN_EVERY_LANGUAGE = ["nl", *(pytest.param(each, marks=pytest.mark.pages) for each in ("fr", "de", "en"))]


@pytest.fixture
def secret(deployment: Deployment) -> Iterator[str]:
    """Of a department that hears what is issued here and may know who lives where."""
    database, now = deployment.database("notify"), datetime.now(UTC)
    store, credentials = DepartmentStore(database), CredentialStore(database)
    store.add(
        Department(
            id=NAME,
            user=new_user(NAME),
            title="Social house of the town, and of its neighbours between the two rivers",
            purpose="to offer help to who has just moved here (decision of the council of 3 March 2026)",
            topics=tuple(map(Topic.parse, ("24001.certificate-issued.*", "24001.application-refused.residence"))),
            facts=("residence", "household"),
            answers=(),
            added_at=now,
        )
    )
    credential, written = new_secret(NAME, now=now)
    credentials.add(credential)
    yield written
    credentials.remove(credentials.of(NAME))
    store.remove(NAME)


@pytest.mark.parametrize("language", IN_EVERY_LANGUAGE)
def test_a_department_finds_its_way_with_the_keyboard_alone(
    visitor: Callable[..., Visitor], secret: str, language: str
) -> None:
    said = translations("gateway", language, city=True).gettext
    department = visitor(language=language, width="small", dark=language in ("fr", "en"))
    page = department.page
    department.go("/department")
    page.wait_for_url("**/department/sign-in*")
    department.check("department-sign-in")

    def typed(given: str) -> None:
        tab_to(page, name="department")
        page.keyboard.press("Control+A")
        page.keyboard.type(NAME)
        tab_to(page, name="secret")
        page.keyboard.type(given)
        tab_to(page, words=said("Sign in"))
        page.keyboard.press("Enter")

    typed("a-secret-that-nobody-gave")
    page.get_by_role("heading", name=said("Not let in")).wait_for()
    department.check("department-not-let-in")
    typed(secret)
    page.wait_for_url("**/department")
    department.check("department")
    assert page.evaluate(STICKS_OUT) == []

    tab_to(page, words=said("Tell me"))
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    department.check("department-told")

    page.goto(page.url.partition("?")[0])
    tab_to(page, words=said("Sign out"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/department/sign-in*")
    department.go("/department")
    page.wait_for_url("**/department/sign-in*")


@pytest.mark.pages
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_who_is_let_in_no_more_is_signed_out_without_scripts_too(
    visitor: Callable[..., Visitor], deployment: Deployment, secret: str, language: str
) -> None:
    department = visitor(language=language, width="desk", scripts=False)
    page = department.page
    department.go("/department/sign-in")
    page.locator("[name='department']").fill(NAME)
    page.locator("[name='secret']").fill(secret)
    page.locator("main form button").click()
    page.wait_for_url("**/department")
    credentials = CredentialStore(deployment.database("notify"))
    credentials.remove(credentials.of(NAME))

    page.reload()

    page.wait_for_url("**/department/sign-in?ended*")
    department.check("department-ended")

"""An operator ends what the catalogue can no longer make, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.contracts.catalogue import products
from services.contracts.errors import ApplicationOver, NotFound, StillBeingMade, StillGiven
from services.contracts.intake import (
    ApplicationCleared,
    ApplicationExpired,
    ApplicationView,
    EndApplication,
    ExtractRequested,
)
from services.contracts.plans import Lacking, lacking, plan_of
from services.contracts.product import CERTIFICATE, FORM, PASSED_THROUGH, Gives, Product
from services.intake import handlers
from services.intake.domain import waits
from tests.intake.fakes import NOON
from tests.intake.test_moving import ID, Road, compiled, deferred, facts_expired, issued

WITHOUT: dict[str, Product] = {}
A_DAY_LATER = NOON + timedelta(days=1)


def end(
    road: Road, catalogue: dict[str, Product] = WITHOUT, *, town: str = "24001", now: datetime = NOON
) -> ApplicationView:
    asked = EndApplication(town=town, application_id=ID)
    return handlers.end_application(asked, applications=road.applications, products=catalogue, now=now)


def test_what_waits_for_a_product_that_is_gone_is_ended_and_told_once():
    road = Road()
    road.hear(deferred())
    road.applications.events.clear()

    ended = [end(road), end(road)]

    assert [(each.state, each.code) for each in ended] == [("expired", "no-longer-given")] * 2
    (told,) = [each for each in road.emitted() if isinstance(each, ApplicationExpired)]
    assert (told.code, told.contact) == ("no-longer-given", f"Contact sealed for {ID}")
    kept = road.applications.kept[ID]
    assert (kept.request, kept.contact, kept.deadline) == ("", "", None)


def test_what_the_catalogue_has_is_ended_by_nobody_but_its_citizen():
    road = Road()

    with pytest.raises(StillGiven):
        end(road, dict(products()))

    assert road.view.state == "submitted"


def test_a_cleared_one_is_left_to_documents_which_is_told_again_once_it_could_not_print_it_any_more():
    road = Road()
    road.hear(compiled())
    (first,) = road.emitted()

    with pytest.raises(StillBeingMade, match="2026-"):
        end(road)
    assert road.emitted() == []
    with pytest.raises(StillBeingMade, match="asked-anew"):
        end(road, now=A_DAY_LATER)

    (again,) = road.emitted()
    assert isinstance(again, ApplicationCleared)
    assert (road.view.state, again.facts_expire_at) == ("cleared", first.facts_expire_at)


def test_once_documents_says_that_its_facts_are_too_old_nobody_is_asked_before_it_can_be_ended():
    road = Road()
    road.products = WITHOUT
    road.hear(compiled())
    road.emitted()

    road.hear(facts_expired(A_DAY_LATER), now=A_DAY_LATER)

    assert (road.view.state, road.emitted()) == ("submitted", [])
    assert end(road, now=A_DAY_LATER).code == "no-longer-given"
    road.hear(facts_expired(A_DAY_LATER), now=A_DAY_LATER)  # of an order on its road meanwhile
    assert road.view.state == "expired"


def test_one_that_nobody_ends_asks_the_register_at_its_next_deadline():
    road = Road()
    road.products = WITHOUT
    road.hear(compiled())
    road.hear(facts_expired(A_DAY_LATER), now=A_DAY_LATER)
    road.emitted()

    road.sweep(A_DAY_LATER + waits.ANSWER_WITHIN)

    (asked,) = road.emitted()
    assert isinstance(asked, ExtractRequested)


def test_one_of_which_the_certificate_is_heard_late_is_over_and_never_ended():
    road = Road()
    road.hear(compiled())
    with pytest.raises(StillBeingMade, match="asked-anew"):
        end(road, now=A_DAY_LATER)

    for _ in range(2):  # what was late, and what was said again
        road.hear(issued(), now=A_DAY_LATER)

    with pytest.raises(ApplicationOver, match="issued"):
        end(road, now=A_DAY_LATER)
    assert not [each for each in road.emitted() if isinstance(each, ApplicationExpired)]


def test_an_emptied_one_is_as_unknown_as_none():
    road = Road()
    road.applications.emptied.add(ID)

    with pytest.raises(NotFound):
        end(road)


def test_what_has_its_certificate_or_was_withdrawn_stays_so():
    with_certificate, withdrawn = Road(), Road()
    with_certificate.hear(compiled())
    with_certificate.hear(issued())
    withdrawn.withdraw()

    for road, state in ((with_certificate, "issued"), (withdrawn, "withdrawn")):
        with pytest.raises(ApplicationOver, match=state):
            end(road)
        assert road.view.state == state


def test_another_towns_application_is_as_unknown_as_none():
    with pytest.raises(NotFound):
        end(Road(), town="21005")


LIFE = products()["life"]
CERTIFICATE_PLAN, FORM_PLAN, DOCUMENT_PLAN = (
    replace(plan_of(LIFE), gives=kind) for kind in (CERTIFICATE, FORM, PASSED_THROUGH)
)
AS_FORM = replace(LIFE, gives=replace(LIFE.gives, kind=FORM, form="life"))
AS_DOCUMENT = replace(LIFE, gives=Gives(kind=PASSED_THROUGH))


@pytest.mark.parametrize(
    ("product", "plan", "lacks"),
    [
        (None, CERTIFICATE_PLAN, Lacking.FILE),
        (LIFE, CERTIFICATE_PLAN, None),
        (AS_FORM, CERTIFICATE_PLAN, None),
        (AS_DOCUMENT, CERTIFICATE_PLAN, Lacking.STATEMENT),
        (AS_DOCUMENT, FORM_PLAN, Lacking.STATEMENT),
        (LIFE, FORM_PLAN, Lacking.FORM),
        (LIFE, DOCUMENT_PLAN, None),
        (AS_DOCUMENT, DOCUMENT_PLAN, None),
        (AS_DOCUMENT, replace(CERTIFICATE_PLAN, gives=""), None),
        (LIFE, None, None),
    ],
)
def test_what_a_product_that_changed_kind_lacks_for_what_was_filed_before(product, plan, lacks):
    """An earlier version's plan does not say what was to be given: it goes by today's file."""
    assert lacking(product, plan) == lacks

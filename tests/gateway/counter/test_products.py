"""What a town offers, as its reader finds it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from gateway.counter.products import Awaited, Tariff, offer_of, shelves, title_of
from gateway.problems import Problem
from services.contracts.catalogue import products
from services.contracts.towns import Tariff as TownTariff
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import towns

Chosen = Callable[..., Flask]


@pytest.fixture
def chosen(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Chosen:
    """A gateway whose town chose otherwise."""

    def make(**choices: Any) -> Flask:
        town = replace(towns()["24001"], **choices)
        monkeypatch.setattr("tests.gateway.conftest.towns", lambda: {town.refnis: town})
        return make_app()

    return make


def test_an_offer_tells_for_whom_it_is_and_for_how_long(reading: Reading) -> None:
    with reading("nl"):
        offer = offer_of("residence")

    plan = products()["residence"]
    assert offer.for_whom == ("Voor uzelf", "Voor uw minderjarig kind")
    assert (offer.current_for_days, offer.document_days) == (plan.current_for_days, plan.retention.document_days)
    assert offer.awaits == ()
    assert offer.tariff == Tariff(cents=0, regulation=None)
    assert offer.tariff.is_free


def test_what_costs_something_names_the_regulation_in_the_readers_language(reading: Reading, chosen: Chosen) -> None:
    regulation = {"nl": "Retributiereglement", "fr": "Règlement-redevance"}
    app = chosen(tariffs={"residence": TownTariff(cents=500, regulation=regulation)})

    with reading("nl", app=app):
        offer = offer_of("residence")

    assert offer.tariff == Tariff(cents=500, regulation="Retributiereglement")
    assert not offer.tariff.is_free


def test_who_has_to_confirm_something_first_is_named_with_how_long_that_takes(reading: Reading, chosen: Chosen) -> None:
    with reading("fr", app=chosen(sources={"criminal-record": {}})):
        offer = offer_of("criminal-record-596-2")

    assert offer.awaits == (Awaited(who="la police", days=28),)


def test_no_shelf_is_empty_and_every_offer_stands_on_its_own(reading: Reading) -> None:
    with reading("de"):
        found = shelves()

    assert all(shelf.offers for shelf in found)
    assert all(offer.group == shelf.id for shelf in found for offer in shelf.offers)


@pytest.mark.parametrize("id", ["passport", "nothing-like-it", "criminal-record-596-2"])
def test_what_the_town_does_not_offer_is_refused(reading: Reading, id: str) -> None:
    with reading(), pytest.raises(Problem) as refused:
        offer_of(id)

    assert refused.value.slug == "unknown-product"


def test_what_was_asked_for_once_keeps_its_title(reading: Reading, chosen: Chosen) -> None:
    with reading("nl", app=chosen(products_off=("life",))):
        assert title_of("life") == products()["life"].title("nl")
        assert title_of("nothing-like-it") is None

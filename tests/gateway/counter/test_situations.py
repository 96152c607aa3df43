"""Situations of life, by what a town offers."""

from gateway.counter.situations import helped
from services.contracts.catalogue import products
from services.contracts.groups import situations


def test_every_situation_has_its_products_and_what_the_desk_gives_in_their_order() -> None:
    shown = helped(products())

    assert [each.situation for each in shown] == list(situations().values())
    for each in shown:
        assert tuple(product.id for product in each.products) == each.situation.products
        assert tuple(thing.id for thing in each.at_desk) == each.situation.at_desk


def test_a_product_that_a_town_does_not_offer_is_left_out() -> None:
    offered = {id: product for id, product in products().items() if id != "residence"}

    moving = helped(offered)[0]

    assert moving.situation.id == "moving"
    assert moving.situation.products[:2] == ("residence", "household-composition")
    assert moving.products[0].id == "household-composition"


def test_a_situation_in_which_a_town_can_do_nothing_is_not_shown() -> None:
    """Where the desk gives something it is."""
    shown = {each.situation.id: each for each in helped({})}

    assert "proving" in situations()
    assert "proving" not in shown
    assert [thing.id for thing in shown["moving"].at_desk] == ["change-of-address"]
    assert shown["moving"].products == ()

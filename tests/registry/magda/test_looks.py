"""Whose data a look at the platform was at: everybody whom it was asked for, or whom a household listed."""

from typing import Any

import pytest

from services.registry.access import Access, Look
from services.registry.contradictions import Inconsistent
from services.registry.domain import SourceUnavailable
from tests.registry.fakes import FakeAccesses
from tests.registry.magda.test_answers import HEAD, NOW, ONE, OTHER, SMALL, TOWN, asked, inquired
from tests.registry.magda.writing import a_person, members


def looked(view: object, *facts: str, raises: type[Exception] | None = None) -> tuple[str, ...]:
    accesses = FakeAccesses()
    opened = Access(id="a", town=TOWN, at=NOW, by=ONE, capacity="self", product="life", purpose="extract")
    look = Look(view, opened, accesses=accesses)  # type: ignore[arg-type]
    if raises is None:
        with look:
            inquired(look, *facts)  # type: ignore[arg-type]
    else:
        with pytest.raises(raises), look:
            inquired(look, *facts)  # type: ignore[arg-type]
    return accesses.only().about


def test_a_reference_person_who_was_asked_for_was_looked_at_also_where_there_is_no_household():
    view = asked(
        a_person(ONE, more=HEAD.format(OTHER)), a_person(OTHER, more="<Gezinsleden><Gezinslid/></Gezinsleden>")
    )

    assert looked(view, "household", raises=Inconsistent) == (ONE, OTHER)


def test_and_where_nothing_came_when_they_were_sent_for():
    view = asked(a_person(ONE, more=HEAD.format(OTHER)))
    post, transport = view._source.ask.transport.post, view._source.ask.transport

    def broken(message: bytes, **around: Any) -> bytes:
        if OTHER.encode() in message:
            raise SourceUnavailable("magda-unreachable")
        return post(message, **around)

    transport.post = broken  # type: ignore[method-assign]

    assert looked(view, "household", raises=SourceUnavailable) == (ONE, OTHER)


def test_a_household_that_is_asked_for_to_know_whose_it_is_shows_everybody_in_it():
    home = members(
        (OTHER, "01", "2014-05-23", "00"), (ONE, "21", "2015-01-01", "00"), (SMALL, "03", "2020-05-04", "00")
    )

    assert looked(asked(a_person(ONE), households={ONE: home}), "life") == (ONE, OTHER, SMALL)


def test_nobody_was_looked_at_under_a_number_that_is_nobodys():
    assert looked(asked(), "life") == ()

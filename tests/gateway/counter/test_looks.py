"""Who looked at one's own data, in words."""

from gateway.counter.looks import own_looks
from services.contracts.registry import LookView
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import NOW, FakeServices

A_LOOK = LookView(
    at=NOW,
    by="department",
    product="residence",
    facts=("residence", "of-a-deployment"),
    purpose="department",
    sources=("population",),
    outcome="given",
    department="Police zone 5387",
    reason="to find whoever moved",
)


def test_a_look_says_who_why_and_at_what(reading: Reading, services: FakeServices) -> None:
    services.looks = (A_LOOK,)

    with reading():
        (look,) = own_looks().looks

    assert look.who == "Another public service: Police zone 5387"
    assert look.why.startswith("Because it heard of an application")
    assert look.title == "Certificate of main residence"
    assert look.fact_titles == ("Main residence", "of-a-deployment")
    assert look.reason == "to find whoever moved"


def test_a_list_says_where_it_goes_on(reading: Reading, services: FakeServices) -> None:
    services.looks = (A_LOOK,) * 3

    with reading():
        first = own_looks(limit=2)
        rest = own_looks(limit=2, after=first.last)

    assert (len(first.looks), len(rest.looks), rest.last) == (2, 1, None)

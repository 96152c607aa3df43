"""The National Register's own attest, where a town gives that instead of its own certificate."""

from services.contracts.facts.federal_attest import FederalAttest
from services.registry.facts import Fact


def _as_it_is(attest: FederalAttest) -> FederalAttest:
    return attest


FACT = Fact(part=FederalAttest, compile=_as_it_is)

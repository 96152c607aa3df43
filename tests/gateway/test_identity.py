"""Who is asking, from the claims of a sign-in; and whose they are, from the host they came to."""

import pytest

from gateway.auth.identity import Citizen, caller_of
from gateway.tenancy import Towns
from services.chassis.settings import SettingsError
from tests.gateway.fakes import CITIZEN, a_town


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        ("burger@example.be", "burger@example.be"),
        ("info@straße.example", "info@straße.example"),
        ("no-at-sign", None),
        ("two@@example.be", None),
        ("\ud800@example.be", None),
        ("a@example.be\r\nBcc: b@example.be", None),
        ("a" * 100_000 + "@example.be", None),
        ("", None),
        (None, None),
        (["a@example.be"], None),
    ],
)
def test_an_address_that_no_mail_can_be_tried_at_counts_as_none(claim: object, kept: str | None):
    caller = caller_of({"rrn": CITIZEN, "email": claim}, national_number_claim="rrn")

    assert caller == Citizen(national_number=CITIZEN, email=kept)


def test_a_default_town_that_is_not_served_is_told_before_anything_is():
    served = {"24001": a_town("24001", "Aarschot", regime="nl", host="aarschot.example")}

    with pytest.raises(SettingsError, match=r"LOKET_DEFAULT_TOWN .* 24002 is not served here \(served: 24001\)"):
        Towns(served, default="24002")


@pytest.mark.parametrize("host", ["loket.xn--strae-oqa.example", "LOKET.xn--strae-oqa.example.:8080"])
def test_a_town_is_found_by_the_name_that_browsers_send(host: str):
    towns = Towns({"24001": a_town("24001", "Straße", regime="de", host="loket.Straße.example")})

    assert towns.of_host(host) is not None
    assert towns.of_host("loket.strasse.example") is None

"""A mail that is written into a kept one is, octet for octet, the mail that is composed anew."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import Refusal
from services.notify import kept_mails
from services.notify.compose import compose
from services.notify.domain import Kind, Letter, message_id
from services.notify.kept_mails import Mails
from tests.notify.fakes import NOON, a_letter, a_town

IDS = st.text("0123456789abcdef", min_size=32, max_size=32)


def a_letter_about(id: str, kind: Kind = Kind.ISSUED, **more: object) -> Letter:
    letter = replace(a_letter(kind), application_id=id, **more)  # type: ignore[arg-type]
    return replace(letter, message_id=message_id(application_id=id, town=letter.town))


def anew(letter: Letter, boundary: str) -> bytes:
    mail = compose(letter)
    mail.set_boundary(boundary)
    return mail.as_bytes(policy=SMTP)


def normal(octets: bytes) -> tuple[list[bytes], bytes]:
    """Headers in whatever order, and all the rest."""
    head, _, rest = octets.partition(b"\r\n\r\n")
    return sorted(re.split(rb"\r\n(?![ \t])", head)), rest


def assert_as_anew(mails: Mails, letter: Letter) -> None:
    octets = mails.compose(letter).octets
    (boundary,) = set(re.findall(rb'boundary="([^"]+)"', octets))
    assert normal(octets) == normal(anew(letter, boundary.decode()))


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_it_is_the_mail_that_is_composed_anew(kind: Kind, language: str) -> None:
    mails = Mails()
    codes = [None, Refusal.REGISTER_CONTRADICTED.value] if kind is Kind.EXPIRED else [None]
    for number, code in enumerate(codes * 3):
        moment = NOON + timedelta(days=number)
        id = f"{number:x}" * 32
        about = a_letter_about(id, kind, language=language, code=code, written_at=moment)
        assert_as_anew(mails, about)
        assert_as_anew(mails, replace(about, is_of_a_document=True))
        for product in ("Attest van leven", "Attest van verblijf"):
            assert_as_anew(mails, replace(about, product=product))


@given(st.lists(IDS, min_size=2, max_size=4), st.integers(1, 60))
def test_whatever_the_ids_and_wherever_lines_break(ids: list[str], length: int) -> None:
    """The address of the portal decides where in the id a line ends."""
    town = replace(a_town(), hosts=("h" * length + ".example",), address="https://" + "h" * length + ".example")
    mails = Mails()
    for id in ids:
        assert_as_anew(mails, a_letter_about(id, town=town))


def test_the_id_that_stands_for_others_is_as_good_as_any() -> None:
    assert_as_anew(Mails(), a_letter_about(kept_mails._SOME_ID))


def test_nothing_of_one_letter_is_in_the_next() -> None:
    mails, first, second = Mails(), "a" * 32, "b" * 32
    mails.compose(a_letter_about(first, email="first@example.org", written_at=datetime(2026, 1, 1, tzinfo=UTC)))

    octets = mails.compose(a_letter_about(second, email="second@example.org")).octets.replace(b"=\r\n", b"")

    assert octets.count(second.encode()) == 5  # its Message-ID, and the link once as text, thrice on the page
    assert not re.search(rb"first|a{32}|2026-01|Jan 2026", octets)


def test_two_towns_and_a_town_read_anew_have_each_their_own() -> None:
    mails, id = Mails(), "c" * 32
    one, other = a_town(), a_town("21005")
    changed = replace(one, office=replace(one.office, phone="016 00 00 00"))

    for town in (one, other, changed, one):
        assert_as_anew(mails, a_letter_about(id, town=town))


def test_what_has_no_id_of_ours_or_an_address_in_letters_is_composed_anew() -> None:
    assert_as_anew(Mails(), a_letter_about("odd"))
    older = replace(a_letter_about("d" * 32), message_id="<refused.before>")
    assert b"Message-ID: <refused.before>" in Mails().compose(older).octets
    international = Mails().compose(a_letter_about("d" * 32, email="élan@example.org"))

    assert international.is_international
    assert "To: élan@example.org".encode() in international.octets


def test_so_many_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_mails, "MOST_KEPT", 2)
    mails = Mails()
    for language in ("nl", "fr", "de", "en", "nl"):
        assert_as_anew(mails, a_letter_about("e" * 32, language=language))

    assert len(mails._kept) == 2

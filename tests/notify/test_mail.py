"""Mail over a real SMTP server: what it holds, and what each refusal means."""

import socket
import ssl
from dataclasses import replace
from typing import Any

import pytest

from services.contracts.delivery import TryLater
from services.notify.compose import compose
from services.notify.domain import Kind, Undeliverable, message_id
from services.notify.mail import Mailer
from services.notify.relay import Relay
from tests.notify.conftest import Certified, Post, StartPost
from tests.notify.fakes import ID, a_letter, a_town


def a_mailer(
    post: Post, *, timeout_s: float = 10, smtps: bool = False, trust: ssl.SSLContext | None = None, **login: str
) -> Mailer:
    relay = Relay(host="127.0.0.1", port=post.port, smtps=smtps, **login)
    return Mailer(relay, timeout_s=timeout_s, trust=trust)


def test_a_mail_is_text_and_html_with_a_link_and_nothing_attached(start_post: StartPost):
    post = start_post()

    a_mailer(post).send(a_letter())

    mail = post.mail()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not list(mail.iter_attachments())
    for part in mail.iter_parts():
        assert f"https://aarschot.example/applications/{ID}" in part.get_content()
    assert (mail["To"], mail["Message-ID"]) == ("citizen@example.org", f"<application.{ID}@aarschot.example>")
    assert (mail["From"], mail["Subject"]) == (
        "Stad Aarschot <loket@aarschot.example>",
        "Stad Aarschot: Uw attest staat klaar",
    )
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "nl")
    assert (post.taken[0].mail_from, post.taken[0].rcpt_tos) == ("loket@aarschot.example", ["citizen@example.org"])


def test_what_was_handed_over_is_not_handed_over_again_by_the_same_process(start_post: StartPost):
    post = start_post()
    mailer = a_mailer(post)

    for _ in range(2):
        mailer.send(a_letter())

    assert len(post.taken) == 1


def test_after_a_temporary_refusal_the_next_attempt_gets_through(start_post: StartPost):
    post = start_post({"RCPT": "450 later"})
    mailer = a_mailer(post)
    with pytest.raises(TryLater):
        mailer.send(a_letter())

    post.answers.clear()
    mailer.send(a_letter())

    assert len(post.taken) == 1


def test_a_relay_that_is_away_is_temporary():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        mailer = Mailer(Relay(host="127.0.0.1", port=taken.getsockname()[1]), timeout_s=5)

        with pytest.raises(TryLater, match="mail-relay-away"):
            mailer.send(a_letter())


def test_a_relay_that_says_nothing_is_left_in_time():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        mailer = Mailer(Relay(host="127.0.0.1", port=silent.getsockname()[1]), timeout_s=0.2)

        with pytest.raises(TryLater):
            mailer.send(a_letter())


def test_starttls_is_used_where_it_is_offered(start_post: StartPost, certified: Certified):
    post = start_post(tls_context=certified.server)

    a_mailer(post, trust=certified.client).send(a_letter())

    assert post.encrypted == [True]


def test_a_relay_with_a_certificate_of_nobody_we_trust_gets_nothing(start_post: StartPost, certified: Certified):
    post = start_post(tls_context=certified.server)

    with pytest.raises(TryLater):
        a_mailer(post).send(a_letter())

    assert not post.attempts


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")  # that is the point
def test_a_password_goes_over_tls_only(start_post: StartPost, certified: Certified):
    with_tls = start_post(tls_context=certified.server, auth_required=True)
    without = start_post(auth_required=True, auth_require_tls=False)
    login = {"user": "loket", "password": "right"}

    a_mailer(with_tls, trust=certified.client, **login).send(a_letter())
    with pytest.raises(TryLater):
        a_mailer(without, trust=certified.client, **login).send(a_letter())

    assert (len(with_tls.taken), without.logins) == (1, [])


def test_a_wrong_password_is_for_the_operator_to_mend(start_post: StartPost, certified: Certified):
    post = start_post(tls_context=certified.server, auth_required=True)

    with pytest.raises(TryLater, match="mail-relay-refuses-login-535"):
        a_mailer(post, trust=certified.client, user="loket", password="wrong").send(a_letter())


def test_smtps_is_encrypted_from_the_start(start_post: StartPost, certified: Certified):
    post = start_post(smtps=certified.server)

    a_mailer(post, smtps=True, trust=certified.client).send(a_letter())

    assert len(post.taken) == 1


def test_an_international_domain_travels_in_ascii(start_post: StartPost):
    post = start_post()

    a_mailer(post).send(a_letter(email="citizen@exämple.org"))

    assert post.taken[0].rcpt_tos == ["citizen@xn--exmple-cua.org"]


def test_an_international_mailbox_is_reached_where_the_relay_can(start_post: StartPost):
    able, unable = start_post(enable_SMTPUTF8=True), start_post()

    a_mailer(able).send(a_letter(email="élan@example.org"))
    with pytest.raises(TryLater, match="mail-relay-lacks-smtputf8"):  # the town's relay can learn it
        a_mailer(unable).send(a_letter(email="élan@example.org"))

    assert able.taken[0].rcpt_tos == ["élan@example.org"]
    assert able.mail()["To"] == "élan@example.org"
    assert not unable.taken


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("strasse.example", "strasse.example"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("ｅｘａｍｐｌｅ。org", "example.org"),
    ],
)
def test_a_mail_goes_to_the_domain_that_was_written(start_post: StartPost, written: str, host: str):
    post = start_post()

    a_mailer(post).send(a_letter(email=f"info@{written}"))

    assert (post.taken[0].rcpt_tos, post.mail()["To"]) == ([f"info@{host}"], f"info@{host}")


def test_a_town_with_letters_beyond_ascii_in_its_names_writes_as_itself(start_post: StartPost):
    post = start_post()
    town = a_town(hosts=("loket.straße.example",))
    town = replace(town, office=replace(town.office, email="loket@straße.example"))

    a_mailer(post).send(a_letter(town=town, message_id=message_id(application_id=ID, town=town)))

    mail = post.mail()
    assert post.heard == ["loket.xn--strae-oqa.example"]
    assert mail["Message-ID"] == f"<application.{ID}@loket.xn--strae-oqa.example>"
    assert post.taken[0].mail_from == mail["From"].addresses[0].addr_spec == "loket@xn--strae-oqa.example"


@pytest.mark.parametrize(
    "email",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nSubject: other",
        "a\r@example.org",
        "a@example.org>\r\nRCPT TO:<b@example.org",
        "a@example.org, b@example.org",
        "<a@example.org>",
        "a@exam\x00ple.org",
        "\ud800@example.org",
        "a\u2028b@example.org",
        "a@☃.example",
        "a@[127.0.0.1]",
        "a@",
        "@example.org",
        "a@example..org",
        "",
    ],
)
def test_no_address_gets_past_a_header_or_a_command(start_post: StartPost, email: str):
    post = start_post(enable_SMTPUTF8=True)

    with pytest.raises(Undeliverable, match="address-malformed"):
        a_mailer(post).send(a_letter(email=email))

    assert not post.attempts


@pytest.mark.parametrize(
    ("uri", "relay"),
    [
        ("smtp://127.0.0.1:2525", {"host": "127.0.0.1", "port": 2525}),
        ("smtp://relay.example", {"host": "relay.example", "port": 25}),
        (
            "smtps://a%40b:p%2Fw@relay.example",
            {"host": "relay.example", "port": 465, "smtps": True, "user": "a@b", "password": "p/w"},
        ),
        ("smtp://straße.example", {"host": "xn--strae-oqa.example", "port": 25}),
        ("smtp://[::1]:25", {"host": "::1", "port": 25}),
    ],
)
def test_a_relay_is_named_by_its_address(uri: str, relay: dict[str, Any]):
    assert Relay.parse(uri) == Relay(**relay)


@pytest.mark.parametrize(
    "uri",
    [
        "relay.example",
        "http://relay.example",
        "smtp://",
        "smtp://x/y",
        "smtp://x:port",
        "smtp://user:geheim",
        "smtp://user:geheim/@relay.example",
        "smtp://user:geheim#@relay.example",
        "smtp://user:geheim℀@relay.example",
        "smtp://user:geheimé@relay.example",
        "smtp://user:geheim@☃.example",
        f"smtp://user:geheim@{'a' * 64}.example",
        "smtp://user:geheim@a..example",
    ],
)
def test_an_address_that_names_no_relay_is_refused_without_being_shown(uri: str):
    with pytest.raises(ValueError, match=r"write smtp://|must be ASCII|not a host name") as refused:
        Relay.parse(uri)

    assert "geheim" not in str(refused.value)


def test_a_password_is_never_shown():
    assert "secret" not in repr(Relay.parse("smtp://user:secret@relay.example"))


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_no_header_but_the_subject_says_how_an_application_ended(language: str):
    def headers(kind: Kind) -> list[tuple[str, str]]:
        mail = compose(a_letter(kind, language=language))
        return [(name, value) for name, value in mail.items() if name not in ("Subject", "Content-Type")]

    assert headers(Kind.REFUSED) == headers(Kind.ISSUED) == headers(Kind.EXPIRED)

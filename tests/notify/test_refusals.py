"""What each reply of a relay means, at each step: only the citizen's mailbox ends a mail, all else waits."""

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from time import monotonic, sleep

import pytest

from services.contracts.delivery import TryLater
from services.notify.domain import InDoubt, Undeliverable
from services.notify.mail import Mailer
from services.notify.relay import Relay
from services.notify.replies import MENDS, Reply, Step, mend_of
from tests.notify.conftest import CUT, Certified, StartPost
from tests.notify.fakes import a_letter

POSTMASTER = "RCPT postmaster@example.org"


def outcome(port: int, *, timeout_s: float = 10, **options: object) -> str:
    """What sending one mail says: `sent`, or the kind of refusal and its slug."""
    trust = options.pop("trust", None)
    relay = Relay(host="127.0.0.1", port=port, **options)  # type: ignore[arg-type]
    try:
        Mailer(relay, timeout_s=timeout_s, trust=trust).send(a_letter())  # type: ignore[arg-type]
    except TryLater as error:
        return f"later {error.reason}"
    except Undeliverable as error:
        return f"ends {error.code}"
    except InDoubt as error:
        return f"doubt {error.code}"
    return "sent"


MAILBOX = ["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.0", "5.2.1", "5.2.4"]


@pytest.mark.parametrize("step", ["RCPT", "DATA", "MESSAGE"])
@pytest.mark.parametrize("status", MAILBOX)
def test_what_concerns_the_mailbox_ends_it(start_post: StartPost, step: str, status: str):
    post = start_post({step: f"550 {status} no"})

    assert outcome(post.port) == "ends address-refused"
    assert not post.taken


@pytest.mark.parametrize("status", MAILBOX)
def test_before_the_recipient_is_named_nothing_concerns_the_mailbox(start_post: StartPost, status: str):
    post = start_post({"MAIL": f"550 {status} no"})

    assert outcome(post.port) == f"later mail-relay-refuses-sender-550-{status}"


@pytest.mark.parametrize(
    ("step", "answer", "expected"),
    [
        # the recipient
        ("RCPT", "553 5.1.3 malformed", "ends address-refused"),
        ("RCPT", "556 5.1.10 null MX", "ends address-refused"),
        ("RCPT", "556 domain takes no mail", "ends address-refused"),
        ("RCPT", "550-5.1.1 The account does not exist.\r\n550 5.1.1 Try another.", "ends address-refused"),
        ("RCPT", "550 no such user (#5.1.1)", "ends address-refused"),
        ("MESSAGE", "552 5.2.3 too long for this mailbox", "ends message-refused"),
        # the mailbox, but not for good
        ("RCPT", "552 5.2.2 full", "later mail-mailbox-full-552-5.2.2"),
        ("RCPT", "452 4.2.2 full", "later mail-mailbox-full-452-4.2.2"),
        ("RCPT", "552 over quota", "later mail-mailbox-full-552"),
        ("RCPT", "450 4.2.1 greylisted", "later mail-relay-later-450-4.2.1"),
        ("RCPT", "450 5.1.1 the halves differ", "later mail-relay-later-450-5.1.1"),
        ("RCPT", "550 4.1.1 the halves differ", "later mail-relay-unclear-550-4.1.1"),
        ("RCPT", "550-5.1.1 the lines\r\n550 5.7.1 differ", "later mail-relay-refuses-us-550"),
        # the sender
        ("MAIL", "530 5.7.0 authentication required", "later mail-relay-wants-login-530-5.7.0"),
        ("MAIL", "550 5.7.1 sender unknown", "later mail-relay-refuses-sender-550-5.7.1"),
        ("MAIL", "553 sender not allowed", "later mail-relay-refuses-sender-553"),
        ("MAIL", "552 5.3.4 too big", "later mail-relay-refuses-size-552-5.3.4"),
        ("MAIL", "421 4.3.2 closing", "later mail-relay-busy-421-4.3.2"),
        ("MAIL", "503 5.5.1 EHLO first", "later mail-relay-misunderstands-503-5.5.1"),
        ("RCPT", "550 5.1.0 sender unknown", "later mail-relay-unclear-550-5.1.0"),
        ("RCPT", "553 5.1.7 sender malformed", "later mail-relay-refuses-sender-553-5.1.7"),
        ("RCPT", "550 5.1.8 sender's domain not found", "later mail-relay-refuses-sender-550-5.1.8"),
        ("RCPT", "550 5.7.27 sender's domain has a null MX", "later mail-relay-refuses-sender-550-5.7.27"),
        # us
        ("GREETING", "554 5.7.1 not you", "later mail-relay-refuses-us-554-5.7.1"),
        ("GREETING", "521 takes no mail", "later mail-relay-refuses-us-521"),
        ("GREETING", "421 4.7.0 too many connections", "later mail-relay-busy-421-4.7.0"),
        ("EHLO", "421 closing", "later mail-relay-busy-421"),
        ("RCPT", "530 authentication required", "later mail-relay-wants-login-530"),
        ("RCPT", "530 5.7.1 authentication required", "later mail-relay-wants-login-530-5.7.1"),
        ("RCPT", "550 5.7.1 relaying denied", "later mail-relay-refuses-us-550-5.7.1"),
        ("RCPT", "554 5.7.1 relay access denied", "later mail-relay-refuses-us-554-5.7.1"),
        ("RCPT", "554 relay access denied", "later mail-relay-refuses-us-554"),
        ("RCPT", "553 not in my rcpthosts (#5.7.1)", "later mail-relay-refuses-us-553-5.7.1"),
        ("RCPT", "550 relay not permitted", "later mail-relay-refuses-us-550"),
        ("RCPT", "550 5.4.1 access denied", "later mail-relay-later-550-5.4.1"),
        ("RCPT", "550 5.6.7 not ASCII", "later mail-relay-lacks-smtputf8-550-5.6.7"),
        ("RCPT", "501 5.5.4 syntax", "later mail-relay-misunderstands-501-5.5.4"),
        ("RCPT", "999 what", "later mail-relay-misunderstands-999"),
        ("RCPT", "what", "later mail-relay-misunderstands--1"),
        ("DATA", "550 5.7.1 not you", "later mail-relay-refuses-us-550-5.7.1"),
        ("DATA", "530 5.7.0 log in", "later mail-relay-wants-login-530-5.7.0"),
        ("DATA", "554 no valid recipients", "later mail-relay-refuses-us-554"),
        ("DATA", "550 mailbox", "later mail-relay-refuses-us-550"),
        ("DATA", "250 what", "later mail-relay-misunderstands-250"),
        # the mail
        ("MESSAGE", "554 5.6.0 not wanted", "later mail-relay-refuses-content-554-5.6.0"),
        ("MESSAGE", "554 5.7.1 spam", "later mail-relay-refuses-content-554-5.7.1"),
        ("MESSAGE", "550 no", "later mail-relay-refuses-content-550"),
        ("MESSAGE", "552 5.3.4 too big", "later mail-relay-refuses-size-552-5.3.4"),
        ("MESSAGE", "552 exceeds", "later mail-relay-refuses-size-552"),
        ("MESSAGE", "451 4.3.0 later", "later mail-relay-later-451-4.3.0"),
        ("MESSAGE", "421 closing", "later mail-relay-busy-421"),
        # no answer at all
        ("GREETING", CUT, "later mail-relay-away-SMTPServerDisconnected"),
        ("EHLO", CUT, "later mail-relay-away-SMTPServerDisconnected"),
        ("MAIL", CUT, "later mail-relay-away-SMTPServerDisconnected"),
        ("DATA", CUT, "later mail-relay-away-SMTPServerDisconnected"),
        ("MESSAGE", CUT, "doubt mail-in-doubt"),
        ("MESSAGE", "what", "doubt mail-in-doubt"),
        ("MESSAGE", "354 go on", "doubt mail-in-doubt"),
    ],
)
def test_what_a_reply_means(start_post: StartPost, step: str, answer: str, expected: str):
    post = start_post({step: answer})

    assert outcome(post.port) == expected
    if answer != CUT:
        assert not post.taken


@pytest.mark.parametrize("code", [550, 551, 553])
def test_a_bare_refusal_is_the_mailboxs_where_the_relay_takes_others_of_its_domain(start_post: StartPost, code: int):
    telling = start_post({"RCPT citizen@example.org": f"{code} no"})
    refusing = start_post({"RCPT citizen@example.org": f"{code} no", POSTMASTER: "554 no"})
    unsure = start_post({"RCPT citizen@example.org": f"{code} no", POSTMASTER: "451 later"})

    assert outcome(telling.port) == "ends address-refused"
    assert outcome(refusing.port) == outcome(unsure.port) == f"later mail-relay-refuses-us-{code}"
    assert not telling.taken + refusing.taken + unsure.taken


def test_an_old_relay_is_spoken_to_in_its_own_way(start_post: StartPost):
    post = start_post({"EHLO": "500 what"})

    assert outcome(post.port) == "sent"


def test_a_relay_that_refuses_both_greetings_refuses_us(start_post: StartPost):
    post = start_post({"EHLO": "550 5.7.1 not you", "HELO": "550 5.7.1 not you"})

    assert outcome(post.port) == "later mail-relay-refuses-us-550-5.7.1"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("454 4.7.0 TLS not now", "later mail-relay-later-454-4.7.0"),
        ("501 5.5.4 what", "later mail-relay-tls-fails-501-5.5.4"),
        ("220 but I do not", "later mail-relay-tls-fails-SSLError"),
    ],
)
def test_starttls_that_fails_sends_nothing_in_the_open(
    start_post: StartPost, certified: Certified, answer: str, expected: str
):
    post = start_post({"STARTTLS": answer}, tls_context=certified.server)

    assert outcome(post.port, timeout_s=2, trust=certified.client).startswith(expected[:28])
    assert not post.attempts


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("535 5.7.8 wrong", "later mail-relay-refuses-login-535-5.7.8"),
        ("534 5.7.9 too weak", "later mail-relay-refuses-login-534-5.7.9"),
        ("454 4.7.0 not now", "later mail-relay-later-454-4.7.0"),
        ("550 5.1.1 what", "later mail-relay-refuses-login-550-5.1.1"),
    ],
)
def test_a_login_that_fails_is_for_the_operator(
    start_post: StartPost, certified: Certified, answer: str, expected: str
):
    post = start_post({"AUTH": answer}, tls_context=certified.server, auth_required=True)

    assert outcome(post.port, trust=certified.client, user="loket", password="right") == expected
    assert not post.attempts


def test_a_relay_that_wants_a_login_we_do_not_have_is_waited_for(start_post: StartPost, certified: Certified):
    post = start_post(tls_context=certified.server, auth_required=True)

    assert outcome(post.port, trust=certified.client) == "later mail-relay-wants-login-530-5.7.0"


def test_a_password_is_wanted_where_no_login_is_offered(start_post: StartPost, certified: Certified):
    encrypted, plain = start_post(tls_context=certified.server), start_post()
    login = {"user": "loket", "password": "right"}

    assert outcome(plain.port, **login) == "later mail-relay-tls-fails-not-offered"
    assert outcome(encrypted.port, trust=certified.client, **login).startswith("later mail-relay-refuses-login")


def played(talk: Callable[[socket.socket], None]) -> tuple[int, threading.Thread]:
    """A server that talks to one client as a test wants; its port, and the thread that ends with the talk."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with closing(listening), listening.accept()[0] as client:
            try:
                talk(client)
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    return listening.getsockname()[1], thread


def until(client: socket.socket, end: bytes) -> bytes:
    said = b""
    while not said.endswith(end):
        some = client.recv(65536)
        if not some:
            break
        said += some
    return said


def up_to_the_dot(client: socket.socket) -> None:
    client.sendall(b"220 here\r\n")
    for answer in (b"250 here\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n"):
        until(client, b"\r\n")
        client.sendall(answer)
    until(client, b"\r\n.\r\n")


def dripping(client: socket.socket) -> None:
    end = monotonic() + 20
    while monotonic() < end:
        client.sendall(b"2")
        sleep(0.05)  # what is tested is slowness


def endless(client: socket.socket) -> None:
    client.sendall(b"220 here\r\n")
    until(client, b"\r\n")
    while True:
        client.sendall(b"250-again and again\r\n" * 1000)


def silent_after_the_dot(client: socket.socket) -> None:
    up_to_the_dot(client)
    client.recv(1)


def silent_after_quit(client: socket.socket) -> None:
    up_to_the_dot(client)
    client.sendall(b"250 mine\r\n")
    while client.recv(100):
        pass


@pytest.mark.parametrize(
    ("talk", "timeout_s", "expected"),
    [
        (dripping, 0.5, "later mail-relay-away-SMTPServerDisconnected"),
        (endless, 10, "later mail-relay-away-SMTPServerDisconnected"),
        (silent_after_the_dot, 3, "doubt mail-in-doubt"),
        (silent_after_quit, 10, "sent"),
    ],
)
def test_no_relay_holds_a_mail_longer_than_its_time(
    talk: Callable[[socket.socket], None], timeout_s: float, expected: str
):
    port, thread = played(talk)

    assert outcome(port, timeout_s=timeout_s) == expected
    thread.join(15)
    assert not thread.is_alive()


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize(
    "code", [421, 450, 451, 500, 503, 521, 530, 535, 541, 550, 551, 552, 553, 554, 555, 556, 200, -1]
)
def test_whatever_waits_says_what_to_mend(step: Step, code: int):
    statuses = [b"", *(b"%d.%d.%d no" % (kind, x, y) for kind in (4, 5) for x in range(9) for y in range(31))]
    replies = [Reply(step=step, code=code, text=status) for status in statuses]

    assert all(mend_of(reply.reason) for reply in replies)
    assert {reply.ends_with for reply in replies if reply.ends_with and code < 500} == set()


def test_no_reason_is_another_ones_beginning():
    assert not [(a, b) for a in MENDS for b in MENDS if a != b and b.startswith(a)]

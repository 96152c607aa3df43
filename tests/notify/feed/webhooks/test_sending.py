"""One attempt against a real HTTPS server, whatever it does, and wherever its name leads."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.notify.feed.webhooks.addresses import resolved
from services.notify.feed.webhooks.domain import Files, Response
from services.notify.feed.webhooks.sending import Sender
from tests.notify.feed.webhooks.receiving import NAME, Papers, Receiver, papers, receiving

BODY = b'{"specversion":"1.0"}'


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def receiver(shown: Papers) -> Iterator[Receiver]:
    with receiving(shown.context()) as made:
        yield made


class Names:
    """A resolver that answers with one list after the other, the last for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self._answers[min(len(self.asked), len(self._answers)) - 1]


LOOPBACK = Names(["127.0.0.1"])


def sent(
    shown: Papers,
    receiver: Receiver,
    path: str = "/",
    *,
    files: Files | None = None,
    resolve: Names = LOOPBACK,
    allows_loopback: bool = True,
    deadline_s: float = 10,
    scheme: str = "https",
    host: str = NAME,
) -> Response:
    sender = Sender(deadline_s=deadline_s, allows_loopback=allows_loopback, resolve=resolve)
    url = f"{scheme}://{host}:{receiver.port}{path}"
    return sender.send(url, headers={"webhook-id": "1", "Content-Type": "x/y"}, body=BODY, files=files or shown.files())


def test_what_is_sent_arrives_whole_with_the_name_and_not_the_address(shown: Papers, receiver: Receiver) -> None:
    answer = sent(shown, receiver, "/loket?a=b%20c")

    (request,) = receiver.requests
    assert answer == Response(status=200, reason="delivered", wait=timedelta(minutes=2))
    assert (request.path, request.body, request.server_name) == ("/loket?a=b%20c", BODY, NAME)
    assert request.headers["host"] == f"{NAME}:{receiver.port}"
    assert (request.headers["webhook-id"], request.headers["content-type"]) == ("1", "x/y")


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/204", 204, "delivered"),
        ("/500", 500, "refused"),
        ("/404", 404, "refused"),
        ("/410", 410, "gone"),
        ("/301", 301, "redirect"),
        ("/302", 302, "redirect"),
        ("/307", 307, "redirect"),
        ("/flood", 200, "delivered"),
        ("/reset", None, "no-answer"),
        ("/cut", None, "no-answer"),
        ("/garbage", None, "no-answer"),
        ("/headers", None, "no-answer"),
        ("/torrent", None, "no-answer"),
    ],
)
def test_whatever_it_answers_is_a_status_or_a_word(
    shown: Papers, receiver: Receiver, path: str, status: int | None, reason: str
) -> None:
    answer = sent(shown, receiver, path)

    assert (answer.status, answer.reason) == (status, reason)
    assert receiver.connections == 1  # no redirect was followed


def test_session_tickets_without_end_are_not_read(shown: Papers) -> None:
    """OpenSSL reads a socket on and on while there is another (RFC 8446, section 4.6.1)."""
    generous = shown.context()
    generous.num_tickets = 5_000_000
    with receiving(generous) as receiver:
        assert sent(shown, receiver) == Response(reason="no-answer")


@pytest.mark.parametrize("path", ["/hang", "/drip", "/continue"])
def test_whoever_does_not_answer_is_let_go_in_time(shown: Papers, receiver: Receiver, path: str) -> None:
    assert sent(shown, receiver, path, deadline_s=0.5) == Response(reason="too-slow")


def test_a_server_that_is_not_there_does_not_answer(shown: Papers) -> None:
    with receiving(shown.context()) as gone:
        pass

    assert sent(shown, gone) == Response(reason="no-answer")


def test_a_server_without_tls_does_not_answer(shown: Papers) -> None:
    with receiving() as plain:
        answer = sent(shown, plain)

    assert answer.reason in ("no-answer", "certificate")
    assert plain.requests == []


def test_a_name_that_changes_its_mind_changes_nothing(shown: Papers, receiver: Receiver) -> None:
    """DNS rebinding: what was looked at is what is connected to, and it is looked up once."""
    names = Names(["8.8.8.8", "127.0.0.1"], ["127.0.0.1"])

    answer = sent(shown, receiver, resolve=names, allows_loopback=False)

    assert answer == Response(reason="address-not-public")
    assert (names.asked, receiver.connections) == ([NAME], 0)


def test_it_is_connected_to_the_address_that_was_looked_at(shown: Papers, receiver: Receiver) -> None:
    names = Names(["127.0.0.1"], ["127.0.0.2"])

    assert sent(shown, receiver, resolve=names).is_delivered
    assert names.asked == [NAME]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"])
def test_what_is_not_public_is_never_connected_to(shown: Papers, receiver: Receiver, address: str) -> None:
    answer = sent(shown, receiver, resolve=Names([address]), allows_loopback=False)

    assert answer == Response(reason="address-not-public")
    assert receiver.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "127.1", "0x7f000001", "[::ffff:7f00:1]"])
def test_the_systems_own_resolver_leads_nowhere_private(shown: Papers, receiver: Receiver, host: str) -> None:
    sender = Sender(deadline_s=10, resolve=resolved)

    answer = sender.send(f"https://{host}:{receiver.port}/", headers={}, body=BODY, files=shown.files())

    assert answer == Response(reason="address-not-public")
    assert receiver.connections == 0


def test_of_several_addresses_the_next_is_tried_where_one_is_not_there(shown: Papers, receiver: Receiver) -> None:
    assert sent(shown, receiver, resolve=Names(["127.0.0.7", "127.0.0.1"])).is_delivered


def test_a_name_that_leads_nowhere_is_told(shown: Papers, receiver: Receiver) -> None:
    assert sent(shown, receiver, resolve=Names([])) == Response(reason="no-such-name")


def test_a_name_that_cannot_be_looked_up_in_time_is_told(shown: Papers, receiver: Receiver) -> None:
    def hanging(host: str, port: int) -> list[str]:
        raise TimeoutError

    sender = Sender(deadline_s=10, resolve=hanging, allows_loopback=True)

    answer = sender.send(f"https://{NAME}:{receiver.port}/", headers={}, body=BODY, files=shown.files())
    assert answer == Response(reason="too-slow")
    assert receiver.connections == 0


@pytest.mark.parametrize(
    ("files", "host"), [(Files(), NAME), (None, "other.example")], ids=["unknown authority", "another name"]
)
def test_a_certificate_that_is_not_the_names_is_not_taken(
    shown: Papers, receiver: Receiver, files: Files | None, host: str
) -> None:
    assert sent(shown, receiver, files=files, host=host) == Response(reason="certificate")
    assert receiver.requests == []


def test_the_certificate_of_a_stranger_with_the_right_name_is_not_taken(shown: Papers) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.folder / shown.stranger)

    with receiving(context) as stranger:
        assert sent(shown, stranger) == Response(reason="certificate")
    assert stranger.requests == []


def test_where_the_receiver_asks_for_a_certificate_it_is_shown(shown: Papers) -> None:
    with receiving(shown.context(asks=True)) as strict:
        assert sent(shown, strict, files=shown.files(shown.certificate, shown.key)).is_delivered
        assert not sent(shown, strict).is_delivered
        assert [each.certificate for each in strict.requests] == [True]


@pytest.mark.parametrize(
    ("certificate", "key", "authorities"),
    [
        (None, None, "gone.pem"),
        (None, None, "client.key"),
        ("client.pem", "gone.key", "authority.pem"),
        ("client.pem", "server.pem", "authority.pem"),
    ],
)
def test_files_that_cannot_be_used_are_told(
    shown: Papers, receiver: Receiver, certificate: str | None, key: str | None, authorities: str
) -> None:
    files = shown.files(certificate, key, authorities=authorities)

    assert sent(shown, receiver, files=files) == Response(reason="files")
    assert receiver.connections == 0


def test_a_file_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    first = papers(tmp_path)
    sender = Sender(deadline_s=10, allows_loopback=True, resolve=LOOPBACK)

    def send(context: ssl.SSLContext) -> Response:
        with receiving(context) as receiver:
            return sender.send(f"https://{NAME}:{receiver.port}/", headers={}, body=BODY, files=first.files())

    assert send(first.context()).is_delivered
    assert send(papers(tmp_path).context()).is_delivered


def test_plain_http_only_where_the_operator_allows_loopback(shown: Papers) -> None:
    with receiving() as plain:
        assert sent(shown, plain, scheme="http").is_delivered
        assert sent(shown, plain, scheme="http", allows_loopback=False) == Response(reason="not-https")
        assert sent(shown, plain, scheme="http", resolve=Names(["10.0.0.1"])) == Response(reason="address-not-public")
    assert plain.connections == 1


def test_no_proxy_of_the_environment_is_used(
    shown: Papers, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

        assert sent(shown, receiver).is_delivered
        assert proxy.connections == 0

"""The client against a real broker: every event handled, and none twice, whatever breaks."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from deploy.local.embedded.part import Running
from services.contracts.feed import Memory, Park, PublicEvent, RememberedInFile, Since, Subscriber, tail
from services.contracts.feed import subscriber as module
from tests.chassis.cable import Cable
from tests.contracts.feed.department import Own, events
from tests.waiting import wait_for

Handle = Callable[[PublicEvent], object]


@contextmanager
def listening(own: Own, handle: Handle, *, memory: Memory | None = None, since: Since | None = None) -> Iterator[None]:
    """A subscriber in a thread of its own, ended at the end."""
    subscriber = Subscriber(own.uri, memory=memory)
    thread = threading.Thread(target=subscriber.run, args=(handle,), kwargs={"since": since})
    thread.start()
    try:
        yield
    finally:
        subscriber.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.05)
    monkeypatch.setattr(module, "LONGEST_PAUSE_S", 0.5)


def test_what_comes_is_handled_and_acknowledged(own: Own) -> None:
    handled: list[PublicEvent] = []

    with listening(own, handled.append):
        own.tell(*events(3))
        wait_for(lambda: len(handled) == 3, what="three events")

    assert [each.id for each in handled] == [each.id for each in events(3)]
    assert own.count() == 0


def test_the_ten_lines_of_the_readme_run_as_they_stand(own: Own, tmp_path: Path) -> None:
    written = Path(module.__file__).with_name("README.md").read_text(encoding="utf-8")
    program = written.split("```python\n")[1].partition("```")[0]
    own.tell(*events(1))

    command = [sys.executable, "-u", "-c", program.replace("loket_contracts", "services.contracts.feed")]
    place = {"PYTHONPATH": str(Path.cwd()), "ADDRESS": own.uri}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=place, cwd=tmp_path) as running:
        assert running.stdout is not None
        line = running.stdout.readline().decode()
        wait_for(lambda: own.count() == 0, what="it to be acknowledged")
        running.terminate()

    (event,) = events(1)
    assert line.split()[2:] == [event.town, event.name, event.reference]


def test_what_comes_twice_is_handled_once(own: Own) -> None:
    handled: list[str] = []
    own.tell(*events(2), *events(3))

    with listening(own, lambda event: handled.append(event.id)):
        wait_for(lambda: len(handled) == 3 and own.count() == 0, what="all to be handled")

    assert len(set(handled)) == 3


def test_what_fails_comes_again_and_what_is_hopeless_is_parked(own: Own) -> None:
    seen: list[str] = []

    def handle(event: PublicEvent) -> None:
        seen.append(event.id)
        if event.id == events(1)[0].id:
            raise Park("never")
        if seen.count(event.id) < 3:
            raise RuntimeError("not now")

    own.tell(*events(2))
    own.tell(body=b"no event")
    with listening(own, handle):
        wait_for(lambda: seen.count(events(2)[1].id) == 3 and own.count() == 0, what="the second to be handled")
        wait_for(lambda: own.count(".parked") == 2, what="two to be parked")

    assert seen.count(events(1)[0].id) == 1


def test_it_catches_up_from_the_stream_first(own: Own) -> None:
    handled: list[str] = []
    own.tell(*events(5))
    with listening(own, lambda event: handled.append(event.id)):
        wait_for(lambda: len(handled) == 5, what="five events")

    with listening(own, lambda event: handled.append(event.id), since=Since(offset=3)):
        wait_for(lambda: len(handled) == 7, what="two more")
        own.tell(*events(6)[5:])
        wait_for(lambda: len(handled) == 8, what="what came after")

    assert handled[5:] == [each.id for each in events(6)[3:]]


def test_what_is_not_handled_while_it_catches_up_is_tried_again_and_keeps_nothing_waiting(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.contracts.feed.subscriber.PAUSE_S", 0.01)
    monkeypatch.setattr("services.contracts.feed.subscriber.DELIVERIES", 3)
    tried: list[str] = []
    away, hopeless, never, last = (each.id for each in events(4))

    def handle(event: PublicEvent) -> None:
        tried.append(event.id)
        if event.id == away and tried.count(away) == 1:
            raise ConnectionError
        if event.id == hopeless:
            raise Park
        if event.id == never:
            raise ValueError

    handled: list[PublicEvent] = []
    own.tell(*events(4))
    with listening(own, handled.append):
        wait_for(lambda: len(handled) == 4, what="all to be handled once")
    assert own.count() == 0
    with listening(own, handle, since=Since()):
        wait_for(lambda: last in tried, what="the last")

    assert tried == [away, away, hopeless, never, never, never, last]


def test_a_broker_that_is_killed_loses_nothing(breakable: Own, own_broker: Running) -> None:
    handled: list[str] = []
    told = events(60)

    with listening(breakable, lambda event: handled.append(event.id)):
        breakable.tell(*told[:30])
        wait_for(lambda: len(handled) >= 10, what="the first")
        own_broker.kill()
        own_broker.start()
        breakable.tell(*told[30:])
        wait_for(lambda: len(handled) == 60, what="all of them")

    assert sorted(handled) == sorted(each.id for each in told)


def test_a_connection_that_is_lost_while_the_password_is_checked_is_tried_again(own: Own) -> None:
    """As where the broker is killed that moment: pika takes it for a refusal."""
    handled: list[PublicEvent] = []
    own.tell(*events(1))
    cable = Cable(urlsplit(own.uri).port or 5672)
    cable.cut_at = f"\0{urlsplit(own.uri).username}\0".encode()  # PLAIN (RFC 4616)

    with listening(own.over(cable), handled.append):
        wait_for(lambda: handled, what="what was told")
    cable.close()

    assert cable.cut_at is None


def test_what_a_handlers_own_connection_raises_is_no_refusal_of_ours(own: Own) -> None:
    tried: list[PublicEvent] = []
    own.tell(*events(1))

    def handle(event: PublicEvent) -> None:
        tried.append(event)
        if len(tried) == 1:
            raise pika.exceptions.ProbableAuthenticationError("another broker's")

    with listening(own, handle):
        wait_for(lambda: len(tried) == 2 and own.count() == 0, what="it to come again")


@pytest.mark.parametrize(
    "said",
    [
        "home node 'loket@localhost' of durable queue 'q' in vhost 'v' is down or inaccessible",
        "failed to perform operation on queue 'q' in vhost 'v' due to timeout",
        "queue 'q' in vhost 'v' process is stopped by supervisor",
    ],
)
def test_a_queue_that_cannot_be_read_for_a_while_is_asked_again(said: str) -> None:
    """What RabbitMQ 3.10 and 4.0 say of one that is there, besides that it is none of ours."""
    assert not module.is_refused(ChannelClosedByBroker(404, f"NOT_FOUND - {said}"))
    assert module.is_refused(ChannelClosedByBroker(404, "NOT_FOUND - no queue 'q' in vhost 'v'"))
    assert module.is_refused(ChannelClosedByBroker(403, "ACCESS_REFUSED - access to queue 'q' refused"))


def test_killed_in_the_middle_of_a_message_it_handles_it_once(own: Own, tmp_path: Path) -> None:
    """The second process finds in the file what the first had done, and does what it had not."""
    done, memory = tmp_path / "done", tmp_path / "handled.db"
    program = (
        "import os, sys\n"
        "from services.contracts.feed import RememberedInFile, Subscriber\n"
        "def handle(event):\n"
        f"    with open({str(done)!r}, 'a') as file:\n"
        "        file.write(event.id + '\\n')\n"
        f"subscriber = Subscriber({own.uri!r}, memory=RememberedInFile({str(memory)!r}))\n"
        "once = subscriber._once\n"
        "def dies(event, handle):\n"
        "    once(event, handle)\n"
        "    if event.id.endswith('2'):\n"
        "        os.kill(os.getpid(), 9)\n"
        "subscriber._once = dies\n"
        "subscriber.run(handle)\n"
    )
    own.tell(*events(5))

    first = subprocess.run([sys.executable, "-c", program], check=False)

    def note(event: PublicEvent) -> None:
        with done.open("a") as file:
            file.write(f"{event.id}\n")

    with closing(RememberedInFile(memory)) as remembered, listening(own, note, memory=remembered):
        wait_for(lambda: own.count() == 0 and len(done.read_text().split()) >= 5, what="the rest")

    assert first.returncode == -signal.SIGKILL
    assert sorted(done.read_text().split()) == [each.id for each in events(5)]


def test_who_may_not_read_is_told_at_once(amqp_uri: str) -> None:
    with pytest.raises(pika.exceptions.ChannelClosedByBroker):
        Subscriber(amqp_uri).run(print)
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        Subscriber(amqp_uri.replace("://", "://nobody", 1)).run(print)


def test_tail_prints_and_takes_nothing_away(own: Own, capsys: pytest.CaptureFixture[str]) -> None:
    own.tell(*events(3))

    assert tail.main([own.uri, "--since", "1"]) == 0

    assert capsys.readouterr().out.encode().splitlines() == [each.to_json() for each in events(3)[1:]]
    wait_for(lambda: own.count() == 3, what="all to wait still")


@contextmanager
def following(own: Own, seen: list[PublicEvent], since: Since | None = None) -> Iterator[None]:
    """Who follows the stream in a thread of its own, ended at the end."""
    subscriber = Subscriber(own.uri)
    thread = threading.Thread(target=lambda: seen.extend(subscriber.follow(since)))
    thread.start()
    try:
        yield
    finally:
        subscriber.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


def test_who_follows_sees_what_comes_and_takes_nothing_away(own: Own) -> None:
    seen: list[PublicEvent] = []
    own.tell(*events(2))

    with following(own, seen, Since(offset=1)):
        wait_for(lambda: len(seen) == 1, what="what was there")
        own.tell(*events(4)[2:])
        wait_for(lambda: len(seen) == 3, what="what came")

    assert seen == [PublicEvent.from_json(each.to_json()) for each in events(4)[1:]]
    wait_for(lambda: own.count() == 4, what="all to wait still")


@pytest.mark.slow
def test_who_follows_goes_on_where_it_was_when_the_broker_is_back(breakable: Own, own_broker: Running) -> None:
    seen: list[PublicEvent] = []
    breakable.tell(*events(3))

    with following(breakable, seen, Since()):
        wait_for(lambda: len(seen) == 3, what="the first")
        own_broker.kill()
        own_broker.start()
        breakable.tell(*events(6)[3:])
        wait_for(lambda: len(seen) >= 6, what="the others")

    assert [each.id for each in seen] == [each.id for each in events(6)]


def test_whose_queue_is_not_there_or_not_theirs_is_told_whom_to_ask(
    own: Own, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where the town has suspended or removed the department: 403 and 404."""
    with pika.BlockingConnection(pika.URLParameters(own.uri)) as connection:
        for queue in (own.queue, f"{own.queue}.history"):
            connection.channel().queue_delete(queue)

    with pytest.raises(ChannelClosedByBroker, match="404"):
        Subscriber(own.uri).run(print)
    assert tail.main([own.uri, "--since", "first"]) == 1

    assert caplog.messages.count(module.ASK_THE_TOWN) == 1
    assert capsys.readouterr().err == f"loket-tail: {module.ASK_THE_TOWN}\n"


def test_tail_follows_until_it_is_ended(own: Own) -> None:
    own.tell(*events(1))
    command = [sys.executable, "-m", "services.contracts.feed.tail", own.uri, "--since", "first", "--follow"]
    heeding = ["env", "--default-signal=INT"]  # what a shell starts in the background, these tests too, ignores it

    with subprocess.Popen([*heeding, *command], stdout=subprocess.PIPE) as tailing:
        assert tailing.stdout is not None
        lines = [tailing.stdout.readline()]
        own.tell(*events(2)[1:])
        lines.append(tailing.stdout.readline())
        tailing.send_signal(signal.SIGINT)

    assert [each.rstrip(b"\n") for each in lines] == [each.to_json() for each in events(2)]
    assert tailing.returncode == 0
    wait_for(lambda: own.count() == 2, what="all to wait still")


def test_tail_ends_quietly_with_whoever_reads_it(own: Own) -> None:
    own.tell(*events(2))
    command = [sys.executable, "-m", "services.contracts.feed.tail", own.uri, "--since", "first", "--follow"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tailing:
        assert tailing.stdout is not None
        assert tailing.stderr is not None
        tailing.stdout.readline()
        tailing.stdout.close()
        own.tell(*events(3)[2:])
        said = tailing.stderr.read()

    assert (tailing.returncode, said) == (0, b"")


def test_tail_says_in_a_line_why_it_may_not(own: Own, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = own.uri.replace("://", "://nobody", 1)
    nowhere = own.uri.replace(f":{urlsplit(own.uri).port}/", ":1/")

    assert [tail.main([at, *more]) for at, *more in ([nobody], [nobody, "--follow"], [nowhere])] == [1, 1, 1]

    unknown = "loket-tail: the broker does not know this user or password"
    away = "loket-tail: the broker does not answer (AMQPConnectionError)"
    assert capsys.readouterr().err.splitlines() == [unknown, unknown, away]


@pytest.mark.parametrize(
    "wrong", ["", "secret", "amqp://x:secret@host", "amqp://x:secret@host:port/v", "http://x:secret@host/v"]
)
def test_what_is_no_address_is_told_and_not_repeated(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        tail.main([wrong])

    told = capsys.readouterr().err
    assert "copy it whole" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        *((each, "write first") for each in ("yesterday", "-1", "٣")),
        ("2026-11-27T08:00:00", "time zone"),
        ("9" * 23, "18 digits"),
        ("0001-01-01T00:00:00+23:59", "1971 to 9998"),
        ("9999-12-31T23:59:59-23:59", "1971 to 9998"),
    ],
)
def test_a_place_that_is_none_is_told(wrong: str, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        Since.parse(wrong)

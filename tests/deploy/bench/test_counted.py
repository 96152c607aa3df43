"""What `loket bench` counts, held against known numbers with a real store and a real broker."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika
import psutil
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.bench.broker import MeasuredBroker
from deploy.bench.calls import ANSWERS, SYNCS, Calls, is_there, now, parsed, traced
from deploy.bench.filling import another, counts, like, multiply
from deploy.bench.load import Issued
from deploy.bench.processes import NothingRuns, Processes
from deploy.broker.queues import connect
from deploy.local.embedded.part import PartError, Running
from services.contracts.documents import CertificateIssued
from services.contracts.intake import ApplicationRefused

needs_strace = pytest.mark.skipif(not is_there(), reason="apt install strace")

WRITES, READS, MESSAGES = 40, 25, 30


@needs_strace
def test_each_command_of_a_client_is_one_answer_of_the_store_and_each_write_one_fdatasync(own_store: Running) -> None:
    """Of large documents, too: a certificate's file is."""
    with MongoClient[dict[str, Any]](own_store.part.uri) as client:
        collection = client["test"]["things"]
        collection.insert_one({"_id": -1})
        with traced(own_store.pid, (*SYNCS, *ANSWERS)) as calls:
            collection.insert_one({"_id": -2})  # on a connection that strace did not break
            began = now()
            for number in range(WRITES):
                collection.insert_one({"_id": number, "data": b"x" * 70_000})
            for number in range(READS):
                collection.find_one({"_id": number})
            ended = now()
            (mine,) = _ports_of_commands(client)

    answers = [each for each in calls.between(began, ended, ANSWERS) if each.peer == mine]
    assert len(answers) == WRITES + READS
    assert WRITES <= len(calls.between(began, ended, SYNCS)) <= WRITES + 3  # the store's own, now and then


@needs_strace
def test_a_message_that_is_confirmed_before_the_next_is_sent_is_one_fdatasync_of_the_broker(
    own_broker: Running,
) -> None:
    """In a quorum queue; those that come together share one."""
    with connect(own_broker.part.uri) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        name = channel.queue_declare("counted", durable=True, arguments={"x-queue-type": "quorum"}).method.queue
        channel.basic_publish("", name, b"first", mandatory=True)
        with traced(_node(own_broker).pid, SYNCS) as calls:
            began = now()
            for _ in range(MESSAGES):
                channel.basic_publish("", name, b"x", pika.BasicProperties(delivery_mode=2), mandatory=True)
            ended = now()

    assert MESSAGES <= len(calls.between(began, ended, SYNCS)) <= MESSAGES + 3


@needs_strace
def test_what_cannot_be_traced_is_told(own_store: Running) -> None:
    with pytest.raises(PartError, match="strace does not work here"), traced(2**22 + 1, SYNCS):
        pass
    assert own_store.runs()


def test_a_resumed_call_is_not_counted_twice() -> None:
    lines = [
        "30 1795702342.500000 sendto(22<TCP:[127.0.0.1:27117->127.0.0.1:60484]>, ''..., 77, 0 <unfinished ...>",
        "31 1795702342.600000 fdatasync(9</data/WiredTigerLog.0000000001>) = 0",
        "30 1795702342.700000 <... sendto resumed>) = 771",
    ]

    found = Calls(made=list(parsed(lines)))

    assert [(each.name, each.peer) for each in found.made] == [("sendto", 60484), ("fdatasync", None)]
    assert [each.name for each in found.between(1795702342.6, 1795702343, SYNCS)] == ["fdatasync"]


def test_published_and_confirmed_messages_are_the_brokers_own_count(own_broker: Running) -> None:
    broker = MeasuredBroker([_node(own_broker).environ()])
    before = broker.messages()

    with connect(own_broker.part.uri) as connection:
        plain, confirmed = connection.channel(), connection.channel()
        confirmed.confirm_delivery()
        for _ in range(7):
            plain.basic_publish("amq.topic", "nobody.listens", b"")
        for _ in range(5):
            confirmed.basic_publish("amq.topic", "nobody.listens", b"")
        plain.queue_declare("", passive=False, exclusive=True)  # what was published before it is counted by now

    since = broker.messages().since(before)
    assert (since.published, since.confirmed) == (12, 5)


def test_the_bench_has_a_user_of_its_own_and_hears_what_becomes_of_applications(own_broker: Running) -> None:
    own = own_broker.part.uri
    uri = MeasuredBroker([_node(own_broker).environ()]).uri_for_bench(f"{own};amqp://another:node@127.0.0.1:1/x")
    with connect(own) as connection:
        channel = connection.channel()
        channel.exchange_declare("loket.events", "topic")

        with Issued(uri) as issued:
            for event, subject in ((CertificateIssued, "a"), (ApplicationRefused, "b"), (CertificateIssued, "c")):
                channel.basic_publish("loket.events", event.TYPE, json.dumps({"subject": subject}).encode())
            found = issued.until(["a", "b", "c"])

    assert "loket-bench:" in uri
    assert (len(found), issued.refused) == (2, {"b"})


def test_a_stack_is_known_by_its_folder_and_its_processes_by_kind(tmp_path: Path) -> None:
    """Whatever modules its version consists of."""
    script = (
        "import subprocess, sys\n"
        "busy = 'import sys; [hash(str(n)) for n in range(10**6)]; print(flush=True); sys.stdin.read()'\n"
        "subprocess.run([sys.executable, '-c', busy, '-m', 'services.intake'], check=False)\n"
    )
    command = (sys.executable, "-c", script)
    environ = {**os.environ, "LOKET_VAR": str(tmp_path)}
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout
        supervisor.stdout.readline()

        processes = Processes(tmp_path)
        kinds = [kind for kind, _ in processes.all()]
        cpu, pss = processes.cpu_s(), processes.pss_mb()
        with pytest.raises(PartError, match="no process of the stack is its store"):
            processes.of("store")
        processes.end(patience_s=0)

    assert kinds == ["rest", "intake"]
    assert cpu["intake"] > 0
    assert pss["intake"] > 1
    with pytest.raises(NothingRuns):
        Processes(tmp_path)


def test_what_an_application_leaves_is_stored_many_times_over(database: Database[dict[str, Any]]) -> None:
    one, file, subject = "8a81422538f84f67ad184376870428eb", "d5" * 32, "e1" * 32
    database["residents"].insert_one({"_id": 1, "number": "85073003328"})
    known = counts([database])
    database["certificates"].create_index([("town", 1), ("number", 1)], unique=True)
    database["certificates"].insert_one(
        {"_id": one, "town": "24001", "number": "24001-2026-687 201 146", "sha256": file, "subject_key": subject}
    )
    database["files.chunks"].insert_one({"files_id": file, "n": 0, "data": b"x" * 1000})
    database["applications"].insert_one({"_id": one, "inbox": [{"id": f"{one}:certificate-issued:1"}]})

    done = itertools.count()
    multiply([database], known, times=20, told=lambda: next(done))

    assert counts([database]) == {
        f"{database.name}.{name}": count
        for name, count in (("residents", 1), ("certificates", 21), ("files.chunks", 21), ("applications", 21))
    }
    for certificate in database["certificates"].find():
        assert (certificate["town"], len(certificate["number"])) == ("24001", 22)
        assert database["files.chunks"].count_documents({"files_id": certificate["sha256"]}) == 1
        application = database["applications"].find_one({"_id": certificate["_id"]})
        assert application is not None
        assert application["inbox"][0]["id"] == f"{certificate['_id']}:certificate-issued:1"


def test_a_collection_whose_documents_cannot_be_told_apart_is_named(database: Database[dict[str, Any]]) -> None:
    known = counts([database])
    database["numbers"].insert_one({"_id": 7})

    with pytest.raises(PartError, match=r"numbers cannot be filled: its _id is no text"):
        multiply([database], known, times=1, told=lambda: None)


def test_a_copy_has_the_shape_of_what_it_copies() -> None:
    made = another({"id": "ab" * 16, "list": ["cd" * 32], "words": "in the city hall"}, 3)

    assert (len(made["id"]), len(made["list"][0]), made["words"]) == (32, 64, "in the city hall")
    assert made["id"] != "ab" * 16
    assert made == another({"id": "ab" * 16, "list": ["cd" * 32], "words": "in the city hall"}, 3)
    assert [each.isdigit() for each in like("1W705-9 a", "seed")] == [each.isdigit() for each in "1W705-9 a"]


def _node(broker: Running) -> psutil.Process:
    """Erlang's own process, which the one that was started has become, or has started."""
    started = psutil.Process(broker.pid)
    return next(each for each in (started, *started.children(recursive=True)) if each.exe().endswith("beam.smp"))


def _ports_of_commands(client: MongoClient[dict[str, Any]]) -> Iterator[int]:
    """Of the connections that the pool, and no monitor, holds."""
    topology = client._topology
    for server in topology._servers.values():
        for connection in server.pool.conns:
            yield connection.conn.sock.getsockname()[1]

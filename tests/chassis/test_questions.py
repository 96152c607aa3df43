"""Questions of the gateway: locked both ways, answered once asked well, refused plainly otherwise."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from deploy.local.embedded.part import Running
from services.chassis.asking import Asker, ServiceFailed, ServiceUnavailable
from services.chassis.locking import KeyRing
from services.contracts.errors import NotFound
from services.contracts.field_errors import field_error
from tests.chassis.conftest import Toy
from tests.chassis.toy_contracts import AskNobody, ListToys
from tests.keys import RING
from tests.waiting import wait_for

KEYS = dict.fromkeys(("toy", "nowhere"), KeyRing.parse(RING))


@pytest.fixture
def client(toy: Toy) -> Iterator[Asker]:
    client = Asker(toy.amqp_uri, KEYS, timeout_s=5)
    yield client
    client.close()


def question(citizen: str) -> ListToys:
    return ListToys(town="24001", citizen=citizen)


def test_a_question_is_answered(client: Asker) -> None:
    answer = client.ask(question("residence"))

    assert [each.product for each in answer.applications] == ["residence"]


def test_a_rule_that_says_no_reaches_the_asker(client: Asker) -> None:
    with pytest.raises(NotFound) as refusal:
        client.ask(question("nobody"))

    assert refusal.value.detail == "no such citizen"
    assert refusal.value.fields == {"citizen": field_error("not-a-choice", choices=["a", "b"])}


def test_a_failure_of_the_service_is_told_without_its_text(client: Asker, toy: Toy) -> None:
    with pytest.raises(ServiceFailed):
        client.ask(question("broken"))

    assert "must not be logged" not in toy.log.read_text()


def test_many_threads_each_get_their_own_answer(client: Asker) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.ask(question(f"p{n}")), range(80)))

    assert [answer.applications[0].product for answer in answers] == [f"p{n}" for n in range(80)]


def test_a_slow_service_is_unavailable_and_its_late_answer_disturbs_nobody(client: Asker) -> None:
    with pytest.raises(ServiceUnavailable):
        client.ask(question("slow"), timeout_s=0.5)

    assert client.ask(question("x")).applications[0].product == "x"


def test_a_service_that_was_never_there_is_unavailable_at_once(client: Asker) -> None:
    with pytest.raises(ServiceUnavailable):
        client.ask(AskNobody(), timeout_s=3600)


def test_another_key_gets_no_answer(toy: Toy) -> None:
    stranger = Asker(toy.amqp_uri, {"toy": KeyRing({"1": b"x" * 32})}, timeout_s=60)

    with ThreadPoolExecutor(1) as pool, closing(stranger):
        asked = pool.submit(stranger.ask, question("x"))
        wait_for(lambda: any(fact["event"] == "question_unreadable" for fact in toy.facts()))
        stranger.close()
        assert isinstance(asked.exception(), ServiceUnavailable)


def test_nothing_readable_lies_in_the_queue(toy: Toy) -> None:
    toy.processes[0].terminate()
    toy.processes[0].wait()
    client = Asker(toy.amqp_uri, KEYS, timeout_s=60)
    channel = toy.channel()

    with ThreadPoolExecutor(1) as pool, closing(client):
        asked = pool.submit(lambda: client.ask(question("85073003328")))
        body = wait_for(lambda: channel.basic_get("toy.list-toys", auto_ack=True)[2])
        client.close()
        assert isinstance(asked.exception(), ServiceUnavailable)

    assert b"85073003328" not in body
    assert b"24001" not in body


def test_questions_nobody_takes_expire_with_the_patience_of_the_asker(toy: Toy) -> None:
    toy.processes[0].terminate()
    toy.processes[0].wait()
    with closing(Asker(toy.amqp_uri, KEYS, timeout_s=0.5)) as client, pytest.raises(ServiceUnavailable):
        client.ask(question("x"))

    channel = toy.channel()

    wait_for(lambda: channel.queue_declare("toy.list-toys", passive=True).method.message_count == 0)
    assert channel.basic_get("toy.list-toys")[0] is None


def test_the_asker_outlives_its_broker(
    own_broker: Running, mongo_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    toy = Toy(own_broker.part.uri, mongo_uri, tmp_path_factory.mktemp("toy"))
    process = toy.start()
    with closing(Asker(toy.amqp_uri, KEYS, timeout_s=10)) as client:
        client.ask(question("x"))

        own_broker.kill()
        with pytest.raises(ServiceUnavailable):
            client.ask(question("x"))
        own_broker.start()

        wait_for(lambda: toy.is_ready(process))
        assert client.ask(question("y")).applications[0].product == "y"
    toy.close()

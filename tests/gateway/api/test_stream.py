"""An application, live."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.contracts.intake import State
from services.contracts.notify import NotTold
from tests.gateway.fakes import FakeServices
from tests.waiting import wait_for


def follow(client: FlaskClient, headers: dict[str, str], id: str = "mine") -> Any:
    return client.get(f"/api/v1/applications/{id}/stream", headers=headers, buffered=False)


def events(answer: Any) -> Iterator[dict[str, Any]]:
    """The events of a stream as they come; comments are skipped."""
    text = ""
    for chunk in answer.iter_encoded():
        text += chunk.decode()
        while "\n\n" in text:
            block, text = text.split("\n\n", 1)
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "data" in lines:
                yield {"id": lines["id"], "event": lines["event"], **json.loads(lines["data"])}


def test_the_state_comes_at_once_and_each_move_after_it(
    app: Flask, client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")

    answer = follow(client, citizen)
    stream = events(answer)
    first = next(stream)
    services.move("mine", "cleared")
    app.config["LOKET_MOVEMENTS"].wake("mine")
    second = next(stream)
    services.move("mine", "delivered", certificate_id="certificate-1")
    app.config["LOKET_MOVEMENTS"].wake("mine")
    rest = list(stream)

    assert answer.content_type == "text/event-stream"
    assert (first["id"], first["event"], first["state"]) == ("1", "application", "submitted")
    assert (second["id"], second["state"]) == ("2", "cleared")
    assert [(event["state"], event["links"]["certificate"]) for event in rest] == [
        ("delivered", "/api/v1/certificates/certificate-1")
    ]


def test_a_missed_hint_is_made_up_for(client: FlaskClient, services: FakeServices, citizen: dict[str, str]) -> None:
    services.put("mine")

    stream = events(follow(client, citizen))
    next(stream)
    services.move("mine", "delivered")

    assert next(stream)["state"] == "delivered"


def test_silence_is_filled_with_comments(client: FlaskClient, services: FakeServices, citizen: dict[str, str]) -> None:
    services.put("mine")

    chunks = follow(client, citizen).iter_encoded()

    assert [next(chunks), next(chunks)[:6], next(chunks)] == [b"retry: 3000\n\n", b"id: 1\n", b": still here\n\n"]


def test_who_comes_back_sees_only_what_is_new(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    services.move("mine", "cleared")
    services.move("mine", "delivered")

    behind = list(events(follow(client, citizen | {"Last-Event-ID": "2"})))
    done = follow(client, citizen | {"Last-Event-ID": "3"})
    nonsense = list(events(follow(client, citizen | {"Last-Event-ID": "x"})))

    assert [event["id"] for event in behind] == ["3"]
    assert done.status_code == 204
    assert [event["id"] for event in nonsense] == ["3"]


@pytest.mark.parametrize("code", list(NotTold))
def test_nothing_more_comes_where_the_citizen_could_not_be_told(
    app: Flask, client: FlaskClient, services: FakeServices, citizen: dict[str, str], code: str
) -> None:
    services.put("mine", state="issued", certificate_id="certificate-1")
    stream = events(follow(client, citizen))
    first = next(stream)
    services.note("mine", "issued", code=code)
    app.config["LOKET_MOVEMENTS"].wake("mine")

    rest = list(stream)
    again = follow(client, citizen | {"Last-Event-ID": "2"})

    assert (first["state"], [step["code"] for step in first["timeline"]]) == ("issued", [None])
    assert [(event["state"], event["timeline"][-1]["code"]) for event in rest] == [("issued", code)]
    assert again.status_code == 204


@pytest.mark.parametrize("state", list(State))
def test_a_stream_ends_at_each_state_that_nothing_leads_out_of_by_itself(
    make_app: Callable[..., Flask], services: FakeServices, citizen: dict[str, str], state: str
) -> None:
    client = make_app(stream_seconds=0.1).test_client()
    services.put("mine", state=state)
    list(events(follow(client, citizen)))

    known = follow(client, citizen | {"Last-Event-ID": "1"})

    settled = {"delivered", "refused", "withdrawn", "expired"}
    assert known.status_code == (204 if state in settled else 200)


def test_a_stream_ends_after_a_while(
    make_app: Callable[..., Flask], services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    client = make_app(stream_seconds=0.1).test_client()

    assert [event["state"] for event in events(follow(client, citizen))] == ["submitted"]


def test_where_there_are_too_many_streams_clients_poll(
    make_app: Callable[..., Flask], services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    client = make_app(max_streams=1).test_client()
    first = events(follow(client, citizen))
    next(first)

    second = list(events(follow(client, citizen)))
    first.close()

    assert [event["state"] for event in second] == ["submitted"]


def test_a_stream_survives_services_that_are_away(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    stream = events(follow(client, citizen))
    next(stream)
    services.away = True
    asked = len(services.asked)

    def come_back() -> None:
        wait_for(lambda: len(services.asked) > asked + 1)
        services.move("mine", "delivered")
        services.away = False

    helper = threading.Thread(target=come_back)
    helper.start()
    last = next(stream)
    helper.join()

    assert last["state"] == "delivered"


def test_streams_end_when_the_process_is_to_end(
    app: Flask, client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    stream = events(follow(client, citizen))
    next(stream)

    app.config["LOKET_MOVEMENTS"].close()

    assert list(stream) == []


def test_watchers_leave_nothing_behind(
    app: Flask, client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    answer = follow(client, citizen)
    next(events(answer))

    answer.close()

    movements = app.config["LOKET_MOVEMENTS"]
    assert movements._watchers == {}
    with movements.watch("mine") as moved:
        assert moved is not None

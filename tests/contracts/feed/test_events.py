"""Public events as they are written and read: thin, and checked."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat

from services.contracts import feed
from services.contracts.department_events import department_events, every_event
from services.contracts.feed import Malformed, PublicEvent
from services.contracts.feed.answers import CONFIRMATION_ANSWERED
from services.contracts.feed.events import LARGEST, type_of
from services.contracts.feed.schemas import known_types, schema_of
from services.contracts.feed_schemas import told_events
from tests.contracts.feed.department import EVENT


def said(**changes: Any) -> bytes:
    whole = json.loads(EVENT.to_json()) | changes
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def test_an_event_is_read_as_it_was_written() -> None:
    found = PublicEvent.from_json(EVENT.to_json())

    assert found.to_json() == EVENT.to_json()
    assert (found.name, found.town, found.reference) == ("certificate-issued", "24001", "1" * 32)
    assert found.time == EVENT.time.replace(microsecond=123000)


@pytest.mark.parametrize("imported", ["services.contracts.feed.events", "services.contracts.feed_schemas"])
def test_who_looks_at_events_alone_does_not_load_the_client(imported: str) -> None:
    """Each process of Loket does."""
    asked = f"import sys, {imported}; print('pika' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", asked], text=True) == "False\n"


def test_what_the_package_offers_is_there() -> None:
    assert all(hasattr(feed, name) for name in feed.__all__)
    assert not hasattr(feed, "Publisher")


def test_the_sdk_of_cloudevents_reads_it() -> None:
    found = JSONFormat().read(None, EVENT.to_json())

    assert (found.get_id(), found.get_source(), found.get_type()) == (EVENT.id, EVENT.source, EVENT.type)
    assert found.get_data() == {"product": "residence"}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no JSON"),
        (b"[" * 10_000, "no JSON"),
        (b"\xff", "no JSON"),
        (b"[]", "not of type object"),
        (said(id=None), "event.id: missing"),
        (said(id="x"), "event.id"),
        (said(id="0" * 32 + "\n"), "event.id"),
        (said(source="/towns/24001/x"), "event.source"),
        (said(source="/towns/２４００１"), "event.source"),
        (said(subject="85.07.30-033.28"), "event.subject"),
        (said(type="be.loket.intake.application-submitted.v1"), "event.type"),
        (said(time="yesterday"), "event.time"),
        (said(time="2026-11-27T08:30:00"), "event.time"),
        (said(specversion="0.3"), "event.specversion"),
        (said(data=[]), "event.data"),
        (said(data={}), "data.product: missing"),
        (said(data={"product": 5}), "data.product"),
        (said(data={"product": "x" * 81}), "data.product"),
        (b" " * (LARGEST + 1), "longer"),
    ],
)
def test_what_is_no_event_is_told_as_such(body: bytes, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        PublicEvent.from_json(body)


def test_a_newer_type_and_newer_fields_are_read() -> None:
    newer = PublicEvent.from_json(said(type="be.loket.departments.person-moved.v2", data={"anything": 1}))
    more = PublicEvent.from_json(said(data={"product": "life", "one-day": True}, traceparent="00-0-0-00"))

    assert newer.name == "person-moved"
    assert more.data["one-day"] is True


def test_every_event_of_the_catalogue_has_a_schema_and_a_purpose() -> None:
    assert set(known_types()) == set(map(type_of, (*told_events(), CONFIRMATION_ANSWERED)))
    for type in known_types():
        schema = schema_of(type)
        assert schema is not None
        assert schema["title"]
        assert schema["description"]
    assert set(department_events()) < set(every_event())


def test_the_package_imports_nothing_of_the_rest() -> None:
    """Alone in a folder, under the name under which it is installed."""
    here = Path(sys.modules["services.contracts.feed"].__file__ or "").parent
    told = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('loket_contracts', {str(here / '__init__.py')!r}, "
        f"submodule_search_locations=[{str(here)!r}])\n"
        "module = importlib.util.module_from_spec(spec); sys.modules['loket_contracts'] = module\n"
        "spec.loader.exec_module(module)\n"
        "import loket_contracts.tail, loket_contracts.webhooks\n"
        "ours = ('services', 'gateway', 'deploy', 'kombu')\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ours))"
    )

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd="/")

    assert done.stdout.strip() == "[]"

"""What is kept of the feed is what the code says: schemas, examples, the AsyncAPI document, the changelog."""

import json
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from deploy.broker.departments import AtBroker, definitions_of
from services.contracts import feed_asyncapi, feed_schemas
from services.contracts.asyncapi import text
from services.contracts.departments import Topic
from services.contracts.feed import PublicEvent
from services.contracts.feed.events import VERSION as V1
from services.contracts.feed.version import VERSION
from services.contracts.feed_schemas import HOME, envelope, example, schema, told_events
from tests.contracts.feed.breaks import RELEASES

ADDRESS = "https://town.example/schemas/departments"
RELEASE = re.compile(r"^## (\d+\.\d+\.\d+)$", re.MULTILINE)


def test_schemas_and_examples_are_what_the_code_says() -> None:
    kept = {str(file.relative_to(HOME)): file for each in ("schemas", "examples") for file in HOME.glob(f"{each}/*")}

    found = {path: file.read_text(encoding="utf-8") for path, file in kept.items()}

    assert found == feed_schemas.files(), "run `python -m services.contracts.feed_schemas`"


def test_the_document_is_what_the_code_says() -> None:
    written = text(feed_asyncapi.document())

    assert feed_asyncapi.FILE.read_text(encoding="utf-8") == written, "run `python -m services.contracts.feed_asyncapi`"


@pytest.mark.parametrize("name", told_events())
def test_an_example_is_read_and_fits_its_schema(name: str) -> None:
    """Also for a validator of JSON Schema that knows no more than where the schemas are served."""
    schemas = [envelope(ADDRESS), schema(name, ADDRESS)]
    registry: Registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in schemas)
    validator = Draft202012Validator(schemas[1], registry=registry)
    body = example(name).to_json()

    assert PublicEvent.from_json(body) == example(name)
    assert not list(validator.iter_errors(json.loads(body)))
    assert list(validator.iter_errors(json.loads(body) | {"subject": "85.07.30-033.28"}))


def test_no_two_examples_are_one_event() -> None:
    """A department that tries them all one after the other handles each."""
    assert len({example(name).key for name in told_events()}) == len(told_events())


def test_the_document_says_where_a_department_reads() -> None:
    police = AtBroker(
        id="police", user="department.police.0", topics=(Topic.parse("24001.*.*"),), kept=timedelta(days=7)
    )
    channels = feed_asyncapi.document()["channels"]

    addresses = [channels[name]["address"].format(user=police.user) for name in ("Queue", "Parked", "History")]

    assert addresses == [each["name"] for each in definitions_of(police, "v", password=None)["queues"]]
    assert {channels[name]["address"].split(".")[1] for name in told_events()} == set(told_events())


def test_the_changelog_names_each_release_and_each_event() -> None:
    told = (HOME / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = [tuple(map(int, each.split("."))) for each in RELEASE.findall(told)]

    assert releases[0] == tuple(map(int, VERSION.split(".")))
    assert all(newer > older for newer, older in pairwise(releases))
    assert {each.name for each in RELEASES.iterdir()} <= {*RELEASE.findall(told)}
    for name in told_events():
        assert f"`{name}` ({V1})" in told

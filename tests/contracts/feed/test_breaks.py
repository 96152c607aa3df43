"""Within v1 nothing that departments rely on changes: the schemas beside those of the last release."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from services.contracts.feed.schemas import ENVELOPE, FOLDER
from services.contracts.feed.version import VERSION
from tests.contracts.feed.breaks import RELEASES, breaks

ISSUED = "be.loket.departments.certificate-issued.v1"

Schemas = dict[str, dict[str, Any]]


def read(folder: Path) -> Schemas:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def number(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


LAST = max((each.name for each in RELEASES.iterdir()), key=number)


def test_nothing_breaks_within_v1() -> None:
    assert breaks(read(RELEASES / LAST), read(FOLDER)) == []


def test_what_is_added_has_a_number_of_its_own() -> None:
    """Once it is released its schemas are kept: `cp -r services/contracts/feed/schemas tests/golden/feed/NUMBER`."""
    assert number(VERSION) >= number(LAST)
    if VERSION == LAST:
        assert set(read(RELEASES / LAST)) == set(read(FOLDER))
        assert breaks(read(FOLDER), read(RELEASES / LAST)) == []


def data(schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = schemas[ISSUED]["properties"]["data"]
    return found


def product(schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = data(schemas)["properties"]["product"]
    return found


def attributes(schemas: Schemas) -> dict[str, Any]:
    found: dict[str, Any] = schemas[ENVELOPE]["properties"]
    return found


CHANGES: dict[str, tuple[Callable[[Schemas], object], list[str]]] = {
    "another event": (lambda them: them.update({"be.loket.departments.moved.v1": {"type": "object"}}), []),
    "another version beside it": (lambda them: them.update({ISSUED.replace("v1", "v2"): {"type": "object"}}), []),
    "another field": (lambda them: data(them)["properties"].update({"at": {"type": "string"}}), []),
    "another attribute": (lambda them: attributes(them).update({"traceparent": {"type": "string"}}), []),
    "other words for people": (lambda them: product(them).update({"description": "What it is", "title": "!"}), []),
    "another order of what is required": (lambda them: them[ENVELOPE]["required"].reverse(), []),
    "an event less": (lambda them: them.pop(ISSUED), [f"{ISSUED}: gone"]),
    "a field less": (lambda them: data(them)["properties"].pop("product"), [f"{ISSUED}.data.product: gone"]),
    "a field by another name": (
        lambda them: data(them)["properties"].update({"good": data(them)["properties"].pop("product")}),
        [f"{ISSUED}.data.product: gone"],
    ),
    "a field of another type": (
        lambda them: product(them).update({"type": "integer"}),
        [f"{ISSUED}.data.product: type"],
    ),
    "a narrower pattern": (
        lambda them: product(them).update({"pattern": "^[a-z]+$"}),
        [f"{ISSUED}.data.product: pattern"],
    ),
    "no pattern any more": (lambda them: product(them).pop("pattern"), [f"{ISSUED}.data.product: pattern"]),
    "a shorter text": (lambda them: product(them).update({"maxLength": 40}), [f"{ISSUED}.data.product: maxLength"]),
    "a longer text": (lambda them: product(them).update({"maxLength": 400}), [f"{ISSUED}.data.product: maxLength"]),
    "a field that must be there from now on": (
        lambda them: data(them)["required"].append("at"),
        [f"{ISSUED}.data: required, at"],
    ),
    "a field that need not be there any more": (
        lambda them: data(them).pop("required"),
        [f"{ISSUED}.data: required, product"],
    ),
    "a closed list where there was any text": (
        lambda them: product(them).update({"enum": ["life"]}),
        [f"{ISSUED}.data.product: enum, life"],
    ),
    "no other fields": (
        lambda them: data(them).update({"additionalProperties": False}),
        [f"{ISSUED}.data: additionalProperties"],
    ),
    "another constant": (
        lambda them: attributes(them)["specversion"].update({"const": "1.1"}),
        [f"{ENVELOPE}.specversion: const"],
    ),
    "another format": (lambda them: attributes(them)["time"].pop("format"), [f"{ENVELOPE}.time: format"]),
    "no envelope": (lambda them: them[ISSUED].update({"allOf": []}), [f"{ISSUED}: allOf"]),
    "another envelope": (
        lambda them: them[ISSUED].update({"allOf": [{"$ref": "other.json"}]}),
        [f"{ISSUED}: allOf 0: $ref"],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_known_for_what_it_is(change: str) -> None:
    before, after = read(FOLDER), deepcopy(read(FOLDER))
    make, broken = CHANGES[change]

    make(after)

    assert after != before
    assert breaks(before, after) == broken

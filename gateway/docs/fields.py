"""What a schema says, as a reader sees it: its fields, of which kind each is and what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from gateway.docs.prose import line

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]

LIMITS = {
    "pattern": "as {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "maxProperties": "at most {} of them",
    "minimum": "at least {}",
    "maximum": "at most {}",
}
"""Words of JSON Schema that limit a value, and how they are told."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field; `name` is `data.product` where it is within another. `choices` are all that it may be, or, where it
    `is_open`, those that are known."""

    name: str
    kind: Markup
    about: Markup
    example: str = ""
    limits: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    is_open: bool = False
    is_required: bool = False


def anchor(name: str) -> str:
    """Where a page shows the schema of that name."""
    return f"schema-{name}"


def name_of(reference: str) -> str:
    """What a `$ref` within the document refers to."""
    return reference.rpartition("/")[2]


def resolved(said: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands among a document's components, where something only refers to it."""
    if "$ref" not in said:
        return said
    _, _, kind, name = said["$ref"].split("/")
    found: Mapping[str, Any] = document["components"][kind][name]
    return found


def fields_of(schema: Schema, schemas: Schemas) -> list[Field]:
    """In the order of the document; what `allOf` puts together is one."""
    whole = _whole(schema, schemas)
    return list(_fields(whole, "", schemas))


def field_of(name: str, schema: Schema, *, is_required: bool, about: str = "", example: str = "") -> Field:
    """One by itself: a parameter, a header, part of an address."""
    alternatives = schema.get("anyOf", [schema])
    choices = [each.get("enum", [each["const"]] if "const" in each else []) for each in alternatives]
    return Field(
        name=name,
        kind=kind_of(schema),
        about=line(about or schema.get("description", "")),
        example=example,
        limits=tuple(told.format(schema[word]) for word, told in LIMITS.items() if word in schema),
        choices=tuple(str(each) for some in choices for each in some if each is not None),
        is_open="anyOf" in schema,
        is_required=is_required,
    )


def kind_of(schema: Schema) -> Markup:
    """`string or null`, `array of Step`; what has a place of its own on the page leads there."""
    if "$ref" in schema:
        name = name_of(schema["$ref"])
        return Markup('<a href="#{}">{}</a>').format(anchor(name), name)
    if "anyOf" in schema:
        return Markup(" or ").join(dict.fromkeys(kind_of(each) for each in schema["anyOf"]))
    kinds = schema.get("type", "object")
    told = Markup(" or ").join(kinds if isinstance(kinds, list) else [kinds])
    if "items" in schema:
        return Markup("{} of {}").format(told, kind_of(schema["items"]))
    if isinstance(schema.get("additionalProperties"), Mapping):
        return Markup("{} of {}").format(told, kind_of(schema["additionalProperties"]))
    return Markup("{} ({})").format(told, schema["format"]) if "format" in schema else told


def _fields(schema: Schema, within: str, schemas: Schemas) -> Iterator[Field]:
    for name, each in schema.get("properties", {}).items():
        place = f"{within}{name}"
        yield field_of(place, each, is_required=name in schema.get("required", ()))
        if "properties" in each:
            yield from _fields(each, f"{place}.", schemas)


def _whole(schema: Schema, schemas: Schemas) -> Schema:
    if "$ref" in schema:
        return _whole(schemas[name_of(schema["$ref"])], schemas)
    properties: dict[str, Any] = {}
    required: list[str] = []
    for each in [*(_whole(part, schemas) for part in schema.get("allOf", ())), schema]:
        for name, said in each.get("properties", {}).items():
            properties[name] = {**properties.get(name, {}), **said}
        required += each.get("required", ())
    return {**schema, "properties": properties, "required": required}

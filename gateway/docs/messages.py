"""An AsyncAPI document as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from gateway.docs.fields import Field, field_of, fields_of, name_of, resolved
from gateway.docs.operations import shown
from gateway.docs.prose import line, paragraphs
from services.contracts.asyncapi import Document

_TEXT = {"type": "string"}

EVENTS = "be.loket."
"""What the types of events begin with."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where one connects, and how one is known there."""

    address: str
    protocol: str
    about: Markup
    variables: list[Field]
    users: list[Markup]


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A place: `where` says whether the address is a queue, a routing key at which exchange, or one over HTTPS."""

    title: str
    address: str
    where: Markup
    about: Markup
    parameters: list[Field]
    messages: list[str]


@dataclass(frozen=True, kw_only=True)
class Message:
    """One kind of event, or what events come in."""

    name: str
    title: str
    type: str
    about: Markup
    headers: list[Field]
    fields: list[Field]
    examples: list[str]
    is_event: bool


def servers_of(document: Document) -> list[Server]:
    """All there are."""
    schemes = document["components"]["securitySchemes"]
    return [
        Server(
            address=f"{server['protocol']}://{server['host']}{server['pathname']}",
            protocol=f"{server['protocol'].upper()} {server['protocolVersion']}",
            about=line(server["description"]),
            variables=[_variable(name, each) for name, each in server["variables"].items()],
            users=[line(schemes[name_of(each["$ref"])]["description"]) for each in server["security"]],
        )
        for server in document["servers"].values()
    ]


def channels_of(document: Document) -> list[Channel]:
    """All there are, each with what is said of who puts something there."""
    told = {name_of(each["channel"]["$ref"]): each for each in document["operations"].values()}
    return [
        Channel(
            title=channel.get("title", name),
            address=channel["address"] or "",
            where=_where(resolved(channel.get("bindings", {}), document)),
            about=line(channel.get("description") or told[name].get("description", "")),
            parameters=[_variable(each, said) for each, said in channel.get("parameters", {}).items()],
            messages=list(channel["messages"]),
        )
        for name, channel in document["channels"].items()
    ]


def messages_of(document: Document) -> list[Message]:
    """All there are."""
    schemas = document["components"]["schemas"]
    return [
        Message(
            name=name,
            title=message.get("title") or message["summary"],
            type=message["name"],
            about=paragraphs(message.get("description", "")),
            headers=fields_of(message.get("headers", {}), schemas),
            fields=fields_of(message.get("payload", {}), schemas),
            examples=[shown(each["payload"]) for each in message.get("examples", ())],
            is_event=message["name"].startswith(EVENTS),
        )
        for name, message in document["components"]["messages"].items()
    ]


def schemas_of(document: Document) -> dict[str, list[Field]]:
    """The fields of what stands apart from the messages."""
    schemas = document["components"]["schemas"]
    with_messages = {
        name_of(said["$ref"])
        for message in document["components"]["messages"].values()
        for said in (message.get("headers", {}), message.get("payload", {}))
        if "$ref" in said
    }
    return {name: fields_of(each, schemas) for name, each in schemas.items() if name not in with_messages}


def _variable(name: str, said: Mapping[str, Any]) -> Field:
    """Part of an address."""
    example = said.get("default") or said["examples"][0]
    return field_of(name, _TEXT, is_required=True, about=said["description"], example=example)


def _where(bindings: Mapping[str, Any]) -> Markup:
    if not bindings:
        return Markup("over HTTPS")
    binding = bindings["amqp"]
    if binding["is"] == "queue":
        return Markup("a queue")
    exchange = binding["exchange"]
    return Markup("a routing key at the {} exchange <code>{}</code>").format(exchange["type"], exchange["name"])

"""The AsyncAPI 3.1 document of the services' own events: `python -m services.contracts.asyncapi` rewrites it.

What departments hear has a document of its own (feed_asyncapi.py), made with the words of this one.

https://www.asyncapi.com/docs/reference/specification/v3.1.0
"""

import inspect
import json
from pathlib import Path
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow_dataclass import class_schema

from services.contracts.envelope import CONTENT_TYPE, Envelope
from services.contracts.events import EVENTS, Event
from services.contracts.schema import Tolerant
from services.contracts.topology import EXCHANGE, SUBSCRIPTIONS
from services.contracts.version import VERSION

SIGNATURE = {
    "type": "string",
    "pattern": r"^[a-z]+\.[^:]+:[A-Za-z0-9_-]{86}$",
    "description": "`<service>.<key>:<base64url>`: the emitter's Ed25519 signature (RFC 8032) over the exact bytes of "
    "the body.",
}
"""The header `loket-signature`."""

HEADERS = {
    "type": "object",
    "required": ["loket-signature"],
    "properties": {
        "loket-signature": SIGNATURE,
        "traceparent": {"type": "string", "description": "W3C Trace Context."},
    },
}
"""AMQP headers of every event."""

EPHEMERAL = (
    "An ephemeral event (`x-ephemeral`) is a hint, sent once and not kept: it is not counted. Its `sequence` repeats "
    "that of the last counted event of the same source about the same subject, so that it fills no gap and says "
    "nothing of an order, and its `id` ends with the version that it hints at. Never remember it as heard."
)

LICENCE = {"name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12"}

BINDING_VERSION = "0.3.0"
"""Of AsyncAPI's words for AMQP (https://github.com/asyncapi/bindings/tree/master/amqp)."""

SPECIFICATION = "3.1.0"

Document = dict[str, Any]

FILE = Path(__file__).with_name("asyncapi.yaml")

GOLDEN = Path(__file__).with_name("golden")
"""An example of each event, by its type."""


def document() -> Document:
    """One channel per event type; who receives it stands with its operation."""
    schemas = _schemas()
    channels, operations, messages = {}, {}, {}
    for event_type, event in sorted(EVENTS.items()):
        name = event.__name__
        channels[name] = {
            "address": event_type,
            "servers": [{"$ref": "#/servers/broker"}],
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "bindings": {"$ref": "#/components/channelBindings/events"},
        }
        messages[name] = {
            "name": event_type,
            **_said(event),
            "contentType": CONTENT_TYPE,
            "headers": {"$ref": "#/components/schemas/Headers"},
            "payload": {
                "allOf": [
                    {"$ref": "#/components/schemas/Envelope"},
                    {
                        "properties": {
                            "type": {"type": "string", "const": event_type},
                            "data": {"$ref": f"#/components/schemas/{name}"},
                        }
                    },
                ]
            },
            "examples": [{"name": name, "payload": json.loads(GOLDEN.joinpath(f"{event_type}.json").read_bytes())}],
        }
        operations[f"send{name}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "description": f"From {event_type.split('.')[2]} to {', '.join(_receivers(event)) or 'live pages'}.",
            "bindings": {"amqp": _published(event)},
        }
    return {
        "asyncapi": SPECIFICATION,
        "info": {
            "title": "Loket's events",
            "version": VERSION,
            "license": LICENCE,
            "description": "CloudEvents 1.0, structured JSON. Delivery is at least once, in no promised order: expect "
            "duplicates (same id) and use `sequence`, which counts the events of one source about one subject from 1. "
            f"{EPHEMERAL} "
            "Who emits an event signs it; what bears no valid signature of its emitter is no event.",
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "broker": broker(
                "The operator's RabbitMQ, for Loket's own services. What happened is told to other departments by a "
                "feed of its own (feed/asyncapi.yaml), in another virtual host. Only the service that an event's type "
                "names may publish it.",
                vhost="loket",
            )
        },
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": schemas,
            "channelBindings": {"events": routed_by(EXCHANGE)},
            "securitySchemes": {
                "user": {"type": "userPassword", "description": "Of the broker, one for each receiver"}
            },
        },
    }


def broker(description: str, *, vhost: str) -> dict[str, Any]:
    """The server that each document has, for users of the scheme `user`."""
    return {
        "host": "{host}:{port}",
        "pathname": "/{vhost}",
        "protocol": "amqps",
        "protocolVersion": "0-9-1",
        "description": description,
        "variables": {
            "host": {"default": "broker.example", "description": "As the operator says it; one of a cluster"},
            "port": {"default": "5671", "description": "5672 without TLS, within one machine"},
            "vhost": {"default": vhost, "description": "As the operator named it"},
        },
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }


def routed_by(exchange: str) -> dict[str, Any]:
    """The bindings of channels whose address is the routing key at a topic exchange."""
    return {
        "amqp": {
            "is": "routingKey",
            "exchange": {"name": exchange, "type": "topic", "durable": True, "autoDelete": False},
            "bindingVersion": BINDING_VERSION,
        }
    }


def _said(event: type[Event]) -> dict[str, Any]:
    first, _, rest = inspect.cleandoc(event.__doc__ or "").partition("\n\n")
    more = [" ".join(rest.split())] if rest else []
    if event.EPHEMERAL:
        more.append(EPHEMERAL)
    told: dict[str, Any] = {"summary": " ".join(first.split())}
    if more:
        told["description"] = "\n\n".join(more)
    return told | ({"x-ephemeral": True} if event.EPHEMERAL else {})


def _published(event: type[Event]) -> dict[str, Any]:
    """Kept on disk and confirmed, or only sent (AMQP 0-9-1: delivery-mode, mandatory)."""
    return {
        "deliveryMode": 1 if event.EPHEMERAL else 2,
        "mandatory": not event.EPHEMERAL,
        "bindingVersion": BINDING_VERSION,
    }


def _receivers(event: type[Event]) -> list[str]:
    return sorted(queue for queue, each in SUBSCRIPTIONS.items() if event in each.events)


def _schemas() -> dict[str, Any]:
    described: tuple[type, ...] = (Envelope, *(EVENTS[name] for name in sorted(EVENTS)))
    spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[MarshmallowPlugin()])
    for cls in described:
        spec.components.schema(cls.__name__, schema=class_schema(cls, base_schema=Tolerant)())
    found: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    found["Headers"] = HEADERS
    for cls in described:
        found[cls.__name__]["description"] = inspect.cleandoc(cls.__doc__ or "")
    return found


def text(of: Document) -> str:
    """A document as it is kept."""
    return yaml.dump(of, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


class _Plain(yaml.SafeDumper):
    """Paragraphs as they are read; what stands in several places is written out in each."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - an anchor is not for every reader
        return True


def _lines(dumper: yaml.SafeDumper, told: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", told, style="|" if "\n" in told else None)


_Plain.add_representer(str, _lines)


if __name__ == "__main__":
    FILE.write_text(text(document()), encoding="utf-8")

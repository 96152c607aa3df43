"""The AsyncAPI 3.1 document of what departments hear: `python -m services.contracts.feed_asyncapi` rewrites it.

It is kept in feed/asyncapi.yaml without a deployment's own events (LOKET_EXTENSIONS); the gateway serves it with them.
"""

import json
from collections.abc import Iterable
from typing import Any

from services.contracts import feed_over_http
from services.contracts.asyncapi import (
    BINDING_VERSION,
    LICENCE,
    SIGNATURE,
    SPECIFICATION,
    Document,
    broker,
    routed_by,
    text,
)
from services.contracts.departments import EXCHANGE, virtual_host
from services.contracts.feed.events import ALIVE, CONTENT_TYPE, routing_key, type_of
from services.contracts.feed.queues import history_of, parking_of, user_of
from services.contracts.feed.version import VERSION
from services.contracts.feed_schemas import HOME, data_of, envelope, example, meaning_of, told_events

FILE = HOME / "asyncapi.yaml"

ABOUT = """\
What a town's departments are told of its digital counter: thin CloudEvents 1.0 in structured JSON, without a name or a
number of anybody. An event says that something came to pass, of which product, and under which reference.

**Delivery** is at least once, in no promised order. An event is the same where its `source` and `id` are, and is then
always the same bytes. A department has a queue of its own, from which it takes what is for it and acknowledges it
(`Queue`); a queue of what it refused or left for too long (`Parked`); and a stream of all that it was told, whether it
took it or not, for seven days unless the operator says otherwise (`History`). All three are there once the operator has
added the department. It declares, binds and publishes nothing.

**Without AMQP** the same events are brought to an address of the department (`Webhook`), in any order, or read page by
page in the order in which they are counted (`Events`).

**Topics.** What is put into the queue and the stream follows from the routing keys that the operator let the department
hear: `TOWN.EVENT.PRODUCT`, with `*` for any event or product. `alive` it hears of each of its towns.

**Versions.** Within v1 only events, and fields of `data`, are added: pass over what you do not know.
"""

_SIGNED = "Who says it is `notify`: what bears no valid signature of it is no event."

_TOWN = {"description": "The REFNIS code of the town: five digits", "examples": ["24001"]}
_PRODUCT = {"description": "What was asked for, as the town's catalogue calls it", "examples": ["residence"]}
_DEPARTMENT = {"description": "As the operator named the department", "examples": ["police"]}


def document() -> Document:
    """A channel for each event, by its routing key; the three from which a department reads; and the ways over HTTP.

    What is called after an event is in small letters, and nothing else is.
    """
    names = told_events()
    return {
        "asyncapi": SPECIFICATION,
        "info": {
            "title": "What departments hear of Loket",
            "version": VERSION,
            "license": LICENCE,
            "description": ABOUT,
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "broker": broker(
                "The operator's RabbitMQ: a virtual host for departments alone. `loket departments add` prints a "
                "department's whole address, once.",
                vhost=virtual_host("loket"),
            ),
            **feed_over_http.SERVERS,
        },
        "channels": {name: _topic(name) for name in names} | _own_channels(names) | feed_over_http.CHANNELS,
        "operations": {f"tell-{name}": _told(name) for name in names} | _own_operations() | feed_over_http.OPERATIONS,
        "components": {
            "messages": {name: _message(name) for name in names} | feed_over_http.messages(),
            "schemas": _schemas(names) | feed_over_http.SCHEMAS,
            "channelBindings": {"topic": routed_by(EXCHANGE)},
            "securitySchemes": {
                "user": {
                    "type": "userPassword",
                    "description": "Of the broker, one for each department, called as its queue. "
                    "`loket departments rotate` gives it another password.",
                },
                **feed_over_http.SECURITY_SCHEMES,
            },
        },
    }


def _topic(name: str) -> dict[str, Any]:
    parameters = {"town": _TOWN} if name == ALIVE else {"town": _TOWN, "product": _PRODUCT}
    return {
        "address": routing_key("{town}", name, "all" if name == ALIVE else "{product}"),
        "title": meaning_of(name)[0],
        "servers": [{"$ref": "#/servers/broker"}],
        "parameters": parameters,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"$ref": "#/components/channelBindings/topic"},
    }


def _own_channels(names: Iterable[str]) -> dict[str, Any]:
    user = user_of("{department}")
    messages = {each: {"$ref": f"#/components/messages/{each}"} for each in names}
    own = {
        "Queue": (
            user,
            "What is for a department",
            "It takes an event, acknowledges it once it was handled, or rejects it into its parking queue; what is "
            "given back comes again, until the broker parks it.",
        ),
        "Parked": (parking_of(user), "What a department could not handle", "It may read it, and take it away."),
        "History": (
            history_of(user),
            "What a department was told",
            "A stream: consume with a prefetch and `x-stream-offset` (`first`, `last`, `next`, a number, or a "
            "timestamp), and acknowledge. Reading takes nothing away.",
        ),
    }
    return {
        name: {
            "address": address,
            "title": title,
            "description": description,
            "servers": [{"$ref": "#/servers/broker"}],
            "parameters": {"department": _DEPARTMENT},
            "messages": messages,
            "bindings": {
                "amqp": {
                    "is": "queue",
                    "queue": {"name": address, "durable": True, "exclusive": False, "autoDelete": False},
                    "bindingVersion": BINDING_VERSION,
                }
            },
        }
        for name, (address, title, description) in own.items()
    }


def _told(name: str) -> dict[str, Any]:
    """Kept on disk and confirmed; no queue need be bound (AMQP 0-9-1: delivery-mode, mandatory)."""
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "title": meaning_of(name)[0],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": False, "bindingVersion": BINDING_VERSION}},
    }


def _own_operations() -> dict[str, Any]:
    told = {
        "Queue": "Hands a department what is for it",
        "Parked": "Hands a department what it could not handle",
        "History": "Hands a department again what it was told",
    }
    return {
        f"hand-out-{name}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "title": title,
        }
        for name, title in told.items()
    }


def _message(name: str) -> dict[str, Any]:
    title, description = meaning_of(name)
    return {
        "name": type_of(name),
        "title": title,
        "description": description,
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {"$ref": f"#/components/schemas/{name}"},
        "examples": [{"name": name, "payload": json.loads(example(name).to_json())}],
    }


def _schemas(names: Iterable[str]) -> dict[str, Any]:
    common = {word: said for word, said in envelope().items() if word != "$schema"}
    described = {
        name: {
            "description": meaning_of(name)[1],
            "allOf": [
                {"$ref": "#/components/schemas/Event"},
                {"properties": {"type": {"type": "string", "const": type_of(name)}, "data": data_of(name)}},
            ],
        }
        for name in names
    }
    signature = {**SIGNATURE, "description": f"{SIGNATURE['description']} {_SIGNED}"}
    headers = {"type": "object", "required": ["loket-signature"], "properties": {"loket-signature": signature}}
    return {"Event": common, **described, "Headers": headers}


if __name__ == "__main__":
    FILE.write_text(text(document()), encoding="utf-8")

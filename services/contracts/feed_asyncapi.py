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
from services.contracts.department_events import ANSWER_REFUSED, ANSWER_TAKEN, DIRECTED
from services.contracts.departments import EXCHANGE, virtual_host
from services.contracts.feed.answers import CONFIRMATION_ANSWERED, answer_key
from services.contracts.feed.events import ALIVE, CONTENT_TYPE, directed_key, routing_key, type_of
from services.contracts.feed.queues import answers_of, history_of, parking_of
from services.contracts.feed.version import VERSION
from services.contracts.feed_schemas import (
    HOME,
    answer_example,
    answer_schema,
    data_of,
    envelope,
    example,
    meaning_of,
    told_events,
)

FILE = HOME / "asyncapi.yaml"

ABOUT = """\
What a town's departments are told of its digital counter: thin CloudEvents 1.0 in structured JSON, without a name or a
number of anybody. An event says that something came to pass, of which product, and under which reference.

**Delivery** is at least once, in no promised order. An event is the same where its `source` and `id` are, and is then
always the same bytes, but where a town has restored its store: what it then issues again has the `id` that it had, and
a new `time`. A department has a queue of its own, from which it takes what is for it and acknowledges it
(`Queue`); a queue of what it refused or left for too long (`Parked`); and a stream of all that it was told, whether it
took it or not, for seven days unless the operator says otherwise, and of no more than 100 MB (`History`). All three are
there once the operator has added the department. It declares and binds nothing, and publishes nothing but its answers.

**Without AMQP** the same events are brought to an address of the department (`Webhook`), in any order, or read page by
page in the order in which they are counted (`Events`).

**Topics.** What is put into the queue and the stream follows from the routing keys that the operator let the department
hear: `TOWN.EVENT.PRODUCT`, with `*` for any event or product. `alive` it hears of each of its towns.
What one department alone is told has a fourth word, which no topic matches (in the sandbox the department stands in the
product's place, and no topic names that town).

**Answers.** A department that may give confirmations is asked for them (`confirmation-requested`), and answers with an
event of its own to an exchange of its own (`Answers`), or over the HTTP API. What became of an answer by an event comes
as an event, `answer-taken` or `answer-refused`, which names it in `answer`.

**Versions.** Within v1 only events, and fields of `data`, are added: pass over what you do not know.
"""

_ASKED = {"description": "As whom the department is asked, by the town's catalogue", "examples": ["police"]}

_SIGNED = "Who says it is `notify`: what bears no valid signature of it is no event."

_TOWN = {"description": "The REFNIS code of the town: five digits", "examples": ["24001"]}
_PRODUCT = {"description": "What was asked for, as the town's catalogue calls it", "examples": ["residence"]}
_DEPARTMENT = {"description": "As the operator named the department", "examples": ["police"]}
_USER = {
    "description": "The department's user at the broker, as in the address that the operator gave it",
    "examples": ["department.zone-5387.0123456789abcdef"],
}


def document() -> Document:
    """A channel for each event, by its routing key; `Queue`, `Parked`, `History` and `Answers` of a department; and the
    ways over HTTP. Of channels those called after an event are in small letters.
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
        "channels": {name: _topic(name) for name in names}
        | _own_channels(names)
        | _answers()
        | feed_over_http.CHANNELS,
        "operations": {f"tell-{name}": _told(name) for name in names} | _own_operations() | feed_over_http.OPERATIONS,
        "components": {
            "messages": {name: _message(name) for name in names}
            | {CONFIRMATION_ANSWERED: _answer()}
            | feed_over_http.messages(),
            "schemas": _schemas(names)
            | {CONFIRMATION_ANSWERED: _without_dialect(answer_schema())}
            | feed_over_http.SCHEMAS,
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
    address = routing_key("{town}", name, "all" if name == ALIVE else "{product}")
    if name in DIRECTED:
        to, described = ("department", _DEPARTMENT) if name in (ANSWER_TAKEN, ANSWER_REFUSED) else ("asked", _ASKED)
        parameters = {**parameters, to: described}
        address = directed_key("{town}", name, "{product}", f"{{{to}}}")
    return {
        "address": address,
        "title": meaning_of(name)[0],
        "servers": [{"$ref": "#/servers/broker"}],
        "parameters": parameters,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"$ref": "#/components/channelBindings/topic"},
    }


def _own_channels(names: Iterable[str]) -> dict[str, Any]:
    user = "{user}"
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
            "timestamp), and acknowledge. Reading takes nothing away. Silence does not mean that it ended: up to which "
            "offset it goes says a consumer at `last`.",
        ),
    }
    return {
        name: {
            "address": address,
            "title": title,
            "description": description,
            "servers": [{"$ref": "#/servers/broker"}],
            "parameters": {"user": _USER},
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


def _answers() -> dict[str, Any]:
    exchange = answers_of("{user}")
    return {
        "Answers": {
            "address": answer_key("{town}", "{asked}"),
            "title": "What a department answers",
            "description": f"To the exchange `{exchange}`, to which it alone may publish, with the keys of what it may "
            "answer. Ask for confirms and set `mandatory`: what is returned, or refused with a nack, was not said. "
            "Where a thousand wait the exchange refuses more, until Loket has heard some.",
            "servers": [{"$ref": "#/servers/broker"}],
            "parameters": {"town": _TOWN, "asked": _ASKED},
            "messages": {CONFIRMATION_ANSWERED: {"$ref": f"#/components/messages/{CONFIRMATION_ANSWERED}"}},
            "bindings": routed_by(exchange),
        }
    }


def _answer() -> dict[str, Any]:
    said = answer_schema()
    return {
        "name": type_of(CONFIRMATION_ANSWERED),
        "title": said["title"],
        "description": said["description"],
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{CONFIRMATION_ANSWERED}"},
        "examples": [{"name": CONFIRMATION_ANSWERED, "payload": json.loads(answer_example().to_json())}],
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
    handed_out = {
        f"hand-out-{name}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "title": title,
        }
        for name, title in told.items()
    }
    heard = {"action": "receive", "channel": {"$ref": "#/channels/Answers"}, "title": "Hears what a department answers"}
    return {**handed_out, "hear-answers": heard}


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
    common = _without_dialect(envelope())
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


def _without_dialect(schema: dict[str, Any]) -> dict[str, Any]:
    return {word: said for word, said in schema.items() if word != "$schema"}


if __name__ == "__main__":
    FILE.write_text(text(document()), encoding="utf-8")

"""What the AsyncAPI document of the feed (feed_asyncapi.py) says of the ways over HTTP: webhooks, and reading page by
page. The API itself is described by OpenAPI, with all that a department may do there.

https://github.com/asyncapi/bindings/tree/master/http
"""

import json
from typing import Any

from services.contracts.feed.events import CONTENT_TYPE
from services.contracts.feed.webhooks import ID, SIGNATURE, TIMESTAMP
from services.contracts.feed_schemas import example
from services.contracts.notify import LONGEST_CURSOR, MOST_EVENTS

BINDING_VERSION = "0.3.0"

EXAMPLE = "certificate-issued"

SERVERS: dict[str, Any] = {
    "receiver": {
        "host": "{host}",
        "pathname": "/{path}",
        "protocol": "https",
        "protocolVersion": "1.1",
        "description": "The department's own, on the public internet: `loket departments webhook add` takes it down.",
        "variables": {
            "host": {"default": "hooks.police.example", "description": "The department's"},
            "path": {"default": "loket", "description": "The department's"},
        },
        "security": [{"$ref": "#/components/securitySchemes/signature"}],
    },
    "town": {
        "host": "{host}",
        "pathname": "/departments",
        "protocol": "https",
        "protocolVersion": "1.1",
        "description": "Each town's own address.",
        "variables": {"host": {"default": "loket.example", "description": "The town's"}},
        "security": [{"$ref": "#/components/securitySchemes/token"}],
    },
}

CHANNELS: dict[str, Any] = {
    "Webhook": {
        "address": None,
        "title": "A department's webhook",
        "description": "Where the receiver is. It answers 2xx within 15 seconds, before it works on the event, and 410 "
        "where it wants nothing more. All else comes again with the same `webhook-id`, for 72 hours.",
        "servers": [{"$ref": "#/servers/receiver"}],
        "messages": {"Brought": {"$ref": "#/components/messages/Brought"}},
    },
    "Events": {
        "address": "/events",
        "title": "What a department heard, page by page",
        "description": "It keeps `after` of the last page, and asks with it again.",
        "servers": [{"$ref": "#/servers/town"}],
        "messages": {
            "Asked": {"$ref": "#/components/messages/Asked"},
            "Page": {"$ref": "#/components/messages/Page"},
        },
    },
}

OPERATIONS: dict[str, Any] = {
    "bring-to-Webhook": {
        "action": "send",
        "channel": {"$ref": "#/channels/Webhook"},
        "title": "Brings a department what is for it",
        "bindings": {"http": {"method": "POST", "bindingVersion": BINDING_VERSION}},
    },
    "answer-Events": {
        "action": "receive",
        "channel": {"$ref": "#/channels/Events"},
        "title": "Answers a department with what is behind a place",
        "messages": [{"$ref": "#/channels/Events/messages/Asked"}],
        "reply": {
            "channel": {"$ref": "#/channels/Events"},
            "messages": [{"$ref": "#/channels/Events/messages/Page"}],
        },
        "bindings": {
            "http": {
                "method": "GET",
                "query": {
                    "type": "object",
                    "properties": {
                        "after": {
                            "type": "string",
                            "maxLength": LONGEST_CURSOR,
                            "description": "Of the page before; without it, from the first event that is kept",
                        },
                        "limit": {"type": "integer", "minimum": 1, "maximum": MOST_EVENTS},
                    },
                    "additionalProperties": False,
                },
                "bindingVersion": BINDING_VERSION,
            }
        },
    },
}

SECURITY_SCHEMES: dict[str, Any] = {
    "signature": {
        "type": "httpApiKey",
        "in": "header",
        "name": SIGNATURE,
        "description": f"The receiver knows who sends by `{SIGNATURE}` (Standard Webhooks), with the key that the "
        "operator, or `POST /departments/webhooks/{webhook}/keys`, gave once. Where it asks for a certificate of ours "
        "as well (mTLS), the operator has one.",
    },
    "token": {
        "type": "oauth2",
        "description": "Client credentials: a secret (`loket departments access`), or a certificate (RFC 8705).",
        "flows": {"clientCredentials": {"tokenUrl": "https://loket.example/departments/token", "availableScopes": {}}},
    },
}

SCHEMAS: dict[str, Any] = {
    "WebhookHeaders": {
        "type": "object",
        "description": "Those of Standard Webhooks.",
        "required": [ID, TIMESTAMP, SIGNATURE],
        "properties": {
            ID: {"type": "string", "description": "The event's `id`, however often it comes"},
            TIMESTAMP: {
                "type": "string",
                "pattern": "^[0-9]{1,12}$",
                "description": "Seconds since 1970 of this attempt; what is more than 5 minutes away is refused",
            },
            SIGNATURE: {
                "type": "string",
                "pattern": "^v1a?,[A-Za-z0-9+/=]{1,100}( v1a?,[A-Za-z0-9+/=]{1,100})*$",
                "description": "One or several, with a space, of `id.timestamp.body`: `v1,` is HMAC-SHA256, `v1a,` is "
                "Ed25519, in base64",
            },
        },
    },
    "EventPage": {
        "type": "object",
        "required": ["events", "after", "more"],
        "properties": {
            "events": {
                "type": "array",
                "maxItems": MOST_EVENTS,
                "items": {"$ref": "#/components/schemas/Event"},
                "description": "Each as it was published, to the last byte",
            },
            "after": {"type": "string", "maxLength": LONGEST_CURSOR, "description": "Where to go on"},
            "more": {"type": "boolean", "description": "There is more behind it already"},
        },
    },
}


def messages() -> dict[str, Any]:
    """Each with an example; a request that is all in its address has none."""
    event = json.loads(example(EXAMPLE).to_json())
    return {
        "Brought": {
            "name": "webhook",
            "title": "An event that is brought",
            "description": "Any of the events below, to the last byte as in a queue.",
            "contentType": CONTENT_TYPE,
            "headers": {"$ref": "#/components/schemas/WebhookHeaders"},
            "payload": {"allOf": [{"$ref": "#/components/schemas/Event"}]},
            "examples": [{"name": EXAMPLE, "payload": event}],
        },
        "Asked": {"name": "page-request", "title": "What is behind a place?"},
        "Page": {
            "name": "page",
            "title": "What is behind a place",
            "contentType": "application/json",
            "payload": {"$ref": "#/components/schemas/EventPage"},
            "examples": [{"name": "page", "payload": {"events": [event], "after": "police.1", "more": False}}],
            "bindings": {"http": {"statusCode": 200, "bindingVersion": BINDING_VERSION}},
        },
    }

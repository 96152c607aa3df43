"""JSON bodies of requests, read once, by the one strict reader of services/contracts/strict_json.py."""

from typing import Any

from flask import Request, g, request
from webargs.flaskparser import FlaskParser

from gateway.problems import Problem
from gateway.sentences import WANTED_JSON
from gateway.sizes import JSON_BYTES
from services.contracts.strict_json import NotJson, clamped, read_json


class StrictParser(FlaskParser):
    """webargs, reading JSON bodies strictly."""

    def load_json(self, req: Request, schema: Any) -> Any:  # noqa: ARG002
        """Raises Problem."""
        if req.mimetype != "application/json":
            raise Problem("unsupported-media-type", headers={"Accept": "application/json"}, detail=WANTED_JSON)
        if req.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
            raise Problem("unsupported-media-type", headers={"Accept": "application/json"}, detail=WANTED_JSON)
        return json_body()


def json_body() -> Any:
    """The body of this request as it was sent.

    Raises Problem `too-large`, `not-json`, `too-deep` or `unprintable-text`.
    """
    if "json_body" not in g:
        body = request.get_data()
        if len(body) >= JSON_BYTES:  # werkzeug cuts off a body in chunks there, and says nothing
            raise Problem("too-large")
        try:
            g.json_body = read_json(body, whole=clamped)
        except NotJson as refusal:
            raise Problem(refusal.reason) from None
    return g.json_body

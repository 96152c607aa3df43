"""Webhooks as tables for people."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from deploy.operator.terminal import moment, table
from services.contracts.department_webhooks import DisabledBy

if TYPE_CHECKING:
    from rich.console import RenderableType


def keyed(id: str, key: str) -> str:
    """A new key, once."""
    return f"{id} is signed with a key that is shown once; the receiver verifies with\n{key}"


def listed(facts: list[dict[str, Any]]) -> "RenderableType":
    """All of them."""
    if not facts:
        return "no department has a webhook; `loket departments webhook add` makes one"
    rows = [
        [
            each["webhook"],
            each["department"],
            each["url"],
            _state(each),
            each["waiting"],
            _moment(each["oldest"]),
            each["parked"],
            each["delivered"],
            each["dropped"],
        ]
        for each in facts
    ]
    names = ("webhook", "department", "where", "state", "waiting", "since", "parked", "delivered", "dropped")
    return table(*names, rows=rows)


def shown(facts: dict[str, Any]) -> "RenderableType":
    """One of them."""
    rows = [
        *([name, facts[name]] for name in ("department", "url")),
        ["added", _moment(facts["added_at"])],
        ["state", _state(facts)],
        *([name, facts[name]] for name in ("waiting", "parked", "delivered", "dropped")),
        *([name, path] for name, path in facts["files"].items() if path),
        *(
            [f"key ({each['signature']})", f"since {_moment(each['made_at'])}{_until(each['ends_at'])}"]
            for each in facts["keys"]
        ),
    ]
    return table("", "", rows=rows)


def attempted(facts: list[dict[str, Any]]) -> "RenderableType":
    """Deliveries, with every attempt."""
    if not facts:
        return "nothing is kept of it"
    rows = [
        [
            each["event"],
            each["name"],
            each["town"],
            each["progress"] + (f", next {_moment(each['due_at'])}" if each["due_at"] else ""),
            "\n".join(
                f"{_moment(one['at'])}  {one['status'] or ''} {one['reason']} ({one['took_ms']} ms)"
                for one in each["attempts"]
            ),
        ]
        for each in facts
    ]
    return table("event", "what", "town", "progress", "attempts", rows=rows)


def _state(facts: dict[str, Any]) -> str:
    if facts["disabled_at"]:
        by = "410" if facts["disabled_by"] == DisabledBy.GONE else "its department"
        return f"disabled by {by} since {_moment(facts['disabled_at'])}"
    return f"failing since {_moment(facts['failing_since'])}" if facts["failing_since"] else "well"


def _until(at: datetime | None) -> str:
    return f", until {_moment(at)}" if at else ""


def _moment(at: datetime | None) -> str:
    return moment(at, seconds=True)

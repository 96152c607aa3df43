"""Webhooks as an operator adds, looks at, changes and replays them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pymongo.database import Database

from deploy.local.stack import Stack
from deploy.operator import webhooks
from deploy.operator.commands.webhooks import webhook
from deploy.operator.status.departments import facts_of as facts_of_feed
from deploy.production.in_use import locked
from services.contracts.feed.webhooks import Receiver
from services.notify.feed.webhooks import replaying
from services.notify.feed.webhooks.domain import MOST_WEBHOOKS, Response
from services.notify.feed.webhooks.signing import Scheme, signed_headers
from tests.contracts.feed.department import EVENT
from tests.deploy.operator.commanding import a_stack, facts_of, told
from tests.notify.feed.webhooks.conftest import Side

URL = "https://193.191.245.1/loket"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database[dict[str, Any]]) -> Stack:
    return a_stack(tmp_path, monkeypatch, opens=(webhooks, "notify_database"), database=database)


@pytest.fixture
def side(stack: Stack, database: Database[dict[str, Any]]) -> Side:
    made = Side(database, now=datetime.now(UTC))
    made.signing = webhooks.signing_keys(stack)
    made.department()
    return made


def loket(*arguments: str) -> Result:
    return told(webhook, *arguments)


def facts(*arguments: str) -> dict[str, Any]:
    return facts_of(webhook, *arguments)


def audited(stack: Stack) -> list[tuple[str, str, str]]:
    lines = (stack.logs / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [(each["act"], each["message"], each["reason"]) for each in map(json.loads, lines)]


def reads(key: str, stack: Stack, id: str) -> bool:
    """Whether a receiver with that key takes what is signed for the webhook now."""
    now = datetime.now(UTC)
    with webhooks.webhooks_of(stack) as found:
        keys = webhooks.signing_keys(stack).of(found.one(id), now=now)
    headers = signed_headers(EVENT.id, EVENT.to_json(), keys=keys, at=now)
    try:
        return Receiver(key).read(headers, EVENT.to_json()).key == EVENT.key
    except ValueError:
        return False


def told_and_tried(side: Side, id: str, *statuses: int) -> None:
    """One event after the other, tried once each."""
    for number, status in enumerate(statuses):
        side.now = datetime.now(UTC) + timedelta(seconds=number)
        side.tell(number)
        side.bring(lambda *_, status=status, **__: Response.of(status), id)


@pytest.mark.parametrize("scheme", Scheme)
def test_a_webhook_is_added_with_a_key_that_is_shown_once(stack: Stack, side: Side, scheme: Scheme) -> None:
    made = facts("add", "police", "--url", URL, "--signature", str(scheme))

    assert reads(made["key"], stack, made["webhook"])
    assert made["key"] not in loket("show", made["webhook"]).output
    assert audited(stack) == [("departments webhook add", f"police {made['webhook']} 193.191.245.1", "")]
    (listed,) = facts("list")["webhooks"]
    assert (listed["webhook"], listed["url"], listed["waiting"]) == (made["webhook"], URL, 0)


def test_the_key_that_locks_it_is_seen_to_be_in_use(side: Side, database: Database[dict[str, Any]]) -> None:
    facts("add", "police", "--url", URL)

    assert list(locked(database["webhooks"].find_one())) == [("webhooks", "demo")]


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("nobody", "--url", URL), "no department is called nobody"),
        (("police", "--url", "http://193.191.245.1/"), "write https://"),
        (("police", "--url", "https://user:secret@police.example/"), "without a user"),
        (("police", "--url", "https://127.0.0.1/"), "leads into a private network"),
        (("police", "--url", "https://localhost/"), "leads into a private network"),
        (("police", "--url", URL, "--certificate", __file__), "name both --certificate and --key"),
        (("police", "--url", URL, "--authorities", "/gone.pem"), "does not exist"),
        (("police",), "Missing option '--url'"),
    ],
)
def test_a_mistake_is_told_with_its_mend_and_adds_nothing(side: Side, words: tuple[str, ...], mend: str) -> None:
    result = loket("add", *words)

    assert result.exit_code == 2
    assert mend in result.output
    assert side.webhooks.all() == ()


def test_a_department_has_a_few_and_no_more(side: Side) -> None:
    for _ in range(MOST_WEBHOOKS):
        facts("add", "police", "--url", URL)

    assert "which is the most" in loket("add", "police", "--url", URL).output


@pytest.mark.parametrize(("overlap", "is_taken"), [("24", True), ("0", False)])
def test_a_new_key_follows_the_old_one(stack: Stack, side: Side, overlap: str, is_taken: bool) -> None:
    made = facts("add", "police", "--url", URL)

    fresh = facts("rotate", made["webhook"], "--signature", "v1a", "--overlap", overlap)

    assert fresh["key"].startswith("whpk_")
    assert reads(fresh["key"], stack, made["webhook"])
    assert reads(made["key"], stack, made["webhook"]) is is_taken


def test_what_was_tried_can_be_read_and_sent_again(side: Side) -> None:
    id = facts("add", "police", "--url", URL)["webhook"]
    told_and_tried(side, id, 200, 500, 200)

    tried = facts("attempts", id)["deliveries"]
    (waiting,) = facts("attempts", id, "--progress", "waiting")["deliveries"]

    assert [[one["status"] for one in each["attempts"]] for each in tried] == [[200], [500], [200]]
    assert (waiting["event"], waiting["attempts"][0]["reason"]) == (f"{1:032x}", "refused")
    assert "refused" in loket("attempts", id).output
    assert "2 leave" in loket("replay", id, "--from", f"{0:032x}").output
    assert "no event 1" in loket("replay", id, "--from", "1").output
    assert loket("replay", id).exit_code == 2


@pytest.mark.parametrize(("days", "is_told"), [(6, True), (8, False)])
def test_what_never_reached_a_webhook_is_told_for_a_week(
    stack: Stack, side: Side, database: Database[dict[str, Any]], days: int, is_told: bool
) -> None:
    id = facts("add", "police", "--url", URL)["webhook"]
    side.webhooks.note_dropped(id, count=3, until=side.now, at=side.now)

    (found,) = facts_of_feed(stack, database, now=side.now + timedelta(days=days))["webhooks"]

    assert bool(found["dropped"]) is is_told
    assert facts("show", id)["dropped"] == 3


def test_what_wants_nothing_is_enabled_before_what_was_parked_is_sent(side: Side) -> None:
    id = facts("add", "police", "--url", URL)["webhook"]
    told_and_tried(side, id, 410)
    (disabled,) = facts("list", "--department", "police")["webhooks"]
    refused = loket("replay", id, "--parked")

    enabled = loket("enable", id)
    replayed = loket("replay", id, "--parked")

    assert disabled["disabled_at"] is not None
    assert (disabled["parked"], refused.exit_code, enabled.exit_code) == (1, 2, 0)
    assert f"webhook enable {id}" in refused.output
    assert "1 leave" in replayed.output
    assert facts("show", id)["disabled_at"] is None


def test_what_was_kept_since_a_moment_is_sent_again(side: Side) -> None:
    id = facts("add", "police", "--url", URL)["webhook"]
    told_and_tried(side, id, 200, 200, 200)
    since = side.now - timedelta(milliseconds=500)

    assert "1 leave" in loket("replay", id, "--from", since.isoformat()).output
    assert "2 leave" in loket("replay", id, "--from", "2026-11-01T00:00:00+01:00").output


def test_much_is_sent_again_in_one_go_and_no_more_than_may_wait(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    id = facts("add", "police", "--url", URL)["webhook"]
    told_and_tried(side, id, *[200] * 5)

    monkeypatch.setattr(replaying, "MOST_WAITING", 3)
    some = loket("replay", id, "--from", f"{0:032x}").output
    monkeypatch.setattr(replaying, "MOST_WAITING", 100)

    assert "3 leave" in some
    assert f"go on with --from {3:032x}" in some
    assert "2 leave" in loket("replay", id, "--from", f"{3:032x}").output


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("show", "none"), "no webhook is called none; see `loket departments webhook list`"),
        (("rotate", "none"), "no webhook is called none"),
        (("remove", "none", "--reason", "why"), "no webhook is called none"),
        (("attempts", "none"), "no webhook is called none"),
        (("enable", "none"), "no webhook is called none"),
        (("replay", "none", "--parked"), "no webhook is called none"),
        (("remove", "HOOK", "--reason", " "), "say why: --reason"),
        (("replay", "HOOK"), "say --from EVENT, --from MOMENT or --parked"),
        (("replay", "HOOK", "--from", "yesterday"), "write a moment such as"),
        (("replay", "HOOK", "--from", "2026-11-27T08:00:00"), "write a moment such as"),
        (("rotate", "HOOK", "--overlap", "721"), "721 is not in the range 0<=x<=720"),
        (("rotate", "HOOK", "--signature", "v2"), "'v2' is not one of 'v1', 'v1a'"),
        (("attempts", "HOOK", "--most", "0"), "0 is not in the range 1<=x<=1000"),
        (("attempts", "HOOK", "--progress", "gone"), "'gone' is not one of"),
        (("show", "\\" * 65536), "no webhook is called"),
    ],
)
def test_each_mistake_is_told_in_a_line_and_changes_nothing(side: Side, words: tuple[str, ...], mend: str) -> None:
    id = facts("add", "police", "--url", URL)["webhook"]
    before = side.webhooks.all()

    result = loket(*(each.replace("HOOK", id) for each in words))

    assert (result.exit_code, mend in result.output) == (2, True), result.output
    assert result.output.strip().splitlines()[-1].count(mend) == 1
    assert side.webhooks.all() == before


def test_what_is_removed_leaves_nothing(stack: Stack, side: Side, database: Database[dict[str, Any]]) -> None:
    ids = [facts("add", "police", "--url", URL)["webhook"] for _ in range(2)]
    told_and_tried(side, ids[0], 200)

    result = loket("remove", ids[0], "--reason", "a letter")
    webhooks.remove_webhooks(stack, "police")

    assert result.exit_code == 0
    assert database["webhook_deliveries"].count_documents({}) == 0
    assert side.webhooks.all() == ()
    assert "no webhook is called" in loket("show", ids[0]).output
    assert "no department has a webhook" in loket("list").output

"""What is wrong with what other departments hear and answer, with its mend: of what departments.py looked up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.broker.departments import LONGEST_PARKING, LONGEST_QUEUE
from deploy.operator.status.elsewhere import log_of
from deploy.operator.status.trouble import Trouble
from deploy.operator.status.waiting import age
from services.contracts.department_webhooks import DisabledBy

STANDS_STILL = timedelta(minutes=5)

LONG = LONGEST_QUEUE * 8 // 10


def in_departments(facts: dict[str, Any]) -> Iterator[Trouble]:
    """Each with its mend."""
    known = facts["departments"]
    if not known:
        return
    if facts["broker"] and not facts["broker_alarm"] and known["is_there"] is not False:  # else that is told
        yield from _unconfirmed(known["unconfirmed_since"])
    if facts["broker"] and known["is_there"] is False:
        yield Trouble(
            code="departments-missing",
            about="departments",
            sentence="the departments' side of the broker is not there, and nothing can be told: `loket broker"
            " declare` makes it, and names whom `loket departments rotate NAME` gives a new password",
        )
    for each in known["departments"]:
        yield from _cut_off(each)
        yield from _in_queue(each)
    for each in known["webhooks"]:
        yield from _in_webhook(each)
    notify = facts["services"].get("notify", {"ready": True})
    if notify["ready"]:  # else that is told
        yield from _in_feed(known, supervised=facts["supervised"])


def _cut_off(each: dict[str, Any]) -> Iterator[Trouble]:
    name = each["department"]
    for change in each["cut_off"]:
        yield Trouble(
            code="department-cut-off",
            about=name,
            sentence=f"`loket departments {change['what']} {name}` of {change['at']:%d.%m. %H:%M} UTC was cut off: at"
            " the broker it may have the password, the rights and the connections of before; `loket departments"
            f" {change['mend']} {name}`",
        )


def _in_queue(each: dict[str, Any]) -> Iterator[Trouble]:
    name = each["department"]
    if each["missing"]:
        yield Trouble(
            code="department-missing",
            about=name,
            sentence=f"{name} lacks {', '.join(each['missing'])} at the broker, and is not told or not heard in"
            " everything: `loket broker declare` makes it anew",
        )
    if (each["waiting"] or 0) >= LONGEST_QUEUE:
        yield Trouble(
            code="department-queue-full",
            about=name,
            sentence=f"the queue of {name} is full ({each['waiting']} messages): for each that comes the oldest goes"
            " into its parking queue; ask there. What went it reads from its stream (`since`) or at"
            " `/departments/events`, while that is kept; a replay has room only once it has taken some",
        )
    elif (each["waiting"] or 0) >= LONG:
        yield Trouble(
            code="department-queue-long",
            about=name,
            sentence=f"{each['waiting']} messages wait for {name}: beyond {LONGEST_QUEUE} the oldest go into its"
            " parking queue; ask there",
        )
    elif each["is_old"] and not each["suspended"]:
        connected = f"{each['consumers']} of its programs are connected" if each["consumers"] else "none is connected"
        yield Trouble(
            code="department-behind",
            about=name,
            sentence=f"some of the {each['waiting']} messages for {name} have waited for more than a day ({connected});"
            " ask there, it misses nothing that is kept",
        )
    if (each["parked"] or 0) >= LONGEST_PARKING:
        yield Trouble(
            code="department-parking-full",
            about=name,
            sentence=f"the parking queue of {name} is full ({each['parked']} messages): for each that comes the oldest"
            " is dropped; ask there. It empties that queue, and reads what went from its stream (`since`) or at"
            " `/departments/events`, while that is kept",
        )
    elif each["parked"]:
        yield Trouble(
            code="department-parked",
            about=name,
            sentence=f"{name} refused {each['parked']} messages, or left them for too long: they are in its parking"
            f" queue, which it can read; ask there, `loket departments replay {name} --from …` sends them again",
        )
    if each["answers_parked"]:
        yield Trouble(
            code="answers-parked",
            about=name,
            sentence=f"{_answers(each['answers_parked'])} of {name} came to nothing: refused, or notify failed at"
            f" it or never took it, of which it knows nothing; `loket departments answers list --department {name}`"
            " says which, `… replay` has them heard again",
        )


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"


def _in_webhook(each: dict[str, Any]) -> Iterator[Trouble]:
    id, where = each["webhook"], f"the webhook {each['webhook']} of {each['department']}"
    if each["disabled_at"]:
        by = "answered 410" if each["disabled_by"] == DisabledBy.GONE else "was disabled by its department"
        parked = f", {each['parked']} are parked" if each["parked"] else ""
        replay = f" and `… replay {id} --parked`" if each["parked"] else ""
        yield Trouble(
            code="webhook-disabled",
            about=id,
            sentence=f"{where} {by} on {each['disabled_at']:%d.%m. %H:%M} UTC and is sent nothing{parked}; ask there,"
            f" then `loket departments webhook enable {id}`{replay}",
        )
    elif each["late_s"] is not None:
        yield Trouble(
            code="webhook-behind",
            about=id,
            sentence=f"{where} has not taken {each['waiting']} events, the oldest for {age(each['late_s'])};"
            f" `loket departments webhook attempts {id}` says why",
        )
    elif each["parked"]:
        yield Trouble(
            code="webhook-parked",
            about=id,
            sentence=f"{each['parked']} events for {where} are parked: it did not take them in time, or was disabled"
            f" then; `loket departments webhook replay {id} --parked` sends them again",
        )
    if each["dropped"]:
        yield Trouble(
            code="webhook-dropped",
            about=id,
            sentence=f"{each['dropped']} events for {where} up to {each['dropped_until']:%d.%m. %H:%M} UTC did not"
            " reach it and went, since too many were kept or they were parked for too long: tell the department; it"
            " reads at `/departments/events` what is still kept there",
        )


def _in_feed(known: dict[str, Any], *, supervised: bool) -> Iterator[Trouble]:
    for name, what in (("uncounted_since", "read over the API"), ("unspread_since", "brought to webhooks")):
        if known[name] and datetime.now(UTC) - known[name] > STANDS_STILL:
            yield Trouble(
                code="feed-stands-still",
                about="departments",
                sentence=f"what departments hear has not been {what} since {known[name]:%d.%m. %H:%M} UTC: notify does"
                f" not get to it; see {log_of('notify', supervised=supervised)}",
            )


def _unconfirmed(since: datetime | None) -> Iterator[Trouble]:
    if since and datetime.now(UTC) - since > STANDS_STILL:
        yield Trouble(
            code="feed-unconfirmed",
            about="departments",
            sentence="the broker has not confirmed what departments are told since"
            f" {since:%d.%m. %H:%M} UTC: when it was last told a queue or stream of theirs took nothing, as where most"
            " of its nodes are away; see the broker's log. It is told again until all have it, and the others hear it"
            " as often",
        )

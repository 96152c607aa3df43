"""What is wrong in a town or with its messages."""

from collections.abc import Iterator
from typing import Any

from deploy.local.left import LACKING
from deploy.operator.status.elsewhere import log_of, logs_about
from deploy.operator.status.sources import in_sources, resting_of
from deploy.operator.status.trouble import Trouble
from services.contracts.plans import Lacking
from services.contracts.registry import UNSOUND_DOCUMENTS
from services.registry.contradictions import Contradiction

STANDS_STILL_S = 600
"""On the road an application takes a second; a retried event comes back within five minutes."""


_NEW_SEAL = "where {whose} seals with another certificate now, put that into `{place}` in the town's file"
UNSOUND_MENDS = {
    **dict.fromkeys(UNSOUND_DOCUMENTS, "tell the help desk of whoever sends it"),
    "attest-seal-untrusted": f"{_NEW_SEAL.format(whose='the National Register', place='federal_attests')}"
    " (deploy/production/README.md), else tell the help desk of the platform",
    "deed-seal-untrusted": f"{_NEW_SEAL.format(whose='the database', place='sources.deeds.seal_authorities')}"
    " (deploy/production/README.md), else tell its help desk",
}


def in_towns(facts: dict[str, Any]) -> Iterator[Trouble]:
    if facts["towns_unreadable"]:
        yield Trouble(
            code="towns-unreadable",
            about="towns",
            sentence=f"{facts['towns_unreadable']} cannot be read; mend it",
        )
    for code, town in (facts["towns"] or {}).items():
        name, register = town["name"], town["register"] or {"state": "there"}
        if register["state"] == "paused":
            until = f"until {register['until']:%d.%m. %H:%M} UTC" if register["until"] else "until it is resumed"
            yield Trouble(
                code="register-paused",
                about=code,
                sentence=f"the register of {name} is paused {until} ({register['reason']}), {town['deferred']} wait;"
                f" `loket register resume --town {code}`",
            )
        elif register["state"] == "empty":
            yield Trouble(
                code="register-empty",
                about=code,
                sentence=f"the register of {name} is empty: nobody is known there; `loket register seed --town {code}`",
            )
        elif register["state"] == "unusable":
            yield Trouble(
                code="register-unusable",
                about=code,
                sentence=f"nobody of {name} can be asked for at MAGDA: {register['reason']}",
                blocks=True,
            )
        elif register["state"] == "magda" and register["reason"]:
            yield Trouble(code="register-ends", about=code, sentence=f"the register of {name}: {register['reason']}")
        yield from in_sources(code, town, resting_of(facts, code))
        yield from _held(code, name, town["contradicted"], supervised=facts["supervised"])
        yield from _late(code, name, town["departments"])
        yield from _left(code, name, town["left"])
        yield from _unprintable(code, name, town["unprintable"], supervised=facts["supervised"])
        still = town["oldest_moving"]
        if still and still["age_s"] > STANDS_STILL_S and facts["broker"]:
            yield Trouble(
                code="stands-still",
                about=code,
                sentence=f"an application of {name} has been {still['state']} for {age(still['age_s'])}; see"
                f" {logs_about(still['application_id'], supervised=facts['supervised'])}",
            )


def _late(code: str, name: str, departments: dict[str, dict[str, Any]]) -> Iterator[Trouble]:
    for department, each in departments.items():
        if each["late"]:
            yield Trouble(
                code="confirmation-late",
                about=code,
                sentence=f"{department} has not confirmed {each['late']} of {name} by the time that was promised, and"
                f" was reminded; ask there: `loket confirmations list --town {code} --department {department}`",
            )


def _left(code: str, name: str, waiting: list[dict[str, Any]]) -> Iterator[Trouble]:
    for each in waiting:
        yield Trouble(
            code="product-missed",
            about=code,
            sentence=f"{each['count']} of {name} wait for {each['product']} in vain:"
            f" {LACKING[Lacking(each['lacking'])]}; put that back, or `loket applications end --product"
            f" {each['product']} --reason …`, which tells their citizens, and says for which it has to be given again",
        )


def _unprintable(code: str, name: str, found: dict[str, Any] | None, *, supervised: bool) -> Iterator[Trouble]:
    if found:
        count, why = sum(found["reasons"].values()), _counted(found["reasons"])
        yield Trouble(
            code="unprintable",
            about=code,
            sentence=f"in seven days {count} of {name} could not be put on paper, and their citizens were told so"
            f" ({why}); {logs_about(found['last'], supervised=supervised)} shows the last. Where a font was missing,"
            " install one: who applies again has the certificate",
        )


def _held(code: str, name: str, kinds: dict[str, int], *, supervised: bool) -> Iterator[Trouble]:
    """What people have to mend: the town what its register contradicts, an operator what else cannot be asked."""
    unsound = {kind: count for kind, count in kinds.items() if kind in UNSOUND_DOCUMENTS}
    contradicted = {kind: count for kind, count in kinds.items() if kind in set(Contradiction) - UNSOUND_DOCUMENTS}
    stuck = {kind: count for kind, count in kinds.items() if kind not in {*contradicted, *unsound}}
    if contradicted:
        yield Trouble(
            code="contradicted",
            about=code,
            sentence=f"the register of {name} contradicts itself ({_counted(contradicted)}): the town mends it, and"
            " what waits goes on within a day",
        )
    for kind, count in sorted(unsound.items()):
        yield Trouble(
            code="document-unsound",
            about=code,
            sentence=f"{count} of {name} wait for a document of another authority, and what came is not in order"
            f" ({kind}): {UNSOUND_MENDS[kind]}; what waits goes on within a day",
        )
    if stuck:
        yield Trouble(
            code="stuck",
            about=code,
            sentence=f"of {name} it cannot be asked again what was asked before ({_counted(stuck)}): mend the cause,"
            f" which {log_of('registry', supervised=supervised)} tells, and it goes on within a day",
        )


def _counted(kinds: dict[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))


def dead_letters(facts: dict[str, Any]) -> Iterator[Trouble]:
    for each in facts["services"].values():
        for queue in each["queues"]:
            if queue["parked"]:
                yield Trouble(
                    code="dead-letters",
                    about=queue["name"],
                    sentence=f"{_messages(queue['parked'])} of {queue['name']} could not be handled;"
                    f" `loket dead-letters list --queue {queue['name']}` says why",
                )
    if facts["astray"]:
        yield Trouble(
            code="astray",
            about="loket.astray",
            sentence=f"{_messages(facts['astray'])} came due for a queue that is not there;"
            " `loket dead-letters list --queue loket.astray` says which",
        )


def age(seconds: float) -> str:
    """As people say it, in its two largest units: `2 d 3 h`, `5 min`, `12 s`."""
    seconds = max(0, int(seconds))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    said = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(said[:2]) or f"{seconds} s"


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"

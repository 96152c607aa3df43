"""What `loket status` says is wrong, and with which mend."""

import ast
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import start_http_server
from pymongo.database import Database

from deploy.local.outside import ROOT
from deploy.local.processes import is_settling, processes
from deploy.local.products import gone, keep
from deploy.local.running import _gone_products
from deploy.local.stack import Stack
from deploy.operator.status import catalogue as status_catalogue
from deploy.operator.status.catalogue import catalogue_facts
from deploy.operator.status.elsewhere import versions
from deploy.operator.status.ends import paused_until
from deploy.operator.status.gathered import EARLIER, answers, versions_of
from deploy.operator.status.sources import resting
from deploy.operator.status.towns import towns_facts
from deploy.operator.status.waiting import age
from deploy.operator.status.wrong import troubles
from services.contracts.catalogue import digests
from services.contracts.product import CERTIFICATE
from services.contracts.schema import Unreadable
from services.contracts.version import VERSION
from services.documents.standing import Unprintable, unprintable
from services.intake.standing import standing
from services.registry.sources.population.populations import Populations
from services.registry.sources.resting import RESTING
from services.registry.store import ExtractStore
from tests.keys import environment
from tests.outbox import KeptInOutbox
from tests.registry.fakes import an_extract

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def process(**told: Any) -> dict[str, Any]:
    return {"pid": 7, "ready": True, "checks": {"store": True, "broker": True}} | told


def program(*processes: dict[str, Any], wanted: int = 1, **told: Any) -> dict[str, Any]:
    ready = len(processes) >= max(1, wanted) and all(each["ready"] for each in processes)
    found = {"ready": ready, "wanted": wanted, "processes": list(processes), "ends": [], "last_words": None}
    found |= {"settling": False}
    found |= {"paused_until": None}
    return found | {"queues": [], "unanswered": [], "versions": ["1"]} | told


def queue(**told: Any) -> dict[str, Any]:
    return {"name": "intake.record-extract", "waiting": 0, "consumers": 1, "parked": 0} | told


def town(**told: Any) -> dict[str, Any]:
    found = {"name": "Aarschot", "register": {"state": "there", "until": None, "reason": None}, "waiting": 0}
    return (
        found
        | {"sources": {}, "left": []}
        | {"deferred": 0, "untold": 0, "contradicted": {}, "departments": {}, "oldest": None, "oldest_moving": None}
        | {"unprintable": None}
        | told
    )


def facts(**told: Any) -> dict[str, Any]:
    """Of a deployment where all is well."""
    well: dict[str, Any] = {
        "supervised": True,
        "answers": True,
        "orphans": [],
        "strays": [],
        "broker": True,
        "broker_alarm": None,
        "topology_current": True,
        "store": True,
        "relay": None,
        "towns": {"24001": town()},
        "towns_unreadable": None,
        "faults": [],
        "departments": None,
        "town_files": {"edited": [], "wrong": [], "gone": [], "lost_hosts": []},
        "catalogue": {"wrong": None, "changed": [], "gone": None},
        "services": {"intake": program(process())},
        "parts": {"broker": program(process(checks=None))},
        "astray": 0,
        "keys": None,
        "folder": "/var",
        "disk_free_mb": 9000,
        "load": {"processes": 1.5, "cores": 2},
        "versions": {"loket": "1", "running": "1"},
    }
    return well | told


def told(stack: Stack, **wrong: Any) -> list[tuple[str, bool]]:
    return [(each.code, each.blocks) for each in troubles(stack, facts(**wrong))]


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(var=tmp_path, outside={})


def sources(**each: Any) -> dict[str, Any]:
    return {"towns": {"24001": town(sources=each)}}


def services(**each: Any) -> dict[str, Any]:
    return {"services": each}


NOT_READY = process(ready=False, checks={"store": False, "broker": True})
ENDS = [{"at": "2026-11-26T07:00:00+00:00", "pid": 1, "exit_code": -9}] * 3
STORE_BACK = {"store": program(process(checks=None), settling=True)}
BROKER_BACK = {"broker": program(process(checks=None), settling=True)}
SOURCE = {"problem": None, "stops": False, "waiting": 0, "since": None, "reason": None}
MISSED = SOURCE | {"waiting": 3, "since": LONG_AGO, "reason": "http-503"}
ALONE = {"source": "deeds", "town": "24001", "since": LONG_AGO + timedelta(hours=1)}
DEPARTMENT = {"department": "police", "suspended": False, "waiting": 0, "parked": 0, "consumers": 1}
DEPARTMENT |= {"missing": [], "is_old": False, "answers_parked": None, "cut_off": []}
WEBHOOK = {"webhook": "4f1e2d3c", "department": "police", "disabled_at": None, "disabled_by": None, "waiting": 0}
WEBHOOK |= {"parked": 0, "late_s": None, "dropped": 0, "dropped_until": None}


def feed(**each: Any) -> dict[str, Any]:
    """What departments hear, where all is well."""
    well: dict[str, Any] = {"is_there": True, "departments": [DEPARTMENT], "webhooks": [WEBHOOK]}
    moves = {"uncounted_since": None, "unspread_since": None, "unconfirmed_since": None}
    return {"departments": well | moves | each}


def behind(**each: Any) -> dict[str, Any]:
    return feed(departments=[DEPARTMENT | each])


def hook(**each: Any) -> dict[str, Any]:
    return feed(webhooks=[WEBHOOK | each])


STILL = {"application_id": "a" * 32, "state": "cleared", "since": LONG_AGO, "age_s": 4000}
UNPRINTABLE = {"reasons": {"no-font: no font draws U+1FAxx": 2}, "last": "a" * 32}
ELSEWHERE = services(intake=program(wanted=1, queues=[queue(consumers=0)]) | {"wanted": None, "ready": False})
IN_VERSION_2 = services(intake=program(wanted=1, versions=["2"]) | {"wanted": None, "ready": True})
PAUSED = {"state": "paused", "until": LONG_AGO, "reason": "works"}


@pytest.mark.parametrize(
    ("wrong", "expected", "mend"),
    [
        ({}, [], ""),
        ({"supervised": False, "services": {}}, [("not-running", True)], "loket up"),
        ({"supervised": False, **ELSEWHERE}, [("no-consumer", True), ("not-supervised", False)], ""),
        (
            {"supervised": False, **IN_VERSION_2},
            [("not-supervised", False), ("version-differs", False)],
            "",
        ),
        ({"supervised": False, "services": {}, "orphans": [4, 5]}, [("orphans", True)], "loket up"),
        ({"supervised": False, "orphans": [4], "strays": [9]}, [("stray-supervisor", True)], "process 9"),
        ({"answers": False}, [("supervisor-hangs", True)], "loket down"),
        (
            {"versions": {"loket": "2", "running": "1"}},
            [("version-differs", False)],
            "version 1 runs and 2 is installed; `loket down`",
        ),
        (
            services(intake=program(process(), versions=["1", "before 0.9"]), gateway=program(process())),
            [("version-differs", False)],
            "side by side (1: the supervisor, intake, gateway; before 0.9: intake) and 1 is installed",
        ),
        ({"broker": False, "topology_current": None}, [("broker-away", True)], "loket logs broker"),
        ({"store": False, "towns": None}, [("store-away", True)], "loket logs store"),
        ({"broker_alarm": "low on disk"}, [("broker-refuses", True)], "low on disk: nothing is filed"),
        ({"broker_alarm": "low on disk"}, [("broker-refuses", True)], "make room in /var"),
        (
            {"broker_alarm": "low on disk", **services(intake=program(process(), queues=[queue(consumers=0)]))},
            [("broker-refuses", True)],
            "",
        ),
        ({"broker_alarm": "low on memory"}, [("broker-refuses", True)], "this machine's memory"),
        ({"topology_current": False}, [("topology-old", True)], "loket broker declare"),
        ({"relay": False}, [("relay-away", False)], "LOKET_SMTP_URI"),
        (services(intake=program(NOT_READY)), [("not-ready", True)], "does not reach the store"),
        (services(intake=program(process(ready=False, checks=None))), [("not-ready", True)], "kill -9"),
        (services(intake=program(process(), wanted=2)), [("not-ready", True)], "1 of 2"),
        (services(intake=program(NOT_READY, settling=True)), [("starting", True)], "started a moment ago"),
        (
            services(intake=program(process(), settling=True, queues=[queue(consumers=0)])),
            [("starting", True)],
            "does not take from its queues yet; look again",
        ),
        (
            {**services(intake=program(NOT_READY), notify=program(NOT_READY)), "parts": STORE_BACK},
            [("store-not-reached", True)],
            "the store was started a moment ago: intake, notify do not reach it yet",
        ),
        (
            services(intake=program(NOT_READY), notify=program(NOT_READY)),
            [("store-not-reached", True)],
            "the store answers here: intake, notify do not reach it",
        ),
        (
            {**services(intake=program(process(), queues=[queue(consumers=0)])), "parts": BROKER_BACK},
            [("starting", True)],
            "look again",
        ),
        (services(documents=program(wanted=0)), [("scaled-to-zero", True)], "loket scale documents=1"),
        (services(intake=program(ends=ENDS, last_words="set LOKET_X")), [("crashes", True)], "set LOKET_X"),
        (services(intake=program(process(), ends=ENDS)), [("crashes", False)], "signal 9 (it runs now)"),
        (
            services(intake=program(ends=ENDS, last_words="x", paused_until=LONG_AGO)),
            [("crashes", True)],
            "`loket logs intake`; the next is started at 00:00:00 UTC",
        ),
        (services(intake=program(process(), queues=[queue(consumers=0)])), [("no-consumer", True)], "intake.record"),
        (services(intake=program(process(), unanswered=["intake.x"])), [("no-consumer", True)], "intake.x"),
        (services(intake=program(process(), queues=[queue(parked=2)])), [("dead-letters", False)], "dead-letters list"),
        ({"astray": 1}, [("astray", False)], "dead-letters list"),
        ({"towns": {"24001": town(register=PAUSED)}}, [("register-paused", False)], "register resume --town 24001"),
        ({"towns": {"24001": town(register={"state": "empty"})}}, [("register-empty", False)], "register seed"),
        ({"towns": {"24001": town(contradicted={"member-twice": 2})}}, [("contradicted", False)], "member-twice 2"),
        ({"towns": {"24001": town(contradicted={"cannot-unlock": 1})}}, [("stuck", False)], "loket logs registry"),
        (
            {"towns": {"24001": town(contradicted={"attest-seal-broken": 1})}},
            [("document-unsound", False)],
            "is not in order (attest-seal-broken): tell the help desk",
        ),
        (
            {"towns": {"24001": town(contradicted={"attest-seal-untrusted": 1})}},
            [("document-unsound", False)],
            "`federal_attests` in the town's file",
        ),
        (
            {"towns": {"24001": town(contradicted={"deed-seal-untrusted": 1})}},
            [("document-unsound", False)],
            "`sources.deeds.seal_authorities` in the town's file",
        ),
        (
            {"towns": {"24001": town(contradicted={"attest-outdated": 1, "member-twice": 1})}},
            [("contradicted", False), ("document-unsound", False)],
            "goes on within a day",
        ),
        ({"towns": {"24001": town(oldest_moving=STILL)}}, [("stands-still", False)], "logs --application"),
        (
            {"towns": {"24001": town(unprintable=UNPRINTABLE)}},
            [("unprintable", False)],
            f"2 of Aarschot could not be put on paper, and their citizens were told so (no-font: no font draws U+1FAxx"
            f" 2); `loket logs --application {'a' * 32}`",
        ),
        ({"towns_unreadable": "x.yaml"}, [("towns-unreadable", False)], "x.yaml"),
        (feed(), [], ""),
        (feed(is_there=False, departments=[]), [("departments-missing", False)], "loket broker declare"),
        ({**feed(is_there=False), "broker": False}, [("broker-away", True)], ""),
        (
            behind(missing=["department.police.history"], waiting=None),
            [("department-missing", False)],
            "lacks department.police.history at the broker",
        ),
        (
            behind(missing=["x"], suspended=True),
            [("department-missing", False)],
            "`loket broker declare` makes it",
        ),
        (behind(waiting=3), [], ""),
        (
            behind(waiting=3, is_old=True),
            [("department-behind", False)],
            "have waited for more than a day (1 of its programs are",
        ),
        (behind(waiting=3, is_old=True, consumers=0), [("department-behind", False)], "(none is connected)"),
        (behind(waiting=3, is_old=True, suspended=True), [], ""),
        (behind(waiting=80_000, is_old=True), [("department-queue-long", False)], "80000 messages wait for police"),
        (
            behind(waiting=100_000, is_old=True, parked=10_000),
            [("department-queue-full", False), ("department-parking-full", False)],
            "`/departments/events`, while that is kept",
        ),
        (
            behind(cut_off=[{"what": "add", "at": LONG_AGO, "mend": "rotate"}]),
            [("department-cut-off", False)],
            "`loket departments add police` of 01.01. 00:00 UTC was cut off: at the broker it may have the password,"
            " the rights and the connections of before; `loket departments rotate police`",
        ),
        (behind(parked=2), [("department-parked", False)], "loket departments replay police --from"),
        (
            behind(answers_parked=2),
            [("answers-parked", False)],
            "2 answers of police came to nothing: refused, or notify failed at it or never took it, of which it knows"
            " nothing; `loket departments answers list --department police`",
        ),
        (
            hook(disabled_at=LONG_AGO, disabled_by="gone", parked=2),
            [("webhook-disabled", False)],
            "answered 410 on 01.01. 00:00 UTC and is sent nothing, 2 are parked; ask there, then `loket departments",
        ),
        (hook(disabled_at=LONG_AGO, disabled_by="asked"), [("webhook-disabled", False)], "disabled by its department"),
        (
            hook(waiting=4, late_s=7300.0),
            [("webhook-behind", False)],
            "has not taken 4 events, the oldest for 2 h 1 min",
        ),
        (hook(parked=4), [("webhook-parked", False)], "loket departments webhook replay 4f1e2d3c --parked"),
        (hook(dropped=4, dropped_until=LONG_AGO), [("webhook-dropped", False)], "4 events for the webhook 4f1e2d3c"),
        (feed(uncounted_since=LONG_AGO), [("feed-stands-still", False)], "loket logs notify"),
        (feed(unspread_since=LONG_AGO), [("feed-stands-still", False)], "brought to webhooks since 01.01."),
        (feed(unconfirmed_since=LONG_AGO), [("feed-unconfirmed", False)], "a queue or stream of theirs took nothing"),
        (
            {**feed(unconfirmed_since=LONG_AGO), "broker_alarm": "low on disk"},
            [("broker-refuses", True)],
            "low on disk",
        ),
        (
            feed(unconfirmed_since=LONG_AGO, is_there=False, departments=[]),
            [("departments-missing", False)],
            "`loket broker declare` makes it",
        ),
        (
            {**feed(uncounted_since=LONG_AGO), **services(notify=program(wanted=0))},
            [("scaled-to-zero", True)],
            "",
        ),
        (
            {"town_files": {"edited": ["a.svg", "a.yaml"], "wrong": [], "gone": [], "lost_hosts": []}},
            [("towns-edited", False)],
            "edited since the start: a.svg, a.yaml; these take effect by `loket down` and `loket up`",
        ),
        (
            {"town_files": {"edited": ["a.yaml"], "wrong": ["a.yaml"], "gone": [], "lost_hosts": []}},
            [("towns-edited", False)],
            "mend them first (`loket towns check`), then `loket down` and `loket up`",
        ),
        (
            {"town_files": {"edited": ["a.yaml"], "wrong": [], "gone": ["a.yaml (24001)"], "lost_hosts": []}},
            [("towns-edited", False), ("towns-gone", False)],
            "since the start: a.yaml",
        ),
        (
            {"town_files": {"edited": ["a.yaml"], "wrong": [], "gone": [], "lost_hosts": ["a.yaml: oud.example"]}},
            [("towns-edited", False), ("hosts-lost", False)],
            "",
        ),
        (
            {"catalogue": {"wrong": "my.yaml: law: unknown: nope", "changed": [], "gone": None}},
            [("catalogue-unreadable", False)],
            "my.yaml: law: unknown: nope; what runs goes on with the catalogue of its start",
        ),
        (
            {"catalogue": {"wrong": None, "changed": ["mine"], "gone": None}},
            [("catalogue-changed", False)],
            "since the start: mine; `loket catalogue lint`",
        ),
        (
            {"catalogue": {"wrong": None, "changed": ["mine"], "gone": "mine (LOKET_EXTENSIONS was /x"}},
            [("products-gone", False), ("catalogue-changed", False)],
            "",
        ),
        (
            {"towns": {"24001": town(left=[{"product": "mine", "lacking": "file", "count": 3}])}},
            [("product-missed", False)],
            "3 of Aarschot wait for mine in vain: its file is gone; put that back, or `loket applications end",
        ),
        ({"disk_free_mb": 20}, [("disk-full", False)], "20 MB"),
        (sources(deeds=SOURCE, population=SOURCE), [], ""),
        (
            sources(deeds=MISSED),
            [("source-away", False)],
            "deeds of Aarschot has not answered since 01.01. 00:00 UTC (http-503), 3 applications wait for it: `loket",
        ),
        (
            sources(deeds=SOURCE) | services(registry=program(process(resting=[ALONE]))),
            [("source-away", False)],
            "since 01.01. 01:00 UTC, no application waits for it; it is left alone and asked now and then",
        ),
        (sources(population=MISSED | {"waiting": 1}), [("source-away", False)], "the register of Aarschot has not"),
        (
            {"towns": {"24001": town(register=PAUSED, sources={"population": MISSED})}},
            [("register-paused", False)],
            "",
        ),
        (
            sources(deeds=MISSED | {"problem": "no key", "stops": True}),
            [("source-unusable", True)],
            "deeds of Aarschot cannot be asked: no key, 3 applications wait for it",
        ),
        (
            sources(deeds=SOURCE | {"problem": "the certificate for deeds ends on 2026-03-01"}),
            [("source-ends", False)],
            "deeds of Aarschot: the certificate for deeds ends",
        ),
        (
            {"towns": {"24001": town(register={"state": "magda", "reason": "the certificate for MAGDA ends"})}},
            [("register-ends", False)],
            "the certificate for MAGDA ends",
        ),
    ],
)
def test_each_trouble_has_its_code_and_its_mend(
    stack: Stack, wrong: dict[str, Any], expected: list[tuple[str, bool]], mend: str
) -> None:
    assert told(stack, **wrong) == expected
    assert all(mend in each.sentence for each in troubles(stack, facts(**wrong)))


class Ready(BaseHTTPRequestHandler):
    """A process that is ready."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ready": true, "store": true}' if self.path == "/readyz" else b'{"version": "0.0.7"}')

    def log_message(self, *_: Any) -> None:
        """Silent."""


SILENT = services(intake=program(process(ready=False, checks=None)))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"store": False, "towns": None}, "store-away"),
        ({"broker": False, "topology_current": None}, "broker-away"),
        ({"answers": False}, "supervisor-hangs"),
        (SILENT, "not-ready"),
    ],
)
def test_on_a_busy_machine_nobody_is_told_to_end_what_only_answers_late(
    stack: Stack, wrong: dict[str, Any], code: str
) -> None:
    (found,) = troubles(stack, facts(**wrong, load={"processes": 19.4, "cores": 2}))

    assert (found.code, found.blocks) == (code, True)
    assert "this machine is busy (load 19 on 2 cores): look again in a moment" in found.sentence
    assert not any(each in found.sentence for each in ("loket down", "loket up", "kill"))


def test_what_did_not_answer_is_asked_once_more_and_nothing_else_is() -> None:
    asked: list[str] = []

    def late() -> dict[str, Any]:
        asked.append("towns")
        return {"by_code": {"24001": town()} if asked.count("towns") > 1 else None}

    def programs(*, ready: bool) -> dict[str, Any]:
        asked.append("programs")
        return {"intake": program(process(ready=ready, checks=None))}

    def outside() -> None:
        asked.append("outside")

    told = answers({"towns": late, "programs": lambda: programs(ready=True), "outside": outside})
    silent = answers({"programs": lambda: programs(ready=False)})

    assert told["towns"]["by_code"]
    assert sorted(asked) == ["outside", "programs", "programs", "programs", "towns", "towns"]
    assert not silent["programs"]["intake"]["ready"]


def test_what_is_away_is_asked_twice() -> None:
    asked = []

    def away() -> None:
        asked.append(1)
        raise OSError

    assert answers({"queues": away}) == {"queues": None}
    assert len(asked) == 2


def test_where_others_supervise_nobody_is_sent_to_loket_up(tmp_path: Path) -> None:
    stack = Stack(var=tmp_path / "var", outside={"LOKET_AMQP_URI": "amqp://broker", "LOKET_PROFILE": "production"})
    away = {"supervised": False, "services": {}, "parts": {}, "broker": False, "topology_current": None}

    found = troubles(stack, facts(**away))

    assert [(each.code, each.blocks) for each in found] == [("broker-away", True), ("not-supervised", False)]
    assert not any("loket up" in each.sentence for each in found)


def test_where_others_supervise_the_logs_are_the_journals(stack: Stack) -> None:
    waits = town(oldest_moving=STILL, contradicted={"cannot-unlock": 1})
    elsewhere = {"supervised": False, "towns": {"24001": waits}, **ELSEWHERE, "parts": {}}

    said = {each.code: each.sentence for each in troubles(stack, facts(**elsewhere))}

    assert f"see `journalctl -u 'loket*' --grep {'a' * 32}` wherever a service runs" in said["stands-still"]
    assert "`journalctl -u loket@registry` where it runs" in said["stuck"]
    assert "start it, or see `journalctl -u loket@intake`" in said["no-consumer"]
    assert not any("loket logs" in each for each in said.values())


def test_where_others_supervise_nobody_is_told_to_start_them_by_loket(stack: Stack) -> None:
    (said,) = (
        each.sentence
        for each in troubles(stack, facts(supervised=False, versions={"loket": "3", "running": None}, **IN_VERSION_2))
        if each.code == "version-differs"
    )

    assert said == "version 2 runs and 3 is installed; start those anew (deploy/production/UPGRADING.md)"


def test_services_of_this_machine_tell_their_version_on_their_own_port(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ready)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    (tmp_path / "common.env").write_text("LOKET_HEALTH_HOST=0.0.0.0\n")
    (tmp_path / "intake.env").write_text(f"LOKET_HEALTH_PORT={port}\n")
    (tmp_path / "registry.env").write_text("LOKET_HEALTH_PORT=9\n")
    (tmp_path / "notify.env").write_text("LOKET_HEALTH_PORT=no port\n")

    assert versions(tmp_path) == {"intake": "0.0.7"}
    assert versions(tmp_path / "nowhere") == {}

    server.shutdown()
    server.server_close()


def test_a_process_that_ended_or_began_just_now_is_settling() -> None:
    me, long_since = os.getpid(), [{"pid": 1, "started_at": 1000.0}]
    gone = subprocess.Popen(["/bin/true"])
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has asked how

    assert not is_settling(long_since, [me], now=2000.0)
    assert is_settling([*long_since, {"pid": 2, "started_at": 1995.0}], [me], now=2000.0)
    assert is_settling(long_since, [me, gone.pid], now=2000.0)
    gone.wait()
    assert is_settling(long_since, [me, gone.pid], now=2000.0)


def test_each_process_says_itself_which_version_it_runs(stack: Stack) -> None:
    stack.run.mkdir(parents=True)
    me = os.getpid()
    with ThreadingHTTPServer(("127.0.0.1", 0), Ready) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = {"service": "intake", "pid": me, "health_port": server.server_address[1]}
        (stack.run / f"intake-{me}.json").write_text(json.dumps(told | {"version": "0.9.7"}))
        (stack.run / "intake-1.json").write_text(json.dumps(told))

        found = processes(stack, "intake", [me, 1, 2])
        server.shutdown()

    assert [(each.get("version", "unknown"), each["ready"]) for each in found] == [
        ("0.9.7", True),
        (None, True),
        ("unknown", False),
    ]
    assert versions_of(found) == ["0.9.7", EARLIER]


def test_a_pause_is_told_until_it_is_over() -> None:
    ends = [{"at": LONG_AGO.isoformat(), "pid": 1, "exit_code": 1, "again_at": "2026-01-01T00:00:08+00:00"}]
    later = [LONG_AGO + timedelta(seconds=each) for each in (1, 8, 9)]

    assert [paused_until(ends, now=each) is not None for each in later] == [True, False, False]
    assert paused_until([], now=LONG_AGO) is None


def test_what_follows_from_another_trouble_is_not_told(stack: Stack) -> None:
    behind = {name: program(NOT_READY) for name in ("intake", "notify")} | {
        "gateway": program(process(ready=False, checks=None))
    }

    assert told(stack, store=False, towns=None, **services(**behind)) == [("store-away", True)]


def test_what_keeps_citizens_from_being_served_comes_first(stack: Stack) -> None:
    found = told(stack, astray=1, relay=False, **services(intake=program(NOT_READY)))

    assert found == [("not-ready", True), ("relay-away", False), ("astray", False)]


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3, "0 s"), (59, "59 s"), (3600, "1 h"), (93784, "1 d 2 h"), (125, "2 min")]
)
def test_ages_are_told_as_people_say_them(seconds: float, said: str) -> None:
    assert age(seconds) == said


def test_what_could_not_be_printed_is_counted_by_town_for_a_week(database: Database[dict[str, Any]]) -> None:
    def refused(id: str, days: int, town: str = "24001") -> dict[str, Any]:
        why = {"code": "x", "reason": "no-font", "detail": "U+1FAxx", "found_at": LONG_AGO - timedelta(days=days)}
        return {"_id": id, "town": town, "no_paper": why}

    database["certificates"].insert_many(
        [refused("first", 6), refused("last", 1), refused("before", 8), refused("elsewhere", 2, town="21005")]
    )
    database["certificates"].insert_one({"_id": "issued", "town": "24001", "issued_at": LONG_AGO})

    found = unprintable(database, now=LONG_AGO)

    assert found == {
        "24001": Unprintable(reasons={"no-font: U+1FAxx": 2}, last="last"),
        "21005": Unprintable(reasons={"no-font: U+1FAxx": 1}, last="elsewhere"),
    }


def test_a_town_tells_what_waits_and_since_when(database: Database[dict[str, Any]]) -> None:
    def filed(id: str, state: str, hours: int, **other: Any) -> dict[str, Any]:
        submitted = LONG_AGO + timedelta(hours=hours)
        return {"_id": id, "town": "24001", "state": state, "submitted_at": submitted, "deadline": LONG_AGO, **other}

    database["applications"].insert_many(
        [
            filed("moving", "cleared", 3),
            filed("older", "deferred", 2),
            filed("with-its-certificate", "issued", 1),
            filed("done", "delivered", 0, deadline=None),
            filed("elsewhere", "submitted", 0, town="21005"),
        ]
    )

    found = standing(database, town="24001")

    assert (found.waiting, found.deferred, found.untold) == (1, 1, 1)
    assert found.oldest
    assert (found.oldest.application_id, found.oldest.state) == ("older", "deferred")
    assert found.oldest_moving
    assert found.oldest_moving.application_id == "moving"


def test_a_register_is_there_paused_or_empty(stack: Stack, database: Database[dict[str, Any]], mongo_uri: str) -> None:
    outside = {"LOKET_MONGO_URI": mongo_uri, "LOKET_DATABASE": database.name}
    populations = Populations(database.client[f"{database.name}_registry"])
    stack = Stack(var=stack.var, outside=outside)
    towns = stack.towns()
    populations.begin("24001")
    populations.switch("24001", 1, {"residents": 5}, now=LONG_AGO)
    populations.pause("21005", until=LONG_AGO)
    populations.pause("63023", reason="works")

    found = {code: each["register"] for code, each in towns_facts(stack, towns).items()}

    assert {code: each["state"] for code, each in found.items()} == {
        "24001": "there",
        "21005": "empty",
        "63023": "paused",
        "24055": "unusable",
    }
    assert "24055.key cannot be used" in found["24055"]["reason"]
    assert found["63023"]["reason"] == "works"


def test_a_town_tells_which_source_is_missed_and_by_how_many(
    stack: Stack, database: Database[dict[str, Any]], mongo_uri: str
) -> None:
    stack = Stack(var=stack.var, outside={"LOKET_MONGO_URI": mongo_uri, "LOKET_DATABASE": database.name})
    kept = ExtractStore(database.client[f"{database.name}_registry"], relay=KeptInOutbox(), clock=lambda: LONG_AGO)
    for number, reason in ((1, "too-slow"), (2, "http-503")):
        now = LONG_AGO + timedelta(minutes=number)
        asked = replace(an_extract(f"a{number}", town="24001"), tries=number)
        kept.save(*asked.put_off(now=now, until=None, source="deeds", reason=reason))
    kept.save(*an_extract("a3", town="24001").unasked("magda-keys", now=LONG_AGO))
    kept.save(*an_extract("a4", town="24001").contradicted("member-twice", now=LONG_AGO))

    found = towns_facts(stack, stack.towns())["24001"]

    deeds = found["sources"]["deeds"]
    assert (deeds["waiting"], deeds["since"], deeds["reason"]) == (2, LONG_AGO + timedelta(minutes=1), "http-503")
    assert (deeds["stops"], "can be read" in deeds["problem"]) == (True, True)
    assert (found["sources"]["population"]["waiting"], found["contradicted"]) == (1, {"member-twice": 1})


def test_a_process_tells_what_it_leaves_alone() -> None:
    RESTING.labels("deeds", "24001").set(LONG_AGO.timestamp())
    RESTING.labels("deeds", "21005").set(0)
    server, thread = start_http_server(0, addr="127.0.0.1")

    found = resting(server.server_port)
    RESTING.clear()

    assert found == [{"source": "deeds", "town": "24001", "since": LONG_AGO}]
    server.shutdown()
    server.server_close()
    thread.join()
    assert resting(server.server_port) == []


def run(var: Path, *words: str, **outside: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("LOKET_")}
    return subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", "status", *words],
        env=clean | {"LOKET_VAR": str(var)} | outside,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_where_nothing_runs_it_says_so(tmp_path: Path) -> None:
    here, nowhere = run(tmp_path), run(tmp_path / "nowhere")

    assert (here.returncode, here.stderr) == (1, "")
    assert "! nothing runs here; start it with `loket up`" in here.stdout
    assert f"! there is no deployment in {tmp_path / 'nowhere'}; set LOKET_VAR" in nowhere.stdout
    assert not (tmp_path / "nowhere").exists()


def test_with_everything_away_it_has_all_its_keys(tmp_path: Path) -> None:
    """Those of a deployment whose broker and store are elsewhere, and answer nothing."""
    away = {"LOKET_AMQP_URI": "amqp://127.0.0.1:9/", "LOKET_MONGO_URI": "mongodb://127.0.0.1:9/"}

    found = run(tmp_path, "--json", **away, **environment("intake"))

    facts = json.loads(found.stdout)
    assert (found.returncode, facts["ready"]) == (1, False)
    assert [each["code"] for each in facts["wrong"]] == ["broker-away", "store-away", "not-supervised"]
    assert set(facts) == {
        *("ready", "wrong", "profile", "folder", "address", "supervised", "answers", "orphans", "strays", "broker"),
        *(
            "broker_alarm",
            "topology_current",
            "store",
            "relay",
            "towns",
            "towns_unreadable",
            "town_files",
            "catalogue",
            "departments",
            "faults",
            "services",
            "parts",
            "held",
            "parked",
            "keys",
        ),
        *("astray", "delayed", "disk_free_mb", "load", "versions"),
    }


def test_products_that_are_not_as_they_were_started_with_are_named(stack: Stack):
    stack.run.mkdir(parents=True)
    known = digests()
    before = {"life": "another", "gone": "x", **{id: each for id, each in known.items() if id not in ("life", "voter")}}
    (stack.run / "started.json").write_text(json.dumps({"version": VERSION, "catalogue": before}))

    assert catalogue_facts(stack, runs=True) == {"wrong": None, "changed": ["gone", "life", "voter"], "gone": "gone"}
    assert catalogue_facts(stack, runs=False) == {"wrong": None, "changed": [], "gone": None}
    (stack.run / "started.json").write_text(json.dumps({"version": VERSION}))  # by an earlier version
    assert catalogue_facts(stack, runs=True)["changed"] == []


def test_products_of_extensions_that_this_shell_does_not_name_are_told_with_the_variable(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
):
    """They would vanish at the next start, and what was filed for them would have no title."""
    monkeypatch.delenv("LOKET_EXTENSIONS", raising=False)
    stack.run.mkdir(parents=True)
    (stack.run / "started.json").write_text(json.dumps({"catalogue": {**digests(), "swimming-pass": "x"}}))
    (stack.var / "outside.json").write_text(json.dumps({"LOKET_EXTENSIONS": "/srv/own"}))
    told = "swimming-pass (LOKET_EXTENSIONS was /srv/own at the start and is not set here)"

    assert catalogue_facts(stack, runs=True)["gone"] == told

    keep(stack.var, {"life": CERTIFICATE, "swimming-pass": CERTIFICATE}, "/srv/own")
    assert gone(stack.var, ["life", "swimming-pass"], "") is None
    assert gone(stack.var, ["life"], "") == told
    assert _gone_products(Stack(var=stack.var, outside={})) == told


def test_a_product_that_cannot_be_read_is_told(stack: Stack, monkeypatch: pytest.MonkeyPatch):
    def unreadable() -> dict[str, str]:
        raise Unreadable("my.yaml", {"law": "unknown: nope"})

    monkeypatch.setattr(status_catalogue, "digests", unreadable)

    assert catalogue_facts(stack, runs=True) == {
        "wrong": "my.yaml: law: unknown: nope",
        "changed": [],
        "gone": None,
    }


def test_every_code_of_trouble_stands_in_the_readme_with_what_to_do() -> None:
    page = (ROOT / "deploy" / "operator" / "README.md").read_text(encoding="utf-8")
    rows = page.partition("| code | what to do |")[2].partition("\n\n")[0].splitlines()
    told = [code for row in rows if row for code in re.findall(r"`([a-z-]+)`", row.split("|")[1])]

    assert sorted(told) == sorted(_codes())


def _codes() -> set[str]:
    """Of all Trouble(code=…), and of what a name `code` is given before."""
    found: set[str] = set()
    for file in (ROOT / "deploy" / "operator" / "status").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Trouble":
                found.update(*(_written(each.value) for each in node.keywords if each.arg == "code"))
            if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "code" for each in node.targets):
                found |= _written(node.value)
    return found


def _written(value: ast.expr) -> set[str]:
    if isinstance(value, ast.IfExp):
        return _written(value.body) | _written(value.orelse)
    if isinstance(value, ast.JoinedStr):  # f"{part}-away"
        return {f"{part}{ast.literal_eval(value.values[1])}" for part in ("broker", "store")}
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()

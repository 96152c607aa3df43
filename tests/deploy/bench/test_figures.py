"""The arithmetic of `loket bench`: nothing runs."""

import re
from dataclasses import asdict, replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from deploy.bench.aims import ROWS, Aim, verdicts
from deploy.bench.calls import an_application
from deploy.bench.counting import Window, commands, syncs
from deploy.bench.figures import Figures, Limits, medians, percentile, ratio
from deploy.bench.one_round import Plan
from deploy.bench.people import is_adult
from deploy.bench.processes import kind_of, spent
from deploy.bench.quiet import totalled
from deploy.bench.run import Run
from deploy.bench.shown import as_facts, as_table
from deploy.bench.starts import summary
from deploy.bench.tree import this_tree
from deploy.operator.commands import benchmark
from tests.deploy.bench.traces import calls_of

FIGURES = Figures(
    cold_start_s=7.0,
    accepted_to_stored_ms={"p50": 100.0, "p95": 200.0},
    accepted={"per_s": 40.0, "p95_ms": 300.0},
    certificates={"per_s": 9.0},
    application_cpu_ms=150.0,
    printing_cpu_ms=80.0,
    besides_printing_cpu_ms={"total": 70.0, "store": 40.0, "broker": 30.0},
    messages={"published": 8.0, "confirmed": 4.0},
    store_commands={"total": 20.0, "intake": 20.0},
    fsyncs={"store": 12.0, "broker": 8.0},
    at_rest={"store_commands_per_s": 1.5},
    idle_cpu_percent={"total": 1.9},
    pss_mb={"total": 500.0},
    idle_rss_mb={"intake": 75.0},
)
PLAN = Plan(idle=40, burst=300, traced=30)
OTHER = replace(
    FIGURES,
    printing_cpu_ms=120.0,
    certificates={"per_s": 6.0},
    besides_printing_cpu_ms={"total": 110.0, "store": 60.0, "broker": 50.0},
)
MEMORY = {"start": 97.0, "after_100": 106.0, "end": 107.0}
LIMITS = Limits(bare_ms=76.0, render_seal_cpu_ms=75.0, ceiling_per_s=20.0, render_seal_rss_mb=MEMORY)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]

    assert [percentile(values, share) for share in (0.2, 0.5, 0.95, 1)] == [1.0, 3.0, 5.0, 5.0]


def test_medians_are_taken_of_each_number_by_itself() -> None:
    """Also of one that only some rounds tell."""
    rounds = [
        replace(FIGURES, printing_cpu_ms=each, accepted={"per_s": each, "p95_ms": 400 - each}) for each in (80, 100, 90)
    ]
    rounds[0] = replace(rounds[0], pss_mb={"total": 500.0, "printing": 7.0})

    found = medians(rounds)

    assert (found.printing_cpu_ms, found.accepted) == (90, {"per_s": 90, "p95_ms": 310})
    assert found.pss_mb == {"total": 500.0, "printing": 7.0}


def test_a_ratio_needs_both() -> None:
    assert ratio(72, 100) == pytest.approx(0.72)
    assert (ratio(None, 100), ratio(1, None), ratio(1, 0)) == (None, None, None)


def test_an_aim_is_at_most_or_at_least() -> None:
    most, least = Aim(bound=0.72, of_ratio=True), Aim(bound=1.5, at_least=True)

    assert (most.met(0.72), most.met(0.73), least.met(1.5), least.met(1.49), least.met(None)) == (
        *(True, False),
        *(True, False),
        None,
    )


def test_every_row_is_a_figure_of_the_json_object() -> None:
    """Or of a part that takes long, whose numbers are not there before it is asked for."""
    assert {row.path for row in ROWS if FIGURES.at(row.path) is None and not row.asked_by} == set()


def test_an_aim_that_is_a_ratio_is_open_without_another_tree() -> None:
    alone = {each.row.path: each for each in verdicts(FIGURES, None, LIMITS)}
    paired = {each.row.path: each for each in verdicts(FIGURES, OTHER, LIMITS)}

    assert (alone["printing_cpu_ms"].met, alone["printing_cpu_ms"].limit) == (None, 75.0)
    assert (paired["printing_cpu_ms"].met, paired["certificates.per_s"].met) == (True, True)
    assert paired["besides_printing_cpu_ms.total"].ratio == pytest.approx(70 / 110)
    assert paired["besides_printing_cpu_ms.total"].met is False
    assert (alone["store_commands.total"].met, alone["growth.ratio"].met) == (True, None)


def test_the_json_object_holds_each_figure_and_the_limits_of_the_same_run() -> None:
    trees = (this_tree(), this_tree())
    run = Run(trees=trees, figures=(FIGURES, OTHER), rounds=((FIGURES,), (OTHER, OTHER)), limits=LIMITS, plan=PLAN)

    facts = as_facts(run)

    assert {name: facts[name] for name in asdict(FIGURES)} == asdict(FIGURES)
    assert facts["limits"] == asdict(LIMITS)
    assert facts["overhead_ms"] == {"p50": 24.0, "p95": 124.0}
    assert (facts["against"]["printing_cpu_ms"], len(facts["against"]["rounds"])) == (120.0, 2)
    assert facts["ratios"]["printing_cpu_ms"] == pytest.approx(0.667)
    assert facts["aims"]["printing_cpu_ms"] == {"aim": "ratio ≤ 0.72", "met": True}


def test_the_table_tells_both_trees_their_ratio_and_how_far_rounds_differ() -> None:
    trees = (this_tree(), this_tree())
    rounds = (FIGURES, replace(FIGURES, printing_cpu_ms=84.0))
    run = Run(trees=trees, figures=(FIGURES, OTHER), rounds=(rounds, (OTHER,)), limits=LIMITS, plan=PLAN)
    console = Console(width=400, file=StringIO())

    console.print(as_table(run))

    said = console.file.getvalue()  # type: ignore[attr-defined]
    (row,) = [line for line in said.splitlines() if line.startswith("render and seal of a page")]
    assert re.split(r" {2,}", row.strip())[1:] == [
        "80.0 ms (80–84)",
        "120.0 ms",
        "0.67",
        "75.0 ms",
        "ratio ≤ 0.72",
        "met",
    ]
    assert "store 40.0, broker 30.0" in said


def test_what_goes_on_anyway_is_no_applications_cost() -> None:
    """70 calls in 10 s of rest are 140 in 20 s of work."""
    assert an_application(70, 480, quiet_s=10, busy_s=20, applications=10) == pytest.approx(34)


def test_commands_are_told_by_who_asked() -> None:
    window = Window(quiet=(100, 110), busy=(110, 120), applications=5)
    of_store = calls_of({105: [41], 111: [41, 41, 42, 42, 42, 42, 42, 99]}, name="sendto")

    found = commands(of_store, {41: "intake", 42: "notify"}, window)

    assert found == {"total": 7 / 5, "intake": 1 / 5, "notify": 1.0, "rest": 1 / 5}


def test_writes_of_all_nodes_are_counted() -> None:
    window = Window(quiet=(100, 110), busy=(110, 120), applications=2)
    nodes = [calls_of({111: [None, None]}, name=name) for name in ("fsync", "fdatasync", "sendto")]

    assert syncs(nodes, window) == 2.0


@pytest.mark.parametrize(
    ("command", "parent", "kind"),
    [
        ("opt/store/secantusdb.scripts/secantusd-rs --config x", "rest", "store"),
        ("/usr/lib/erlang/erts-13.1.5/bin/beam.smp -W w", "rest", "broker"),
        ("/bin/sh -s rabbit_disk_monitor", "broker", "broker"),
        ("python3 -W ignore -m services.registry", "rest", "registry"),
        ("python3 -W ignore -m deploy.demo.register", "rest", "registry"),
        ("python3 -m services.documents", "rest", "documents"),
        ("python3 -m services.documents.children.examining 10", "documents", "documents"),
        ("python3 -m services.documents.children.printing 13", "documents", "printing"),
        ("python3 -m gunicorn -c python:gateway.gunicorn_conf gateway.wsgi:app", "rest", "gateway"),
        ("python3 -m deploy.mail_catcher 10025", "rest", "rest"),
    ],
)
def test_a_process_is_known_by_what_it_was_started_as(command: str, parent: str, kind: str) -> None:
    assert kind_of(command.split(), parent) == kind


def test_what_was_spent_is_told_by_kind() -> None:
    used = spent({"store": 1.0, "broker": 2.0}, {"store": 1.5, "broker": 2.25})

    assert totalled(used) == {"total": 0.75, "store": 0.5, "broker": 0.25}


def test_starts_are_told_by_how_many_were_quick() -> None:
    found = summary([6.0, 7.5, 8.0, 8.1])

    assert found == {"within_share": 0.75, "median_s": 7.75, "shortest_s": 6.0, "longest_s": 8.1}


@pytest.mark.parametrize(
    ("number", "adult"),
    [("85073003328", True), ("08112500108", True), ("08112600175", False), ("00000000128", False)],
)
def test_who_files_is_of_age(number: str, adult: bool) -> None:
    assert is_adult(number, date(2026, 11, 25)) is adult


def test_where_figures_cannot_be_kept_nothing_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "_figures", lambda **_: pytest.fail("it was measured"))

    told = CliRunner().invoke(benchmark.bench, ["--keep", str(tmp_path / "none" / "figures.json")])

    assert told.exit_code == 2
    assert "no such file or directory" in told.output

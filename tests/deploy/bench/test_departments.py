"""What the run with departments tells, of known figures."""

from dataclasses import replace

import pytest

from deploy.bench.departments import FeedCost, facts, rows

COST = FeedCost(
    count=21,
    raw_ms={"p50": 2.0, "p95": 5.0},
    delay_of_one_ms={"p50": 4.0, "p95": 9.0},
    delay_ms={"p50": 6.0, "p95": 15.0},
    road_without_ms={"p50": 160.0, "p95": 200.0},
    road_ms={"p50": 168.0, "p95": 210.0},
    cpu_without_ms=200.0,
    cpu_ms=221.0,
)


def test_each_figure_is_beside_its_limit() -> None:
    told = facts(COST)

    assert told["delay_ratio"] == {"p50": 3.0, "p95": 3.0}
    assert told["each_adds"] == {"delay_ms": pytest.approx(0.1), "cpu_ms": 1.0}
    assert told["aims"] == {"delay_ratio": {"aim": "≤ 3", "met": True}, "road_ratio": {"aim": "≤ 1.05", "met": True}}
    assert ["an event until a department has it, 21 of them: p95", "15.0 ms", "≤ 15.0 ms", "met"] in rows(COST)


def test_what_takes_longer_is_not_met() -> None:
    slow = replace(COST, delay_ms={"p50": 6.0, "p95": 15.1}, road_ms={"p50": 169.0, "p95": 210.0})

    assert not any(each["met"] for each in facts(slow)["aims"].values())
    assert [row[-1] for row in rows(slow) if row[-1]] == ["met", "not met", "not met"]

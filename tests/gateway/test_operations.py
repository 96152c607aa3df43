"""What the gateway tells operators, and where."""

import errno
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from flask import Flask
from prometheus_client.mmap_dict import mmap_key

from gateway.observing import _METHODS
from gateway.serving.operations import COUNTS, MEMORY, METRICS, ROOM, OperationsPort
from services.contracts.version import VERSION
from tests.gateway.running import running, workers
from tests.waiting import wait_for


@pytest.fixture
def ports(amqp_uri: str, stored: dict[str, str], tmp_path: Path) -> Iterator[tuple[int, int]]:
    """That of citizens and that of operators, which is a free one."""
    with running(amqp_uri, **stored, LOKET_RUN_DIR=str(tmp_path)) as (port, process):
        told = json.loads((tmp_path / f"gateway-{process.pid}.json").read_text())
        assert (told["service"], told["pid"], told["version"]) == ("gateway", process.pid, VERSION)
        yield port, told["health_port"]
    assert list(tmp_path.iterdir()) == []


def get(port: int, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=20)


def test_operators_have_a_port_of_their_own(ports: tuple[int, int]) -> None:
    _, operators = ports

    assert get(operators, "/healthz").json() == {"status": "alive", "version": VERSION}
    assert get(operators, "/readyz").json() == {"ready": True, "broker": True, "store": True}
    metrics = get(operators, "/metrics").text
    assert "loket_gateway_requests" in metrics
    assert f'loket_version{{version="{VERSION}"}} 1.0' in metrics
    assert get(operators, "/api/v1/products").status_code == 404


def test_on_the_citizens_port_health_is_yes_or_no_and_there_are_no_metrics(ports: tuple[int, int]) -> None:
    public, _ = ports

    assert get(public, "/readyz").json() == {"ok": True}
    assert get(public, "/metrics").status_code == 404


def test_what_the_workers_count_in_is_theirs_before_they_count(amqp_uri: str, stored: dict[str, str]) -> None:
    """A hole in a mapped file ends whoever writes there once the disk, or memory, is full."""
    with running(amqp_uri, **stored, LOKET_GATEWAY_WORKERS="2") as (port, process):
        for path in ("/", "/api/v1/products", "/nowhere", "/healthz"):
            get(port, path)
        (counts,) = MEMORY.glob(f"{COUNTS}{process.pid}-*")
        files = {each.name: each.stat() for each in counts.glob("*.db")}
        pids = [each.pid for each in workers(process)]

    assert {name: found.st_size for name, found in files.items()} == {
        f"{kind}_{pid}.db": size for kind, size in ROOM.items() for pid in pids
    }
    assert all(found.st_blocks * 512 >= found.st_size for found in files.values())


def test_no_route_method_or_status_needs_more_room_than_is_taken(app: Flask) -> None:
    routes = [str(rule) for rule in app.url_map.iter_rules()]
    of_counts = [
        mmap_key("loket_gateway_requests", "loket_gateway_requests_total", labels, (route, method, "500"), "x" * 40)
        for labels in [["route", "method", "status"]]
        for route in routes
        for method in (*_METHODS, "other")
    ]
    of_times = [
        mmap_key("loket_gateway_seconds", "loket_gateway_seconds_bucket", ["route", "le"], (route, "0.0075"), "x" * 40)
        for route in routes
    ]

    assert 20 * sum(len(each) + 32 for each in of_counts) < ROOM["counter"]
    assert 17 * sum(len(each) + 32 for each in of_times) < ROOM["histogram"]


def test_without_room_a_worker_counts_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def full(_descriptor: int, _offset: int, _size: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with socket.socket() as listener:
        port = OperationsPort(listener=listener, metrics=tmp_path, run_file=None, held=-1)
        monkeypatch.setenv(METRICS, str(tmp_path))
        monkeypatch.setattr(os, "posix_fallocate", full)

        port.take_room()

    assert METRICS not in os.environ
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == f"no room to count in {tmp_path}: No space left on device; make room there\n"


def test_operators_read_what_is_away(tmp_path: Path) -> None:
    with running(LOKET_RUN_DIR=str(tmp_path)) as (_, process):
        file = tmp_path / f"gateway-{process.pid}.json"
        wait_for(file.exists)
        answer = get(json.loads(file.read_text())["health_port"], "/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "broker": False, "store": False})


def counts(process: subprocess.Popen[bytes]) -> list[Path]:
    return list(MEMORY.glob(f"{COUNTS}{process.pid}-*"))


def test_what_a_killed_gateway_left_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    with running(LOKET_RUN_DIR=str(tmp_path)) as (_, process):
        left, counted = [path.name for path in tmp_path.iterdir()], counts(process)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children()]
        for each in family:
            each.kill()
        psutil.wait_procs(family, timeout=20)
    still = [path.name for path in tmp_path.iterdir()]

    with running(LOKET_RUN_DIR=str(tmp_path)) as (_, other):
        there = [path.name for path in tmp_path.iterdir()]
        counting = counts(other)

    assert left == still == [f"gateway-{process.pid}.json"]
    assert there == [f"gateway-{other.pid}.json"]
    assert (len(counted), len(counting)) == (1, 1)
    assert counts(process) == counts(other) == []


def test_no_full_disk_ends_whoever_counts(tmp_path: Path) -> None:
    """What is mapped ends its process by a signal where it finds no room."""
    with running(LOKET_RUN_DIR=str(tmp_path)) as (_, process):
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children()]
        mapped = {each.path for one in family for each in one.memory_maps() if each.path.endswith(".db")}

    assert mapped
    assert {Path(path).parents[1] for path in mapped} == {MEMORY}


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "python:gateway.gunicorn_conf", "gateway.wsgi:app"],
        env={"PATH": os.environ["PATH"], "LOKET_HEALTH_HOST": "203.0.113.1", "LOKET_RUN_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert "LOKET_HEALTH_HOST and LOKET_HEALTH_PORT cannot be used" in done.stderr
    assert "Traceback" not in done.stderr

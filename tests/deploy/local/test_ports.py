"""Ports that are claimed before anybody listens."""

import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.local.embedded.part import PartError, wait_until
from deploy.local.embedded.ports import Claims, listens
from deploy.local.ports import Ports, keep_ports, kept_ports
from deploy.local.stack import Stack
from tests.ports import free_ports

CLAIMS_AND_WAITS = """
import sys
from deploy.local.embedded.ports import Claims
claims = Claims()
print(claims.claim(int(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def claimed_by_another(port: int) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIMS_AND_WAITS, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


@pytest.fixture
def port() -> int:
    """That nobody has claimed."""
    with Claims() as for_a_moment:
        (port,) = free_ports(1, for_a_moment)
    return port


def test_a_claim_is_one_process_s_and_ends_with_it_however_that_ends(port: int):
    other, ours = claimed_by_another(port), Claims()
    try:
        assert not ours.claim(port)
        assert not listens(port)
    finally:
        other.send_signal(signal.SIGKILL)
        other.communicate()

    assert wait_until(lambda: ours.claim(port), 10)
    assert ours.claim(port)
    assert not Claims().claim(port)
    ours.close()
    with Claims() as anew:
        assert anew.claim(port)


def test_nobody_claims_where_somebody_listens(port: int):
    with socket.create_server(("127.0.0.1", port)), Claims() as claims:
        assert not claims.claim(port)


def test_two_deployments_that_start_at_once_take_different_ports(tmp_path: Path):
    with Claims() as ours, Claims() as theirs:
        one = Stack(var=tmp_path / "one", outside={}).choose_ports(ours)
        other = Stack(var=tmp_path / "other", outside={}).choose_ports(theirs)
        again = Stack(var=tmp_path / "one", outside={}).choose_ports(ours)

    assert len({*asdict(one).values(), *asdict(other).values()}) == 2 * len(asdict(one))
    assert again == one


def test_where_all_are_taken_it_says_so(tmp_path: Path):
    with Claims() as theirs, Claims() as ours:
        for port in range(8080, 8080 + 2000, 10):
            theirs.claim(port)
        with pytest.raises(PartError, match="no free port for gateway from 8080 on"):
            Stack(var=tmp_path, outside={}).choose_ports(ours)


@pytest.mark.parametrize("text", ["", '{"gateway": 80', "[]", "7", '{"gateway": "x"}', '{"gateway": null}'])
def test_a_broken_file_of_ports_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports.json").write_text(text)

    with pytest.raises(PartError, match=r"ports\.json cannot be read; delete it"):
        _ = Stack(var=tmp_path, outside={}).ports


def test_ports_that_cannot_be_written_leave_those_that_were(tmp_path: Path) -> None:
    keep_ports(tmp_path / "ports.json", Ports(gateway=8090))
    (tmp_path / "ports.new").symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        keep_ports(tmp_path / "ports.json", Ports())

    assert kept_ports(tmp_path / "ports.json").gateway == 8090

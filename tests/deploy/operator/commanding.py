"""`loket`'s commands, given in this process over a store of a test's own."""

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

from deploy.local.ports import Ports
from deploy.local.stack import Stack
from tests.ports import free_ports


def a_stack(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, opens: tuple[object, str], database: Database[dict[str, Any]]
) -> Stack:
    """A deployment with the demonstration's towns, on ports of this process's own. Commands open their database by
    `opens`."""
    (folder / "ports.json").write_text(json.dumps(_own_ports()))
    made = Stack(var=folder, outside={})
    made.write_towns()

    @contextmanager
    def opened(_: Stack, *_owner: str) -> Iterator[Database[dict[str, Any]]]:
        yield database

    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: made)
    monkeypatch.setattr(*opens, opened)
    monkeypatch.setattr("deploy.local.control.Control.require", lambda *_: None)  # that store needs no supervisor
    return made


@functools.cache
def _own_ports() -> dict[str, int]:
    """One test after the other has them: a claim is a descriptor until this process ends."""
    names = list(asdict(Ports()))
    return dict(zip(names, free_ports(len(names)), strict=True))


def told(group: click.Group, *arguments: str) -> Result:
    """What a command says."""
    return CliRunner().invoke(group, list(arguments))


def facts_of(group: click.Group, *arguments: str) -> dict[str, Any]:
    """The same with --json, where it succeeds."""
    result = told(group, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found

"""The page of variables is the code's: none is missing there, none is too many."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.production.env_files import read_env
from deploy.production.variables import OPERATOR, PAGE, PROCESSES, names, page, read_by, variables
from services.chassis.settings import read
from services.documents.settings import DocumentsSettings
from tests.keys import KEY, environment

ROOT = Path(__file__).parents[3]
ETC = ROOT / "deploy" / "production" / "etc"
CODE = [path for room in ("services", "gateway", "deploy") for path in (ROOT / room).rglob("*.py")]
CONFIGURED = re.compile(r'config\["(LOKET_[A-Z_]+)"\]')

NAME = re.compile(r"LOKET_[A-Z0-9_]*[A-Z0-9]")


def test_the_page_is_made_from_the_code() -> None:
    """Otherwise: python -m deploy.production.variables"""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_variable_that_the_code_names_is_on_the_page() -> None:
    texts = [path.read_text(encoding="utf-8") for path in CODE]
    named = {name for text in texts for name in NAME.findall(text)}
    flasks = {name for text in texts for name in CONFIGURED.findall(text)}  # of an application, not of a process
    known = variables()

    def is_known(name: str) -> bool:
        """Names that the code puts together begin as those on the page do."""
        return any(names(each, name) or each.name.startswith(f"{name}_") or each.name == name for each in known)

    no_process_reads = {
        "LOKET_EVENT_KEY_NEXT",  # a new key waits in it until it is promoted (key_folder.py)
        "LOKET_CARETAKER",  # the embedded broker's own
        "LOKET_SUPERVISES",  # by which a supervisor is found without its files
        "LOKET_SUPERVISED",  # by which a deployment knows its processes again; none of them reads it
    }
    assert {name for name in named - flasks - no_process_reads if not is_known(name)} == set()


def test_each_has_its_meaning_its_readers_and_its_default() -> None:
    told = {each.name: each for each in variables()}

    assert all(each.about and each.readers for each in told.values())
    assert told["LOKET_KEYS_FACTS"].readers == ("registry", "documents")
    assert told["LOKET_KEYS_FACTS"].secret
    assert (told["LOKET_SESSION_MINUTES"].default, told["LOKET_SESSION_MINUTES"].unit) == ("60", "minutes")
    assert told["LOKET_TOWNS"].default is None
    assert not told["LOKET_EVENT_KEYS"].secret


def test_what_has_no_effect_on_a_process_is_not_read_by_it() -> None:
    """documents takes as many events as it has children to print, and nobody asks notify anything."""
    told = {each.name: each.readers for each in variables()}

    assert told["LOKET_EVENT_WORKERS"] == ("intake", "registry")
    assert told["LOKET_QUESTION_WORKERS"] == ("intake", "registry", "documents")
    for service, variable in (("documents", "LOKET_EVENT_WORKERS"), ("notify", "LOKET_QUESTION_WORKERS")):
        assert not read_by(service, variable)


@pytest.mark.parametrize(("children", "events"), [("1", 2), ("3", 4)])
def test_documents_takes_as_many_events_as_it_can_print(children: str, events: int) -> None:
    environ = environment("documents") | {
        "LOKET_AMQP_URI": "amqp://broker",
        "LOKET_MONGO_URI": "mongodb://store/",
        "LOKET_TOWNS": str(ROOT / "deploy" / "towns"),
        "LOKET_DOCUMENTS_PEPPER": KEY,
        "LOKET_KEYS_FACTS": f"k:{KEY}",
        "LOKET_KEYS_QUESTIONS_DOCUMENTS": f"k:{KEY}",
        "LOKET_DOCUMENTS_CHILDREN": children,
        "LOKET_EVENT_WORKERS": "99",
    }

    assert read(DocumentsSettings, environ).event_workers == events


@pytest.mark.parametrize("process", [*PROCESSES, OPERATOR])
def test_an_example_has_only_what_its_process_reads(process: str) -> None:
    known = {each.name: each for each in variables()}

    for name in read_env(ETC / f"{process}.env"):
        if process == OPERATOR:
            assert OPERATOR in known[name].readers
        else:
            assert read_by(process, name)


def test_no_secret_is_in_the_file_of_all() -> None:
    secret = {each.name for each in variables() if each.secret}

    assert not secret & set(read_env(ETC / "common.env"))


def test_production_stands_without_the_demonstration() -> None:
    """Every process and command of production is imported while `deploy.demo` cannot be."""
    modules = [f"services.{name}.settings" for name in PROCESSES[:-1]]
    modules += ["gateway.app", "deploy.operator.commands.keys", "deploy.operator.commands.broker"]
    modules += [f"deploy.operator.commands.{name}" for name in ("dead_letters", "verification", "deployment")]
    code = f"import sys; sys.modules['deploy.demo'] = None\nfor each in {modules!r}: __import__(each)"

    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr

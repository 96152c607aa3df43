"""Printing and examining in child processes: real ones."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import yaml

from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.schema import dump
from services.contracts.town_files import read_served_towns
from services.contracts.town_setups import ChangedTown
from services.documents.children.asking import COLLECTED_AFTER, ChildLost, Children
from services.documents.children.examining import ExaminingChild
from services.documents.children.printing import PrintingChildren
from services.documents.domain import Finding, Unprintable
from services.documents.paper.press import CertificatePress
from tests.documents.examples import SECRETS, a_folder, a_town, an_identity, an_order, facts_for
from tests.documents.reading import text_of
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def printing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrintingChildren]:
    folder = a_folder(tmp_path_factory.mktemp("towns"))
    (folder / "town.yaml").write_text(
        yaml.safe_dump(plain(dump(a_town(names={"nl": "Etterbeek", "fr": "Etterbeek"})))), encoding="utf-8"
    )
    environ = {**SECRETS, "LOKET_TOWNS": str(folder), "LOKET_KEYS_FACTS": "not for children"}
    children = PrintingChildren(read_served_towns(folder), size=2, limit_s=60, environ=environ)
    children.start()
    yield children
    children.stop()


def test_children_print_what_the_towns_officers_chose_last(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    town = a_town(names={"nl": "Etterbeek", "fr": "Etterbeek"})
    (folder / "town.yaml").write_text(yaml.safe_dump(plain(dump(town))), encoding="utf-8")
    towns = read_served_towns(folder)
    children = PrintingChildren(towns, size=1, limit_s=60, environ={**SECRETS, "LOKET_TOWNS": str(folder)})
    children.start()
    try:
        before = text_of(children.print(an_order(facts_for("life"))).pdf)
        setup = replace(towns.setup("21005"), office=replace(town.office, phone="+32 2 111 22 33"))
        towns.take(ChangedTown(town="21005", version=1, setup=setup))
        after = text_of(children.print(an_order(facts_for("life"))).pdf)
        towns.take(ChangedTown(town="21005", version=2))
        taken_back = text_of(children.print(an_order(facts_for("life"))).pdf)
    finally:
        children.stop()

    assert ["+32 2 111 22 33" in each for each in (before, after, taken_back)] == [False, True, False]
    assert ["+32 2 000 00 00" in each for each in (before, after, taken_back)] == [True, False, True]


def plain(data: dict) -> dict:
    data["seal"] = {name: value for name, value in data["seal"].items() if value is not None}
    return data


@pytest.fixture
def examiner() -> Iterator[ExaminingChild]:
    child = ExaminingChild(limit_s=20)
    child.start()
    yield child
    child.stop()


@pytest.fixture
def clumsy() -> Iterator[Children]:
    children = Children("tests.documents.clumsy", size=1, limit_s=3, environ={"PYTHONPATH": str(ROOT)})
    children.start()
    yield children
    children.stop()


ROOT = Path(__file__).parents[2]


def test_children_print_side_by_side(printing: PrintingChildren) -> None:
    printed = []
    threads = [
        threading.Thread(
            target=lambda seed=seed: printed.append(printing.print(an_order(facts_for("life"), seed=seed)))
        )
        for seed in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({each.pdf for each in printed}) == 4
    assert all(each.pdf.startswith(b"%PDF-") for each in printed)
    assert len({each.seal for each in printed}) == 1


def test_a_child_says_what_can_never_be_printed(printing: PrintingChildren) -> None:
    with pytest.raises(Unprintable, match="no-font: no installed font draws U\\+1FAxx") as found:
        printing.print(an_order(facts_for("life", identity=an_identity(last_name="\U0001fae8"))))

    assert found.value.code == "character-unprintable"
    assert printing.print(an_order(facts_for("life"))).pdf.startswith(b"%PDF-")


def test_where_fonts_are_not_installed_nobody_reads_that_it_were_their_name(tmp_path: Path) -> None:
    folder, town = a_folder(tmp_path), a_town(names={"nl": "Etterbeek", "fr": "Etterbeek"})
    (folder / "town.yaml").write_text(yaml.safe_dump(plain(dump(town))), encoding="utf-8")
    fonts = tmp_path / "fonts.conf"
    fonts.write_text("<fontconfig><dir>/usr/share/fonts/opentype/inter</dir></fontconfig>", encoding="utf-8")
    environ = {**SECRETS, "LOKET_TOWNS": str(folder), "FONTCONFIG_FILE": str(fonts)}
    children = PrintingChildren(read_served_towns(folder), size=1, limit_s=60, environ=environ)
    children.start()
    try:
        with pytest.raises(Unacceptable, match=r"fonts-missing: .* fonts-noto-core: U\+30xx") as found:
            children.print(an_order(facts_for("life", identity=an_identity(last_name="\u30a2"))))
    finally:
        children.stop()

    assert not isinstance(found.value, Unprintable)


def test_a_child_knows_the_seals_secrets_and_no_key_of_the_service(clumsy: Children) -> None:
    answer, _ = clumsy.ask({"do": "environ"})

    assert "LOKET_KEYS_FACTS" not in answer["names"]


def test_a_service_with_more_than_a_thousand_open_files_still_has_children() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.ExitStack() as opened:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
        opened.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        while opened.enter_context(Path(os.devnull).open("rb")).fileno() < 1100:
            pass
        children = Children("tests.documents.clumsy", size=1, limit_s=10, environ={"PYTHONPATH": str(ROOT)})
        children.start()
        opened.callback(children.stop)

        answer, content = children.ask({"do": "echo"}, b"content")

    assert (answer["pid"] != os.getpid(), content) == (True, b"content")


@pytest.mark.parametrize("mishap", ["die", "hang", "leave"])
def test_a_child_that_dies_or_hangs_is_replaced(clumsy: Children, mishap: str) -> None:
    with pytest.raises(ChildLost, match=r"child-died|child-too-slow"):
        clumsy.ask({"do": mishap})

    assert clumsy.ask({"do": "echo"}, b"content")[1] == b"content"


def test_what_a_child_stumbles_over_is_not_quoted(clumsy: Children) -> None:
    with pytest.raises(Unacceptable) as caught:
        clumsy.ask({"do": "raise"})

    assert "secret" not in str(caught.value)
    assert clumsy.ask({"do": "echo"})


def test_nothing_of_an_answer_is_kept_once_there_is_time(clumsy: Children) -> None:
    clumsy.ask({"do": "boxes"})

    wait_for(lambda: clumsy.ask({"do": "count"})[0]["left"] == 0)


def test_little_is_kept_where_there_is_no_time(clumsy: Children) -> None:
    kept = [clumsy.ask({"do": "boxes"})[0]["left"] for _ in range(3 * COLLECTED_AFTER)]

    assert max(kept) <= COLLECTED_AFTER * 10


def test_children_end_with_the_pool(clumsy: Children) -> None:
    pid = clumsy.ask({"do": "pid"})[0]["pid"]

    clumsy.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
    with pytest.raises(TryLater):
        clumsy.ask({"do": "echo"})


def test_children_come_from_one_nursery_and_leave_no_dead_behind(clumsy: Children) -> None:
    first = psutil.Process(clumsy.ask({"do": "pid"})[0]["pid"])
    nursery = first.parent()
    assert nursery is not None
    with pytest.raises(ChildLost):
        clumsy.ask({"do": "die"})

    second = psutil.Process(clumsy.ask({"do": "pid"})[0]["pid"])

    assert second.parent() == nursery
    wait_for(lambda: nursery.children() == [second])
    assert nursery.parent() == psutil.Process()


def test_with_its_nursery_a_child_dies_and_another_nursery_takes_its_place(clumsy: Children) -> None:
    child = psutil.Process(clumsy.ask({"do": "pid"})[0]["pid"])
    nursery = child.parent()
    assert nursery is not None

    nursery.kill()
    psutil.wait_procs([child], timeout=20)
    with pytest.raises(ChildLost):
        clumsy.ask({"do": "echo"})

    other = psutil.Process(clumsy.ask({"do": "pid"})[0]["pid"])
    assert other.parent() != nursery


def test_a_nursery_and_its_children_end_with_a_service_that_is_killed(tmp_path: Path) -> None:
    service = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from services.documents.children.asking import Children\n"
            "children = Children('tests.documents.clumsy', size=2, limit_s=30, environ={'PYTHONPATH': '.'})\n"
            "children.start()\n"
            "print(children.ask({'do': 'pid'})[0]['pid'], flush=True)\n"
            "children.ask({'do': 'hang'})\n",
        ],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert service.stdout is not None
    family = [psutil.Process(int(service.stdout.readline()))]
    family += [*family[0].parents()[:1], *psutil.Process(service.pid).children(recursive=True)]
    assert len(set(family)) == 3

    service.kill()
    service.communicate()

    assert psutil.wait_procs(set(family), timeout=30)[1] == []


def test_our_own_file_shows_its_number_and_seal(press: CertificatePress, examiner: ExaminingChild) -> None:
    order = an_order(facts_for("life"))
    printed = press.render_and_seal(order)

    sealed = Finding(
        number=order.number,
        seals=(printed.seal,),
        codes=(order.code,),
        pointers=(f"{a_town().address}/v/{order.code}",),
        mentioned=order.number,
        bears_seal=True,
    )
    assert examiner.examine(printed.pdf) == replace(sealed, whole=(printed.seal,))
    assert examiner.examine(printed.pdf + b"\n% more") == sealed


def test_a_file_that_keeps_its_reader_shows_its_number_at_least(press: CertificatePress) -> None:
    order = an_order(facts_for("life"))
    hurried = ExaminingChild(limit_s=0.01)
    hurried.start()

    found = hurried.examine(press.render_and_seal(order).pdf)

    hurried.stop()
    assert found == Finding(number=order.number, bears_seal=True)


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        b"not a pdf",
        b"%PDF-1.7\n" + b"[" * 200_000,
        b"%PDF-1.7\n" + os.urandom(100_000),
        b"%PDF-1.7\nxref\n0 99999999999\ntrailer <</Size 99999999999 /Root 1 0 R /Prev 0>>\nstartxref\n9\n%%EOF",
    ],
)
def test_a_hostile_file_shows_nothing(pdf: bytes, examiner: ExaminingChild) -> None:
    assert examiner.examine(pdf) == Finding()


def test_the_folder_of_a_service_that_was_killed_is_cleared_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"loket-children-{ended.pid}-x"
    left.mkdir()
    (left / "file").touch()

    children = Children("tests.documents.clumsy", size=0, limit_s=1, environ={})
    children.start()
    children.stop()

    assert list(tmp_path.iterdir()) == []


def test_children_that_are_told_to_end_before_they_are_ready_say_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    children = Children("tests.documents.clumsy", size=2, limit_s=3, environ={"PYTHONPATH": str(ROOT)})
    children.start()
    children.stop()

    assert capfd.readouterr().err == ""

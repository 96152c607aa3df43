"""What a town says of accessibility and privacy in its own words."""

from pathlib import Path

import pytest

from services.contracts.notices import Passage, passages
from services.contracts.schema import Unreadable
from services.contracts.town_files import read_town
from tests.contracts.test_town_files import changed

LAST = "specimen: true"


def written(folder: Path, more: str) -> Path:
    return changed(folder, LAST, f"{LAST}\n{more}")


def test_a_text_has_headings_lists_and_paragraphs() -> None:
    text = "# Who\n\nOne line\nand another.\n\n- first\n- second\n\n# Then\nat once\n- a list\n-no list\n\n\n"

    assert list(passages(text)) == [
        Passage(kind="heading", lines=("Who",)),
        Passage(kind="text", lines=("One line", "and another.")),
        Passage(kind="list", lines=("first", "second")),
        Passage(kind="heading", lines=("Then",)),
        Passage(kind="text", lines=("at once",)),
        Passage(kind="list", lines=("a list",)),
        Passage(kind="text", lines=("-no list",)),
    ]


def test_no_line_of_a_text_is_lost() -> None:
    text = "#\n- a\n- b\nc\n\n \n# d\n#e\n\nf"

    assert [line for each in passages(text) for line in each.lines] == ["#", "a", "b", "c", "d", "#e", "f"]


def test_a_town_that_says_nothing_says_what_is_usual(tmp_path: Path) -> None:
    town = read_town(changed(tmp_path, LAST, LAST))

    assert (town.accessibility.status, town.accessibility.method, town.privacy.officer) == ("partial", "self", None)


def test_a_town_of_one_language_writes_its_texts_plainly(tmp_path: Path) -> None:
    town = read_town(written(tmp_path, "privacy:\n  officer: dpo@aarschot.example\n  more: |\n    Een.\n\n    Twee."))

    assert town.privacy.officer == "dpo@aarschot.example"
    assert [each.lines for each in passages(town.privacy.more["nl"])] == [("Een.",), ("Twee.",)]


@pytest.mark.parametrize(
    ("more", "field", "mend"),
    [
        ("accessibility: {status: good}", "accessibility.status", "write one of full, partial, none"),
        ("accessibility: {method: mine}", "accessibility.method", "write one of self, third-party"),
        ("accessibility: {status: full, exceptions: Iets}", "accessibility.status", "write partial, or leave them out"),
        ("accessibility: {prepared: '2026-02-30'}", "accessibility.prepared", "such as 2026-11-27"),
        ("accessibility: {prepared: '20261127'}", "accessibility.prepared", "such as 2026-11-27"),
        ("accessibility: {prepared: 27/11/2026}", "accessibility.prepared", "write a day such as 2026-11-27"),
        ("accessibility: {reviewed: ''}", "accessibility.reviewed", "such as 2026-11-27"),
        (
            "accessibility: {prepared: '2026-11-27', reviewed: '2026-11-26'}",
            "accessibility.reviewed",
            "before the day on which it was prepared",
        ),
        ("accessibility: {email: nobody}", "accessibility.email", "not an e-mail address"),
        ("accessibility: {complaints: nobody}", "accessibility.complaints", "not an e-mail address"),
        ("accessibility: {more: {fr: Texte}}", "accessibility.more.nl", "its text in nl is missing"),
        ("accessibility: {more: {nl: Tekst, es: Texto}}", "accessibility.more.es", "no language of"),
        ("accessibility: {statuss: full}", "accessibility.statuss", "was status meant?"),
        ("privacy: {officer: 'dpo@a.example, b@a.example'}", "privacy.officer", "not an e-mail address"),
        ('privacy: {more: "a\\e[31mb"}', "privacy.more.nl", "write plain text"),
        ('privacy: {instead: "' + "a" * 20_001 + '"}', "privacy.instead.nl", "at most 20,000 characters"),
        ("privacy: {instead: ' '}", "privacy.instead.nl", "its text in nl is missing"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, more: str, field: str, mend: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_town(written(tmp_path, more))

    assert set(caught.value.problems) == {field}
    assert mend in caught.value.problems[field]

"""What is done to WeasyPrint changes no page, and keeps nothing of anybody."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from weasyprint.css import ComputedStyle
from weasyprint.layout import inline, preferred
from weasyprint.text.line_break import Layout, split_first_line

from services.documents.paper import pinned
from services.documents.paper.press import CertificatePress
from tests.documents.examples import SECRETS, a_town, an_identity, an_order, facts_for, printed_products

NAMES = ("Eerstenaam", "Tweedenaam")
NUMBERS = ("85073003328", "93051822361")


def printed(folder: Path, untouched: str) -> dict[str, bytes]:
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "tests.documents.untouched", str(folder), untouched], check=True)
    return {file.name: file.read_bytes() for file in folder.glob("*.pdf")}


@pytest.mark.paper
def test_every_page_is_what_an_untouched_weasyprint_makes_of_it(tmp_path: Path) -> None:
    ours, untouched = printed(tmp_path / "ours", "no"), printed(tmp_path / "untouched", "yes")

    assert len(ours) == 4 * len(printed_products())
    assert [name for name, pdf in ours.items() if pdf != untouched[name]] == []


@pytest.fixture
def lines(town_folder: Path) -> Iterator[tuple[CertificatePress, pinned.ShapedLines]]:
    """A press of its own and what it keeps."""
    before = inline.split_first_line
    press = CertificatePress({"21005": a_town()}, folder=town_folder, secrets=SECRETS)
    kept = press._renderer._lines
    yield press, kept
    inline.split_first_line = preferred.split_first_line = before


def kept_texts(lines: pinned.ShapedLines) -> str:
    return "\n".join(key[0] for key in (*lines._kept, *lines._document))


def test_lines_of_two_people_are_kept_and_ones_own_are_not(
    lines: tuple[CertificatePress, pinned.ShapedLines],
) -> None:
    press, kept = lines
    for seed in range(6):
        name, number = NAMES[seed % 2], NUMBERS[seed % 2]
        person = an_identity(last_name=name, first_names=(f"{name}tje",), national_number=number)
        press.render_and_seal(an_order(facts_for("life", identity=person), "nl", seed=seed))

    assert "Geboortedatum" in kept_texts(kept)
    assert not [word for word in (*NAMES, "85.07.30", "93.05.18") if word in kept_texts(kept)]


def test_of_one_person_nothing_is_kept(lines: tuple[CertificatePress, pinned.ShapedLines]) -> None:
    press, kept = lines
    for seed in range(3):
        press.render_and_seal(an_order(facts_for("life"), "nl", seed=seed))

    assert kept_texts(kept) == ""


class Watched(dict[str, Any]):
    """A style that remembers what it was asked for."""

    asked: set[str]

    def __init__(self, style: Any, asked: set[str]) -> None:
        super().__init__()
        self.style, self.asked = style, asked

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return self.style[key]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.style, name)


def test_all_that_shapes_a_line_tells_kept_lines_apart(
    lines: tuple[CertificatePress, pinned.ShapedLines],
) -> None:
    press, kept = lines
    asked: set[str] = set()
    kept._split = lambda text, style, *rest: split_first_line(text, Watched(style, asked), *rest)

    press.render_and_seal(an_order(facts_for("household-composition"), "de"))

    assert "font_size" in asked
    assert asked <= set(pinned.SHAPING)


def test_a_line_is_drawn_as_it_was_shaped() -> None:
    assert Layout.deactivate is pinned._put_by
    assert Layout.reactivate is pinned._take_up


def test_other_properties_may_set_one_that_nothing_sets(press: CertificatePress) -> None:
    """Logical properties, decorations of the text around, and widths that depend on a border's style."""
    cascaded = {
        "margin_inline_start": ("auto", (0, 0, (0, 0, 0))),
        "text_decoration_line": ({"underline"}, (0, 0, (0, 0, 0))),
    }
    root = ComputedStyle(None, {}, None, None, None, None, {})
    style = ComputedStyle(root, cascaded, None, root, None, None, {})
    within = ComputedStyle(style, {}, None, root, None, None, {})

    assert style["margin_left"] == "auto"
    assert within["margin_left"] != "auto"
    assert within["text_decoration_line"] == {"underline"}
    assert style["border_left_width"] == 0

"""The README shows what the pages look like."""

from pathlib import Path

import pytest

from tests.system.pages.pictures import FOLDER, SEEN

README = Path(__file__).parents[3] / "README.md"
MOST_BYTES = 60_000


@pytest.mark.parametrize("name", SEEN)
def test_each_picture_is_small_and_shown(name: str) -> None:
    picture = FOLDER / f"{name}.png"

    assert picture.stat().st_size <= MOST_BYTES
    assert f'src="{picture.relative_to(README.parent)}"' in README.read_text(encoding="utf-8")

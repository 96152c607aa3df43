"""`python -m tests.system.pages.pictures`: those of the README, made of what the tests of pages saw last."""

from pathlib import Path

from PIL import Image

from tests.system.pages.conftest import SCREENS

FOLDER = Path(__file__).with_name("pictures")
SEEN = {"home": "home", "form": "form", "timeline": "issued", "check": "authentic"}
"""What each picture shows, and what the tests call it."""

HEIGHT = 860
"""Of the beginning of a page, as a window shows it."""

WIDTH = 840
"""Twice what the README gives it."""

COLOURS = 64


def make() -> None:
    """All of them, light and in English."""
    FOLDER.mkdir(exist_ok=True)
    for name, seen in SEEN.items():
        page = Image.open(SCREENS / f"{seen}-en-desk.png").convert("RGB")
        window = page.crop((0, 0, page.width, min(page.height, HEIGHT)))
        small = window.resize((WIDTH, round(window.height * WIDTH / window.width)), Image.Resampling.LANCZOS)
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    make()

"""A logo, as paper shows it."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from services.documents.paper.press import CertificatePress
from tests.documents import verapdf
from tests.documents.examples import SECRETS, a_folder, a_town, an_order, facts_for

WIDE, HIGH = 880, 180


def a_picture() -> bytes:
    """Half of it red, a quarter half-seen blue, the rest nothing."""
    picture = Image.new("RGBA", (WIDE, HIGH), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDE // 2 - 1, HIGH), fill=(200, 16, 46, 255))
    draw.rectangle((WIDE // 2, 0, WIDE * 3 // 4 - 1, HIGH), fill=(0, 0, 255, 128))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = a_folder(tmp_path_factory.mktemp("town"))
    (folder / "logo.png").write_bytes(a_picture())
    press = CertificatePress({"21005": a_town(logo="logo.png")}, folder=folder, secrets=SECRETS)
    press.render_and_seal(an_order(facts_for("residence"), "nl"))
    return press.render_and_seal(an_order(facts_for("residence"), "fr")).pdf


@pytest.mark.usefixtures("conformance")
def test_a_certificate_with_a_picture_that_is_seen_through_conforms_after_sealing(pdf: bytes, tmp_path: Path):
    (tmp_path / "picture").write_bytes(pdf)

    broken = verapdf.broken_rules([tmp_path / "picture"])

    assert broken == {f"picture {profile}": [] for profile in verapdf.PROFILES}


def test_the_head_shows_it_on_white_as_large_as_a_drawing(pdf: bytes):
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=300 / 72).to_pil().convert("RGB")

    def at(across: float, down: float) -> tuple[int, ...]:
        """In the logo, from 0 to 1: it stands 20 mm from the left and 12.5 mm from the top."""
        x, y = 20 + across * 75, 12.5 + (16 - 75 * HIGH / WIDE) / 2 + down * 75 * HIGH / WIDE
        return page.getpixel((round(x / 25.4 * 300), round(y / 25.4 * 300)))  # type: ignore[return-value]

    assert [at(across, 0.5) for across in (0.02, 0.48, 0.52, 0.73, 0.77, 0.99)] == [
        *[(200, 16, 46)] * 2,
        *[(127, 127, 255)] * 2,
        *[(255, 255, 255)] * 2,
    ]


def test_what_lies_beside_a_drawings_frame_is_not_seen(tmp_path: Path):
    """It would lie on the words of the certificate."""
    folder = a_folder(tmp_path)
    beside = '<rect x="-50" y="10" width="300" height="900" fill="#c8102e"/>'
    (folder / "logo.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{beside}</svg>')
    press = CertificatePress({"21005": a_town()}, folder=folder, secrets=SECRETS)

    with pypdfium2.PdfDocument(press.render_and_seal(an_order(facts_for("residence"), "nl")).pdf) as document:
        page = document[0].render(scale=144 / 72).to_pil().convert("RGB")

    red = [(x, y) for x in range(page.width) for y in range(page.height) if page.getpixel((x, y)) == (200, 16, 46)]
    sides = [min(x for x, _ in red), max(x for x, _ in red), min(y for _, y in red), max(y for _, y in red)]
    assert [round(each / 144 * 25.4) for each in sides] == [20, 36, 15, 28]

"""A logo, as paper shows it."""

from pathlib import Path

import pypdfium2

from services.documents.paper.press import CertificatePress
from tests.documents.examples import SECRETS, a_folder, a_town, an_order, facts_for


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

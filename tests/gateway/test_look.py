"""The town's look: what was no drawing when it is asked for is not served, whatever it was at the start."""

import io
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from gateway.settings import GatewaySettings
from services.chassis.settings import SettingsError, read


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n",
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>',
    ],
)
def test_a_logo_that_was_edited_into_something_else_is_not_served(client: FlaskClient, tmp_path: Path, content: bytes):
    (tmp_path / "logo.svg").write_bytes(content)

    answer = client.get("/assets/logo")

    assert (answer.status_code, answer.mimetype, b"alert" in answer.data) == (404, "text/html", False)


def test_an_address_of_the_store_that_is_none_is_refused():
    with pytest.raises(SettingsError, match=r"LOKET_MONGO_URI cannot be used") as refused:
        read(GatewaySettings, {**os.environ, "LOKET_MONGO_URI": "mongo://a-word@host"})

    assert "a-word" not in str(refused.value)


@pytest.mark.parametrize("profile", ["prod", "Production", "demo "])
def test_a_profile_that_there_is_not_is_refused(profile: str):
    """It would be taken for production by one process, and for a demonstration by another."""
    with pytest.raises(SettingsError, match=r"LOKET_PROFILE cannot be used \(write demo or production\)"):
        read(GatewaySettings, {**os.environ, "LOKET_PROFILE": profile})


def test_a_logo_that_is_a_picture_is_served_as_a_drawing_that_shows_it(client: FlaskClient, tmp_path: Path):
    """Opened by itself, it shows its picture, too: a browser asks the policy of what it opens."""
    written = io.BytesIO()
    Image.new("RGB", (200, 100), (200, 16, 46)).save(written, "PNG")
    (tmp_path / "logo.svg").write_bytes(written.getvalue())

    answer = client.get("/assets/logo")

    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.data.startswith(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><image ')
    assert "img-src data:" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

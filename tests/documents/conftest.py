"""A press for the tests."""

from pathlib import Path

import pytest

from services.documents.paper.press import CertificatePress
from tests.documents.examples import SECRETS, a_folder, a_town


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logo, a seal (P-256) and the root that vouches for it."""
    return a_folder(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def press(town_folder: Path) -> CertificatePress:
    """Prints for the town of the examples."""
    return CertificatePress({"21005": a_town()}, folder=town_folder, secrets=SECRETS)

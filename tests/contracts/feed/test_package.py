"""The package as a department has it: built by itself, installed alone."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pika
import pytest

from services.contracts.feed.schemas import known_types
from services.contracts.feed.version import VERSION
from services.contracts.feed_schemas import HOME

pytestmark = pytest.mark.slow  # a wheel is built and an environment made

PIKA = Path(pika.__file__).parent
"""What the package needs, from beside us: nothing is fetched."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(HOME, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    subprocess.run([sys.executable, "-m", "pip", *build], check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_it_has_what_a_department_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {Path(name) for name in archive.namelist()}

    assert wheel.name == f"loket_contracts-{VERSION}-py3-none-any.whl"
    for kept in ("schemas", "examples"):
        assert {each.stem for each in inside if each.parent == Path("loket_contracts", kept)} >= set(known_types())
    assert {Path("loket_contracts", each) for each in ("asyncapi.yaml", "CHANGELOG.md", "py.typed")} <= inside


def test_it_is_installed_alone(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "own", with_pip=True)
    own = tmp_path / "own" / "bin"

    subprocess.run([own / "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    (site,) = (tmp_path / "own").glob("lib/python*/site-packages")
    shutil.copytree(PIKA, site / "pika")
    asked = "import loket_contracts as it; print(it.__file__, it.Subscriber.__name__)"
    imported = subprocess.run([own / "python", "-c", asked], check=True, capture_output=True, text=True, cwd=tmp_path)
    helped = subprocess.run([own / "loket-tail", "--help"], check=True, capture_output=True, text=True)

    assert imported.stdout.split() == [str(site / "loket_contracts" / "__init__.py"), "Subscriber"]
    assert "--since" in helped.stdout

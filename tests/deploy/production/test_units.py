"""The systemd units: what they name is there, and they stop the processes as these want to be stopped."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.outside import ROOT
from deploy.production.keys import FILES
from deploy.production.variables import PROCESSES
from gateway.serving.settings import ServingSettings
from services.chassis.settings import ServiceSettings
from services.contracts.topology import SERVICES
from tests.deploy.production.deployment import ETC

HOME = "/opt/loket"
AFTER_STOPPING_S = 15
"""For what a service still writes once its time to finish is over."""

WITH_SYSTEMD = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="apt-get install systemd")


def unit(process: str) -> dict[str, dict[str, str]]:
    """Section to keys, `%i` filled in; a key that stands several times has its values line by line."""
    name = "loket-gateway.service" if process == "gateway" else "loket@.service"
    found: dict[str, dict[str, str]] = {}
    for line in (ETC / name).read_text(encoding="utf-8").replace("%i", process).splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section[key] = f"{section[key]}\n{value}" if key in section else value
    return found


def chosen(name: str) -> int:
    """A number in gunicorn's settings. They are read, not imported: that would open the operators' port."""
    text = (ROOT / "gateway" / "gunicorn_conf.py").read_text(encoding="utf-8")
    return next(int(line.partition("=")[2]) for line in text.splitlines() if line.startswith(f"{name} = "))


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """The units as they would be, with this checkout in the place of /opt/loket."""
    names = {f"loket@{service}.service": "loket@.service" for service in SERVICES}
    names["loket-gateway.service"] = "loket-gateway.service"
    for name, origin in names.items():
        (tmp_path / name).write_text((ETC / origin).read_text("utf-8").replace(HOME, str(ROOT)), encoding="utf-8")
    return [tmp_path / name for name in names]


@WITH_SYSTEMD
def test_systemd_finds_nothing_wrong(installed: list[Path]) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, installed)], capture_output=True, text=True, check=False
    )

    ours = [line for line in (done.stdout + done.stderr).splitlines() if "loket" in line]
    assert (ours, done.returncode) == ([], 0)


@WITH_SYSTEMD
def test_little_of_the_machine_is_open_to_them(installed: list[Path]) -> None:
    for each in installed:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(each)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("process", PROCESSES)
def test_each_reads_its_own_files_as_a_user_of_its_own_and_runs_what_there_is(process: str) -> None:
    service = unit(process)["Service"]

    files = service["EnvironmentFile"].split("\n")
    assert files == ["/etc/loket/common.env", f"/etc/loket/{process}.env", f"/etc/loket/keys/{process}.env"]
    assert all((ETC / Path(file).name).exists() for file in files[:2])
    assert process in FILES
    assert service["User"] == f"loket-{process}"
    assert f"u {service['User']} - " in (ETC / "loket.sysusers").read_text("utf-8")
    argv = service["ExecStart"].split()
    assert argv[0] == f"{HOME}/.venv/bin/python"
    module = argv[argv.index("-m") + 1]
    assert module == "gunicorn" or (ROOT / module.replace(".", "/") / "__main__.py").exists()
    assert (service["Restart"], unit(process)["Unit"]["StartLimitIntervalSec"]) == ("always", "0")


@pytest.mark.parametrize("process", PROCESSES)
def test_whoever_is_told_to_stop_has_the_time_it_needs_and_its_children_are_its_own_to_end(process: str) -> None:
    service = unit(process)["Service"]
    finishes = chosen("graceful_timeout") if process == "gateway" else ServiceSettings.stop_s

    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) >= finishes + AFTER_STOPPING_S


def test_the_door_is_closed_before_those_behind_it_end() -> None:
    """Units are stopped in the opposite order of their start."""
    assert {f"loket@{service}.service" for service in SERVICES} <= set(unit("gateway")["Unit"]["After"].split())


def test_the_gateway_may_hold_the_connections_it_is_told_to() -> None:
    assert int(unit("gateway")["Service"]["LimitNOFILE"]) >= ServingSettings.connections + chosen("OTHER_FILES")


def test_what_to_install_is_what_set_up_installs_but_for_the_broker() -> None:
    (packages,) = re.findall(r"(?m)^packages=\((.*)\)$", (ROOT / "deploy" / "setup.sh").read_text())
    (told,) = re.findall(r"(?m)^    apt-get install (.*)$", (ETC.parent / "README.md").read_text())

    assert set(told.split()) == set(packages.split()) - {"rabbitmq-server"}


def test_units_of_a_second_version_are_made_as_the_page_says(tmp_path: Path) -> None:
    for name in ("loket@.service", "loket-gateway.service"):
        shutil.copy(ETC / name, tmp_path)
    page = (ETC.parent / "UPGRADING.md").read_text(encoding="utf-8")
    command = page[page.index("    for unit in") : page.index("    systemctl daemon-reload")]

    subprocess.run(["/bin/bash", "-ec", command], cwd=tmp_path, check=True)

    for name, process in (("loket@.service", "%i"), ("loket-gateway.service", "gateway")):
        usual = (tmp_path / name).read_text(encoding="utf-8")
        made = (tmp_path / name.replace("loket", "loket-next")).read_text(encoding="utf-8")
        keys = f"EnvironmentFile=/etc/loket/keys/{process}.env\n"
        assert usual.count(keys) == 1
        expected = usual.replace("/opt/loket", "/opt/loket-0.10.0")
        assert made == expected.replace(keys, f"{keys}EnvironmentFile=/etc/loket/next/{process}.env\n")

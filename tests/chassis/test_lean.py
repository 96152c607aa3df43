"""What a process does not load."""

import subprocess
import sys


def test_what_writes_to_no_terminal_loads_nothing_for_one() -> None:
    for module in ("services.chassis.run", "deploy.local.supervisor", "gateway.gunicorn_conf, gateway.app"):
        loaded = f"import sys, {module}; print([name for name in sys.modules if name.startswith('rich.')])"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", loaded], capture_output=True, text=True, check=True
        )

        assert done.stdout == "[]\n", module

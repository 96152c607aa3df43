"""/healthz, /readyz and /metrics of a process."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import eventlet
import eventlet.wsgi
from prometheus_client import make_wsgi_app

from services.chassis.held import clear_unheld
from services.chassis.version_metric import tell_version
from services.contracts.version import VERSION

Check = Callable[[], bool]
"""Whether a part is ready; may raise, which means it is not."""


class HealthServer:
    """Serves from the first moment: alive at once, ready when every check passes."""

    def __init__(self, *, service: str, host: str, port: int, run_dir: str) -> None:
        self.checks: dict[str, Check] = {}
        self._socket = eventlet.listen((host, port))
        self._metrics = make_wsgi_app()
        tell_version()
        self._service = service
        self._file = Path(run_dir, f"{service}-{os.getpid()}.json") if run_dir else None

    def start(self) -> None:
        """Listen, and write where for the operators' command."""
        eventlet.spawn_n(eventlet.wsgi.server, self._socket, self._respond, log_output=False)
        if self._file:
            clear_unheld(self._file.parent.glob(f"{self._service}-*.json"))
            port = self._socket.getsockname()[1]
            fresh = self._file.with_suffix(".new")
            told = {"service": self._service, "pid": os.getpid(), "health_port": port, "version": VERSION}
            fresh.write_text(json.dumps(told))
            fresh.rename(self._file)

    def stop(self) -> None:
        """Forget the file; the socket ends with the process."""
        if self._file:
            self._file.unlink(missing_ok=True)

    def _respond(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            metrics: Iterable[bytes] = self._metrics(environ, start_response)
            return metrics
        if path == "/healthz":
            return _json(start_response, "200 OK", {"status": "alive", "version": VERSION})
        if path == "/readyz":
            found = {name: _passes(check) for name, check in self.checks.items()}
            ready = all(found.values())
            return _json(start_response, "200 OK" if ready else "503 Service Unavailable", {"ready": ready, **found})
        return _json(start_response, "404 Not Found", {})


def _passes(check: Check) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - a check that cannot be made is a check that fails
        return False


def _json(start_response: Callable[..., Any], status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]

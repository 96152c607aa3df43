"""/healthz, /readyz and /metrics of the gateway, on a port of their own that only operators reach.

gunicorn's master holds the socket; each of its workers takes requests from it, and whichever answers tells the metrics
of all. What a worker checks is asked anew each time, as in the other processes (services/chassis/health.py).
"""

import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.serving.settings import ServingSettings
from services.chassis.held import clear_unheld, hold
from services.contracts.version import VERSION

Check = Callable[[], bool]
"""Whether a part is reached now."""

METRICS = "PROMETHEUS_MULTIPROC_DIR"

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own in it, which nobody else can open
"""Where the workers count. They write into mapped files: on a full disk that ends a worker by a signal (SIGBUS), in the
middle of a citizen's request."""

ROOM = {"counter": 4 << 20, "histogram": 512 << 10, "gauge_livemax": 64 << 10}
"""Bytes of each file that a worker counts in, by what its name begins with: more than all routes, methods and statuses
need, so that none ever grows. They are taken at once: for a file with holes there is no room in a full memory, either,
and then a worker that counts is ended by the same signal.
"""

COUNTS = "loket-gateway-metrics-"
"""Begins the name of such a folder; the master's process id follows."""


@dataclass(frozen=True, kw_only=True)
class OperationsPort:
    """`metrics` is the folder that the workers count in, `held` as long as one of them lives; `run_file` says where it
    listens, if anybody wants to know.
    """

    listener: socket.socket
    metrics: Path
    run_file: Path | None
    held: int

    @classmethod
    def open(cls, settings: ServingSettings) -> "OperationsPort":
        """In gunicorn's master, before there is a worker and before anything counts. Raises OSError."""
        listener = socket.create_server((settings.health_host, settings.health_port), reuse_port=True)
        listener.set_inheritable(False)
        run_dir, run_file = Path(settings.run_dir or tempfile.gettempdir()), None
        counted_in = MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else run_dir
        clear_unheld(counted_in.glob(f"{COUNTS}*"))
        metrics = Path(tempfile.mkdtemp(prefix=f"{COUNTS}{os.getpid()}-", dir=counted_in))
        held = hold(metrics)
        os.environ[METRICS] = str(metrics)
        if settings.run_dir:
            clear_unheld(run_dir.glob("gateway-*.json"))
            run_file = run_dir / f"gateway-{os.getpid()}.json"
            fresh = run_file.with_suffix(".new")
            port = listener.getsockname()[1]
            told = {"service": "gateway", "pid": os.getpid(), "health_port": port, "version": VERSION}
            fresh.write_text(json.dumps(told))
            fresh.rename(run_file)
        return cls(listener=listener, metrics=metrics, run_file=run_file, held=held)

    def take_room(self) -> None:
        """In a new worker, before anything counts. Where there is no room it counts for itself alone, and whoever asks
        this worker reads its own counts."""
        files = {self.metrics / f"{kind}_{os.getpid()}.db": size for kind, size in ROOM.items()}
        try:
            for path, size in files.items():
                with path.open("ab") as file:
                    os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            for path in files:
                path.unlink(missing_ok=True)
            os.environ.pop(METRICS, None)
            print(f"no room to count in {self.metrics}: {error.strerror}; make room there", file=sys.stderr)  # noqa: T201

    def forget(self, pid: int) -> None:
        """In the master: the gauges of a worker that has ended. What it counted stays."""
        for path in self.metrics.glob(f"gauge_live*_{pid}.db"):
            path.unlink(missing_ok=True)

    def serve(self, *, ready: Check, details: Mapping[str, Check]) -> None:
        """In a worker, beside the citizens' requests."""
        import gevent.socket  # noqa: PLC0415 - in a worker, once it is patched
        from gevent.pywsgi import WSGIServer  # noqa: PLC0415

        taken = gevent.socket.socket(fileno=os.dup(self.listener.fileno()))
        WSGIServer(taken, Operations(ready=ready, details=details), log=None, error_log=None).start()

    def close(self) -> None:
        """In the master, when the last worker has ended."""
        self.listener.close()
        shutil.rmtree(self.metrics, ignore_errors=True)
        os.close(self.held)
        if self.run_file:
            self.run_file.unlink(missing_ok=True)


class Operations:
    """The WSGI application behind that port. `ready` says whether it may be asked, `details` what it reaches."""

    def __init__(self, *, ready: Check, details: Mapping[str, Check]) -> None:
        self._ready = ready
        self._details = details

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return _metrics(environ, start_response)
        if path == "/healthz":
            return _json(start_response, "200 OK", {"status": "alive", "version": VERSION})
        if path == "/readyz":
            ready, found = self._ready(), {name: check() for name, check in self._details.items()}
            return _json(start_response, "200 OK" if ready else "503 Service Unavailable", {"ready": ready, **found})
        return _json(start_response, "404 Not Found", {})


def _metrics(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    from prometheus_client import REGISTRY, CollectorRegistry, make_wsgi_app  # noqa: PLC0415 - it reads METRICS
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    registry = REGISTRY
    if METRICS in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    answer: Iterable[bytes] = make_wsgi_app(registry)(environ, start_response)
    return answer


def _json(start_response: Callable[..., Any], status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]

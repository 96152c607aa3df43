"""gunicorn's settings (https://gunicorn.org/reference/settings/), from the same environment as the gateway's.

LOKET_GATEWAY_BIND (127.0.0.1:8080), LOKET_GATEWAY_WORKERS (2) and LOKET_GATEWAY_THREADS (24).
"""

import os
import shutil
import signal
import tempfile
from types import FrameType
from typing import Any

bind = os.environ.get("LOKET_GATEWAY_BIND", "127.0.0.1:8080")
workers = int(os.environ.get("LOKET_GATEWAY_WORKERS", "2"))
threads = int(os.environ.get("LOKET_GATEWAY_THREADS", "24"))
worker_class = "gthread"
preload_app = False
keepalive = 15
timeout = 60
graceful_timeout = 20
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
forwarded_allow_ips = "127.0.0.1,::1"  # LOKET_PROXIES says whether X-Forwarded-* counts at all
accesslog = None  # paths hold codes; gateway.observing logs routes instead
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's advice for containers

_metrics = tempfile.mkdtemp(prefix="loket-gateway-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _metrics


def post_worker_init(worker: Any) -> None:
    """Live streams end first when a worker is told to stop; else they would hold it for their whole length."""
    before = signal.getsignal(signal.SIGTERM)
    movements = worker.wsgi.config["LOKET_MOVEMENTS"]

    def close(number: int, frame: FrameType | None) -> None:
        movements.close()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, close)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a process that has ended."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - it reads the variable set above

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_metrics, ignore_errors=True)

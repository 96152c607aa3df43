"""gunicorn's settings (https://gunicorn.org/reference/settings/), from the same environment as the gateway's.

What may be set is in gateway/serving/settings.py.
"""

from services.chassis import lean  # noqa: F401 - first of all

# isort: split

import os
import resource
import sys
from typing import Any

from gateway.serving.operations import OperationsPort
from gateway.serving.settings import serving_settings
from services.chassis.settings import SettingsError

try:
    _settings = serving_settings()
except SettingsError as error:
    print(error, file=sys.stderr)  # noqa: T201 - what to mend, before there is a log
    sys.exit(4)

bind = _settings.bind
workers = _settings.workers
worker_class = "gateway.serving.worker.CounterWorker"
worker_connections = _settings.connections
preload_app = False
keepalive = 1  # connections are kept; for how long says the line
timeout = 60
graceful_timeout = 20
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
http_protocols = "h1"
http2_cleartext = "off"
header_map = "drop"  # X_Forwarded_For is not X-Forwarded-For
# Nobody in front of us is believed here: what a proxy may say is ProxyFix's to know, from LOKET_PROXIES (gateway.app)
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
proxy_protocol = "off"
proxy_allow_ips = ""
accesslog = None  # paths hold codes; gateway.observing logs routes instead
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's advice for containers

OTHER_FILES = 256
"""Of a process, beside its clients' connections: broker, store, providers, metrics."""

_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_wanted = worker_connections + OTHER_FILES
if _soft != resource.RLIM_INFINITY and _soft < _wanted:
    _most = _wanted if _hard == resource.RLIM_INFINITY else min(_wanted, _hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _hard))
    worker_connections = min(worker_connections, max(1, _most - OTHER_FILES))

try:
    operations = OperationsPort.open(_settings)
except OSError as error:
    print(f"LOKET_HEALTH_HOST and LOKET_HEALTH_PORT cannot be used: {error}", file=sys.stderr)  # noqa: T201 - as above
    sys.exit(4)


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker is there, without the application yet."""
    operations.take_room()


def post_worker_init(worker: Any) -> None:
    """A worker is there, with the application."""
    operations.serve(**worker.wsgi.config["LOKET_HEALTH"])


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a process that has ended."""
    operations.forget(worker.pid)  # prometheus_client could, but would count in the master, too, once it is imported


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    operations.close()

"""Which version a process runs, for whoever watches many: during a roll-out there are two."""

from prometheus_client import Gauge

from services.contracts.version import VERSION

_RUNS = Gauge("loket_version", "1 for the version that runs", ["version"], multiprocess_mode="livemax")


def tell_version() -> None:
    """At the start of a process, once its metrics have their place."""
    _RUNS.labels(VERSION).set(1)

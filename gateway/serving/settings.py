"""What gunicorn's settings and its worker are told from outside."""

import os
from dataclasses import dataclass

from services.chassis.settings import AT_ONCE, EXTENSIONS_ABOUT, folder, read, seconds, setting, whole


@dataclass(frozen=True, kw_only=True)
class ServingSettings:
    """Read before the application is."""

    bind: str = setting("LOKET_GATEWAY_BIND", "where the gateway listens, host:port", default="127.0.0.1:8080")
    workers: int = setting(
        "LOKET_GATEWAY_WORKERS",
        "processes of the gateway",
        default=max(1, (os.cpu_count() or 1) // 2),
        parse=whole(1, AT_ONCE),
    )
    connections: int = setting(
        "LOKET_GATEWAY_CONNECTIONS",
        "connections of clients that one process holds; beyond them it hangs up on who keeps it waiting longest",
        default=2000,
        parse=whole(1, 100_000),
    )
    head_s: float = setting(
        "LOKET_GATEWAY_HEAD_S", "seconds in which the head of a request must be there", default=10.0, parse=seconds
    )
    body_s: float = setting(
        "LOKET_GATEWAY_BODY_S", "seconds in which its body must be there", default=60.0, parse=seconds
    )
    idle_s: float = setting(
        "LOKET_GATEWAY_IDLE_S", "seconds that a connection may be without a request", default=15.0, parse=seconds
    )
    health_host: str = setting(
        "LOKET_HEALTH_HOST", "address of /healthz, /readyz and /metrics, for operators alone", default="127.0.0.1"
    )
    health_port: int = setting(
        "LOKET_HEALTH_PORT",
        "port of /healthz, /readyz and /metrics; 0 takes a free one",
        default=0,
        parse=whole(0, 65535),
    )
    run_dir: str = setting("LOKET_RUN_DIR", "folder where the gateway writes its pid and health port", default="")
    extensions: str = setting("LOKET_EXTENSIONS", EXTENSIONS_ABOUT, default="", parse=folder)
    answer_s: float = setting(
        "LOKET_GATEWAY_ANSWER_S",
        "seconds in which a client must take each 64 KB of an answer",
        default=20.0,
        parse=seconds,
    )


def serving_settings() -> ServingSettings:
    """From the environment. Raises SettingsError."""
    return read(ServingSettings, os.environ)

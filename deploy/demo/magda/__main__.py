"""`python -m deploy.demo.magda PORT FOLDER`: the stand-in, until SIGTERM. FOLDER holds its certificates."""

from services.chassis import lean  # noqa: F401 - before structlog

# isort: split

import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import FrameType

from deploy.demo.magda.answering import Answering
from deploy.demo.magda.faults import Faults
from deploy.demo.magda.server import Server
from deploy.local.stack import this_stack
from services.chassis.database import connect
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.view import PopulationSource


def _now() -> datetime:
    return datetime.now(UTC)


def serve(port: int, folder: Path) -> None:
    """Its population stands in a database of its own."""
    stack = this_stack()
    with connect(stack.mongo_uri, appname="magda") as client:
        database = client[f"{stack.database}_magda"]
        source, faults = PopulationSource(Populations(database), clock=_now), Faults(database)
        server = Server(
            port,
            folder=folder,
            answering=Answering(lambda town: source.view(town=town), folder=folder, clock=_now),
            fault_now=lambda: faults.now(_now()),
            clock=_now,
        )

        def stop(_number: int, _frame: FrameType | None) -> None:
            server.ended.set()
            Thread(target=server.shutdown, daemon=True).start()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        server.serve_forever(poll_interval=0.2)
        server.server_close()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))

"""`python -m deploy.demo.deeds PORT`: the demonstration's database of deeds, over HTTPS."""

from services.chassis import lean  # noqa: F401 - before structlog

# isort: split

import sys
from datetime import UTC, datetime, timedelta

from deploy.demo.deeds.archive import Archive
from deploy.demo.deeds.migrations import Migrations
from deploy.demo.deeds.service import DeedsService
from deploy.demo.far.authorities import demo_authorities
from deploy.demo.far.faults import Switch
from deploy.demo.far.people import people_of
from deploy.demo.far.server import FarServer, serve
from deploy.local.stack import this_stack
from services.chassis.database import connect

MIGRATES_IN = timedelta(seconds=20)


def main(port: int) -> None:
    """Until SIGTERM."""
    stack = this_stack()

    def clock() -> datetime:
        return datetime.now(UTC)

    demo_authorities(stack.sources)
    with connect(stack.mongo_uri, appname="loket-deeds") as client:
        archive = Archive(people_of(client[f"{stack.database}_registry"]), today=clock().date())
        migrations = Migrations(stack.sources / "migrations.json", takes=MIGRATES_IN, clock=clock)
        service = DeedsService(archive, migrations, folder=stack.sources, clock=clock)
        serve(FarServer(port, service, folder=stack.sources, switch=Switch(stack.sources, "deeds")))


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""`python -m deploy.demo.criminal_record PORT`: the demonstration's criminal record, over HTTPS."""

from services.chassis import lean  # noqa: F401 - before structlog

# isort: split

import sys

from deploy.demo.criminal_record.service import criminal_record
from deploy.demo.far.authorities import demo_authorities
from deploy.demo.far.faults import Switch
from deploy.demo.far.server import FarServer, serve
from deploy.local.stack import this_stack


def main(port: int) -> None:
    """Until SIGTERM."""
    folder = this_stack().sources
    demo_authorities(folder)
    serve(FarServer(port, criminal_record, folder=folder, switch=Switch(folder, "criminal-record")))


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""`python -m deploy.local.embedded broker|broker-2|broker-3|store`: become that server, as the supervisor does."""

import sys

from deploy.local.embedded.part import PartError, become
from deploy.local.stack import embedded_part

if __name__ == "__main__":
    try:
        become(embedded_part(sys.argv[1]))
    except PartError as error:
        sys.exit(str(error))

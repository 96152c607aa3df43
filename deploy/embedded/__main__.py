"""`python -m deploy.embedded broker|broker-2|broker-3|store`: become that server, as the supervisor does."""

import sys

from deploy.embedded.part import PartError, become
from deploy.stack import embedded_part

if __name__ == "__main__":
    try:
        become(embedded_part(sys.argv[1]))
    except PartError as error:
        sys.exit(str(error))

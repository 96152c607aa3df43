"""`python -m deploy.demo.sign_in PORT`: the demonstration's identity provider, where one is whom one says."""

from services.chassis import lean  # noqa: F401 - first of all

# isort: split

import os
import sys
import warnings

from authlib.deprecate import AuthlibDeprecationWarning

warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # of what the library of this demonstration stands on

import uvicorn  # noqa: E402

from deploy.demo.sign_in_page import provider  # noqa: E402
from deploy.local.stack import this_stack  # noqa: E402


def serve(port: int, claim_names: set[str]) -> None:
    """Until SIGTERM. It logs nothing of whom it lets in."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, on the loopback
    served = provider(claim_names)
    uvicorn.run(served, interface="wsgi", host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    towns = this_stack().towns().values()
    serve(int(sys.argv[1]), {town.sign_in.national_number_claim for town in towns})

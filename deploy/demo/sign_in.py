"""`python -m deploy.demo.sign_in PORT`: the demonstration's identity provider, where one is whom one says."""

from services.chassis import lean  # noqa: F401 - first of all

# isort: split

import os
import sys
import warnings

from authlib.deprecate import AuthlibDeprecationWarning

warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # of what the library of this demonstration stands on

import uvicorn  # noqa: E402

from deploy.demo.sign_in_page import looks_of, provider  # noqa: E402
from deploy.local.stack import Stack, this_stack  # noqa: E402


def serve(port: int, stack: Stack) -> None:
    """Until SIGTERM. It logs nothing of whom it lets in."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, on the loopback
    towns = stack.towns().values()
    claim_names = {town.sign_in.national_number_claim for town in towns}
    served = provider(claim_names, looks_of(towns, stack.towns_folder))
    uvicorn.run(served, interface="wsgi", host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    serve(int(sys.argv[1]), this_stack())

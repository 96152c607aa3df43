"""What set-up makes besides packages and `.venv`: the embedded store, and the demonstration's secrets and seals."""

import sys

from deploy.local.embedded.part import PartError
from deploy.local.embedded.store import unpack
from deploy.local.stack import Stack, this_stack
from services.contracts.schema import Unreadable


def prepare(stack: Stack) -> None:
    """Make what is missing; what runs keeps the towns it was started with. Raises PartError or Unreadable."""
    if stack.is_embedded("store"):
        unpack(stack.opt)
    if not stack.is_supervised():
        stack.write_towns()
    if stack.profile == "demo":
        from deploy.demo.far.authorities import demo_attest_seals, demo_authorities  # noqa: PLC0415
        from deploy.demo.magda.certificates import demo_certificates  # noqa: PLC0415
        from deploy.demo.seals import demo_seals  # noqa: PLC0415 - production stands without the demonstration
        from deploy.demo.secrets import demo_secrets  # noqa: PLC0415

        towns = stack.towns()
        secrets = demo_secrets(stack.var, towns=towns)
        demo_authorities(stack.sources)
        demo_seals(stack.seals, towns, secrets)
        if asking := [refnis for refnis, town in towns.items() if stack.asks_standin(town)]:
            demo_certificates(stack.magda, asking, secrets)
            demo_attest_seals(stack.magda)


if __name__ == "__main__":
    try:
        prepare(this_stack())
    except (PartError, Unreadable) as error:
        sys.exit(f"setup: {error}")

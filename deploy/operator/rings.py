"""Keys that a command needs and that a service holds as well."""

import os
from typing import TYPE_CHECKING

from deploy.operator.terminal import Mistake

if TYPE_CHECKING:
    from deploy.local.stack import Stack
    from services.chassis.locking import KeyRing


def key_ring(stack: "Stack", variable: str, about: str) -> "KeyRing":
    """Raises Mistake where they are not in the environment of who gives the command."""

    from deploy.demo.secrets import demo_secrets  # noqa: PLC0415
    from services.chassis.locking import KeyRing  # noqa: PLC0415

    given = os.environ.get(variable) or stack.outside.get(variable)
    if not given and stack.profile == "demo":
        given = demo_secrets(stack.var, towns=())[variable]
    if not given:
        raise Mistake(f"{variable} is missing: {about}")
    try:
        return KeyRing.parse(given)
    except ValueError as error:
        raise Mistake(f"{variable}: {error}") from None

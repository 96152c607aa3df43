"""Printing in child processes. `python -m services.documents.children.printing` is their nursery."""

import gc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.chassis.crash import crash_point
from services.contracts.rooms import EXTENSIONS
from services.contracts.schema import dump, load
from services.documents.children.asking import Answer, Children, answer_until_closed
from services.documents.children.nursery import become_a_child
from services.documents.domain import Order, Printed

TOWNS = "LOKET_TOWNS"

PRIORITY = 5
"""How much printing stands back where all cores are taken: whoever files an application is answered first."""


class PrintingChildren:
    """See ports.Press. The children alone hold the keys of the seals."""

    def __init__(self, *, size: int, limit_s: float, environ: Mapping[str, str]) -> None:
        needed = {name: value for name, value in environ.items() if _is_needed(name)}
        self._children = Children("services.documents.children.printing", size=size, limit_s=limit_s, environ=needed)
        self.start = self._children.start
        self.stop = self._children.stop

    def print(self, order: Order) -> Printed:
        """See ports.Press."""
        answer, pdf = self._children.ask(dump(order))
        crash_point("documents.rendered")
        return Printed(pdf=pdf, seal=answer["seal"])


def _is_needed(name: str) -> bool:
    """The seals' secrets, and what a token's module may want of the environment; no key or address of the service."""
    return not name.startswith("LOKET_") or name.startswith("LOKET_SEAL_") or name in (TOWNS, EXTENSIONS)


def main() -> None:
    """A nursery, and in each child of it: answer until the service closes the socket."""
    from services.documents.paper.press import press_of  # noqa: PLC0415 - only the nursery pays for WeasyPrint

    os.nice(PRIORITY)
    parent = become_a_child()
    gc.disable()  # a certificate is small: its garbage is collected when there is time (see answer_until_closed)
    press = press_of(Path(os.environ[TOWNS]), os.environ)

    def work(question: dict[str, Any], _: bytes) -> Answer:
        printed = press.render_and_seal(load(Order, question))
        return {"seal": printed.seal}, printed.pdf

    answer_until_closed(parent, work)


if __name__ == "__main__":
    main()

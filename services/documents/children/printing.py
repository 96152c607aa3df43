"""Printing in child processes. `python -m services.documents.children.printing` is their nursery."""

import contextlib
import gc
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.chassis.crash import crash_point
from services.chassis.priority import stand_back
from services.contracts.delivery import TryLater
from services.contracts.living_towns import LivingTowns
from services.contracts.rooms import EXTENSIONS
from services.contracts.schema import dump, load
from services.contracts.town_setups import ChangedTown, TownSetup
from services.documents.children.asking import Answer, Children, answer_until_closed
from services.documents.children.nursery import become_a_child
from services.documents.domain import Order, Printed, Unprintable

TOWNS = "LOKET_TOWNS"

PREVIEWS_WAIT_S = 2.0

STANDS_BACK = 3
"""More than the service itself does. With a session of its own, or it would weigh as much as a whole service."""


class PrintingChildren:
    """See ports.Press. The children alone hold the keys of the seals."""

    def __init__(self, towns: LivingTowns, *, size: int, limit_s: float, environ: Mapping[str, str]) -> None:
        self._towns = towns
        self._previewing = threading.Lock()
        needed = {name: value for name, value in environ.items() if _is_needed(name)}
        self._children = Children("services.documents.children.printing", size=size, limit_s=limit_s, environ=needed)
        self.start = self._children.start
        self.stop = self._children.stop

    def print(self, order: Order) -> Printed:
        """See ports.Press."""
        answer, pdf = self._children.ask(question_of(order, self._towns))
        if never := answer.get("unprintable"):
            raise Unprintable(*never)
        crash_point("documents.rendered")
        return Printed(pdf=pdf, seal=answer["seal"])

    def preview(self, order: Order, setup: TownSetup) -> bytes:
        """See ports.Press. One at a time, and nobody waits long for it: neither the children nor those who answer
        questions are kept from what citizens wait for."""
        if not self._previewing.acquire(timeout=PREVIEWS_WAIT_S):
            raise TryLater("previews-busy")
        try:
            return self._children.ask({"order": dump(order), "previewed": dump(setup)})[1]
        finally:
            self._previewing.release()


def question_of(order: Order, towns: LivingTowns) -> dict[str, Any]:
    """What a child is asked: to print this, for its town as it is served now."""
    return {"order": dump(order), "served": dump(towns.changed(order.facts.town))}


def _is_needed(name: str) -> bool:
    """The seals' secrets, what it reads itself, and what a token's module may want of the environment; no key or
    address of the service."""
    return not name.startswith("LOKET_") or name.startswith("LOKET_SEAL_") or name in (TOWNS, EXTENSIONS)


def main() -> None:
    """A nursery, and in each child of it: answer until the service closes the socket."""
    from services.documents.paper.press import press_of  # noqa: PLC0415 - only the nursery pays for WeasyPrint

    with contextlib.suppress(PermissionError):  # it leads one already
        os.setsid()
    stand_back(STANDS_BACK)
    parent = become_a_child()
    gc.disable()  # a certificate is small: its garbage is collected when there is time (see answer_until_closed)
    press = press_of(Path(os.environ[TOWNS]), os.environ)

    def work(question: dict[str, Any], _: bytes) -> Answer:
        if "previewed" in question:
            return {}, press.picture(load(Order, question["order"]), load(TownSetup, question["previewed"]))
        press.serve(load(ChangedTown, question["served"]))
        try:
            printed = press.render_and_seal(load(Order, question["order"]))
        except Unprintable as never:
            return {"unprintable": [never.code, never.reason, never.detail]}, b""
        return {"seal": printed.seal}, printed.pdf

    answer_until_closed(parent, work)


if __name__ == "__main__":
    main()

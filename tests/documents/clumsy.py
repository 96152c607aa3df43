"""A child that does what it is told, mishaps included."""

import os
import signal
import sys
import threading
import weakref
from typing import Any

from services.documents.children.asking import Answer, answer_until_closed
from services.documents.children.nursery import become_a_child


class Box:
    """Refers to itself, as a page's boxes refer to each other."""

    def __init__(self) -> None:
        self.parent = self


BOXES: weakref.WeakSet[Box] = weakref.WeakSet()


def work(question: dict[str, Any], content: bytes) -> Answer:
    if question["do"] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if question["do"] == "hang":
        threading.Event().wait()
    if question["do"] == "leave":
        sys.exit()
    if question["do"] == "raise":
        raise ValueError("a secret of the page")
    if question["do"] == "boxes":
        left = len(BOXES)
        BOXES.update([Box() for _ in range(10)])
        return {"left": left}, content
    if question["do"] == "count":
        return {"left": len(BOXES)}, content
    return {"pid": os.getpid(), "names": sorted(os.environ)}, content


answer_until_closed(become_a_child(), work)

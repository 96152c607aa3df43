"""A child that does what it is told, mishaps included."""

import os
import signal
import sys
import threading
from typing import Any

from services.documents.children import Answer, answer_until_closed


def work(question: dict[str, Any], content: bytes) -> Answer:
    if question["do"] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if question["do"] == "hang":
        threading.Event().wait()
    if question["do"] == "leave":
        sys.exit()
    if question["do"] == "raise":
        raise ValueError("a secret of the page")
    return {"pid": os.getpid(), "names": sorted(os.environ)}, content


answer_until_closed(work)

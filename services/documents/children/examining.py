"""Looking into files of others in a child process. `python -m services.documents.children.examining` is its nursery."""

import os
import re
import resource
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import structlog

from services.contracts.delivery import Unacceptable
from services.documents.children.asking import ChildLost, Children, answer_until_closed
from services.documents.children.nursery import become_a_child
from services.documents.domain import Finding

log = structlog.get_logger()

MEMORY = 1024 * 1024 * 1024

HEAD = 1024
"""Bytes within which the header of a PDF stands for readers that forgive (ISO 32000-1, annex H, 3.4.1)."""

SEAL = re.compile(rb"/ByteRange\s{0,8}\[")
"""Of a signature's dictionary (ISO 32000-1, 12.8.1), which another program may have left where no reader takes it."""

NUMBER = re.compile(rb"/LoketNumber \((\d{5}-\d{4}-)(\d{3})(\d{3})(\d{3})\)")


class ExaminingChild:
    """See ports.Examiner. The child starts with the first file and knows no secret.

    A file is looked into twice, for its seals and for its text and QR codes, `limit_s` each: what kills or keeps the
    one look takes nothing from the other.
    """

    def __init__(self, *, limit_s: float) -> None:
        self._children = Children(
            "services.documents.children.examining", size=1, limit_s=limit_s, environ={}, ahead=False
        )
        self.start = self._children.start
        self.stop = self._children.stop

    def examine(self, pdf: bytes) -> Finding:
        """See ports.Examiner. A file that kills its reader, or keeps it too long, shows nothing there."""
        number = number_in(pdf)
        if b"%PDF-" not in pdf[:HEAD]:
            return Finding(number=number)
        seals, traces = self._look("seals", pdf), self._look("traces", pdf)
        return Finding(
            number=number,
            seals=tuple(seals.get("seals", ())),
            whole=tuple(seals.get("whole", ())),
            codes=tuple(traces.get("codes", ())),
            pointers=tuple(traces.get("pointers", ())),
            mentioned=traces.get("number"),
            locked=traces.get("locked", False),
            bears_seal=bool(SEAL.search(pdf)),
        )

    def _look(self, at: str, pdf: bytes) -> dict[str, Any]:
        try:
            answer, _ = self._children.ask({"look_at": at}, pdf)
        except (Unacceptable, ChildLost) as error:
            log.info("file_unreadable", look_at=at, reason=error.reason)
            return {}
        return answer


def number_in(pdf: bytes) -> str | None:
    """The number in the seal's dictionary, which is not compressed (see PadesSeal.place)."""
    found = NUMBER.search(pdf)
    return f"{found[1].decode()}{found[2].decode()} {found[3].decode()} {found[4].decode()}" if found else None


def main() -> None:
    """A nursery, and in its child: answer until the service closes the socket."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no file of a citizen's is to lie on a disk
    from services.documents.children.examination import examine  # noqa: PLC0415 - only the nursery pays for pyHanko and PDFium
    from services.documents.children.traces import traces  # noqa: PLC0415

    parent = become_a_child()

    def seals(pdf: bytes) -> dict[str, Any]:
        valid = [each for each in examine(pdf) if each.valid]
        whole = [each.signer_sha256 for each in valid if each.whole]
        return {"seals": [each.signer_sha256 for each in valid], "whole": whole}

    looks: dict[str, Callable[[bytes], dict[str, Any]]] = {"seals": seals, "traces": lambda pdf: asdict(traces(pdf))}
    answer_until_closed(parent, lambda question, pdf: (looks[question["look_at"]](pdf), b""))
    os._exit(0)  # zxing-cpp's binding would fill the log about what is still held, which ends with the process


if __name__ == "__main__":
    main()

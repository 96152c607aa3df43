"""Looking into files of others in a child process. `python -m services.documents.examining` is the child."""

import re
import resource
from typing import Any

from services.contracts.delivery import Unacceptable
from services.documents.children import Answer, Children, answer_until_closed
from services.documents.domain import Finding

MEMORY = 1024 * 1024 * 1024
NUMBER = re.compile(rb"/LoketNumber \((\d{5}-\d{4}-)(\d{3})(\d{3})(\d{3})\)")


class ExaminingChild:
    """See domain.Examiner. The child starts with the first file and knows no secret."""

    def __init__(self, *, limit_s: float) -> None:
        self._children = Children("services.documents.examining", size=1, limit_s=limit_s, environ={})
        self.start = self._children.start
        self.stop = self._children.stop

    def examine(self, pdf: bytes) -> Finding:
        """See domain.Examiner. A file that kills its reader, or keeps it too long, shows no seal."""
        number = number_in(pdf)
        if not pdf.startswith(b"%PDF-"):
            return Finding(number=number)
        try:
            answer, _ = self._children.ask({}, pdf)
        except Unacceptable:
            return Finding(number=number)
        return Finding(number=number, seals=tuple(answer["seals"]), whole=tuple(answer["whole"]))


def number_in(pdf: bytes) -> str | None:
    """The number in the seal's dictionary, which is not compressed (see PadesSeal.place)."""
    found = NUMBER.search(pdf)
    return f"{found[1].decode()}{found[2].decode()} {found[3].decode()} {found[4].decode()}" if found else None


def main() -> None:
    """Answer until the service closes the socket."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from services.documents.examination import examine  # noqa: PLC0415 - only the child pays for pyHanko

    def work(_: dict[str, Any], pdf: bytes) -> Answer:
        valid = [each for each in examine(pdf) if each.valid]
        whole = [each.signer_sha256 for each in valid if each.whole]
        return {"seals": [each.signer_sha256 for each in valid], "whole": whole}, b""

    answer_until_closed(work)


if __name__ == "__main__":
    main()

"""The printing child itself, which also weighs what it holds. `LEAK` in its environment names a leak to make."""

import ctypes
import gc
import os
import socket
import sys
from pathlib import Path
from typing import Any

from weasyprint.pdf import fonts
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration

from services.documents.children import printing
from services.documents.children.asking import Answer, answer_until_closed
from services.documents.paper import pinned
from services.documents.paper.rendering import Renderer

KEPT: list[Any] = []


class Mallinfo2(ctypes.Structure):
    """`struct mallinfo2` of malloc.h, bytes."""

    _fields_ = [
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd")),
        *((name, ctypes.c_size_t) for name in ("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")),
    ]


def weight() -> dict[str, int]:
    """Resident kB, bytes that malloc gave out, and Python's own small blocks."""
    gc.collect()  # a child that is asked again at once puts it off
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = Mallinfo2
    given = libc.mallinfo2()
    resident = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return {
        "resident_kb": int(resident.split()[1]),
        "malloc_bytes": given.uordblks + given.hblkhd,
        "blocks": sys.getallocatedblocks(),
    }


def leak_font_configurations() -> None:
    """A configuration for each document, as WeasyPrint makes where none is shared. Kept: Debian 13's Pango frees it."""
    render = Renderer.render

    def leaky(renderer: Renderer, *arguments: Any, **options: Any) -> bytes:
        renderer._fonts = FontConfiguration()
        KEPT.append(renderer._fonts)
        return render(renderer, *arguments, **options)

    Renderer.render = leaky


def leak_what_pango_gives() -> None:
    """As WeasyPrint is without our mend."""
    pinned.free_fonts = lambda: setattr(fonts, "pango", pango)


def leak_orders() -> None:
    """What was printed is kept."""
    load = printing.load

    def keep(kind: type, data: dict[str, Any]) -> Any:
        KEPT.append(load(kind, data))
        return KEPT[-1]

    printing.load = keep


def leak_garbage() -> None:
    """The collector is never called."""
    gc.collect = lambda *_: 0


LEAKS = {
    "font configurations": leak_font_configurations,
    "what pango gives": leak_what_pango_gives,
    "orders": leak_orders,
    "garbage": leak_garbage,
}


def weighing(parent: socket.socket, work: Any) -> None:
    def weigh_or_work(question: dict[str, Any], content: bytes) -> Answer:
        return (weight(), b"") if question == {"do": "weigh"} else work(question, content)

    answer_until_closed(parent, weigh_or_work)


if leak := os.environ.get("LEAK"):
    LEAKS[leak]()
printing.answer_until_closed = weighing
printing.main()

"""Who stands back where all cores are taken: what nobody waits for, so that whoever files is answered first."""

import os
from contextlib import suppress
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")


def stand_back(by: int) -> None:
    """Give way by so many steps of nice(2), at most 19, for as long as this process lives.

    Linux may share the cores out among sessions first (sched(7), "The autogroup feature"); niceness then counts within
    one session only. The supervisor, like systemd, starts each process as a session of its own, so that is told as
    well. A session that was begun by others, a terminal's, is left as it is.
    """
    with suppress(OSError):  # where it may not, or there is no such feature, all goes on as before
        niceness = os.nice(by)
        if by and os.getsid(0) == os.getpid():
            AUTOGROUP.write_text(str(niceness), encoding="ascii")

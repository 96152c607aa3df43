"""What a process that writes to no terminal need not load. Imported before anything that would."""

import sys


def leave_out_rich() -> None:
    """structlog and httpx load it wherever it is installed, as it is for the operators' command: 4 MiB in each process.

    They do without where it is not there; so does everything of ours but that command.
    """
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # https://docs.python.org/3/reference/import.html


leave_out_rich()

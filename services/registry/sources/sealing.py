"""Whether a document bears the seal of its authority, to the last byte: a process of its own looks (seals.py)."""

import signal
import subprocess
import sys
from pathlib import Path

from services.registry import seals
from services.registry.ports import Finding
from services.registry.sources.https import NoAnswer, NotTaken

_OVER_THE_DOCUMENT = frozenset({signal.SIGXCPU, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT})
"""What ends a look for the document's sake: it took more than it may, or broke the parser. A SIGKILL or SIGTERM comes
from elsewhere, and says nothing of it."""


class SealChecker:
    """By the authorities in a file (PEM); `sealed_by` as for seals.examined."""

    def __init__(self, authorities: Path, *, sealed_by: str | None = None) -> None:
        self._authorities = authorities
        self._sealed_by = sealed_by

    def wrong(self, pdf: bytes, *, left_s: float) -> bytes | None:
        """What is wrong with its seal, a word of seals.py; None where nothing is. Raises NoAnswer where that could not
        be found out, and NotTaken where an operator has to act."""
        if self.check():
            raise NotTaken("seal-authorities")
        named = [self._sealed_by] if self._sealed_by is not None else []
        argv = [sys.executable, "-W", "ignore", "-m", seals.__name__, str(self._authorities), *named]
        environ = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parents[3])}
        try:
            ended = subprocess.run(argv, input=pdf, capture_output=True, timeout=left_s, env=environ, check=False)
        except Exception as error:
            # Under eventlet's patches what `run` raises is a TimeoutExpired, but not this module's (eventlet 0.41).
            if not isinstance(error, OSError) and type(error).__name__ != subprocess.TimeoutExpired.__name__:
                raise
            if isinstance(error, OSError):
                raise NoAnswer("seal-not-checked") from None
            raise NoAnswer("seal-check-too-slow") from None
        if ended.stdout == seals.SOUND:
            return None
        if ended.stdout in (seals.BROKEN, seals.UNTRUSTED, seals.OUTDATED):
            return ended.stdout
        if -ended.returncode in _OVER_THE_DOCUMENT:
            return seals.BROKEN
        raise NoAnswer("seal-not-checked")

    def check(self) -> Finding | None:
        """What an operator has to mend, None where nothing is."""
        try:
            return None if seals.roots_in(self._authorities) else Finding(said=f"no certificate in {self._authorities}")
        except (OSError, ValueError):
            said = f"seal_authorities: {self._authorities} is no file of PEM certificates that can be read"
            return Finding(said=said)

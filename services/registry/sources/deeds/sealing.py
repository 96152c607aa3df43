"""Whether a deed bears the seal of its database, to the last byte. Looked at in a process of its own (seals.py)."""

import subprocess
import sys
from pathlib import Path

from services.registry import seals
from services.registry.contradictions import Contradiction
from services.registry.ports import Finding
from services.registry.sources.https import NoAnswer, NotTaken

_SAID = {seals.BROKEN: Contradiction.DEED_SEAL_BROKEN, seals.UNTRUSTED: Contradiction.DEED_SEAL_UNTRUSTED}


class SealChecker:
    """By the authorities in a file (PEM)."""

    def __init__(self, authorities: Path) -> None:
        self._authorities = authorities

    def wrong(self, pdf: bytes, *, left_s: float) -> Contradiction | None:
        """What is wrong with its seal; None where nothing is. Raises NoAnswer where that could not be found out."""
        if self.check():
            raise NotTaken("seal-authorities")
        argv = [sys.executable, "-W", "ignore", "-m", seals.__name__, str(self._authorities)]
        environ = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parents[4])}
        try:
            ended = subprocess.run(argv, input=pdf, capture_output=True, timeout=left_s, env=environ, check=False)
        except Exception as error:
            # Under eventlet's patches what `run` raises is a TimeoutExpired, but not this module's (eventlet 0.41).
            if not isinstance(error, OSError) and type(error).__name__ != subprocess.TimeoutExpired.__name__:
                raise
            raise NoAnswer("seal-not-checked") from None
        if ended.stdout == seals.SOUND:
            return None
        if ended.stdout in _SAID:
            return _SAID[ended.stdout]
        if ended.returncode < 0:  # it was killed over the document, which took more than it may
            return Contradiction.DEED_SEAL_BROKEN
        raise NoAnswer("seal-not-checked")

    def check(self) -> Finding | None:
        """What an operator has to mend, None where nothing is."""
        try:
            return None if seals.roots_in(self._authorities) else Finding(said=f"no certificate in {self._authorities}")
        except (OSError, ValueError):
            said = f"seal_authorities: {self._authorities} is no file of PEM certificates that can be read"
            return Finding(said=said)

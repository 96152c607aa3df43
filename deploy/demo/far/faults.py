"""How a source of the demonstration fails just now: a file for each source, read at each question.

`loket register fault deeds late` writes it, `loket register fault deeds none` takes it away.
"""

from collections.abc import Mapping
from pathlib import Path

FAULTS = {
    "late": "answers after ten seconds",
    "never": "takes the question and says nothing",
    "away": "answers HTTP 503",
    "refusing": "answers HTTP 403",
    "huge": "answers without an end",
    "half": "breaks off in the middle of its answer",
    "no-json": "answers with something else",
    "nested": "answers with brackets in brackets",
    "another": "answers about somebody else",
    "other-question": "answers an earlier question",
    "half-document": "gives half of what was asked for",
    "altered-document": "gives a document that was altered after it was sealed",
    "unsealed": "gives a document without a seal",
    "stranger-seal": "seals with a certificate that nobody trusts",
    "expired-seal": "seals with a certificate that has ended",
    "twice": "tells every promise twice",
}
"""Name to what it does."""

OF_DOCUMENTS = frozenset({"altered-document", "unsealed", "stranger-seal", "expired-seal"})
OF_PROMISES = frozenset({"twice"})

ACTING: Mapping[str, Mapping[str, str]] = {
    "deeds": FAULTS,
    "criminal-record": {name: FAULTS[name] for name in FAULTS if name not in OF_DOCUMENTS | OF_PROMISES},
}
"""By source, those that change what it says: a record is no sealed document, and nothing of it is promised."""


class Switch:
    """The fault of one source, in a folder."""

    def __init__(self, folder: Path, source: str) -> None:
        self._file = folder / f"fault-{source}"

    @property
    def fault(self) -> str | None:
        """Its name, if there is one just now."""
        try:
            return self._file.read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def set(self, fault: str | None) -> None:
        """From the next question on. Raises ValueError for a fault that there is not."""
        if fault is None:
            self._file.unlink(missing_ok=True)
            return
        if fault not in FAULTS:
            raise ValueError(fault)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_name(f"{self._file.name}.new")
        draft.write_text(fault, encoding="ascii")
        draft.rename(self._file)

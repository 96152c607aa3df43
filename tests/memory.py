"""What a stand-in for a store remembers of events, judged by the rule that the real one is judged by."""

from services.chassis.admission import Hearing, admit, heard_with
from services.contracts.envelope import Cause


class Memory:
    """Of one stand-in: for each of its documents, the events that acted on it."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._acted: dict[str, dict[str, str]] = {}
        self._heard: dict[str, dict[str, int]] = {}

    def admit(self, id: str, cause: Cause) -> None:
        """Raises what Aggregates.admit does."""
        admit(cause, self._hearing, acted=self._acted.get(id, {}), heard=self.heard(id))

    def remember(self, id: str, cause: Cause | None) -> None:
        """Saved with what the event brought about; nothing is remembered of a change without a cause."""
        if cause:
            self._acted.setdefault(id, {})[cause.event_id] = cause.digest
            self._heard[id] = heard_with(cause, self.heard(id))

    def heard(self, id: str) -> dict[str, int]:
        """The highest number of each source about each subject."""
        return self._heard.get(id, {})

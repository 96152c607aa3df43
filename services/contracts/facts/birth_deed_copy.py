"""The whole deed of birth, as it was drawn up and with what was noted on it since."""

from dataclasses import dataclass

from services.contracts.deeds import Deed
from services.contracts.facts import part


@part("birth-deed-copy", source="deeds", unprinted=("document",))
@dataclass(frozen=True, kw_only=True)
class BirthDeedCopy(Deed):
    """See Deed; a fact of its own, because who needs an extract is not shown the whole."""

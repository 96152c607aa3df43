"""Whether somebody is married, and was, on paper."""

from services.contracts.facts.civil_status import CivilStatus
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(CivilStatus)
class CivilStatusSection(Section[CivilStatus]):
    """The state in a word that follows the sex where the language does, and since when, where somebody recorded it."""

    def words(self, part: CivilStatus, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("Civil status"),
            rows=(
                Row(label=say("Civil status"), value=say.entry("civil_states", part.state, part.sex)),
                Row(label=say("Since"), value=say.partial_day(part.since) if part.since else ""),
            ),
        )

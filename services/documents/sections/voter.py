"""In which elections somebody may vote, on paper."""

from services.contracts.facts.voter import Voter
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(Voter)
class VoterSection(Section[Voter]):
    """One row for each election."""

    def words(self, part: Voter, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("Entitled to vote"),
            rows=tuple(Row(label=say("Election of"), value=say.entry("elections", each)) for each in part.elections),
        )

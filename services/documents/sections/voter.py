"""In which elections somebody may vote, on paper."""

from services.contracts.facts.voter import Voter
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(Voter)
class VoterSection(Section[Voter]):
    """The elections, in the order of the law's list."""

    def words(self, part: Voter, say: Wording) -> Block:
        """See Section."""
        elections = ", ".join(say.entry("elections", each) for each in part.elections)
        return Block(
            title=say("Entitled to vote"),
            rows=(Row(label=say("Election of"), value=elections),),
        )

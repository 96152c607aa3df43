"""Where somebody lives, on paper."""

from services.contracts.facts.residence import Residence
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(Residence)
class ResidenceSection(Section[Residence]):
    """The address, and since when."""

    def words(self, part: Residence, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("Main residence"),
            rows=(
                Row(label=say("Address"), value=say.address(part.address)),
                Row(label=say("At this address since"), value=say.day(part.since)),
            ),
        )

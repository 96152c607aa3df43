"""Where somebody lives, on paper."""

from collections.abc import Mapping

from services.contracts.facts.residence import Residence
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section

HOME = "BE"


@section(Residence)
class ResidenceSection(Section[Residence]):
    """The address, and since when."""

    tells = ("street", "place", "country", "since")

    def words(self, part: Residence, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("Main residence"),
            rows=(
                Row(label=say("Address"), value=say.address(part.address)),
                Row(label=say("At this address since"), value=say.day(part.since)),
            ),
        )

    def told(self, part: Residence, say: Wording) -> Mapping[str, str]:
        """See Section. A town's register knows homes in Belgium alone."""
        street, _, place = say.address(part.address).rpartition(", ")
        return {
            "street": street,
            "place": place,
            "country": say.country(HOME),
            "since": say.numeric_day(part.since.isoformat()),
        }

"""That somebody was written off to a country abroad, on paper."""

from services.contracts.facts.departure import Departure
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(Departure)
class DepartureSection(Section[Departure]):
    """When, to where, and from which address."""

    def words(self, part: Departure, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("Departure abroad"),
            rows=(
                Row(label=say("Written off on"), value=say.partial_day(part.since)),
                Row(
                    label=say("Country of destination"),
                    value=say.country(part.country) if part.country else say("not stated"),
                ),
                Row(label=say("Last address"), value=say.address(part.last_address) if part.last_address else ""),
            ),
        )

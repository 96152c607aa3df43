"""Where somebody has lived in the town, on paper."""

from services.contracts.extracts import MOST_STAYS
from services.contracts.facts.residence_history import ResidenceHistory
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Section, section


@section(ResidenceHistory)
class ResidenceHistorySection(Section[ResidenceHistory]):
    """All stays in a table, the last one first."""

    widths = (None, 28, 28)
    most = MOST_STAYS

    def words(self, part: ResidenceHistory, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("History of the main residence"),
            headings=(say("Address"), say("From"), say("Until")),
            lines=tuple(
                (
                    say.address(stay.address),
                    say.partial_day(stay.since, short=True),
                    say.partial_day(stay.until, short=True) if stay.until else say("today"),
                )
                for stay in part.stays
            ),
        )

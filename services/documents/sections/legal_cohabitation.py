"""Legal cohabitation, on paper."""

from services.contracts.facts.legal_cohabitation import LegalCohabitation
from services.contracts.product import USUAL
from services.contracts.text import printable
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(LegalCohabitation)
class LegalCohabitationSection(Section[LegalCohabitation]):
    """With whom, since when, until when. `ended`, and `none` where there never was any, are cases of their own."""

    cases = ("ended", "none")

    def words(self, part: LegalCohabitation, say: Wording) -> Block:
        """See Section."""
        title = say("Legal cohabitation")
        if part.state == "none":
            return Block(title=title, text=say("No legal cohabitation is recorded."))
        names = (part.partner_last_name or "", " ".join(part.partner_first_names))
        ended = part.state == "ended"
        until = say.partial_day(part.until) if part.until else say("date unknown")
        return Block(
            title=title,
            rows=(
                Row(label=say("With"), value=printable(", ".join(each for each in names if each))),
                Row(label=say("Since"), value=say.partial_day(part.since) if part.since else say("date unknown")),
                Row(label=say("Ended on"), value=until if ended else ""),
            ),
        )

    def case(self, part: LegalCohabitation) -> str:
        """See Section."""
        return USUAL if part.state == "current" else part.state

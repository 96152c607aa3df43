"""What somebody declared about their own burial, on paper."""

from services.contracts.facts.last_wishes import LastWishes
from services.contracts.product import USUAL
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(LastWishes)
class LastWishesSection(Section[LastWishes]):
    """What was chosen, and when it was declared. `none`: nothing was."""

    cases = ("none",)

    def words(self, part: LastWishes, say: Wording) -> Block:
        """See Section."""
        title = say("Last wishes")
        if part.mode is None:
            return Block(title=title, text=say("No last wishes are recorded."))
        return Block(
            title=title,
            rows=(
                Row(label=say("Chosen way"), value=say.entry("last_wishes", part.mode)),
                Row(label=say("Declared on"), value=say.partial_day(part.declared_on) if part.declared_on else ""),
            ),
        )

    def case(self, part: LastWishes) -> str:
        """See Section."""
        return "none" if part.mode is None else USUAL

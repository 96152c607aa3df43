"""Which deed of birth it is, on the paper that accompanies its extract."""

from collections.abc import Mapping
from datetime import date

from services.contracts.facts.birth_deed import BirthDeed
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(BirthDeed)
class BirthDeedSection(Section[BirthDeed]):
    """Where and when it was drawn up, and by which name the database of deeds knows it."""

    tells = ("authority", "number", "drawn-up-on", "reference")

    def words(self, part: BirthDeed, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("Deed of birth"),
            rows=(
                Row(label=say("Drawn up at"), value=_place(part, say)),
                Row(label=say("Drawn up on"), value=say.partial_day(part.drawn_up_on)),
                Row(label=say("Number of the deed"), value=f"{part.number} ({part.year})"),
                Row(label=say("Reference in the database of deeds"), value=part.reference),
            ),
        )

    def told(self, part: BirthDeed, say: Wording) -> Mapping[str, str]:
        """See Section."""
        place = _place(part, say)
        return {
            "authority": say("Civil registry of %(place)s") % {"place": place},
            "number": f"{part.number} / {part.year}, {place}",
            "drawn-up-on": say.numeric_day(part.drawn_up_on),
            "reference": part.reference,
        }


def _place(part: BirthDeed, say: Wording) -> str:
    return say.municipality(part.place, date.fromisoformat(part.drawn_up_on))

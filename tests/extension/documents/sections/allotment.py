"""The garden that somebody rents, on paper: its words come in the four languages with it."""

from services.contracts.facts.allotment import Allotment

from services.contracts.product import USUAL
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Cell, Row, Section, section

TITLE = {"nl": "Volkstuin", "fr": "Potager communal", "de": "Kleingarten", "en": "Allotment"}
GARDEN = {"nl": "Tuin", "fr": "Potager", "de": "Garten", "en": "Garden"}
CROP = {"nl": "Gewas", "fr": "Culture", "de": "Kultur", "en": "Crop"}
BEDS = {"nl": "Bedden", "fr": "Planches", "de": "Beete", "en": "Beds"}
TOWN = {
    "nl": "Verhuurd door de [gemeente|stad].",
    "fr": "Loué par la [commune|ville].",
    "de": "Vermietet von der [Gemeinde|Stadt].",
    "en": "Rented out by the [municipality|city].",
}


@section(Allotment)
class AllotmentSection(Section[Allotment]):
    """Rows, a text and a table with a width that no section of Loket's has. A bare garden is `bare`."""

    widths = (None, 41.5)
    cases = ("bare",)

    def words(self, part: Allotment, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say(TITLE),
            rows=(
                Row(label=say(GARDEN), value=say.address(part.garden)),
                Row(label=say("Since"), value=say.partial_day(part.since)),
            ),
            text=say(TOWN),
            headings=(say(CROP), say(BEDS)),
            lines=tuple((Cell(strong=crop), beds) for crop, beds in part.crops),
        )

    def case(self, part: Allotment) -> str:
        """See Section."""
        return USUAL if part.crops else "bare"

"""With whom somebody lives, on paper."""

from collections.abc import Callable
from typing import Any

from services.contracts.facts.household import Household, Member
from services.contracts.naming import Names
from services.contracts.product import USUAL
from services.contracts.text import printable
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Cell, Row, Section, section


@section(Household)
class HouseholdSection(Section[Household]):
    """All members in a table. A household of one is `alone`."""

    widths = (7.5, None, 23, 36.5, 33.5, 20)
    row_header = 1
    cases = ("alone",)

    def words(self, part: Household, say: Wording) -> Block:
        """See Section."""
        return Block(
            title=say("Composition of the household"),
            rows=(Row(label=say("Address"), value=say.address(part.address), unless="residence"),),
            headings=(
                say("No."),
                say("Name and first names"),
                say("Date of birth"),
                say("Relation to the reference person"),
                say("Nationality"),
                say("In the household since"),
            ),
            lines=tuple(_line(number, member, say) for number, member in enumerate(part.members, 1)),
        )

    def case(self, part: Household) -> str:
        """See Section."""
        return "alone" if len(part.members) == 1 else USUAL

    def statement(self, part: Household, named: Callable[[Names], str]) -> Any:
        """See Section. An identity that is known is not mentioned: earlier versions knew no other."""
        said = super().statement(part, named)
        for member, told in zip(part.members, said["members"], strict=True):
            if not member.declared:
                del told["declared"]
        return said


def _line(number: int, member: Member, say: Wording) -> tuple[str | Cell, ...]:
    first_names = printable(" ".join(member.first_names))
    return (
        str(number),
        Cell(
            strong=printable(member.last_name),
            text=f", {first_names}" if first_names else "",
            note=say("identity as declared") if member.declared else "",
        ),
        say.partial_day(member.born_on, short=True),
        say.word("relations", member.relation, member.sex),
        say.nationalities(member.nationalities, member.sex),
        say.short_day(member.since),
    )

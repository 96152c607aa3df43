"""Of which states somebody is a national, on paper."""

from services.contracts.facts.nationality import HeldNationality, Nationality
from services.contracts.product import USUAL
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(Nationality)
class NationalitySection(Section[Nationality]):
    """One nationality in rows, several in a table; and since when, where the register knows it. Nobody's is `none`."""

    widths = (48, None)
    cases = ("none",)

    def words(self, part: Nationality, say: Wording) -> Block:
        """See Section."""
        if not part.held:
            return Block(title=say("Nationality"), text=say("No nationality is recorded."))
        if len(part.held) == 1:
            return Block(title=say("Nationality"), rows=_rows(part.held[0], part.sex, say))
        return Block(
            title=say("Nationalities"),
            headings=(say("Nationality"), say("Since")),
            lines=tuple(
                (
                    say.nationalities((held.code,), part.sex),
                    say.partial_day(held.since) if held.since else say("date unknown"),
                )
                for held in part.held
            ),
        )

    def case(self, part: Nationality) -> str:
        """See Section."""
        return USUAL if part.held else "none"


def _rows(held: HeldNationality, sex: str | None, say: Wording) -> tuple[Row, ...]:
    return (
        Row(label=say("Nationality"), value=say.nationalities((held.code,), sex)),
        Row(label=say("Since"), value=say.partial_day(held.since) if held.since else ""),
    )

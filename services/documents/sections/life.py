"""That somebody is alive, on paper."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.facts.life import Life
from services.contracts.naming import Names
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


@section(Life)
class LifeSection(Section[Life]):
    """The day on which somebody was. Another day supersedes nothing: each proof is one of its own day."""

    tells = ("day",)

    def words(self, part: Life, say: Wording) -> Block:
        """See Section."""
        return Block(title=say("Proof of life"), rows=(Row(label=say("Alive on"), value=say.day(part.alive_on)),))

    def told(self, part: Life, say: Wording) -> Mapping[str, str]:
        """See Section."""
        return {"day": say.numeric_day(part.alive_on.isoformat())}

    def statement(self, part: Life, named: Callable[[Names], str]) -> Any:  # noqa: ARG002 - nothing is stated
        """See Section."""
        return None

"""Who somebody is, on paper."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.facts.identity import Identity
from services.contracts.naming import Names
from services.contracts.national_number import display, is_bis
from services.contracts.text import printable
from services.documents.paper.wording import UNKNOWN, Wording
from services.documents.sections import Block, Row, Section, section


@section(Identity)
class IdentitySection(Section[Identity]):
    """Stands below the statement, without a title. A BIS number is none of the National Register, and is called so."""

    tells = ("surname", "forenames", "date-of-birth", "place-of-birth", "number", "sex", "declared")

    def words(self, part: Identity, say: Wording) -> Block:
        """See Section."""
        number = say("BIS number") if is_bis(part.national_number) else say("National number")
        return Block(
            rows=(
                Row(label=say("Name"), value=printable(part.last_name)),
                Row(label=say("First names"), value=printable(" ".join(part.first_names))),
                Row(label=say("Identity"), value=say("as declared by the person concerned") if part.declared else ""),
                Row(label=say("Date of birth"), value=say.partial_day(part.born_on)),
                Row(label=say("Place of birth"), value=say.place(part.birth_place, part.birth_country)),
                Row(
                    label=say("Nationality"),
                    value=say.nationalities(part.nationalities, part.sex),
                    unless="nationality",
                ),
                Row(label=number, value=display(part.national_number)),
            )
        )

    def told(self, part: Identity, say: Wording) -> Mapping[str, str]:
        """See Section."""
        return {
            "surname": printable(part.last_name),
            "forenames": printable(" ".join(part.first_names)),
            "date-of-birth": say.numeric_day(part.born_on),
            "place-of-birth": say.place(part.birth_place, part.birth_country) if _has_birth_place(part) else "",
            "number": display(part.national_number),
            "sex": part.sex or "",
            "declared": "yes" if part.declared else "",
        }

    def statement(self, part: Identity, named: Callable[[Names], str]) -> Any:
        """See Section. An identity that is known is not mentioned: earlier versions knew no other."""
        said = super().statement(part, named)
        if part.birth_place is not None:
            said["birth_place"] = named(part.birth_place)
        if not part.declared:
            del said["declared"]
        return said


def _has_birth_place(part: Identity) -> bool:
    """Where it is known: a form says nothing then, in no language."""
    return bool(part.birth_place) or part.birth_country not in (None, UNKNOWN)

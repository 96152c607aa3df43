"""Who somebody is."""

from dataclasses import dataclass

from services.contracts.facts import part
from services.contracts.naming import Names


@part("identity", unprinted=("sex", "former_numbers"))
@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who someone is. `first_names` may be empty and `last_name` may be the only name.

    A place of birth in Belgium has its names in all three languages, one abroad as the register wrote it down.
    `former_numbers` are those whose dossiers were merged into this one; no paper shows them. `declared`: nothing but
    the person's own word stands behind it, as with who asks for protection.
    """

    national_number: str
    first_names: tuple[str, ...]
    last_name: str
    born_on: str
    birth_place: Names | None = None
    birth_country: str | None = None
    nationalities: tuple[str, ...] = ()
    sex: str | None = None
    former_numbers: tuple[str, ...] = ()
    declared: bool = False

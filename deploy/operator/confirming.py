"""As whom a department is asked for confirmations, as an operator writes it: `24001.police`."""

from collections.abc import Collection

from deploy.operator.terminal import Mistake
from services.contracts.departments import Answering
from services.contracts.gates import terms_of


def known_answering(towns: Collection[str], written: str) -> Answering:
    """Raises Mistake where nobody is ever asked so."""
    try:
        found = Answering.parse(written)
    except ValueError as wrong:
        raise Mistake(str(wrong)) from None
    known = terms_of("confirmation")
    if found.town not in towns or found.asked not in known:
        raise Mistake(
            f"nobody is ever asked as {found.written}; towns are {', '.join(towns)}, the gates of the catalogue"
            f" name {', '.join(known) or 'nobody'}"
        )
    return found

"""Whether a parent who does not live with a child may learn in which town it is.

Every certificate is issued by a town, from its registers: whatever else it states, it says where somebody lives, and to
a parent from whom somebody fled the town is the dangerous half of the address. So would a refusal that is another one
than a stranger gets, and a contradiction that the town must look at: where a protection is, or could be and cannot be
seen, the answer is that of somebody who may not ask.
"""

from collections.abc import Collection, Iterable
from datetime import date

from services.registry.addresses import is_same_address
from services.registry.consistency import current_stay
from services.registry.contradictions import Inconsistent
from services.registry.domain import Dossier, View
from services.registry.home import check, look_around, parents_of
from services.registry.merges import Found, merged_into


def is_secluded(
    child: Found, *, former: Iterable[Dossier], parent: Found, numbers: Collection[str], view: View, today: date
) -> bool:
    """Must the answer to this parent, of whom `numbers` are all, not tell that the child is known here?

    `former` are the dossiers merged into the child's. The parent's own protection hides nothing from the parent.
    Raises SourceUnavailable.
    """
    if child.dossier is None:
        return True
    if lives_with(parent.dossier, child.dossier):
        return False
    try:
        involved = _involved(child.dossier, view, today=today)
    except Inconsistent:
        return True  # who lives there cannot be said
    if involved is None:
        return True  # nor by the source
    others = (dossier for dossier in involved if dossier.number not in numbers)
    return any(each.protected_address for each in (*child.trail, child.dossier, *former, *others))


def lives_with(parent: Dossier | None, child: Dossier) -> bool:
    """Does the register say of both that they live in one household, at one address?"""
    if parent is None or not parent.is_resident or not child.is_resident:
        return False
    own, childs = parent.current_stay, child.current_stay
    together = parent.household is not None and parent.household == child.household
    return together and own is not None and childs is not None and is_same_address(own.address, childs.address)


def _involved(child: Dossier, view: View, *, today: date) -> tuple[Dossier, ...] | None:
    """Everybody with whom the child lives, or may have left with; None where the source cannot tell. Raises
    Inconsistent where that cannot be said.
    """
    if not child.is_resident:
        parents = parents_of(child, view)
        former = merged_into([found.number for found in parents.values()], view)
        seen = (dossier for found in parents.values() for dossier in (*found.trail, found.dossier) if dossier)
        return (*seen, *former.values())
    home = look_around(child, view, shared=True, minor=True)
    if home.neighbours is None:
        return None
    check(home, child, current_stay(child, today=today), shared=True, composed=False)
    for parent in home.parents:
        parent.check()
    return home.involved

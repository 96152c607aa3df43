"""What departments lack at the broker, made anew."""

from collections.abc import Callable

from deploy.local.embedded.part import wait_until
from deploy.local.patience import PATIENCE_S
from deploy.local.stack import Stack
from deploy.operator.department_changes import REMOVE, ROTATE, ended_by, mend_of
from deploy.operator.department_credentials import new_password
from deploy.operator.departments import Removed, departments_of
from services.notify.feed.departments import Change


def declare_missing(stack: Stack, note: Callable[[str], None]) -> None:
    """What departments have at the broker, where that is new or was there before them: the virtual host of all, and
    what is each one's; and what an operator began to change and was killed over. `note` is told of each whose user was
    missing, as nobody knows the password that it has now, whose queue was, as what waited there is gone, and what was
    cut off.

    Raises PartError where the broker or the store does not answer or refuses.
    """
    with departments_of(stack, must_be_up=False) as found:
        found.declare_shared()
        if stack.is_embedded("store") and not (stack.is_supervised() and wait_until(stack.store().answers, PATIENCE_S)):
            return  # it begins with `loket up`, which comes by here
        for each in found.store.all():
            begun = found.store.begun(each)
            if any(change.what == REMOVE for change in begun):
                note(f"removing {each.id} was cut off, nothing is made anew: `loket departments remove {each.id}`")
                continue
            if found.bind(each) and not each.is_suspended and not begun:
                continue
            is_new, lost = not found.has_user(each), not found.has_queue(each)
            try:
                declared = found.declare_as_it_stands(each, password=new_password() if is_new else None)
            except Removed:
                continue
            if declared.is_suspended or begun:
                found.disconnect(declared)  # what was cut off has not come to the broker yet, perhaps
            found.store.end(each, ended_by(None, begun))
            if is_new:
                note(f"{each.id} had no user at the broker: `loket departments rotate {each.id}` gives it a password")
            if lost:
                note(
                    f"{each.id} had no queue at the broker: what waited there is gone, and can be read at"
                    " `/departments/events`, while it is kept"
                )
            for change in begun:
                note(_cut_off(each.id, change))


def _cut_off(department: str, change: Change) -> str:
    told = f"`loket departments {change.what} {department}` was cut off"
    mend = mend_of(change)
    if mend == ROTATE:
        return f"{told}, and perhaps nobody knows its password; its connections ended: `{mend} {department}`"
    return f"{told}; it is so now"

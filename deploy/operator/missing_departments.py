"""What departments lack at the broker, made anew."""

from collections.abc import Callable

from deploy.local.embedded.part import wait_until
from deploy.local.patience import PATIENCE_S
from deploy.local.stack import Stack
from deploy.operator.department_credentials import new_password
from deploy.operator.departments import Removed, departments_of


def declare_missing(stack: Stack, note: Callable[[str], None]) -> None:
    """What departments have at the broker, where that is new or was there before them: the virtual host of all, and
    what is each one's. `note` is told of each whose user was missing, as nobody knows the password that it has now, and
    whose queue was, as what waited there is gone.

    Raises PartError where the broker or the store does not answer or refuses.
    """
    with departments_of(stack, must_be_up=False) as found:
        found.declare_shared()
        if stack.is_embedded("store") and not (stack.is_supervised() and wait_until(stack.store().answers, PATIENCE_S)):
            return  # it begins with `loket up`, which comes by here
        for each in found.store.all():
            if found.bind(each) and not each.is_suspended:
                continue
            is_new, lost = not found.has_user(each), not found.has_queue(each)
            try:
                declared = found.declare_as_it_stands(each, password=new_password() if is_new else None)
            except Removed:
                continue
            if declared.is_suspended:
                found.disconnect(declared)  # a suspension that was cut off has not come to the broker yet
            if is_new:
                note(f"{each.id} had no user at the broker: `loket departments rotate {each.id}` gives it a password")
            if lost:
                note(
                    f"{each.id} had no queue at the broker: what waited there is gone, and can be read at"
                    " `/departments/events`, while it is kept"
                )

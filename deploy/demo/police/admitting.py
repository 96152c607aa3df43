"""The demonstration's police are let in as any department is (`loket departments add`): by the operator, who gives them
an address."""

import os
from dataclasses import replace
from datetime import UTC, datetime

from pymongo.errors import PyMongoError

from deploy.local.embedded.part import PartError, wait_until
from deploy.local.patience import PATIENCE_S
from deploy.local.stack import Stack
from deploy.operator.department_credentials import new_password
from deploy.operator.departments import AtDeployment, departments_of
from services.contracts.departments import Answering
from services.notify.feed.departments import Department, new_user

POLICE = "police"
"""As whom the catalogue's gates ask."""

NAME = "demonstration-police"
"""As a department: another than an operator would give to theirs."""


def admit(stack: Stack) -> None:
    """They answer as the police in every town; at each start with another password. Waits until the store is there.

    Raises PartError.
    """
    if not wait_until(lambda: _is_admitted(stack), PATIENCE_S):
        raise PartError("the store does not answer; see `loket status`")


def _is_admitted(stack: Stack) -> bool:
    """False where the store is not there yet."""
    wanted = Department(
        id=NAME,
        user=new_user(NAME),
        title="Demonstration police zone",
        purpose="to try how a department answers",
        topics=(),
        answers=tuple(Answering(town=refnis, asked=POLICE) for refnis in stack.towns()),
        added_at=datetime.now(UTC),
    )
    try:
        with departments_of(stack) as found:
            known = found.store.find(NAME)
            address = _renewed(found, known, wanted) if known else found.add(wanted)
    except PyMongoError:
        return False
    if address is None:
        return False  # somebody else lets them in at this moment, or removes them
    file = stack.police_address
    draft = file.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as written:
        written.write(address)
    draft.replace(file)
    return True


def _renewed(found: AtDeployment, known: Department, wanted: Department) -> str | None:
    """As they are now wanted, since there may be other towns; suspended where the operator had them so. None where they
    were removed meanwhile."""
    renewed = found.store.replace(replace(wanted, user=known.user, added_at=known.added_at))
    if renewed is None:
        return None
    password = new_password()
    found.declare_as_it_stands(renewed, password=password)
    return found.address(renewed, password)

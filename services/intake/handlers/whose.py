"""Whose an application is: the citizen's under each of their numbers, and as unknown as none to everybody else."""

from collections.abc import Iterable
from functools import partial

from services.contracts.errors import ApplicationLost, InvalidField, NotFound
from services.contracts.field_errors import field_error
from services.contracts.intake import (
    FindCertificate,
    ListApplications,
    ReadApplication,
    SubmitApplication,
    WithdrawApplication,
)
from services.contracts.national_number import compact
from services.contracts.restoring import LostTime
from services.intake.domain.application import Application
from services.intake.domain.filed_ids import is_lost_to
from services.intake.domain.ports import Applications, Pseudonyms


def own_application(
    asked: ReadApplication | WithdrawApplication,
    applications: Applications,
    pseudonyms: Pseudonyms,
    lost: tuple[LostTime, ...],
) -> Application:
    """Someone else's application is as unknown as one that is not there; one's own may be known to be lost."""
    check_id(asked.application_id)
    applicants = applicants_of(asked, pseudonyms)
    found = first(
        applications.read(asked.application_id, town=asked.town, applicant=applicant) for applicant in applicants
    )
    if found is None:
        if is_lost_to(asked.application_id, applicants, town=asked.town, lost=lost, pseudonyms=pseudonyms):
            raise ApplicationLost
        raise NotFound
    return found


def applicants_of(
    asked: SubmitApplication | ListApplications | ReadApplication | WithdrawApplication | FindCertificate,
    pseudonyms: Pseudonyms,
) -> tuple[str, ...]:
    """The citizen under each of their numbers, first the one they signed in with. What is kept is never rewritten:
    the register may merge numbers, and take a merge back.
    """
    number = compact_number(asked.citizen)
    if number is None:
        raise InvalidField(fields={"citizen": field_error("not-a-national-number")})
    others = filter(None, map(compact_number, asked.other_numbers))
    return tuple(pseudonyms.of("applicant", town=asked.town, value=each) for each in dict.fromkeys((number, *others)))


def first(found: Iterable[Application | None]) -> Application | None:
    """Of several looks, under each number, the first that found something."""
    return next((each for each in found if each is not None), None)


def check_id(id: str) -> None:
    """No id of ours; the store could not even be asked for some of what a text can hold."""
    if not id.isascii():
        raise NotFound


compact_number = partial(compact, test=True)
"""Whether the town takes test numbers was decided at the sign-in and is again where something is filed (form.py)."""

"""A citizen reads what is theirs."""

from services.contracts.errors import InvalidField, NotFound
from services.contracts.field_errors import field_error
from services.contracts.intake import (
    MOST_LISTED,
    ApplicationList,
    ApplicationView,
    FindCertificate,
    ListApplications,
    Position,
    ReadApplication,
)
from services.contracts.restoring import LostTime
from services.intake.domain.ports import Applications, Pseudonyms
from services.intake.handlers.whose import applicants_of, check_id, first, own_application


def list_applications(
    asked: ListApplications, *, applications: Applications, pseudonyms: Pseudonyms
) -> ApplicationList:
    """A page of the citizen's own applications, newest first, filed under whichever of their numbers.

    Raises InvalidField.
    """
    if not 1 <= asked.limit <= MOST_LISTED:
        raise InvalidField(fields={"limit": field_error("not-a-number", least=1, most=MOST_LISTED)})
    own = [
        application
        for applicant in applicants_of(asked, pseudonyms)
        for application in applications.of(
            town=asked.town, applicant=applicant, limit=asked.limit + 1, after=asked.after
        )
    ]
    own.sort(key=lambda application: (application.submitted_at, application.id), reverse=True)
    page, more = own[: asked.limit], own[asked.limit :]
    last = Position(submitted_at=page[-1].submitted_at, application_id=page[-1].id) if more else None
    return ApplicationList(applications=tuple(each.view(with_timeline=False) for each in page), last=last)


def read_application(
    asked: ReadApplication, *, applications: Applications, pseudonyms: Pseudonyms, lost: tuple[LostTime, ...] = ()
) -> ApplicationView:
    """One of the citizen's own applications. Raises NotFound, ApplicationLost, or ConcurrentChange for who watches."""
    found = own_application(asked, applications, pseudonyms, lost)
    if asked.watching and not found.view().is_settled:
        found = applications.watch(found)
    return found.view()


def find_certificate(asked: FindCertificate, *, applications: Applications, pseudonyms: Pseudonyms) -> ApplicationView:
    """The application that a certificate of the citizen belongs to. Raises NotFound."""
    check_id(asked.certificate_id)
    found = first(
        applications.with_certificate(asked.certificate_id, town=asked.town, applicant=applicant)
        for applicant in applicants_of(asked, pseudonyms)
    )
    if found is None:
        raise NotFound
    return found.view()

"""A citizen's own applications: where they stand, what has happened, what is promised."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from gateway.asking import ask
from gateway.auth.callers import require_citizen
from gateway.auth.other_numbers import other_numbers
from gateway.counter.own import ask_about_own
from gateway.language import language, long_date, long_moment, translate
from gateway.sentences import sentence_of
from gateway.tenancy import current_town
from services.contracts.catalogue import products
from services.contracts.days import day_of
from services.contracts.days import local as local_time
from services.contracts.intake import (
    MOST_LISTED,
    ApplicationView,
    ListApplications,
    Position,
    ReadApplication,
    WithdrawApplication,
)
from services.contracts.product import PASSED_THROUGH


@dataclass(frozen=True, kw_only=True)
class Line:
    """One of a timeline: what happened, in a sentence. `promise` says in words by when somebody is to answer."""

    at: datetime
    state: str
    code: str | None
    sentence: str
    expected_by: datetime | None
    promise: str | None


@dataclass(frozen=True, kw_only=True)
class Application:
    """Where an application stands, as its citizen reads it. `language` is that of the certificate; `state` is an
    intake.State, and `code` says why it was refused, or what it waits for. The oldest line of the `timeline` comes
    first; it is empty in a list.

    `passed_through`: another authority's document is given, whose seal holds in the file alone. `is_settled`: nothing
    more comes by itself, which only one with its timeline can tell.
    """

    application_id: str
    product: str
    title: str
    language: str
    state: str
    version: int
    submitted_at: datetime
    deadline: datetime | None
    certificate_id: str | None
    code: str | None
    sentence: str
    timeline: tuple[Line, ...]
    passed_through: bool
    is_settled: bool

    @property
    def promise(self) -> str | None:
        """By when somebody is to answer, where that is waited for now."""
        return self.timeline[-1].promise if self.timeline else None


@dataclass(frozen=True, kw_only=True)
class OwnApplications:
    """One page, newest first. Behind `last` there are more; None where there are not."""

    applications: tuple[Application, ...]
    last: Position | None


def own_applications(*, limit: int = MOST_LISTED, after: Position | None = None) -> OwnApplications:
    """In this town. Raises what `ask` and `require_citizen` raise."""
    citizen = require_citizen()
    found = ask(
        ListApplications(
            town=current_town().refnis,
            citizen=citizen.national_number,
            other_numbers=other_numbers(citizen),
            limit=limit,
            after=after,
        )
    )
    return OwnApplications(applications=tuple(map(told, found.applications)), last=found.last)


def own_application(application_id: str, *, watching: bool = False) -> Application:
    """With its timeline; `watching` as of ReadApplication.

    Raises NotFound, also where it is somebody else's, ApplicationLost, and what `ask_about_own` raises.
    """
    town = current_town().refnis
    view = ask_about_own(
        application_id,
        lambda citizen, others: ReadApplication(
            town=town,
            citizen=citizen,
            application_id=application_id,
            other_numbers=others,
            watching=watching,
        ),
    )
    return told(view)


def withdraw(application_id: str) -> Application:
    """Take it back; twice is the same. Raises NotWithdrawable where it has gone too far, and as `own_application`."""
    town = current_town().refnis
    view = ask_about_own(
        application_id,
        lambda citizen, others: WithdrawApplication(
            town=town, citizen=citizen, application_id=application_id, other_numbers=others
        ),
    )
    return told(view)


def told(view: ApplicationView) -> Application:
    """What intake says of it, in the reader's language."""
    product = products().get(view.product)
    is_of_a_document = product is not None and product.gives.kind == PASSED_THROUGH
    said = partial(sentence_of, own=view.capacity == "self", is_of_a_document=is_of_a_document)
    return Application(
        application_id=view.application_id,
        product=view.product,
        title=product.title(language()) if product else view.product,
        language=view.language,
        state=view.state,
        version=view.version,
        submitted_at=view.submitted_at,
        deadline=view.deadline,
        certificate_id=view.certificate_id,
        code=view.code,
        sentence=translate(said(view.state, view.code)),
        timeline=tuple(
            Line(
                at=step.at,
                state=step.state,
                code=step.code,
                sentence=translate(said(step.state, step.code)),
                expected_by=step.expected_by,
                promise=_promised(step.expected_by) if step.expected_by else None,
            )
            for step in view.timeline
        ),
        # of one that an earlier version filed, or tells of, as its product is
        passed_through=view.passed_through or is_of_a_document,
        is_settled=view.is_settled,
    )


def _promised(expected_by: datetime) -> str:
    """What is due by the end of a day, by that day."""
    ends = local_time(expected_by).time() == time()
    return long_date(day_of(expected_by - timedelta(milliseconds=1))) if ends else long_moment(expected_by)

"""What intake does, one function per use case."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from functools import partial

from services.contracts.catalogue import Product
from services.contracts.confirmations import AnswerConfirmation, Answered
from services.contracts.delivery import ConcurrentChange
from services.contracts.documents import CertificateIssued, FactsExpired
from services.contracts.envelope import Cause
from services.contracts.errors import ApplicationLost, IdempotencyKeyReused, InvalidField, NotFound, OtherNumbersWanted
from services.contracts.field_errors import field_error
from services.contracts.intake import (
    LONGEST_KEY,
    MOST_LISTED,
    Acceptable,
    ApplicationList,
    ApplicationView,
    CheckApplication,
    FindCertificate,
    ListApplications,
    Position,
    ReadApplication,
    SubmitApplication,
    WithdrawApplication,
    is_idempotency_key,
)
from services.contracts.national_number import compact
from services.contracts.notify import CitizenTold, MessageUndeliverable
from services.contracts.registry import ExtractCompiled, ExtractContradicted, ExtractDeferred, ExtractRefused
from services.contracts.restoring import LostTime
from services.contracts.towns import Town
from services.intake.domain import moves
from services.intake.domain.application import Application, Moved
from services.intake.domain.deadlines import overdue, resumed
from services.intake.domain.filed_ids import is_lost_to
from services.intake.domain.form import Accepted, accept
from services.intake.domain.gate import Gate, application_of, place_of, reference_of
from services.intake.domain.gates import kinds
from services.intake.domain.ports import Applications, Locks, LocksForOthers, NewId, Pseudonyms


def submit_application(
    asked: SubmitApplication,
    *,
    applications: Applications,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    pseudonyms: Pseudonyms,
    requests: Locks,
    contacts: Locks,
    confirmations: LocksForOthers,
    new_id: NewId,
    now: datetime,
) -> ApplicationView:
    """File an application. The same key with the same body gets the application filed first.

    Raises IdempotencyKeyReused, NotFound (no such town), OtherNumbersWanted, or what `accept` raises.
    """
    town = _town(asked.town, towns)
    if not is_idempotency_key(asked.idempotency_key):
        raise InvalidField(fields={"idempotency_key": field_error("not-an-idempotency-key", most=LONGEST_KEY)})
    applicants = _applicants(asked, pseudonyms)
    key = pseudonyms.of("key", town=town.refnis, value=asked.idempotency_key)
    digest = pseudonyms.of("body", town=town.refnis, value=asked.body_digest)
    is_known = applications.knows_key(town=town.refnis, idempotency_key=key)
    own = (applications.with_key(town=town.refnis, applicant=each, idempotency_key=key) for each in applicants)
    kept = _first(own) if is_known else None
    if kept is None:
        if not asked.are_all and (is_known or _may_name_themselves(asked)):
            raise OtherNumbersWanted
        accepted = accept(asked, town=town, products=products)
        id = new_id(town=town.refnis, applicant=applicants[0], now=now)
        moved = moves.submit(
            accepted,
            id=id,
            town=town.refnis,
            applicant=applicants[0],
            idempotency_key=key,
            body_digest=digest,
            request=requests.lock(accepted.request, bound_to=id),
            contact=contacts.lock(accepted.contact, bound_to=id),
            gates=_pinned(accepted, id, confirmations),
            now=now,
        )
        kept = applications.add(moved.application, moved.events)
    if kept.body_digest != digest:
        raise IdempotencyKeyReused
    return kept.view()


def check_application(
    asked: CheckApplication, *, towns: Mapping[str, Town], products: Mapping[str, Product]
) -> Acceptable:
    """Would this be taken? Nothing is kept. Raises NotFound (no such town), or what `accept` raises."""
    accept(asked, town=_town(asked.town, towns), products=products)
    return Acceptable()


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
        for applicant in _applicants(asked, pseudonyms)
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
    found = _own(asked, applications, pseudonyms, lost)
    if asked.watching and not found.view().is_settled:
        found = applications.watch(found)
    return found.view()


def withdraw_application(
    asked: WithdrawApplication,
    *,
    applications: Applications,
    pseudonyms: Pseudonyms,
    lost: tuple[LostTime, ...] = (),
    now: datetime,
) -> ApplicationView:
    """Take an application back. Raises NotFound, ApplicationLost or NotWithdrawable."""
    application = _own(asked, applications, pseudonyms, lost)
    moved = moves.withdraw(application, now=now)
    if moved.application == application:
        return application.view()
    return applications.save(moved.application, moved.events).view()


def find_certificate(asked: FindCertificate, *, applications: Applications, pseudonyms: Pseudonyms) -> ApplicationView:
    """The application that a certificate of the citizen belongs to. Raises NotFound."""
    _check_id(asked.certificate_id)
    found = _first(
        applications.with_certificate(asked.certificate_id, town=asked.town, applicant=applicant)
        for applicant in _applicants(asked, pseudonyms)
    )
    if found is None:
        raise NotFound
    return found.view()


def record_extract(
    event: ExtractCompiled | ExtractRefused | ExtractDeferred | ExtractContradicted,
    cause: Cause,
    *,
    applications: Applications,
    now: datetime,
) -> None:
    """The register answered, promised to, or contradicts itself."""
    application = applications.hear(event.application_id, cause)
    match event:
        case ExtractCompiled():
            moved = moves.compiled(application, event, now=now)
        case ExtractRefused():
            moved = moves.refused(application, event, now=now)
        case ExtractDeferred():
            moved = moves.deferred(application, event, now=now)
        case ExtractContradicted():
            moved = moves.contradicted(application, event)
    _save(moved, cause, applications)


def record_certificate(
    event: CertificateIssued | FactsExpired, cause: Cause, *, applications: Applications, now: datetime
) -> None:
    """documents issued, or found the facts too old to."""
    application = applications.hear(event.application_id, cause)
    match event:
        case CertificateIssued():
            moved = moves.issued(application, event, now=now)
        case FactsExpired():
            moved = moves.facts_expired(application, event, now=now)
    _save(moved, cause, applications)


def record_telling(event: CitizenTold | MessageUndeliverable, cause: Cause, *, applications: Applications) -> None:
    """notify told the citizen, or could not."""
    application = applications.hear(event.application_id, cause)
    match event:
        case CitizenTold():
            moved = moves.told(application, event)
        case MessageUndeliverable():
            moved = moves.undeliverable(application, event)
    _save(moved, cause, applications)


def answer_confirmation(asked: AnswerConfirmation, *, applications: Applications, now: datetime) -> Answered:
    """A department answers what it was asked, and nobody else. Raises NotFound, or what the gate raises."""
    _check_id(asked.reference)
    application = applications.find(application_of(asked.reference), town=asked.town)
    place = None if application is None else place_of(application.gates, asked.reference, whose=asked.department)
    if application is None or place is None:
        raise NotFound
    moved, given = kinds()[application.gates[place].kind].answer(application, place, asked, now=now)
    if moved.application != application:
        applications.save(moved.application, moved.events)
    return Answered(
        reference=asked.reference,
        asking=given.asking,
        outcome=given.outcome,
        answered_at=given.at,
        counts_until=given.counts_until,
    )


def sweep_deadlines(*, applications: Applications, towns: Container[str], now: datetime) -> int:
    """Move what missed its deadline; what another instance moved meanwhile is left to it. Returns how many moved."""
    count = 0
    for application in applications.overdue(towns=towns, now=now):
        moved = overdue(application, now=now)
        try:
            applications.save(moved.application, moved.events)
        except ConcurrentChange:
            continue
        count += 1
    return count


def resume_restored(*, applications: Applications, towns: Mapping[str, Town], now: datetime) -> int:
    """After a restoring, once: ask whomever an application waits for anew. Returns how many were asked about.

    Killed in between it begins again, which asks some twice and changes nothing.
    """
    count = 0
    for town in towns:
        for application in applications.resumable(town=town):
            moved = resumed(application, now=now)
            if not moved.events:
                continue
            try:
                applications.save(moved.application, moved.events)
            except ConcurrentChange:
                continue  # it has gone on by itself
            count += 1
    applications.mark_resumed()
    return count


def _save(moved: Moved, cause: Cause, applications: Applications) -> None:
    """Also where nothing moved: that the event was heard is kept, or the next one of its source would be a gap."""
    applications.save(moved.application, moved.events, cause=cause)


def _pinned(accepted: Accepted, id: str, confirmations: LocksForOthers) -> tuple[Gate, ...]:
    """The gates beyond the facts, as they bind from now on."""
    return tuple(
        kinds()[terms.kind].pin(terms, reference=reference_of(id, place), accepted=accepted, lock=confirmations.lock)
        for place, terms in enumerate(accepted.product.gates, start=1)
    )


def _own(
    asked: ReadApplication | WithdrawApplication,
    applications: Applications,
    pseudonyms: Pseudonyms,
    lost: tuple[LostTime, ...],
) -> Application:
    """Someone else's application is as unknown as one that is not there; one's own may be known to be lost."""
    _check_id(asked.application_id)
    applicants = _applicants(asked, pseudonyms)
    found = _first(
        applications.read(asked.application_id, town=asked.town, applicant=applicant) for applicant in applicants
    )
    if found is None:
        if is_lost_to(asked.application_id, applicants, town=asked.town, lost=lost, pseudonyms=pseudonyms):
            raise ApplicationLost
        raise NotFound
    return found


def _check_id(id: str) -> None:
    """No id of ours; the store could not even be asked for some of what a text can hold."""
    if not id.isascii():
        raise NotFound


_compact = partial(compact, test=True)
"""Whether the town takes test numbers was decided at the sign-in and is again where something is filed (form.py)."""


def _applicants(
    asked: SubmitApplication | ListApplications | ReadApplication | WithdrawApplication | FindCertificate,
    pseudonyms: Pseudonyms,
) -> tuple[str, ...]:
    """The citizen under each of their numbers, first the one they signed in with. What is kept is never rewritten:
    the register may merge numbers, and take a merge back.
    """
    number = _compact(asked.citizen)
    if number is None:
        raise InvalidField(fields={"citizen": field_error("not-a-national-number")})
    others = filter(None, map(_compact, asked.other_numbers))
    return tuple(pseudonyms.of("applicant", town=asked.town, value=each) for each in dict.fromkeys((number, *others)))


def _may_name_themselves(asked: SubmitApplication) -> bool:
    """By a number of theirs that is not told here."""
    return asked.subject is not None and _compact(asked.subject) not in map(
        _compact, (asked.citizen, *asked.other_numbers)
    )


def _first(found: Iterable[Application | None]) -> Application | None:
    return next((each for each in found if each is not None), None)


def _town(refnis: str, towns: Mapping[str, Town]) -> Town:
    if refnis not in towns:
        raise NotFound
    return towns[refnis]

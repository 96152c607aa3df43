"""Certificates in MongoDB: one document each, and the sealed files beside them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.admission import Hearing
from services.chassis.aggregates import Aggregates
from services.chassis.crash import crash_point
from services.chassis.outbox import Relay
from services.chassis.retention import AT_ONCE, EVER, Rounds
from services.chassis.stored import Stored
from services.contracts.days import day_of, last_moment_of
from services.contracts.delivery import ConcurrentChange, Unacceptable
from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired
from services.contracts.envelope import Cause
from services.contracts.errors import NotFound
from services.contracts.restoring import LostTime
from services.contracts.retention import Cutoffs
from services.documents.domain import Certificate, NoPaper, Randbelow, hour_of, new_code, new_number
from services.documents.files import IN_USE, SealedFiles

_KEPT = tuple(
    field.name
    for field in fields(Certificate)
    if field.name not in ("application_id", "town", "current_through", "recheck", "no_paper", "origin")
)

Said = CertificateIssued | CertificateUnprintable | FactsExpired

WITHOUT_PAPER = "no_paper.found_at"
"""Where it stands when it was found that there is none. Of nothing else there is such a field, in any version."""

_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class CertificateStore:
    """See ports.Certificates. The document's `_id` is the application's: there cannot be two certificates of one."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        relay: Relay,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        randbelow: Randbelow,
        lost: Sequence[LostTime] = (),
    ) -> None:
        self._collection = database["certificates"]
        self._aggregates = Aggregates(self._collection, relay=relay, service="documents", clock=clock)
        self._files = SealedFiles(database)
        self._clock = clock
        self._new_id = new_id
        self._randbelow = randbelow
        self._lost = lost
        self._collection.create_index([("town", 1), ("number", 1)], unique=True)
        self._collection.create_index([("code", 1)], unique=True)
        self._collection.create_index([("certificate_id", 1)], unique=True)
        self._collection.create_index([("sha256", 1)])
        self._collection.create_index([("town", 1), ("sha256", 1), ("issued_at", 1)])
        self._collection.create_index([("town", 1), ("seal", 1)])
        for subject in ("subject_key", "former_subject_keys"):
            self._collection.create_index([("town", 1), ("product", 1), (subject, 1), ("issued_at", 1)])
        self._seals = database["seals"]
        self._rounds = Rounds(self._collection, moment="issued_at")
        self._without = Rounds(self._collection, moment=WITHOUT_PAPER)
        self._askable = Rounds(self._collection, moment="asked_until")

    def draft(self, application_id: str, *, product: str, language: str, now: datetime, cause: Cause) -> Certificate:
        """See ports.Certificates."""
        # where it is not new, a page is printed in vain, and its file removed as one that nothing names
        stored = self._aggregates.hear(application_id, cause, Hearing.LATEST, mostly_new=True)
        if stored and (kept := _certificate(stored)).is_settled:
            return kept
        return Certificate(
            application_id=application_id,
            town=cause.town,
            certificate_id=self._new_id(),
            product=product,
            language=language,
            number=new_number(cause.town, day_of(now).year, self._randbelow, hour=hour_of(now, self._lost)),
            code=new_code(self._randbelow),
            reserved_at=now,
            origin=stored,
        )

    def settled(self, application_id: str, *, cause: Cause) -> Certificate | None:
        """See ports.Certificates."""
        stored = self._aggregates.hear(application_id, cause, Hearing.LATEST)
        return kept if stored and (kept := _certificate(stored)).is_settled else None

    def issue(self, certificate: Certificate, *, pdf: bytes, event: CertificateIssued, cause: Cause) -> None:
        """See ports.Certificates."""
        self._files.put(pdf, str(certificate.sha256))
        crash_point("documents.stored")
        self._change(certificate, _body(certificate), event=event, cause=cause)

    def refuse(self, certificate: Certificate, *, event: CertificateUnprintable, cause: Cause) -> None:
        """See ports.Certificates."""
        self._change(certificate, _body(certificate), event=event, cause=cause)

    def repeat(
        self, certificate: Certificate, *, event: CertificateIssued | CertificateUnprintable, cause: Cause
    ) -> None:
        """See ports.Certificates."""
        self._change(certificate, {}, event=event, cause=cause)

    def report_expired(self, certificate: Certificate, *, event: FactsExpired, cause: Cause) -> None:
        """See ports.Certificates."""
        self._change(certificate, {}, event=event, cause=cause)

    def _change(self, certificate: Certificate, body: dict[str, Any], *, event: Said, cause: Cause) -> None:
        if isinstance(certificate.origin, Stored):
            self._replace(certificate.origin, body, event=event, cause=cause)
        else:
            self._insert(certificate, event=event, cause=cause)

    def _replace(self, stored: Stored, body: dict[str, Any], *, event: Said, cause: Cause) -> None:
        try:
            self._aggregates.change(stored, body, events=[event], cause=cause)
        except DuplicateKeyError:  # a number or a code that exists: both are drawn again
            raise ConcurrentChange(stored.id) from None

    def _insert(self, certificate: Certificate, *, event: Said, cause: Cause) -> None:
        id, town = certificate.application_id, certificate.town
        try:
            created = self._aggregates.create(id, _body(certificate), town=town, events=[event], cause=cause)
        except DuplicateKeyError:  # a number or a code that exists: both are drawn again
            created = None
        if created is None and self._collection.find_one({"_id": id, "town": {"$ne": town}}, {"_id": 1}):
            raise Unacceptable("application-of-another-town")
        if created is None:
            raise ConcurrentChange(id)

    def load(self, certificate_id: str, *, town: str) -> Certificate | None:
        """See ports.Certificates."""
        return self._find({"certificate_id": certificate_id, "town": town})

    def load_by_code(self, code: str, *, town: str) -> Certificate | None:
        """See ports.Certificates."""
        return self._find({"code": code, "town": town})

    def load_by_sha256(self, sha256: str, *, town: str) -> Certificate | None:
        """See ports.Certificates."""
        newest = [("issued_at", -1), ("_id", -1)]
        return self._find({"sha256": sha256, "town": town}, sort=newest)

    def load_by_number(self, number: str, *, town: str) -> Certificate | None:
        """See ports.Certificates."""
        return self._find({"number": number, "town": town})

    def knows_seal(self, seal: str, *, town: str) -> bool:
        """See ports.Certificates."""
        kept = self._collection.find_one({"town": town, "seal": seal}, {"_id": 1})
        return (kept or self._seals.find_one({"_id": f"{town}:{seal}"})) is not None

    def superseded_at(self, certificate: Certificate) -> datetime | None:
        """See ports.Certificates."""
        later = {"issued_at": {"$gt": self._last_issued_at(certificate)}, "facts_key": {"$ne": certificate.facts_key}}
        moments = []
        for key in ("subject_key", "former_subject_keys"):
            same = {"town": certificate.town, "product": certificate.product, key: certificate.subject_key}
            if found := self._collection.find_one({**same, **later}, {"issued_at": 1}, sort=[("issued_at", 1)]):
                moments.append(found["issued_at"])
        return min(moments, default=None)

    def _last_issued_at(self, certificate: Certificate) -> datetime | None:
        """Of these bytes. Those that the town sealed bear a number, and are issued once."""
        if certificate.seal is not None:
            return certificate.issued_at
        again = self.load_by_sha256(str(certificate.sha256), town=certificate.town)
        return again.issued_at if again else certificate.issued_at

    def pdf(self, certificate: Certificate) -> bytes:
        """See ports.Certificates. Raises Unacceptable where the store holds other bytes than were sealed."""
        content = self._files.get(str(certificate.sha256))
        if content is None:
            raise NotFound
        return content

    def of(self, application_id: str, *, town: str) -> Certificate | None:
        """See ports.Certificates."""
        return self._find({"_id": application_id, "town": town})

    def askable(self, *, now: datetime) -> Iterator[Certificate]:
        """See ports.Certificates."""
        over = self._collection.find({"asked_until": {"$gt": EVER, "$lt": now}}).limit(AT_ONCE)
        for document in (*over, *self._askable.piece(until=_FOR_EVER)):
            yield _certificate(Aggregates.stored(document))

    def end_recheck(self, certificate: Certificate) -> None:
        """See ports.Certificates."""
        if not isinstance(certificate.origin, Stored):
            raise TypeError("only what was read from the store can be changed there")
        self._aggregates.change(certificate.origin, {"recheck": "", "asked_until": None})

    def past(self, cutoffs: Cutoffs) -> Iterator[Certificate]:
        """See ports.Certificates."""
        for rounds in (self._rounds, self._without):
            yield from (_certificate(Aggregates.stored(each)) for each in rounds.past(cutoffs))

    def empty(self, certificate: Certificate) -> bool:
        """See ports.Certificates.

        The file goes first: killed in between, the certificate is found again and the rest done; the other way round,
        nothing would lead to the file any more. One that another certificate names stays for that one.
        """
        stored = self._aggregates.load(certificate.application_id, town=certificate.town)
        if stored is None or stored.emptied or stored.outbox:
            return False
        unique = ("number", "code", "certificate_id")
        if certificate.no_paper:
            return self._aggregates.empty(stored, state="unprintable", unique=unique)
        if certificate.seal:
            self._seals.update_one(
                {"_id": f"{certificate.town}:{certificate.seal}"}, {"$set": {"town": certificate.town}}, upsert=True
            )
        sha256, before = str(certificate.sha256), self._clock() - IN_USE
        is_deleted = self._files.delete(
            sha256, is_named=lambda named: self._is_named(named, but_by=stored.id), before=before
        )
        crash_point("documents.file-deleted")
        is_emptied = self._aggregates.empty(stored, state="issued", unique=unique)
        if is_emptied and not is_deleted:  # the other may have been emptied at the same time, and left it for this one
            self._files.delete(sha256, is_named=self._is_named, before=before)
        return is_emptied

    def sweep_orphans(self, *, before: datetime) -> int:
        """See ports.Certificates."""
        return self._sweep(self._files.orphans(before=before, is_named=self._is_named), before=before)

    def sweep_leftovers(self, *, before: datetime) -> int:
        """See ports.Certificates."""
        return self._sweep(self._files.leftovers(before=before, is_named=self._is_named), before=before)

    def _sweep(self, files: Sequence[str], *, before: datetime) -> int:
        return sum(self._files.delete(each, is_named=self._is_named, before=before) for each in files)

    def _is_named(self, sha256: str, *, but_by: str = "") -> bool:
        return any(each["_id"] != but_by for each in self._collection.find({"sha256": sha256}, {"_id": 1}).limit(2))

    def _find(self, query: dict[str, Any], **order: Any) -> Certificate | None:
        found = self._collection.find_one({**query, "issued_at": {"$ne": None}}, **order)
        return _certificate(Aggregates.stored(found)) if found else None


def _body(certificate: Certificate) -> dict[str, Any]:
    """`current_until` is the last moment of its last day, as the last version reads it."""
    last_day = certificate.current_through
    until = last_moment_of(last_day) if last_day else None
    former = list(certificate.former_subject_keys)
    kept = {name: getattr(certificate, name) for name in _KEPT}
    no_paper = {"no_paper": asdict(certificate.no_paper)} if certificate.no_paper else {}
    recheck = _recheck_in(certificate, until)
    return {**kept, "current_until": until, "former_subject_keys": former, **recheck, **no_paper}


def _recheck_in(certificate: Certificate, until: datetime | None) -> dict[str, Any]:
    """Nothing where nothing is ever asked, as in all that was issued before 0.10."""
    if certificate.recheck is None:
        return {}
    return {"recheck": certificate.recheck, "asked_until": until if certificate.recheck else None}


def _certificate(stored: Stored) -> Certificate:
    """Version 0.1 kept a moment of the last day that the paper names."""
    kept: dict[str, Any] = {name: stored.body.get(name) for name in _KEPT}
    kept["former_subject_keys"] = tuple(stored.body.get("former_subject_keys") or ())
    until = stored.body.get("current_until")
    no_paper = stored.body.get("no_paper")
    return Certificate(
        application_id=stored.id,
        town=stored.town,
        current_through=day_of(until) if until else None,
        recheck=stored.body.get("recheck"),
        no_paper=NoPaper(**no_paper) if no_paper else None,
        origin=stored,
        **kept,
    )

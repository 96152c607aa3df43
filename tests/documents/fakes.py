"""Hand-written stand-ins for the ports of documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from services.chassis.admission import Hearing
from services.contracts.days import day_of
from services.contracts.delivery import ConcurrentChange, TryLater, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.retention import Cutoffs
from services.contracts.town_setups import TownSetup
from services.documents.domain import Certificate, Finding, Order, Printed, Unprintable, new_code, new_number
from services.documents.still_true import Truth
from tests.memory import Memory

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class FakeCertificates:
    """In memory, for one process."""

    kept: dict[str, Certificate] = field(default_factory=dict)
    files: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    events: list[Any] = field(default_factory=list)
    memory: Memory = field(default_factory=lambda: Memory(Hearing.LATEST))
    versions: dict[str, int] = field(default_factory=dict)
    drawn: int = 0

    def draft(self, application_id: str, *, product: str, language: str, now: datetime, cause: Cause) -> Certificate:
        kept, town = self.kept.get(application_id), cause.town
        if kept and kept.town == town:
            self.memory.admit(application_id, cause)
            if kept.is_settled:
                return replace(kept, origin=self.versions[application_id])
        self.drawn += 1
        return Certificate(
            application_id=application_id,
            town=town,
            certificate_id=f"certificate-{self.drawn}",
            product=product,
            language=language,
            number=new_number(town, day_of(now).year, lambda limit: self.drawn, hour=0),
            code=new_code(lambda limit: self.drawn % limit),
            reserved_at=now,
            origin=self.versions.get(application_id) if kept and kept.town == town else None,
        )

    def settled(self, application_id: str, *, cause: Cause) -> Certificate | None:
        kept = self.kept.get(application_id)
        if kept is None or kept.town != cause.town:
            return None
        self.memory.admit(application_id, cause)
        return self._read(kept) if kept.is_settled else None

    def issue(self, certificate: Certificate, *, pdf: bytes, event: Any, cause: Cause) -> None:
        assert certificate.issued_at
        self.files[str(certificate.sha256)] = pdf, certificate.issued_at
        self._keep(certificate, event, cause)

    def refuse(self, certificate: Certificate, *, event: Any, cause: Cause) -> None:
        self._keep(certificate, event, cause)

    def repeat(self, certificate: Certificate, *, event: Any, cause: Cause) -> None:
        self._keep(certificate, event, cause)

    def report_expired(self, certificate: Certificate, *, event: Any, cause: Cause) -> None:
        self._keep(certificate, event, cause)

    def _keep(self, certificate: Certificate, event: Any, cause: Cause) -> None:
        id = certificate.application_id
        kept = self.kept.get(id)
        if kept and kept.town != certificate.town:
            raise Unacceptable("application-of-another-town")
        if certificate.origin != self.versions.get(id):
            raise ConcurrentChange(id)
        self.kept[id] = certificate
        self.versions[id] = self.versions.get(id, 0) + 1
        self.events.append(event)
        self.memory.remember(id, cause)

    def _find(self, town: str, name: str, value: str) -> Certificate | None:
        found = (c for c in self.kept.values() if c.is_issued and c.town == town and getattr(c, name) == value)
        newest = max(found, key=lambda each: each.issued_at or datetime.min.replace(tzinfo=UTC), default=None)
        return self._read(newest) if newest else None

    def of(self, application_id: str, *, town: str) -> Certificate | None:
        return self._find(town, "application_id", application_id)

    def askable(self, *, now: datetime) -> list[Certificate]:
        return [self._read(each) for each in self.kept.values() if each.recheck]

    def end_recheck(self, certificate: Certificate) -> None:
        id = certificate.application_id
        if certificate.origin != self.versions[id]:
            raise ConcurrentChange(id)
        self.kept[id] = replace(self.kept[id], recheck="")
        self.versions[id] += 1

    def _read(self, kept: Certificate) -> Certificate:
        return replace(kept, origin=self.versions[kept.application_id])

    def load(self, certificate_id: str, *, town: str) -> Certificate | None:
        return self._find(town, "certificate_id", certificate_id)

    def load_by_code(self, code: str, *, town: str) -> Certificate | None:
        return self._find(town, "code", code)

    def load_by_sha256(self, sha256: str, *, town: str) -> Certificate | None:
        return self._find(town, "sha256", sha256)

    def load_by_number(self, number: str, *, town: str) -> Certificate | None:
        return self._find(town, "number", number)

    def knows_seal(self, seal: str, *, town: str) -> bool:
        return self._find(town, "seal", seal) is not None

    def superseded_at(self, certificate: Certificate) -> datetime | None:
        again = self.load_by_sha256(str(certificate.sha256), town=certificate.town)
        last = again.issued_at if again and certificate.seal is None else certificate.issued_at
        later = [
            c.issued_at
            for c in self.kept.values()
            if c.issued_at
            and last
            and c.issued_at > last
            and (c.town, c.product) == (certificate.town, certificate.product)
            and certificate.subject_key in (c.subject_key, *c.former_subject_keys)
            and c.facts_key != certificate.facts_key
        ]
        return min(later, default=None)

    def pdf(self, certificate: Certificate) -> bytes:
        return self.files[str(certificate.sha256)][0]

    def sweep_orphans(self, *, before: datetime) -> int:
        named = {c.sha256 for c in self.kept.values()}
        orphans = [sha for sha, (_, at) in self.files.items() if sha not in named and at < before]
        for sha in orphans:
            del self.files[sha]
        return len(orphans)


class FakeTruths:
    """In memory, guarded by version."""

    def __init__(self) -> None:
        self.kept: dict[str, Truth] = {}
        self.events: list[Any] = []
        self.memory = Memory(Hearing.EVERY)

    def load(self, application_id: str, *, town: str) -> Truth | None:
        known = self.kept.get(application_id)
        return known if known and known.town == town else None

    def hear(self, application_id: str, *, cause: Cause) -> Truth | None:
        known = self.load(application_id, town=cause.town)
        if known:
            self.memory.admit(application_id, cause)
        return known

    def save(self, truth: Truth, *, events: Sequence[Any] = (), cause: Cause | None = None) -> Truth:
        id = truth.application_id
        version = self.kept[id].origin if id in self.kept else None
        if truth.origin != version:
            raise ConcurrentChange(id)
        self.kept[id] = replace(truth, origin=(version or 0) + 1)
        self.events += events
        self.memory.remember(id, cause)
        return self.kept[id]

    def is_any_wanted(self) -> bool:
        return any(each.wanted_at for each in self.kept.values())

    def wanted(self, *, town: str, most: int) -> list[Truth]:
        waiting = [each for each in self.kept.values() if each.town == town and each.wanted_at]
        return sorted(waiting, key=lambda each: each.wanted_at or NEVER)[:most]

    def awaited(self, *, since: datetime) -> list[str]:
        return [each.town for each in self.kept.values() if each.awaited_since and each.awaited_since > since]

    def past(self, cutoffs: Cutoffs) -> list[Truth]:
        return [each for each in self.kept.values() if each.issued_at <= cutoffs.of(each.product)]

    def empty(self, truth: Truth) -> bool:
        return self.kept.pop(truth.application_id, None) is not None


@dataclass
class FakePress:
    """Prints the order's number; `fails` is raised first, once. `draws` says what it has letters for."""

    fails: TryLater | Unacceptable | None = None
    draws: Callable[[Order], bool] = lambda _: True
    orders: list[Order] = field(default_factory=list)

    def print(self, order: Order) -> Printed:
        if self.fails:
            failure, self.fails = self.fails, None
            raise failure
        if not self.draws(order):
            raise Unprintable("character-unprintable", "no-font", "no installed font draws U+1FAxx")
        self.orders.append(order)
        return Printed(pdf=f"%PDF- {order.number} {order.facts.parts}".encode(), seal="seal-1")

    def preview(self, order: Order, setup: TownSetup) -> bytes:
        self.orders.append(order)
        return setup.colours.primary.encode()


@dataclass
class FakeExaminer:
    """Finds what it is told to find."""

    finding: Finding = field(default_factory=Finding)

    def examine(self, pdf: bytes) -> Finding:
        return self.finding


class OpenFacts:
    """Facts that are not sealed at all: the token is looked up."""

    def __init__(self, **tokens: Any) -> None:
        self.tokens = tokens

    def unlock(self, cls: type, token: str, *, bound_to: str) -> Any:
        return replace(self.tokens[token])

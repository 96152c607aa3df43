"""A provider that signs tokens, and services that answer from memory."""

import base64
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, KeySet

from gateway.api.examples import FILE_NAME
from gateway.auth.issuers import Issuers
from gateway.auth.outward import Outward
from gateway.counting import Bill, MemoryCounts, exchange, pay, refund
from gateway.departments.tokens import Access, AccessTokens
from gateway.rates import Window
from services.chassis.asking import ServiceUnavailable
from services.chassis.locking import KeyRing
from services.contracts.confirmations import (
    AnswerConfirmation,
    Answered,
    ListConfirmations,
    Outcome,
    ReadConfirmation,
    Waiting,
    WaitingList,
)
from services.contracts.department_webhooks import (
    AttemptView,
    DeliveryPage,
    DeliveryPlace,
    DeliveryView,
    FreshKey,
    ReadDeliveries,
    ReadWebhooks,
    ReplayDeliveries,
    Replayed,
    RotateWebhookKey,
    SigningKeyView,
    SwitchWebhook,
    WebhookList,
    WebhookView,
)
from services.contracts.documents import CertificateFile, Verification
from services.contracts.errors import (
    IdempotencyKeyReused,
    InvalidField,
    NotAdmitted,
    NotFound,
    NotWithdrawable,
    OtherNumbersWanted,
)
from services.contracts.feed.concerning import confirmation_of
from services.contracts.feed.events import PublicEvent, source_of, type_of
from services.contracts.field_errors import field_error
from services.contracts.intake import Acceptable, ApplicationList, ApplicationView, Position, Step
from services.contracts.notify import (
    Admission,
    AdmitDepartment,
    DepartmentView,
    EventPage,
    FindConfirmation,
    FoundConfirmation,
    KeyView,
    ListRecipients,
    Pass,
    ReadDepartment,
    ReadEvents,
    ReadReference,
    ReadRoles,
    Recipient,
    Recipients,
    Referred,
    RehearseAnswer,
    Roles,
    SandboxTold,
    TellSandbox,
    TopicView,
)
from services.contracts.registry import (
    DepartmentFacts,
    ListLooks,
    LookList,
    LookPlace,
    LookView,
    Noted,
    Numbers,
    Person,
    Prefill,
    ReadNumbers,
)
from services.contracts.sign_in import SignIn
from services.contracts.town_setups import ChangedTown, ChangedTowns, ReadTowns
from services.contracts.towns import Colours, Office, Seal, Town
from tests.keys import RING

ISSUER = "https://sign-in.example"
CITIZEN, OTHER = "85073003328", "93051822361"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.7\n%a sealed certificate"


def a_town(refnis: str, name: str, *, regime: str, host: str, issuer: str = ISSUER, **other: Any) -> Town:
    values: dict[str, Any] = {
        "refnis": refnis,
        "names": dict.fromkeys(("nl", "fr", "de", "en"), name),
        "departments": {"nl": "Bevolking", "fr": "Population", "de": "Bevölkerung", "en": "Population"},
        "regime": regime,
        "hosts": (host,),
        "address": f"https://{host}",
        "logo": "logo.svg",
        "colours": Colours(primary="#1d3f72", accent="#ab8a21"),
        "office": Office(
            street={"nl": "Grote Markt 1", "fr": "Grand-Place 1", "de": "Marktplatz 1"},
            municipality=dict.fromkeys(("nl", "fr", "de"), name), postcode="3200", phone="+32 16 55 00 00",
            email="loket@example.be", website="https://example.be",
        ),
        "seal": Seal(source="pkcs12", path="seal.p12"),
        "sign_in": SignIn(issuer=issuer, client_id=f"loket-{refnis}", national_number_claim="egovNRN"),
        "courtesy_languages": ("en",),
        "specimen": True,
    }  # fmt: skip
    return Town(**(values | other))


def towns(issuer: str = ISSUER) -> dict[str, Town]:
    made = (
        a_town("24001", "Aarschot", regime="nl", host="aarschot.localhost", issuer=issuer),
        a_town(
            "21005", "Etterbeek", regime="brussels", host="etterbeek.localhost", issuer=issuer, products_off=("life",)
        ),
    )
    return {town.refnis: town for town in made}


class Provider:
    """An identity provider over a faked wire: discovery, keys that can change, tokens of every kind."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "first", "alg": "ES256"}, private=True)
        self.fetched: list[str] = []
        self.away = False

    def turn_key(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "second", "alg": "ES256"}, private=True)

    def issuers(self, *, clock: Callable[[], float] = time.time) -> Issuers:
        """Identity providers of which this is one."""
        return Issuers(outward=Outward(httpx.Client(transport=httpx.MockTransport(self._answer))), clock=clock)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.fetched.append(request.url.path)
        if self.away:
            raise httpx.ConnectError("away", request=request)
        if request.url.path == "/jwks":
            return streamed(KeySet([self.key]).as_dict(private=False))
        return streamed({"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"})

    def token(
        self,
        number: str | None = CITIZEN,
        *,
        town: str = "24001",
        key: Any = None,
        header: dict[str, Any] | None = None,
        **other: Any,
    ) -> str:
        """An access token as RFC 9068 has it; a claim or header that is None is left out."""
        now = time.time()
        claims = {
            "iss": ISSUER,
            "aud": [f"loket-{town}"],
            "sub": "opaque",
            "client_id": "a-program",
            "jti": "token-1",
            "iat": now,
            "exp": now + 300,
            "egovNRN": number,
            "email": "burger@example.be",
        } | other
        head = {"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"} | (header or {})
        return signed(_given(head), _given(claims), key or self.key)

    def hmac_token(self) -> str:
        """Signed with the public key as if it were a shared secret."""
        body = self.token().split(".")[1].encode()
        head = _encoded({"alg": "HS256", "kid": self.key.kid, "typ": "at+jwt"})
        signature = hmac.digest(self.key.as_pem(private=False), head + b"." + body, "sha256")
        return (head + b"." + body + b"." + urlsafe_b64encode(signature).rstrip(b"=")).decode()


def signed(header: dict[str, Any], claims: dict[str, Any], key: ECKey) -> str:
    """A signature with ES256, whatever the header says of it."""
    head, body = _encoded(header), _encoded(claims)
    signature = jws.JWSRegistry.algorithms["ES256"].sign(head + b"." + body, key)
    return (head + b"." + body + b"." + urlsafe_b64encode(signature).rstrip(b"=")).decode()


def streamed(document: Any) -> httpx.Response:
    """An answer that comes over the wire."""
    return httpx.Response(200, stream=httpx.ByteStream(json.dumps(document).encode()))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _encoded(part: dict[str, Any]) -> bytes:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


class LocalCounts:
    """Counts in memory alone, as a process without a store does."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.memory = MemoryCounts(clock=clock)

    def pay(self, bill: Bill) -> Window | None:
        return pay(self.memory, bill)

    def refund(self, bill: Bill) -> None:
        refund(self.memory, bill)

    def exchange(self, windows: Sequence[Window], others: Sequence[Window]) -> None:
        exchange(self.memory, windows, others)


@dataclass
class FakeDepartment:
    """What lets a department in, in which towns, and what it was told."""

    secret: str = "key-1.secret"
    thumbprint: str = ""
    towns: tuple[str, ...] = ("24001",)
    facts: tuple[str, ...] = ("life",)
    events: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    invented: Mapping[str, Any] = field(default_factory=dict)
    """For every reference, where there are any: then each is of the sandbox."""
    webhooks: tuple[str, ...] = ()
    deliveries: int = 0
    waiting: tuple[Waiting, ...] = ()
    rehearsed: tuple[Waiting, ...] = ()
    """What it is asked in the sandbox."""
    rehearsal_is_over: bool = False


KEY = "key-1"
"""The id of what lets it in."""


@dataclass
class FakeServices:
    """Answers like the services; `asked` is all that was asked, but for who has which numbers."""

    asked: list[Any] = field(default_factory=list)
    asked_who: list[Any] = field(default_factory=list)
    applications: dict[str, tuple[str, str, ApplicationView]] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    certificates: dict[str, str] = field(default_factory=dict)
    verification: Verification = field(default_factory=lambda: Verification(verdict="unknown"))
    file_verification: Verification | None = None
    looks: tuple[LookView, ...] = ()
    departments: dict[str, FakeDepartment] = field(default_factory=dict)
    department_facts: DepartmentFacts | None = None
    away: bool = False
    fails: Exception | None = None
    on_ask: Callable[[Any], None] = lambda _question: None
    other_numbers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """As the register tells them; `registry_away` where it cannot."""
    registry_away: bool = False
    changed_towns: list[ChangedTown] = field(default_factory=list)

    def ask(self, question: Any, *, timeout_s: float | None = None) -> Any:
        if isinstance(question, ReadTowns):
            if self.away:
                raise ServiceUnavailable(question.SERVICE)
            return ChangedTowns(towns=tuple(self.changed_towns))
        (self.asked_who if isinstance(question, ReadNumbers) else self.asked).append(question)
        self.on_ask(question)
        if self.away:
            raise ServiceUnavailable(question.SERVICE)
        if self.fails and not isinstance(question, ReadNumbers):
            raise self.fails
        answer = getattr(self, f"_{type(question).__name__}")(question)
        assert isinstance(answer, question.ANSWER)
        return answer

    def _AdmitDepartment(self, asked: AdmitDepartment) -> Admission:
        known = self._let_in(asked.department, asked.town)
        if asked.secret != known.secret and (not asked.thumbprint or asked.thumbprint != known.thumbprint):
            raise NotAdmitted
        return Admission(key=KEY)

    def _ListRecipients(self, asked: ListRecipients) -> Recipients:
        found = [known for known in self.departments.values() if asked.town in known.towns]
        return Recipients(
            recipients=tuple(
                Recipient(title="Police zone 5387", purpose="to find whoever moved", facts=known.facts)
                for known in found
            )
        )

    def _ReadEvents(self, asked: ReadEvents) -> EventPage:
        events, begin = self._admitted(asked.asked_by).events, 0
        if asked.after is not None:
            department, _, place = asked.after.partition(".")
            if department != asked.asked_by.department or not place.isdigit():
                raise InvalidField(fields={"after": field_error("not-a-cursor")})
            begin = int(place)
        end = min(begin + asked.limit, len(events))
        return EventPage(events=events[begin:end], after=f"{asked.asked_by.department}.{end}", more=end < len(events))

    def _ReadReference(self, asked: ReadReference) -> Referred:
        known = self._admitted(asked.asked_by)
        if asked.reference not in known.references:
            raise NotFound
        return Referred(
            application_id=None if known.invented else "an-application",
            product="life",
            title="Police zone 5387",
            purpose="to find whoever moved",
            facts=known.facts,
            invented=dict(known.invented),
        )

    def _ReadDepartmentFacts(self, _asked: Any) -> DepartmentFacts:
        assert self.department_facts is not None
        return self.department_facts

    def _ReadDepartment(self, asked: ReadDepartment) -> DepartmentView:
        known = self._admitted(asked.asked_by)
        return DepartmentView(
            department=asked.asked_by.department,
            title="Police zone 5387",
            purpose="to find whoever moved",
            heard=(TopicView(event="certificate-issued", product="*"),),
            facts=known.facts,
            answers=_asked_as(known),
            keys=(KeyView(id=KEY, kind="secret", made_at=NOW),),
            added_at=NOW,
            told=len(known.events),
            last_told_at=NOW if known.events else None,
            waiting=2,
            parked=0,
            refusals_untold=0,
        )

    def _ReadWebhooks(self, asked: ReadWebhooks) -> WebhookList:
        return WebhookList(webhooks=tuple(map(a_webhook, self._admitted(asked.asked_by).webhooks)))

    def _ReadDeliveries(self, asked: ReadDeliveries) -> DeliveryPage:
        known = self._with_webhook(asked)
        begin = int(asked.after.id) if asked.after else 0
        end = min(begin + asked.limit, known.deliveries)
        return DeliveryPage(
            deliveries=tuple(map(a_delivery, range(known.deliveries - begin, known.deliveries - end, -1))),
            next=DeliveryPlace(at=NOW, id=str(end)) if end < known.deliveries else None,
        )

    def _ReplayDeliveries(self, asked: ReplayDeliveries) -> Replayed:
        return Replayed(replayed=self._with_webhook(asked).deliveries)

    def _SwitchWebhook(self, asked: SwitchWebhook) -> WebhookView:
        self._with_webhook(asked)
        known = a_webhook(asked.webhook)
        return replace(known, state="disabled", disabled_by="asked") if asked.is_disabled else known

    def _RotateWebhookKey(self, asked: RotateWebhookKey) -> FreshKey:
        self._with_webhook(asked)
        signature = asked.signature or "v1"
        return FreshKey(webhook=asked.webhook, signature=signature, made_at=NOW, key="whpk_public")

    def _with_webhook(self, asked: Any) -> FakeDepartment:
        known = self._admitted(asked.asked_by)
        if asked.webhook not in known.webhooks:
            raise NotFound
        return known

    def _ReadRoles(self, asked: ReadRoles) -> Roles:
        return Roles(departments=_asked_as(self._admitted(asked.asked_by)))

    def _FindConfirmation(self, asked: FindConfirmation) -> FoundConfirmation:
        known = self._admitted(asked.asked_by)
        for each in (*known.waiting, *known.rehearsed):
            if confirmation_of(each.reference) == asked.confirmation:
                return FoundConfirmation(
                    reference=each.reference,
                    application_id="an-application",
                    department=each.department,
                    title="Police zone 5387",
                    purpose="to find whoever moved",
                    rehearsed=each if each in known.rehearsed else None,
                    is_answered=known.rehearsal_is_over,
                )
        raise NotFound

    def _RehearseAnswer(self, asked: RehearseAnswer) -> Answered:
        self._admitted(asked.asked_by)
        return Answered(reference=asked.confirmation, asking=asked.asking, outcome=asked.outcome, answered_at=NOW)

    def _ListConfirmations(self, asked: ListConfirmations) -> WaitingList:
        found = [each for known in self.departments.values() for each in known.waiting]
        told = tuple(replace(each, concerning="") for each in found if each.department in asked.departments)
        return WaitingList(confirmations=told, more=False)

    def _ReadConfirmation(self, asked: ReadConfirmation) -> Waiting:
        found = [each for known in self.departments.values() for each in known.waiting]
        return next(each for each in found if each.reference == asked.reference)

    def _NoteConfirming(self, _asked: Any) -> Noted:
        return Noted(at=NOW)

    def _AnswerConfirmation(self, asked: AnswerConfirmation) -> Answered:
        if asked.outcome not in list(Outcome):
            raise InvalidField(fields={"outcome": field_error("not-a-choice", choices=list(Outcome))})
        return Answered(
            reference=asked.reference,
            asking=asked.asking,
            outcome=asked.outcome,
            answered_at=NOW,
            counts_until=NOW + timedelta(days=30),
        )

    def _TellSandbox(self, asked: TellSandbox) -> SandboxTold:
        self._admitted(asked.asked_by)
        return SandboxTold(events=tuple(an_event(name, town="00000") for name in asked.events))

    def _admitted(self, asked_by: Pass) -> FakeDepartment:
        if asked_by.key != KEY:
            raise NotAdmitted
        return self._let_in(asked_by.department, asked_by.town)

    def _let_in(self, id: str, town: str) -> FakeDepartment:
        if id not in self.departments or town not in self.departments[id].towns:
            raise NotAdmitted
        return self.departments[id]

    def _ListLooks(self, asked: ListLooks) -> LookList:
        begin = 0 if asked.after is None else int(asked.after.id)
        page = self.looks[begin : begin + asked.limit]
        more = begin + asked.limit < len(self.looks)
        return LookList(looks=page, last=LookPlace(at=page[-1].at, id=str(begin + asked.limit)) if more else None)

    def put(self, id: str, *, citizen: str = CITIZEN, town: str = "24001", **other: Any) -> ApplicationView:
        values: dict[str, Any] = {
            "application_id": id,
            "product": "residence",
            "language": "nl",
            "state": "submitted",
            "version": 1,
            "submitted_at": NOW,
            "timeline": (Step(at=NOW, state="submitted"),),
        } | other
        view = ApplicationView(**values)
        self.applications[id] = (town, citizen, view)
        return view

    def move(self, id: str, state: str, **other: Any) -> None:
        town, citizen, view = self.applications[id]
        step = Step(
            at=NOW + timedelta(seconds=view.version),
            state=state,
            code=other.get("code"),
            expected_by=other.pop("expected_by", None),
        )
        moved = replace(view, state=state, version=view.version + 1, timeline=(*view.timeline, step), **other)
        self.applications[id] = (town, citizen, moved)

    def note(self, id: str, state: str, *, code: str) -> None:
        """A line in the timeline that moves nothing."""
        town, citizen, view = self.applications[id]
        step = Step(at=NOW + timedelta(seconds=view.version), state=state, code=code)
        noted = replace(view, version=view.version + 1, timeline=(*view.timeline, step))
        self.applications[id] = (town, citizen, noted)

    def _SubmitApplication(self, asked: Any) -> ApplicationView:
        known = [(number, asked.idempotency_key) for number in (asked.citizen, *asked.other_numbers)]
        key = next((key for key in known if key in self.keys), known[0])
        if key not in self.keys:
            if not asked.are_all and any(used == asked.idempotency_key for _, used in self.keys):
                raise OtherNumbersWanted
            id = f"application-{len(self.keys) + 1}"
            self.put(id, citizen=asked.citizen, town=asked.town, product=asked.product)
            self.keys[key] = (asked.body_digest, id)
        digest, id = self.keys[key]
        if digest != asked.body_digest:
            raise IdempotencyKeyReused
        return self.applications[id][2]

    def _CheckApplication(self, _asked: Any) -> Acceptable:
        return Acceptable()

    def _ListApplications(self, asked: Any) -> ApplicationList:
        own = [
            view
            for town, citizen, view in self.applications.values()
            if town == asked.town and citizen in (asked.citizen, *asked.other_numbers)
        ]
        own.sort(key=_place, reverse=True)
        if asked.after:
            own = [view for view in own if _place(view) < (asked.after.submitted_at, asked.after.application_id)]
        page = tuple(replace(view, timeline=()) for view in own[: asked.limit])
        more = len(own) > len(page)
        last = Position(submitted_at=page[-1].submitted_at, application_id=page[-1].application_id) if more else None
        return ApplicationList(applications=page, last=last)

    def _ReadApplication(self, asked: Any) -> ApplicationView:
        town, citizen, view = self.applications.get(asked.application_id, ("", "", None))
        if view is None or town != asked.town or citizen not in (asked.citizen, *asked.other_numbers):
            raise NotFound
        return view

    def _WithdrawApplication(self, asked: Any) -> ApplicationView:
        if self._ReadApplication(asked).state not in ("submitted", "deferred"):
            raise NotWithdrawable
        self.move(asked.application_id, "withdrawn", code=None, deadline=None)
        return self._ReadApplication(asked)

    def _FindCertificate(self, asked: Any) -> ApplicationView:
        for town, citizen, view in self.applications.values():
            own = town == asked.town and citizen in (asked.citizen, *asked.other_numbers)
            if own and view.certificate_id == asked.certificate_id:
                return view
        raise NotFound

    def _ReadNumbers(self, asked: Any) -> Numbers:
        if self.registry_away:
            return Numbers(code="register-unavailable")
        return Numbers(others=self.other_numbers.get(asked.citizen, ()))

    def _FetchCertificate(self, _asked: Any) -> CertificateFile:
        return CertificateFile(filename=FILE_NAME, sha256="ab" * 32, pdf=base64.b64encode(PDF).decode())

    def _ReadPrefill(self, asked: Any) -> Prefill:
        return Prefill(subjects=(Person(national_number=asked.citizen, name="Voornaam Naam", capacity="self"),))

    def _VerifyCode(self, _asked: Any) -> Verification:
        return self.verification

    def _VerifyFile(self, _asked: Any) -> Verification:
        return self.file_verification or self.verification


def _asked_as(known: FakeDepartment) -> tuple[str, ...]:
    return tuple({each.department for each in known.waiting})


def an_event(name: str = "certificate-issued", *, number: int = 1, town: str = "24001") -> str:
    """One that departments hear, as it is published."""
    event = PublicEvent(
        id=f"{number:032x}",
        type=type_of(name),
        source=source_of(town),
        subject=REFERENCE,
        time=NOW,
        data={"product": "life"},
    )
    return event.to_json().decode()


def a_webhook(id: str) -> WebhookView:
    """One that takes what it is sent."""
    return WebhookView(
        webhook=id,
        url="https://hooks.police.example/loket",
        state="well",
        since=NOW,
        keys=(SigningKeyView(signature="v1a", made_at=NOW),),
        waiting=0,
        parked=0,
        delivered=2,
        dropped=0,
    )


def a_delivery(number: int) -> DeliveryView:
    """One that came with the second attempt."""
    return DeliveryView(
        event=f"{number:032x}",
        name="certificate-issued",
        town="24001",
        stored_at=NOW,
        progress="delivered",
        attempts=(
            AttemptView(at=NOW, took_ms=15000, reason="too-slow"),
            AttemptView(at=NOW, took_ms=120, status=204, reason="delivered"),
        ),
    )


def a_waiting() -> Waiting:
    """What the police are asked."""
    return Waiting(
        reference="an-application-1",
        department="police",
        product="criminal-record-596-2",
        asking=1,
        asked_at=NOW,
        due_at=NOW + timedelta(days=28),
        expires_at=NOW + timedelta(days=60),
        concerning="eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..c2VhbGVk.c2VhbGVk.c2VhbGVk",
    )


CONFIRMATION = confirmation_of("an-application-1")
"""What departments know that confirmation by."""

REFERENCE = "9b1f0c7a3e9d1b4c2f8e6a0b9d7c5e3f"


def department_token(
    department: str = "police", *, town: str = "24001", clock: Callable[[], float] = time.time, **other: Any
) -> str:
    """As the gateway of these tests signs one."""
    tokens = AccessTokens(KeyRing.parse(RING), new_id=lambda: "token-1", clock=clock)
    return tokens.issue(Access(department=department, **({"key": KEY} | other)), town=towns()[town])


def _place(view: ApplicationView) -> tuple[datetime, str]:
    return view.submitted_at, view.application_id


LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<path d="M8 6h48v26c0 15-12 24-24 28C20 56 8 47 8 32z" fill="#1d3f72"/>
<path d="M32 14l5 11 12 1-9 8 3 12-11-6-11 6 3-12-9-8 12-1z" fill="#ab8a21"/>
</svg>"""


def write_logo(folder: Path) -> Path:
    (folder / "logo.svg").write_text(LOGO)
    return folder

"""What the registry says and answers: extracts, and what a form can be prefilled with."""

from dataclasses import dataclass
from datetime import datetime

from services.contracts.events import Event, event
from services.contracts.questions import Question, question


@event("registry", "extract-compiled")
@dataclass(frozen=True, kw_only=True)
class ExtractCompiled(Event):
    """The register answered: the facts the product declares, as they stood at `compiled_at`."""

    application_id: str
    facts: str
    compiled_at: datetime


@event("registry", "extract-refused")
@dataclass(frozen=True, kw_only=True)
class ExtractRefused(Event):
    """The register will not give these facts to this applicant; `code` is a Refusal."""

    application_id: str
    code: str
    refused_at: datetime


@event("registry", "extract-deferred")
@dataclass(frozen=True, kw_only=True)
class ExtractDeferred(Event):
    """The register cannot answer yet: who will (`awaiting`, e.g. `register`), and by when it is expected."""

    application_id: str
    code: str
    awaiting: str
    expected_by: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone the citizen may ask about: the citizen (`self`) or a minor child (`parent`)."""

    national_number: str
    name: str
    capacity: str


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """The people the citizen may ask about. Empty, with a Refusal as `code`, where the register refuses or is away."""

    subjects: tuple[Person, ...] = ()
    code: str | None = None


@question("registry", answer=Prefill)
@dataclass(frozen=True, kw_only=True)
class ReadPrefill(Question[Prefill]):
    """What the register knows already for this citizen's form of this product."""

    town: str
    citizen: str
    product: str

"""What the registry says and answers: extracts, what a form can be prefilled with, who has which numbers, and what a
department may know.

Answers about an extract name the `asking` that they answer (ExtractRequested), 0 where they know of none.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from services.contracts.errors import Refusal
from services.contracts.events import Event, event, one_of
from services.contracts.facts import Parts
from services.contracts.questions import Question, question


@event("registry", "extract-compiled")
@dataclass(frozen=True, kw_only=True)
class ExtractCompiled(Event):
    """The register answered: the facts the product declares, as they stood at `compiled_at`.

    `digest` tells, of two extracts of one application, whether they state the same, and nothing else: the
    registry alone has its key, and of another application the same facts have another one. Empty where the plan
    has no other gates. `recheck` is locked for the registry: with it the same can be asked again, to compare (see
    RecheckRequested). Empty where the plan does not have `still_true`.
    """

    application_id: str
    facts: str
    compiled_at: datetime
    asking: int = 0
    digest: str = ""
    recheck: str = ""


@event("registry", "extract-refused")
@dataclass(frozen=True, kw_only=True)
class ExtractRefused(Event):
    """The register will not give these facts to this applicant; `code` is a Refusal."""

    application_id: str
    code: str = one_of(Refusal)
    refused_at: datetime
    asking: int = 0


@event("registry", "extract-deferred")
@dataclass(frozen=True, kw_only=True)
class ExtractDeferred(Event):
    """The register cannot answer yet: who will (`awaiting`: `register`, or the name of another source), and by when it
    is expected.

    Said again where that time has passed in vain.
    """

    application_id: str
    code: str = one_of([Refusal.REGISTER_UNAVAILABLE, Refusal.DEED_MIGRATING])
    awaiting: str
    expected_by: datetime
    asking: int = 0


UNSOUND_DOCUMENTS = frozenset(
    {"attest-seal-broken", "attest-seal-untrusted", "attest-outdated", "deed-seal-broken", "deed-seal-untrusted"}
)
"""Kinds of ExtractContradicted of which the register is innocent: a document that another authority made is not in
order, and the town has nothing to mend in its own."""


@event("registry", "extract-contradicted")
@dataclass(frozen=True, kw_only=True)
class ExtractContradicted(Event):
    """The register contradicts itself, so that the town must look at it first, or a document that it sent for is not in
    order. `kind` is a slug that names no person, such as `resident-without-household`. Nobody knows how long that
    takes: there is no promise."""

    application_id: str
    kind: str
    found_at: datetime
    asking: int = 0


class StillTrue(StrEnum):
    """Whether the register still says what a certificate states.

    NOT_KNOWN is all that is told where it says nothing that can be compared, whatever the reason: it is away, refuses,
    contradicts itself, or somebody has moved away, died or is protected since.
    """

    CURRENT = "current"
    SUPERSEDED = "superseded"
    NOT_KNOWN = "not-known"


@event("registry", "facts-rechecked")
@dataclass(frozen=True, kw_only=True)
class FactsRechecked(Event):
    """The answer to a RecheckRequested, of which it names the `asking`. The register was asked at `asked_at`, in vain
    or not; None where it could not be."""

    application_id: str
    outcome: str = one_of(StillTrue)
    asking: int
    asked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone the citizen may ask about: the citizen (`self`) or a minor child (`parent`)."""

    national_number: str
    name: str
    capacity: str


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """The people the citizen may ask about.

    Empty, with a Refusal as `code`, where the register refuses, contradicts itself or is away.
    """

    subjects: tuple[Person, ...] = ()
    code: str | None = None


@question("registry", answer=Prefill)
@dataclass(frozen=True, kw_only=True)
class ReadPrefill(Question[Prefill]):
    """What the register knows already for this citizen's form of this product."""

    town: str
    citizen: str
    product: str


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The other national numbers of a citizen: those that the register merged into theirs, or theirs into.

    With a Refusal as `code` where the register is away or contradicts itself: there may be others then.
    """

    others: tuple[str, ...] = ()
    code: str | None = None


@question("registry", answer=Numbers)
@dataclass(frozen=True, kw_only=True)
class ReadNumbers(Question[Numbers]):
    """Which other numbers has this citizen, or had? Asked where somebody's own things are looked for."""

    town: str
    citizen: str


MOST_LISTED = 100
"""Looks on one page."""

LOOKERS = ("you", "parent", "relative", "unsettled", "another", "operator", "town", "department")
"""Who looked: the reader; a parent, about the reader; their spouse, or a relative, about them; somebody about them who
was told nothing, whatever they are to the reader; somebody else whose own certificate also concerns the reader, as that
of a household does; an operator of the town, who mends the register; the town by itself, because somebody checks a
certificate that states something about the reader; a department, which heard that something happened."""


@dataclass(frozen=True, kw_only=True)
class LookPlace:
    """A place in somebody's list of looks, newest first; of two of the same moment the later id comes first."""

    at: datetime
    id: str


@dataclass(frozen=True, kw_only=True)
class LookView:
    """One look at a citizen's data. `by` is one of LOOKERS; who it was beyond that, and about whom else it was, is
    told to nobody here.

    `product` and `facts` are those that were asked for, None and empty where it was for no product or where that is not
    told to the reader: of a look of somebody else it is where the reader is who was asked about, or where it tells who
    lives together, and never of a deed, a criminal record or a form that was opened. `purpose` is `extract`,
    `prefill`, `numbers`, `verification`, `repair`, `department` or `confirming`; `sources` are empty then, but for
    `department`, and where an earlier version looked. Of a department it is told how people call it, and the `reason`
    for which it may know this.
    `outcome` is `given`, `promised`, `failed` or a Refusal, and `refused` where a Refusal would tell what was asked
    for. `application_id` is told of the reader's own applications.
    """

    at: datetime
    by: str
    product: str | None
    facts: tuple[str, ...]
    purpose: str
    sources: tuple[str, ...]
    outcome: str
    application_id: str | None = None
    department: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class LookList:
    """One page. Behind `last` there are more; None where there are not."""

    looks: tuple[LookView, ...]
    last: LookPlace | None = None


@question("registry", answer=LookList)
@dataclass(frozen=True, kw_only=True)
class ListLooks(Question[LookList]):
    """Who looked at this citizen's data in this town, newest first, for as long as the log is kept: at most `limit`
    (1 to MOST_LISTED), those behind `after` (Act of 8 August 1983, article 10; GDPR, article 15)."""

    town: str
    citizen: str
    other_numbers: tuple[str, ...] = ()
    limit: int = MOST_LISTED
    after: LookPlace | None = None


@dataclass(frozen=True, kw_only=True)
class DepartmentFacts:
    """What the register says now: a part for each of the `facts` that were asked for and are the product's, none where
    it refuses: then `code` is a Refusal, in which nothing is told of a protection or of anybody else."""

    product: str
    looked_at: datetime
    facts: Annotated[dict[str, Any], Parts]
    code: str | None = None


@question("registry", answer=DepartmentFacts)
@dataclass(frozen=True, kw_only=True)
class ReadDepartmentFacts(Question[DepartmentFacts]):
    """What does the register say now about whom this application is, of these facts?

    `department`, `title` and `purpose` go into the log of who looked. Answered with FactsGone where what was asked is
    not kept any more, FactsNotAllowed where none of the facts is the product's.
    """

    town: str
    application_id: str
    department: str
    title: str
    purpose: str
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Noted:
    """It is in the log."""

    at: datetime


@question("registry", answer=Noted)
@dataclass(frozen=True, kw_only=True)
class NoteConfirming(Question[Noted]):
    """A department is told about whom this application is, to confirm something of them: let these read that it was.

    Answered with FactsGone where nobody knows any more.
    """

    town: str
    application_id: str
    department: str
    title: str
    purpose: str

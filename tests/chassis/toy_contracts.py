"""What the toy hears and is asked: known to its process and to the tests, which know nothing of nameko."""

from dataclasses import dataclass

from services.chassis.topology import Topology
from services.contracts.intake import ApplicationList, ApplicationSubmitted, ExtractRequested
from services.contracts.questions import Question, question
from services.contracts.registry import ExtractCompiled
from services.contracts.topology import Subscription


@question("toy", answer=ApplicationList)
@dataclass(frozen=True, kw_only=True)
class ListToys(Question[ApplicationList]):
    """The answer depends on the citizen."""

    town: str
    citizen: str


@question("nowhere", answer=ApplicationList)
@dataclass(frozen=True, kw_only=True)
class AskNobody(Question[ApplicationList]):
    """Its service was never there."""


TOPOLOGY = Topology(
    subscriptions={
        "toy.compile": Subscription(events=(ApplicationSubmitted, ExtractRequested)),
        "toy.hear": Subscription(events=(ExtractCompiled,)),
    },
    questions=(ListToys.QUEUE,),
)

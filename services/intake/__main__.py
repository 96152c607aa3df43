"""`python -m services.intake`"""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS

serve(
    "services.intake.service:IntakeService",
    settings="services.intake.settings:IntakeSettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTION_QUEUES),
)

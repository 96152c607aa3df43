"""`python -m services.intake`"""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.questions import QUESTIONS
from services.contracts.topology import SUBSCRIPTIONS

serve(
    "services.intake.service:IntakeService",
    settings="services.intake.settings:IntakeSettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTIONS),
)

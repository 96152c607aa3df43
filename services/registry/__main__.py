"""`python -m services.registry`"""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.questions import QUESTIONS
from services.contracts.topology import SUBSCRIPTIONS

serve(
    "services.registry.service:RegistryService",
    settings="services.registry.settings:RegistrySettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTIONS),
)

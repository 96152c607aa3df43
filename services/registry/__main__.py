"""`python -m services.registry`"""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS

serve(
    "services.registry.service:RegistryService",
    settings="services.registry.settings:RegistrySettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTION_QUEUES),
)

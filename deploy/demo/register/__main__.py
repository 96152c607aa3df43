"""`python -m deploy.demo.register`: the registry, asking the demonstration's register."""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS

serve(
    "deploy.demo.register.service:DemonstrationRegistry",
    settings="services.registry.settings:RegistrySettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTION_QUEUES),
)

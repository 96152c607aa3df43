"""`python -m services.notify`"""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS

serve(
    "services.notify.service:NotifyService",
    settings="services.notify.settings:NotifySettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTION_QUEUES),
)

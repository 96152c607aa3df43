"""`python -m services.notify`"""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.questions import QUESTIONS
from services.contracts.topology import SUBSCRIPTIONS

serve(
    "services.notify.service:NotifyService",
    settings="services.notify.settings:NotifySettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTIONS),
)

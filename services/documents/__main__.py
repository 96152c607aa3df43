"""`python -m services.documents`"""

from services.chassis.run import serve
from services.chassis.topology import Topology
from services.contracts.topology import QUESTION_QUEUES, SUBSCRIPTIONS

serve(
    "services.documents.service:DocumentsService",
    settings="services.documents.settings:DocumentsSettings",
    topology=Topology(subscriptions=SUBSCRIPTIONS, questions=QUESTION_QUEUES),
)

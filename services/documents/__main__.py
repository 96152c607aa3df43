"""`python -m services.documents`"""

from services.chassis.run import serve
from services.contracts.topology import SUBSCRIPTIONS

serve(
    "services.documents.service:DocumentsService",
    settings="services.documents.settings:DocumentsSettings",
    subscriptions=SUBSCRIPTIONS,
)

"""`python -m services.notify`"""

from services.chassis.run import serve
from services.contracts.topology import SUBSCRIPTIONS

serve(
    "services.notify.service:NotifyService",
    settings="services.notify.settings:NotifySettings",
    subscriptions=SUBSCRIPTIONS,
)

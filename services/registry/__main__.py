"""`python -m services.registry`"""

from services.chassis.run import serve
from services.contracts.topology import SUBSCRIPTIONS

serve(
    "services.registry.service:RegistryService",
    settings="services.registry.settings:RegistrySettings",
    subscriptions=SUBSCRIPTIONS,
)

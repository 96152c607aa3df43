"""`python -m services.intake`"""

from services.chassis.run import serve
from services.contracts.topology import SUBSCRIPTIONS

serve(
    "services.intake.service:IntakeService",
    settings="services.intake.settings:IntakeSettings",
    subscriptions=SUBSCRIPTIONS,
)

"""Whether the registers that towns have elsewhere can be asked: for `loket status`, `register check` and production."""

from datetime import datetime

from deploy.local.stack import Stack
from services.contracts.populations import MAGDA
from services.contracts.towns import Town


def register_problem(stack: Stack, town: Town, *, now: datetime, reach: bool = True) -> str | None:
    """What an operator has to mend, None where nothing is. `reach` knocks at the platform, which may take seconds."""
    if town.population.source != MAGDA:
        return None
    from services.registry.sources.magda.opening import check  # noqa: PLC0415 - brings lxml and httpx

    secrets = {name: value for name, value in stack.outside.items() if name.startswith("LOKET_MAGDA_")}
    if stack.profile == "demo":
        from deploy.demo.secrets import demo_secrets  # noqa: PLC0415 - production stands without the demonstration

        secrets = demo_secrets(stack.var, towns=[town.refnis]) | secrets
    return check(town, folder=stack.towns_folder, secrets=secrets, now=now, reach=reach)

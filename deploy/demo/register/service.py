"""The registry with another source, and nothing else of its own."""

from deploy.demo.register.source import DemonstrationSource
from services.chassis.runtime import Provided, Runtime
from services.registry.service import RegistryService
from services.registry.settings import RegistrySettings
from services.registry.sources.dwellings import note_dwellings
from services.registry.sources.populations import Populations


def _register(runtime: Runtime[RegistrySettings]) -> DemonstrationSource:
    populations = Populations(runtime.database)
    populations.ensure_indexes()
    note_dwellings(populations)
    return DemonstrationSource(populations, clock=runtime.clock)


class DemonstrationRegistry(RegistryService):
    """As RegistryService."""

    register = Provided(_register)

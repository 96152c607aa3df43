"""The registry with another source, and nothing else of its own."""

from deploy.demo.register.source import DemonstrationSource
from services.chassis.runtime import Provided, Runtime
from services.registry.service import RegistryService, beside
from services.registry.settings import RegistrySettings
from services.registry.sources.population.dwellings import note_dwellings
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.registers import Registers


def _register(runtime: Runtime[RegistrySettings]) -> Registers:
    populations = Populations(runtime.database)
    populations.ensure_indexes()
    note_dwellings(populations)
    return beside(DemonstrationSource(populations, clock=runtime.clock), runtime)


class DemonstrationRegistry(RegistryService):
    """As RegistryService."""

    register = Provided(_register)

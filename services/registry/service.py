"""The registry on the wire."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.chassis.answering import answers
from services.chassis.handling import handles
from services.chassis.kept_towns import KeptTowns, StoredTowns
from services.chassis.locking import Locker
from services.chassis.pseudonyms import KeyedPseudonyms, pseudonyms_of
from services.chassis.runtime import Provided, Runtime
from services.chassis.sweeping import sweeps
from services.contracts.catalogue import products
from services.contracts.documents import RecheckRequested
from services.contracts.envelope import Cause
from services.contracts.intake import (
    ApplicationExpired,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ExtractRequested,
)
from services.contracts.living_towns import LivingTowns
from services.contracts.registry import (
    DepartmentFacts,
    ListLooks,
    LookList,
    NoteConfirming,
    Noted,
    Numbers,
    Prefill,
    ReadDepartmentFacts,
    ReadNumbers,
    ReadPrefill,
)
from services.contracts.town_setups import TownChanged
from services.registry import handlers, rechecking, retention
from services.registry.access_store import AccessStore
from services.registry.domain import Register
from services.registry.ports import Source
from services.registry.recheck_store import RecheckStore
from services.registry.settings import RegistrySettings
from services.registry.sources import Surroundings, make_sources
from services.registry.sources.population.dwellings import note_dwellings
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.registers import Registers, others
from services.registry.sources.population.view import PopulationSource
from services.registry.store import ExtractStore

log = structlog.get_logger()

Made = Runtime[RegistrySettings]


def _register(runtime: Made) -> Registers:
    populations = Populations(runtime.database)
    populations.ensure_indexes()
    if count := note_dwellings(populations):
        log.info("dwellings_noted", count=count)
    return beside(PopulationSource(populations, clock=runtime.clock), runtime)


def beside(own: Register, runtime: Made) -> Registers:
    """The registry's own populations, and those that towns have elsewhere."""
    elsewhere = others(
        runtime.settings.towns,
        folder=runtime.settings.towns_folder,
        secrets=os.environ,
        clock=runtime.clock,
        workers=min(runtime.settings.event_workers, runtime.settings.question_workers),
    )
    return Registers(own, elsewhere)


def _sources(runtime: Made) -> dict[str, Source]:
    surroundings = Surroundings(
        folder=runtime.settings.towns_folder, secrets=os.environ, database=runtime.database, clock=runtime.clock
    )
    return make_sources(runtime.settings.towns, surroundings)


def _extracts(runtime: Made) -> ExtractStore:
    return ExtractStore(runtime.database, relay=runtime.relay, clock=runtime.clock)


def _rechecks(runtime: Made) -> RecheckStore:
    return RecheckStore(runtime.database, relay=runtime.relay, clock=runtime.clock)


def _accesses(runtime: Made) -> AccessStore:
    proofs = Locker("accesses", runtime.settings.request_keys)
    return AccessStore(runtime.database, kept_days=runtime.settings.access_log_days, proofs=proofs)


def _pseudonyms(runtime: Made) -> KeyedPseudonyms:
    return pseudonyms_of(runtime.settings.pepper, runtime.database, variable="LOKET_REGISTRY_PEPPER")


def _towns(runtime: Made) -> LivingTowns:
    return runtime.settings.towns


def _clock(runtime: Made) -> Callable[[], datetime]:
    return runtime.clock


def _new_id(runtime: Made) -> Callable[[], str]:
    return runtime.new_id


class RegistryService:
    """Persons: who may ask about whom, and the facts a product declares."""

    name = "registry"
    stands_back = 2
    needed = (_pseudonyms,)

    register = Provided(_register)
    sources = Provided(_sources)
    extracts = Provided(_extracts)
    rechecks = Provided(_rechecks)
    accesses = Provided(_accesses)
    towns = Provided(_towns)
    stored_towns = Provided(StoredTowns.of)
    kept_towns = Provided(KeptTowns.of)
    products = Provided(lambda _: products())
    requests = Provided(lambda runtime: Locker("requests", runtime.settings.request_keys))
    pseudonyms = Provided(_pseudonyms)
    facts = Provided(lambda runtime: Locker("facts", runtime.settings.fact_keys))
    event_key = Provided(lambda runtime: runtime.settings.event_key)
    now = Provided(_clock)
    new_id = Provided(_new_id)

    @handles(ApplicationSubmitted, ExtractRequested, queue="registry.compile-extract")
    def compile_extract(self, event: ApplicationSubmitted | ExtractRequested, cause: Cause) -> None:
        handlers.compile_extract(event, cause, extracts=self.extracts, inquiries=self._inquiries, now=self.now())

    @handles(ApplicationWithdrawn, ApplicationExpired, queue="registry.end-extract")
    def end_extract(self, event: ApplicationWithdrawn | ApplicationExpired, cause: Cause) -> None:
        handlers.end_extract(event, cause, extracts=self.extracts, now=self.now())

    @handles(RecheckRequested, queue="registry.recheck-facts")
    def recheck_facts(self, event: RecheckRequested, cause: Cause) -> None:
        rechecking.recheck_facts(
            event,
            cause,
            rechecks=self.rechecks,
            register=self.register,
            accesses=self.accesses,
            towns=self.towns,
            products=self.products,
            requests=self.requests,
            pseudonyms=self.pseudonyms,
            now=self.now(),
        )

    @answers
    def read_prefill(self, asked: ReadPrefill) -> Prefill:
        return handlers.read_prefill(
            asked,
            register=self.register,
            accesses=self.accesses,
            towns=self.towns,
            products=self.products,
            access_id=self.new_id(),
            now=self.now(),
        )

    @answers
    def read_numbers(self, asked: ReadNumbers) -> Numbers:
        return handlers.read_numbers(
            asked, register=self.register, accesses=self.accesses, access_id=self.new_id(), now=self.now()
        )

    @answers
    def list_looks(self, asked: ListLooks) -> LookList:
        return handlers.list_looks(asked, accesses=self.accesses)

    @answers
    def note_confirming(self, asked: NoteConfirming) -> Noted:
        return handlers.note_confirming(
            asked,
            extracts=self.extracts,
            accesses=self.accesses,
            requests=self.requests,
            access_id=self.new_id(),
            now=self.now(),
        )

    @answers
    def read_department_facts(self, asked: ReadDepartmentFacts) -> DepartmentFacts:
        return handlers.read_department_facts(
            asked,
            extracts=self.extracts,
            register=self.register,
            accesses=self.accesses,
            products=self.products,
            requests=self.requests,
            access_id=self.new_id(),
            now=self.now(),
        )

    @handles(TownChanged, queue="registry.keep-town")
    def keep_town(self, event: TownChanged, cause: Cause) -> None:
        self.kept_towns.keep(event, cause)

    @sweeps(every=timedelta(seconds=3))
    def refresh_towns(self) -> None:
        if count := self.stored_towns.refresh():
            log.info("towns_changed", count=count)

    @sweeps(every=timedelta(seconds=1))
    def ask_again(self) -> None:
        stuck = handlers.ask_again(towns=self.towns, extracts=self.extracts, inquiries=self._inquiries, now=self.now())
        for extract in stuck:
            log.error("extract_stuck", application_id=extract.application_id, reason=extract.code)

    @sweeps(every=timedelta(seconds=5))
    def hear_promises(self) -> None:
        if not self.sources:
            return
        if count := handlers.hear_promises(sources=self.sources, extracts=self.extracts, now=self.now()):
            log.info("promises_kept", count=count)

    @sweeps(every=timedelta(seconds=10))
    def link_accesses(self) -> None:
        self.accesses.link(key=self.event_key, now=self.now())

    @sweeps(every=timedelta(minutes=1))
    def empty_extracts(self) -> None:
        products = self.products.values()
        if count := retention.empty_extracts(extracts=self.extracts, products=products, now=self.now()):
            log.info("extracts_emptied", count=count)
        if count := retention.forget_requests(extracts=self.extracts, now=self.now()):
            log.info("requests_forgotten", count=count)
        if count := retention.empty_rechecks(rechecks=self.rechecks, products=products, now=self.now()):
            log.info("rechecks_emptied", count=count)

    @property
    def _inquiries(self) -> handlers.Inquiries:
        return handlers.Inquiries(
            register=self.register,
            sources=self.sources,
            accesses=self.accesses,
            products=self.products,
            requests=self.requests,
            facts=self.facts,
            pseudonyms=self.pseudonyms,
        )

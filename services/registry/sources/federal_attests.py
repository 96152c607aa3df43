"""Federal attests: the National Register's own certificates, sealed by it, as a town's population source gives them.

They come the way of the inquiry itself, with what is left of its time: what the platform does not answer, refuses or
sends wrongly is raised as it is for everything else that is asked there (domain.View), as the population's. What the
seal is looked at with is this source's own.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import structlog

from services.chassis.crash import crash_point
from services.contracts.attests import FederalAttests
from services.contracts.errors import Refusal
from services.contracts.facts.federal_attest import FederalAttest
from services.contracts.sealed import SealedDocument
from services.contracts.towns import Town
from services.registry import seals
from services.registry.contradictions import Contradiction
from services.registry.ports import Away, Contradicted, Finding, Found, Outcome, Refused, SourceQuestion
from services.registry.sources import SourceKind, Surroundings
from services.registry.sources.checking import worst
from services.registry.sources.https import NoAnswer, NotTaken
from services.registry.sources.sealing import SealChecker

log = structlog.get_logger()

LANGUAGE = "nl"
"""A town has this source over MAGDA, whose towns have Dutch alone (populations.py). The National Register writes French
and German, too, and no English: an attest is no courtesy translation."""

_SAID = {
    seals.BROKEN: Contradiction.ATTEST_SEAL_BROKEN,
    seals.UNTRUSTED: Contradiction.ATTEST_SEAL_UNTRUSTED,
    seals.OUTDATED: Contradiction.ATTEST_OUTDATED,
}


class FederalAttestSource:
    """See ports.Source."""

    def __init__(self, by_town: Mapping[str, FederalAttests], surroundings: Surroundings) -> None:
        self._checkers = {
            town: SealChecker(surroundings.folder / str(chosen.seal_authorities), sealed_by=chosen.sealed_by)
            for town, chosen in by_town.items()
        }

    def look_up(self, question: SourceQuestion) -> Outcome:
        """See ports.Source; and raises what the population's view does."""
        checker, attest, view = self._checkers.get(question.town), question.product.attest, question.subject.view
        if checker is None or attest is None:
            return Away(reason="attests-not-chosen", refused=True)
        pdf = view.attest(question.subject.dossier, name=attest.name, language=LANGUAGE)
        crash_point("registry.attest-fetched")
        if pdf is None:
            return Refused(code=Refusal.ATTEST_ABSENT)
        try:
            wrong = checker.wrong(pdf, left_s=min(view.time_left(), seals.WITHIN_S))
        except NoAnswer as failure:
            refused = isinstance(failure, NotTaken)
            level = log.error if refused else log.warning
            level("attest_not_checked", application_id=question.application_id, reason=failure.reason)
            return Away(reason=f"attest-{failure.reason}", refused=refused)
        if wrong is not None:
            return Contradicted(kind=_SAID[wrong])
        document = SealedDocument(pdf=base64.b64encode(pdf).decode(), sha256=hashlib.sha256(pdf).hexdigest(), about="")
        found = FederalAttest(name=attest.name, language=LANGUAGE, document=document)
        return Found(answers=dict.fromkeys(question.facts, found))

    def answered(self) -> Iterable[str]:
        """See ports.Source. It promises nothing."""
        return ()

    def acknowledge(self, references: Collection[str]) -> None:
        """See ports.Source."""

    def check(self, *, reach: bool = False) -> Finding | None:  # noqa: ARG002 - the population's door is knocked at
        """See ports.Source."""
        found = worst(checker.check() for checker in self._checkers.values())
        return replace(found, said=f"federal_attests.{found.said}") if found else None

    def close(self) -> None:
        """See ports.Source."""


def _chosen_by(town: Town) -> FederalAttests | None:
    return town.federal_attests if town.federal_attests.products else None


SOURCE = SourceKind(name="federal-attests", settings=FederalAttests, make=FederalAttestSource, chosen_by=_chosen_by)

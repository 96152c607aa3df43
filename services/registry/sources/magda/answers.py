"""An answer of MAGDA: whether it is one, to the question that was asked, and what the platform says about it.

Nothing is told on an answer that is late for another question, came twice, is half, or is about somebody else.
"""

from dataclasses import dataclass

import structlog

from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.sources.magda.faults import Verdict, WrongAnswer, failure, verdict
from services.registry.sources.magda.questions import ABOUT_ONE, Question, Service
from services.registry.sources.magda.xml import Element, local, parsed, text

log = structlog.get_logger()

_RENUMBERED = "30004"
"""The person has another number now, under which the answer is."""
_HARMLESS = frozenset({"99984"})
"""A text is missing beside a code, and codes are what is read."""
_NOT_ALL = "30042"
"""The source holds several, of which one is in the answer: of an identity card, for example, it does not matter."""

_READ = frozenset(
    {
        *("INSZ", "Naam", "Geslacht", "Beheerder", "Statussen", "Register", "Nationaliteiten", "Geboorte"),
        *("Overlijden", "BurgerlijkeStaten", "WettelijkeSamenwoning", "Adressen", "Afstammingen"),
        *("AfstammingenDalendeLijn", "Referentiepersoon", "Gezinsleden"),
    }
)
"""What of a person is read."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`content` is None where there is nobody, or no household. `renumbered`: it is about who had this number before.

    `not_all` are the parts of a person of which the source holds more than the answer.
    """

    content: Element | None
    renumbered: bool = False
    not_all: frozenset[str] = frozenset()


def read(content: bytes, question: Question) -> Answered:
    """Raises WrongAnswer, SourceUnavailable, SourceRefused, and Inconsistent where the source doubts its own answer."""
    answer = _response(parsed(content, most=question.service.most_bytes), question)
    _check_context(answer, question)
    _raise_failure(answer.findall("Repliek/Uitzonderingen/Uitzondering"))
    found = answer.findall("Repliek/Antwoorden/Antwoord")
    if len(found) != 1:
        raise WrongAnswer("answer-incomplete")
    if text(found[0], "Referte") != question.reference:
        raise WrongAnswer("answer-to-another-question")
    return _answered(found[0], question)


def _response(root: Element, question: Question) -> Element:
    if local(root) == "Envelope":
        bodies = [each for each in root if local(each) == "Body"]
        if len(bodies) != 1 or len(bodies[0]) != 1:
            raise WrongAnswer("answer-incomplete")
        root = bodies[0][0]
    if local(root) == "Fault":
        raise _fault(root)
    if local(root) != f"{question.service}Response":
        raise WrongAnswer("answer-of-another-service")
    return root


def _fault(fault: Element) -> Exception:
    """A SOAP fault. `Client` (SOAP 1.1, section 4.4.1) and all of WS-Security: the message is not taken as it is."""
    code = (text(fault, "faultcode") or "Server").rpartition(":")[2]
    is_ours = code.partition(".")[0] in ("Client", "MustUnderstand", "VersionMismatch") or code in _SECURITY
    return failure(Verdict.REFUSED if is_ours else Verdict.TECHNICAL, "fault")


_SECURITY = frozenset(
    {
        *("UnsupportedSecurityToken", "UnsupportedAlgorithm", "InvalidSecurity", "InvalidSecurityToken"),
        *("FailedAuthentication", "FailedCheck", "SecurityTokenUnavailable", "MessageExpired"),
    }
)
"""WS-Security 1.1.1, section 12."""


def _check_context(answer: Element, question: Question) -> None:
    version = text(answer, "Repliek/Context/Versie")
    wanted = question.service.version[: len("02.02.")]
    if text(answer, "Repliek/Context/Naam") != question.service or not version.startswith(wanted):
        raise WrongAnswer("answer-of-another-service")
    if text(answer, "Repliek/Context/Bericht/Ontvanger/Referte") != question.reference:
        raise WrongAnswer("answer-to-another-question")


def _raise_failure(exceptions: list[Element]) -> None:
    """Exceptions of the whole message: there is no answer beside them."""
    for each in exceptions:
        if text(each, "Type") not in ("INFORMATIE", "WAARSCHUWING"):
            code = text(each, "Identificatie")
            found = verdict(code)
            raise failure(found if found is Verdict.REFUSED else Verdict.TECHNICAL, code)


def _answered(answer: Element, question: Question) -> Answered:
    content, not_all, renumbered = answer.find("Inhoud"), set(), False
    for each in answer.findall("Uitzonderingen/Uitzondering"):
        code = text(each, "Identificatie")
        if text(each, "Type") not in ("INFORMATIE", "WAARSCHUWING"):
            return _without_content(code, question)
        if code == _RENUMBERED:
            renumbered = True
        elif code == _NOT_ALL:
            not_all |= _parts_of(each)
        elif code not in _HARMLESS:
            log.warning("magda_doubts_its_answer", service=question.service.value, code=code)
            raise Inconsistent(Contradiction.ANSWER_DOUBTED, about=(question.number,))
    if content is None or len(content) != 1:
        raise WrongAnswer("answer-incomplete")
    about = text(content[0], "INSZ")
    may_be_another = renumbered and question.service is not Service.ATTEST  # it is asked for by the current number
    if question.service in ABOUT_ONE and not may_be_another and about != question.number:
        raise WrongAnswer("answer-about-another")
    return Answered(content=content, renumbered=renumbered, not_all=frozenset(not_all))


def _without_content(code: str, question: Question) -> Answered:
    found = verdict(code)
    if found is Verdict.NOTHING_FOUND or found is Verdict.NO_HOUSEHOLD:
        return Answered(content=None)
    if found is Verdict.DOUBTED:
        raise Inconsistent(Contradiction.ANSWER_DOUBTED, about=(question.number,))
    raise failure(found, code)


def _parts_of(exception: Element) -> set[str]:
    """Those that are named and read; all of them where none is named."""
    named = [text(each, "Waarde") for each in exception.findall("Annotaties/Annotatie")]
    parts = {part for each in named for part in each.split("/") if part in _READ}
    return parts if named else set(_READ)

"""MAGDA as its public simulator is: an answer for each number, with the references of the question put in."""

from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from services.registry.sources.magda.questions import Service
from services.registry.sources.magda.transport import Budget

FOLDERS = {service: f"{service.value}-{service.version}" for service in Service}
NOT_FOUND = "notfound"


class Canned:
    """A transport that answers from files, by service and number; who is not there is not found."""

    def __init__(self, answers: Mapping[Service, Mapping[str, bytes]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    def post(self, message: bytes, *, action: str, most: int, budget: Budget) -> bytes:
        question = etree.fromstring(message)[1][0]
        service = Service(etree.QName(question).localname)
        number = question.findtext("Verzoek/Vragen/Vraag/Inhoud/Criteria/INSZ") or ""
        reference = question.findtext("Verzoek/Vragen/Vraag/Referte") or ""
        self.asked.append((service.value, number))
        known = self.answers.get(service, {})
        return with_reference(known[number] if number in known else known[NOT_FOUND], reference)


def with_reference(answer: bytes, reference: str) -> bytes:
    """As an answer to this question."""
    root = etree.fromstring(answer)
    for path in ("Repliek/Context/Bericht/Ontvanger/Referte", "Repliek/Antwoorden/Antwoord/Referte"):
        for each in root.findall(path):
            each.text = reference
    return etree.tostring(root)


def folder_of_answers(folder: Path) -> dict[Service, dict[str, bytes]]:
    return {
        service: {file.stem: file.read_bytes() for file in sorted((folder / name).glob("*.xml"))}
        for service, name in FOLDERS.items()
    }

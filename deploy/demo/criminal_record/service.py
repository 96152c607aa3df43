"""What the demonstration's criminal record answers."""

from hashlib import sha256
from typing import Any

from deploy.demo.generator.hard_cases import HARD_CASES

STRANGER_NUMBER = "70010100190"

CONVICTED = {HARD_CASES[key].number for key in ("several-nationalities", "no-household")}
"""Residents with a story who have a record; of the others one in twelve has."""

_JUDGMENTS = (
    {
        "decided_on": "2019-03-14",
        "court": "Politierechtbank Leuven (demonstratie)",
        "offences": ["Verkeer: sturen onder invloed"],
        "sentences": ["Geldboete van 1.600 EUR", "Verval van het recht tot sturen: 1 maand"],
    },
    {
        "decided_on": "2021-11-02",
        "court": "Correctionele rechtbank Leuven (demonstratie)",
        "offences": ["Diefstal", "Heling"],
        "sentences": ["Werkstraf van 80 uur"],
    },
    {
        "decided_on": "2023-06-20",
        "court": "Hof van beroep Brussel (demonstratie)",
        "offences": ["Oplichting"],
        "sentences": ["Gevangenisstraf van 8 maanden met uitstel gedurende 3 jaar", "Geldboete van 800 EUR"],
    },
)


def criminal_record(method: str, path: str, asked: dict[str, Any], fault: str | None) -> dict[str, Any] | None:
    """See far.server.Answers."""
    if (method, path) != ("POST", "/extracts"):
        return None
    number = STRANGER_NUMBER if fault == "another" else asked["national_number"]
    return {
        "request": "another-question" if fault == "other-question" else asked["request"],
        "national_number": number,
        "model": asked["model"],
        "convictions": _convictions(number, asked["model"], half=fault == "half-document"),
    }


def _convictions(number: str, model: str, *, half: bool) -> list[dict[str, Any]]:
    chance = sha256(number.encode()).digest()[0]
    if number not in CONVICTED and chance % 12:
        return []
    count = 3 if number in CONVICTED else 1 + chance % 3
    shown = list(_JUDGMENTS[:count]) if model != "595" else list(_JUDGMENTS[1:count])
    return [each | {"sentences": []} for each in shown] if half else shown

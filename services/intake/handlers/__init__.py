"""What intake does, a function for each use case."""

from services.intake.handlers.confirming import answer_confirmation, list_confirmations, read_confirmation, take_answer
from services.intake.handlers.deadlines import resume_restored, sweep_deadlines
from services.intake.handlers.ending import end_application
from services.intake.handlers.filing import check_application, submit_application
from services.intake.handlers.reading import find_certificate, list_applications, read_application
from services.intake.handlers.recording import (
    record_certificate,
    record_extract,
    record_telling,
    record_unprintable,
)
from services.intake.handlers.towns import change_town, read_town_history, read_towns, take_town_back
from services.intake.handlers.withdrawing import withdraw_application

__all__ = [
    "answer_confirmation",
    "change_town",
    "check_application",
    "end_application",
    "find_certificate",
    "list_applications",
    "list_confirmations",
    "read_application",
    "read_confirmation",
    "read_town_history",
    "read_towns",
    "record_certificate",
    "record_extract",
    "record_telling",
    "record_unprintable",
    "resume_restored",
    "submit_application",
    "sweep_deadlines",
    "take_answer",
    "take_town_back",
    "withdraw_application",
]

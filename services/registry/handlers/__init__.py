"""The registry's use cases, a function for each."""

from services.registry.handlers.again import ask_again, hear_promises
from services.registry.handlers.asking import Extracts, Inquiries
from services.registry.handlers.compiling import compile_extract, end_extract
from services.registry.handlers.disclosing import note_confirming, read_department_facts
from services.registry.handlers.looks import list_looks
from services.registry.handlers.prefilling import read_numbers, read_prefill

__all__ = [
    "Extracts",
    "Inquiries",
    "ask_again",
    "compile_extract",
    "end_extract",
    "hear_promises",
    "list_looks",
    "note_confirming",
    "read_department_facts",
    "read_numbers",
    "read_prefill",
]

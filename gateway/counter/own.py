"""What is a citizen's own, also where it was filed under another number of theirs (gateway/auth/other_numbers.py)."""

from collections.abc import Callable
from typing import TypeVar

from flask import g

from gateway.asking import ask
from gateway.auth.callers import require_citizen
from gateway.auth.other_numbers import told_now
from services.chassis.asking import ServiceUnavailable
from services.contracts.errors import NotFound
from services.contracts.ids import could_be_an_id
from services.contracts.questions import Question

T = TypeVar("T")


def ask_about_own(id: str, question: Callable[[str, tuple[str, ...]], Question[T]]) -> T:
    """The answer to a question about what has this id, made of the citizen's number and other numbers.

    Raises NotFound only where that is certain, else ServiceUnavailable, and what `ask` and `require_citizen` raise.
    """
    citizen = require_citizen()
    known: tuple[str, ...] = g.get("other_numbers") or citizen.other_numbers
    try:
        return ask(question(citizen.national_number, known))
    except NotFound:
        if not could_be_an_id(id):
            raise
        told = told_now(citizen)
        if told is None:
            raise ServiceUnavailable("registry") from None
        if set(told) <= set(known):
            raise
        return ask(question(citizen.national_number, told))

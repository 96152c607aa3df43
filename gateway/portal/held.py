"""What somebody filled in whose sign-in was over: their browser keeps it, locked, until they have signed in again.

The page that is filled in says whose it is, by a name of which nobody learns a number. So it is given back to them
alone, whoever else signs in there meanwhile, and the store takes nothing from anybody who is not signed in.
"""

import json
import time
from dataclasses import asdict

from flask import current_app, request
from werkzeug.wrappers import Response

from gateway.auth.cookies import HELD, Cookies
from gateway.counter import drafts
from gateway.counter.filing import Filled
from gateway.drafts import Draft
from gateway.tenancy import current_town

HELD_S = 3600
"""How long somebody may take to sign in again."""

LONGEST = 2000
"""Bytes: locked they are a third more, and what a browser sends in cookies has its end (gateway/sizes.py). The longest
form of the catalogue is shorter."""

DIGEST = 64
"""Characters of a name among the drafts."""


def is_somebody_elses(whose: str) -> bool:
    """Whether the page was made for another than who is signed in now. One that says nothing is taken as theirs."""
    return bool(whose) and whose not in drafts.owners()


def fits(filled: Filled, whose: str) -> bool:
    """Whether it is known whose it is, and short enough for a browser to keep."""
    return (
        whose.isascii()
        and len(whose) == DIGEST
        and len(json.dumps(asdict(filled), ensure_ascii=False).encode()) <= LONGEST
    )


def hold(filled: Filled, whose: str, answer: Response) -> None:
    """Have the browser keep what fits, in place of what it kept before."""
    held = {"whose": whose, "at": time.time(), "filled": asdict(filled)}
    _cookies().write(answer, current_town(), _cookies().held, held, purpose=HELD, until=time.time() + HELD_S)


def give_back(product_id: str) -> Draft | None:
    """What was held of this product for who is signed in now, kept as theirs; None where there is none, or where they
    went on with it elsewhere. Raises as `drafts.save`."""
    held = _cookies().read(request, _cookies().held, purpose=HELD)
    if not held or held["filled"]["product"] != product_id or held["whose"] not in drafts.owners():
        return None
    before = drafts.draft_of(product_id)
    if before and before.saved_at.timestamp() > held["at"]:
        return None
    return drafts.save(Filled(**held["filled"]))


def drop(answer: Response) -> None:
    """It has been given back."""
    _cookies().drop(answer, _cookies().held)


def _cookies() -> Cookies:
    cookies: Cookies = current_app.config["LOKET_COOKIES"]
    return cookies

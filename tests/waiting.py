"""Waiting for what happens in another process or thread."""

import time
from collections.abc import Callable
from typing import Any

import pytest

SOON_S, SELDOM_S = 0.02, 0.2
"""At least and at most between two looks: each takes time from what is waited for."""


def wait_for(condition: Callable[[], Any], *, seconds: float = 60, what: str = "") -> Any:
    """The first true value of `condition`, which is looked at again after a tenth of what was waited so far; the test
    fails after `seconds`."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        if found := condition():
            return found
        time.sleep(min(max(SOON_S, waited / 10), SELDOM_S))
    return pytest.fail(f"waited {seconds} s in vain for {what or condition}")

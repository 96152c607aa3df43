"""What nobody waits for stands back: within its session, and its session among others."""

import subprocess
import sys

import pytest

from services.chassis.priority import AUTOGROUP
from services.documents.children.printing import STANDS_BACK
from services.documents.service import DocumentsService
from services.intake.service import IntakeService
from services.notify.service import NotifyService
from services.registry.service import RegistryService

TELL = """
import os, pathlib
from services.chassis.priority import AUTOGROUP, stand_back
stand_back(3)
print(os.nice(0), AUTOGROUP.read_text() if AUTOGROUP.exists() else "")
"""


def told(*, own_session: bool) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", TELL], stdout=subprocess.PIPE, text=True, check=True, start_new_session=own_session
    )
    return done.stdout.split()


def test_a_process_stands_back_with_the_session_that_it_leads() -> None:
    niceness, *autogroup = told(own_session=True)

    assert niceness == "3"
    if not autogroup:
        pytest.skip("sessions have no weight of their own here")
    assert autogroup[1:] == ["nice", "3"]


def test_a_session_that_others_began_is_left_as_it_is() -> None:
    before = AUTOGROUP.read_text(encoding="ascii").split() if AUTOGROUP.exists() else []

    assert told(own_session=False) == ["3", *before]


def test_who_is_waited_for_goes_first() -> None:
    standing_back = [getattr(each, "stands_back", 0) for each in (IntakeService, RegistryService, NotifyService)]

    assert standing_back == sorted(standing_back)
    assert standing_back[0] == 0
    assert 0 < DocumentsService.stands_back < DocumentsService.stands_back + STANDS_BACK <= 19

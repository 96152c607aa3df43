"""Settings are read once, and every problem is named together."""

import re
from pathlib import Path

import pytest

from services.chassis.settings import ServiceSettings, SettingsError, read
from services.intake.settings import IntakeSettings
from services.registry.settings import RegistrySettings
from tests.keys import EVENT_KEYS, KEY, environment, event_key

GOOD = {"LOKET_AMQP_URI": "amqp://x", "LOKET_MONGO_URI": "mongodb://host", **environment("intake")}


def test_what_is_missing_or_unusable_is_named_together_with_its_meaning() -> None:
    with pytest.raises(SettingsError) as error:
        read(ServiceSettings, {"LOKET_EVENT_WORKERS": "many", "LOKET_EVENT_KEYS": "intake:x", "LOKET_AMQP_URI": ""})

    lines = str(error.value).splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "LOKET_AMQP_URI",
        "LOKET_MONGO_URI",
        "LOKET_EVENT_KEY",
        "LOKET_EVENT_KEYS",
        "LOKET_EVENT_WORKERS",
    ]
    assert "the broker" in lines[0]


def test_defaults_hold_where_nothing_is_said() -> None:
    settings = read(ServiceSettings, GOOD)

    assert (settings.event_workers, settings.health_port, settings.log_level) == (10, 0, "info")


@pytest.mark.parametrize(
    ("variable", "text", "mend"),
    [
        ("LOKET_EVENT_WORKERS", "0", "write a whole number from 1 to 1000"),
        ("LOKET_EVENT_WORKERS", "1.5", "write a whole number from 1 to 1000"),
        ("LOKET_HEALTH_PORT", "65536", "write a whole number from 0 to 65535"),
        ("LOKET_SWEEP_S", "0", "write seconds, more than 0 and at most 3600"),
        ("LOKET_STOP_S", "nan", "write seconds, more than 0 and at most 3600"),
        ("LOKET_STOP_S", "inf", "write seconds, more than 0 and at most 3600"),
        ("LOKET_LOG_LEVEL", "loud", "write debug, info, warning or error"),
    ],
)
def test_a_number_or_word_that_nothing_can_work_with_is_refused_at_start(variable: str, text: str, mend: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"{variable} cannot be used ({mend})")):
        read(ServiceSettings, {**GOOD, variable: text})


def test_secrets_are_not_shown() -> None:
    settings = read(ServiceSettings, {**GOOD, "LOKET_AMQP_URI": "amqp://user:secret@host"})

    assert "secret" not in repr(settings)


TOWNS = {"LOKET_TOWNS": str(Path(__file__).parents[2] / "deploy" / "towns"), "LOKET_INTAKE_PEPPER": KEY}


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"LOKET_EVENT_KEY": event_key("notify")}, "a key of notify; give intake its own, intake.<label>"),
        ({"LOKET_EVENT_KEY": f"intake.new:{KEY}"}, "no public key that fits LOKET_EVENT_KEY (intake.new)"),
        ({"LOKET_EVENT_KEY": f"intake.test:{KEY}"}, "no public key that fits LOKET_EVENT_KEY (intake.test)"),
        ({"LOKET_EVENT_KEYS": EVENT_KEYS.rpartition(",")[0]}, "no key of notify"),
        ({"LOKET_INTAKE_PEPPER": KEY[:30]}, "LOKET_INTAKE_PEPPER cannot be used (22 bytes, not 32"),
    ],
)
def test_keys_that_do_not_belong_together_are_told_in_one_line_at_start(wrong: dict[str, str], mend: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(IntakeSettings, GOOD | TOWNS | wrong)

    assert mend in str(error.value)
    assert str(error.value).count("\n") == 0
    assert KEY not in str(error.value)


def test_a_new_key_of_events_beside_the_old_one_is_in_order() -> None:
    both = {"LOKET_EVENT_KEYS": f"{EVENT_KEYS},registry.new:{KEY}"}

    assert read(RegistrySettings, GOOD | TOWNS | environment("registry") | both).event_key.kid == "registry.test"

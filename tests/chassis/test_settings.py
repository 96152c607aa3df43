"""Settings are read once, and every problem is named together."""

import pytest

from services.chassis.settings import ServiceSettings, SettingsError, read
from tests.keys import environment

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


def test_secrets_are_not_shown() -> None:
    settings = read(ServiceSettings, {**GOOD, "LOKET_AMQP_URI": "amqp://user:secret@host"})

    assert "secret" not in repr(settings)

"""`gunicorn -c python:gateway.gunicorn_conf gateway.wsgi:app`."""

import os
import sys

from gateway.app import create_app
from gateway.settings import GatewaySettings, sign_in_secrets
from services.chassis import logs, tracing
from services.chassis.settings import SettingsError, read
from services.contracts.schema import Unreadable

try:
    settings = read(GatewaySettings, os.environ)
    logs.set_up("gateway", settings.log_level)
    tracing.set_up("gateway", settings.otlp_endpoint)
    app = create_app(settings, sign_in_secrets=sign_in_secrets(os.environ))
except (SettingsError, Unreadable) as error:
    print(error, file=sys.stderr)  # noqa: T201 - what to mend, before there is a log
    sys.exit(4)  # gunicorn's APP_LOAD_ERROR: the master gives up instead of trying for ever

"""The way to the platform under eventlet's patching, as in the registry's process: questions wait beside each other."""

import json
import subprocess
import sys
from dataclasses import asdict
from threading import Barrier

from deploy.demo.magda.faults import Fault
from tests.registry.fakes import PARENT, TOWN, a_register
from tests.registry.magda.standin import SECRETS, StandIn

AT_ONCE = 4

ASKING = """
import eventlet
eventlet.monkey_patch()
import json, sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from services.contracts.populations import Population
from services.registry.sources.magda.opening import MagdaRegister
from tests.intake.fakes import a_town

town, number, folder, secrets, population, at_once = json.loads(sys.argv[1])
register = MagdaRegister(
    replace(a_town(town), population=Population(**population)),
    folder=Path(folder), secrets=secrets, clock=lambda: datetime.now(UTC), at_once=at_once,
)

def ask(_):
    view = register.view(town=town)
    try:
        return view.dossier(number).number
    finally:
        view.close()

pool = eventlet.GreenPool(at_once)
print(json.dumps(list(pool.imap(ask, range(at_once)))))
register.close()
"""


def test_as_many_as_may_ask_at_once(standin: StandIn):
    """None is answered before all have arrived: neither the breaker nor the connections let them in one by one."""
    standin.register = a_register()
    assert standin.server is not None
    arrived = Barrier(AT_ONCE, timeout=30)

    def wait() -> Fault | None:
        arrived.wait()
        return None

    standin.server.fault_now = wait
    population = asdict(standin.town().population)
    told = json.dumps([TOWN, PARENT, str(standin.folder), SECRETS, population, AT_ONCE])

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKING, told], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [PARENT] * AT_ONCE

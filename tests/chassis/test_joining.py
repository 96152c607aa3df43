"""Threads of a patched process are waited for as those of any other."""

import subprocess
import sys

PATCHED = """
import eventlet
eventlet.monkey_patch()
import threading, time
from services.chassis import joining
joining.mend()
sleeping = threading.Thread(target=time.sleep, args=(30,), daemon=True)
short = threading.Thread(target=time.sleep, args=(0.01,))
for each in (sleeping, short):
    each.start()
sleeping.join(0.05)
short.join(30)
short.join()
print(sleeping.is_alive(), short.is_alive())
"""


def test_whoever_waits_for_some_time_goes_on_when_it_is_over() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PATCHED], capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.stdout.strip(), done.stderr) == ("True False", "")

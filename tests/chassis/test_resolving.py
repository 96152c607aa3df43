"""Names are looked up while others go on; addresses at once; eventlet's own resolver is not even loaded."""

import subprocess
import sys

LOOK_UP = """
import socket, sys
import services.chassis.run
from services.chassis import resolving
import eventlet
from eventlet.patcher import original

pause, here = original("threading").Event(), original("threading").get_ident()
system, where = resolving.system, []

def looking(host, *rest):
    where.append((host, original("threading").get_ident() == here))
    if host == "slow.example":
        if rest[4] & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        pause.wait(60)
        return system("127.0.0.9", *rest)
    return system(host, *rest)

resolving.system = looking
slow = eventlet.spawn(socket.getaddrinfo, "slow.example", 5672)
eventlet.sleep(0)
(address,) = {each[4][0] for each in socket.getaddrinfo("127.0.0.1", 80)}
for _ in range(3):
    eventlet.sleep(0)
print("others went on", address, slow.dead)
pause.set()
print({each[4][0] for each in slow.wait()})
print(sorted(where))
try:
    socket.create_connection(("nowhere.invalid", 1))
except OSError as error:
    print(isinstance(error, socket.gaierror))
print(sorted(name for name in sys.modules if name.partition(".")[0] == "dns"))
"""


def test_a_slow_name_holds_up_nobody_else() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LOOK_UP], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [
        "others went on 127.0.0.1 False",
        "{'127.0.0.9'}",
        "[('127.0.0.1', True), ('slow.example', False), ('slow.example', True)]",
        "True",
        "[]",
    ]

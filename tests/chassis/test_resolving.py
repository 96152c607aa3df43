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


HANGING = """
import socket
import services.chassis.run
from services.chassis.resolving import Lookups
import eventlet
from eventlet.patcher import original

pause, begun = original("threading").Event(), []

def looking(host, port, **how):
    begun.append(host)
    if host == "hangs.example":
        pause.wait(60)
    if host == "nowhere.example":
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return socket.getaddrinfo("127.0.0.9", port, **how)

patient = Lookups(seconds=60, look=looking)
waiting = [eventlet.spawn(patient.addresses, "hangs.example", 443) for _ in range(patient.AT_ONCE)]
eventlet.sleep(0)
print("others go on", patient.addresses("answers.example", 443), any(each.dead for each in waiting))
try:
    patient.addresses("hangs.example", 443)
except TimeoutError as full:
    print(full)
try:
    patient.addresses("nowhere.example", 443)
except socket.gaierror as error:
    print(error.strerror)
try:
    Lookups(seconds=0.1, look=looking).addresses("hangs.example", 443)
except TimeoutError:
    print("not in time")
pause.set()
print({tuple(each.wait()) for each in waiting}, begun.count("hangs.example"))
print(patient.addresses("hangs.example", 443))
"""


def test_a_name_that_others_chose_and_that_hangs_hangs_alone_and_not_for_long() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", HANGING], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [
        "others go on ['127.0.0.9'] False",
        "hangs.example is still looked up",
        "no such name",
        "not in time",
        "{('127.0.0.9',)} 5",
        "['127.0.0.9']",
    ]

"""Bringing a deployment up and down, and scaling it."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from amqp.exceptions import AccessRefused, NotAllowed
from kombu import Connection

from deploy.broker.rights import TOPOLOGY
from deploy.local.control import NOTHING_RUNS, Control, last_line
from deploy.local.embedded.part import PartError, wait_until
from deploy.local.embedded.ports import Claims
from deploy.local.leftovers import clear_run_files, end_orphans, orphans, strays
from deploy.local.patience import PATIENCE_S, Patience
from deploy.local.prepare import prepare
from deploy.local.processes import processes
from deploy.local.products import gone, keep
from deploy.local.scales import Scales, check_scale
from deploy.local.stack import Stack
from deploy.local.towns import KEEP_HOSTS
from deploy.local.turns import turn
from services.chassis.addresses import LOST
from services.chassis.declaring import Occupied, declare
from services.contracts.catalogue import digests, products
from services.contracts.rooms import EXTENSIONS

OUTSIDE_PATIENCE_S = 10.0
"""For a broker that somebody else runs: it is there, or the address is wrong."""

REFUSED = (AccessRefused, NotAllowed)
"""A wrong password, a virtual host that is not there, a user without the rights."""

RESTARTS = 4
"""A process that ended so often while starting will not start."""

Progress = Callable[[str, float], None]
"""Told the name of each program that is ready, and after how many seconds."""

Note = Callable[[str], None]
"""Told, in one line, why it takes longer than usual."""


def up(
    stack: Stack,
    progress: Progress = lambda _name, _seconds: None,
    note: Note = lambda _: None,
    *,
    leave_waiting: bool = False,
) -> float:
    """Start what does not run and wait until all is ready; the seconds it took. Raises PartError or Unreadable.

    `leave_waiting`: also where applications wait for what the catalogue has no more (left.py).
    """
    began = time.monotonic()
    with turn(stack, note):
        started = _start(stack, note, leave_waiting=leave_waiting)
    try:
        declare_topology(stack, note)
    except EarlierVersion:
        if started:
            down(stack)
        raise
    with ThreadPoolExecutor(1) as beside:
        admitting = [beside.submit(_admit_police, stack)] if started and "police" in Control(stack).pids() else []
        await_ready(stack, progress, began=began, note=note)
        for each in admitting:
            each.result()
    _await_spread(stack)
    return time.monotonic() - began


def _admit_police(stack: Stack) -> None:
    """The broker's own scripts take a second for it, in which the others get ready. Raises PartError."""
    from deploy.demo.police.admitting import admit  # noqa: PLC0415 - production stands without the demonstration

    admit(stack)


def _start(stack: Stack, note: Note, *, leave_waiting: bool) -> bool:
    """False where it runs already. What a supervisor that was killed has left is ended first: it holds our ports."""
    control = Control(stack)
    runs = control.is_running()
    if not runs:
        stack.check()
        if not stack.is_embedded("store"):
            from deploy.local.strangers import refuse_strangers  # noqa: PLC0415 - the driver is for theirs alone

            refuse_strangers(stack)
        if stack.outside.get("LOKET_HEALTH_PORT", "0") != "0":
            raise PartError("LOKET_HEALTH_PORT is one port, and `loket up` starts several processes: leave it unset")
        Scales(stack.var).kept()
        end_orphans(stack, note)
        clear_run_files(stack)
        if not leave_waiting:
            from deploy.local.left import refuse_left  # noqa: PLC0415 - the driver is for this look alone

            refuse_left(stack)
        with Claims() as claims:
            stack.choose_ports(claims)
            left_out, lost = stack.gone_towns(), stack.lost_hosts()
            lacking = _gone_products(stack)
            prepare(stack)
            if lacking:
                note(
                    f"products no longer here: {lacking}; what was filed for them has no title and goes no further:"
                    " `loket down`, and start again with them unless that is meant"
                )
            if left_out:
                note(f"no longer here: {', '.join(left_out)}; what they have issued is kept, and nobody reaches it")
            if lost:
                note(f"leads to no town any more: {', '.join(lost)}; {KEEP_HOSTS}")
            stack.remember()
            kinds = {id: each.gives.kind for id, each in products().items()}
            keep(stack.var, kinds, stack.outside.get(EXTENSIONS, ""))
            control.start(claims)
    elif changed := stack.changed():
        raise PartError(f"runs already, with another {', '.join(changed)}; `loket down` first, then `loket up`")
    elif edited := stack.edited_towns():
        then = f"`loket down` first, then `loket up`{_next_time(stack)}"
        raise PartError(f"runs already, with {', '.join(edited)} as before; {then}")
    return not runs


def _gone_products(stack: Stack) -> str | None:
    """Of the last start, in words. What was not ended by `down` goes on with the variable of its own start."""
    here = os.environ.get(EXTENSIONS, "")
    if stack.outside.get(EXTENSIONS, "") != here:
        return None
    return gone(stack.var, digests(), here)


def _next_time(stack: Stack) -> str:
    if stack.wrong_towns():
        return "; now it would not start again: see `loket towns check`"
    if left_out := stack.gone_towns():
        return f", after which nobody reaches what these have issued: {', '.join(left_out)}"
    if lost := stack.lost_hosts():
        return f", after which these lead to no town: {', '.join(lost)}; {KEEP_HOSTS}"
    return ""


class EarlierVersion(PartError):
    """The broker holds messages that this version cannot take over."""


def declare_topology(stack: Stack, note: Note = lambda _: None) -> None:
    """What the services wait for, after what departments have at the broker. Raises PartError where the broker or the
    store does not answer or refuses, or EarlierVersion.
    """
    patience = PATIENCE_S if stack.is_embedded("broker") else OUTSIDE_PATIENCE_S
    last: list[Exception] = []
    if not wait_until(lambda: _declared(stack, last, note), patience, every_s=0.2):
        if stack.is_embedded("broker"):
            raise PartError(f"the broker did not take the topology ({last[-1]}); read its log, then `loket down`")
        raise PartError(
            f"the broker at LOKET_AMQP_URI did not take the topology ({last[-1]}); look whether it runs and takes this"
            " address, then declare again"
        )


def _declared(stack: Stack, failures: list[Exception], note: Note) -> bool:
    from deploy.operator.missing_departments import declare_missing  # noqa: PLC0415 - pika, once the rest starts

    try:
        with Connection(stack.amqp_uri, connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0.1, timeout=3, reraise_as_library_errors=False)
            declare(connection, TOPOLOGY, beside=lambda: declare_missing(stack, note))
    except Occupied as occupied:
        raise EarlierVersion(
            f"messages of an earlier version wait in {occupied}; nothing was changed: start that version again, leave "
            "it until they are handled (up to 36 minutes where something was away), then start this one"
        ) from None
    except REFUSED as refusal:
        if stack.is_embedded("broker"):
            failures.append(refusal)
            return False  # it has not read its users yet
        raise PartError(
            f"the broker refuses ({refusal}); LOKET_AMQP_URI must be its administrator's, with the virtual host"
        ) from None
    except KeyError:
        raise PartError("LOKET_AMQP_URI must begin with amqp:// or amqps://") from None
    except LOST as error:
        failures.append(error)
        return False
    return True


def _await_spread(stack: Stack) -> None:
    """An embedded cluster is not ready before every node leads its share. Raises PartError."""
    if not stack.is_embedded("broker") or len(stack.brokers()) == 1:
        return
    from deploy.broker.leaders import are_spread, nodes_of  # noqa: PLC0415 - one node needs neither

    nodes = nodes_of(stack)
    if not wait_until(lambda: are_spread(nodes, over=len(stack.brokers())), PATIENCE_S):
        raise PartError("the broker's queues are not spread over its nodes; see `loket broker leaders`")


def await_ready(stack: Stack, progress: Progress, *, began: float, note: Note = lambda _: None) -> None:
    """Until every program has all its processes ready. Raises PartError naming the first that will not be."""
    control, patience = Control(stack), Patience(stack.logs, began=began, note=note)
    seen: dict[str, set[int]] = {}
    waiting = set(control.pids())
    while waiting:
        for name, pids in control.pids().items():
            seen.setdefault(name, set()).update(pids)
            if name not in waiting:
                continue
            told, wanted = processes(stack, name, pids), wanted_of(stack, control, name)
            if len(told) >= wanted and all(each["ready"] for each in told):
                waiting.discard(name)
                progress(name, time.monotonic() - began)
            elif len(seen[name]) > RESTARTS * max(1, wanted) or patience.is_over(name):
                log = stack.logs / f"{name}.log"
                raise PartError(f"{name} does not get ready: {last_line(log)} (see {log}; then `loket down`)")
        time.sleep(0.1)


def wanted_of(stack: Stack, control: Control, name: str) -> int:
    """How many processes a program should have; of the gateway, workers. Raises PartError."""
    if name == "gateway":
        return Scales(stack.var).workers(stack.outside.get("LOKET_GATEWAY_WORKERS"))
    return control.wanted(name)


def down(stack: Stack, progress: Callable[[str], None] = lambda _: None, note: Note = lambda _: None) -> bool:
    """End everything, also what a supervisor that was killed has left, or one whose files were removed; False where
    nothing ran."""
    if not (stack.run.exists() or strays(stack) or orphans(stack)):
        return False
    with turn(stack, note):
        control = Control(stack)
        ran = control.is_running()
        if ran:
            control.stop(progress)
        ran = end_orphans(stack, note) > 0 or ran
        clear_run_files(stack)
        if ran:
            stack.forget()
    return ran


def scale(stack: Stack, name: str, count: int, note: Note = lambda _: None) -> None:
    """Live, and kept for the next start: more processes are waited for until ready, fewer finish what they hold.

    Raises PartError.
    """
    check_scale(name, count)
    control = Control(stack)
    if not control.is_running():
        raise PartError(NOTHING_RUNS)
    scales = Scales(stack.var)
    with turn(stack, note):
        before = scales.kept().get(name, wanted_of(stack, control, name))
        scales.keep(name, count)
        try:
            if name == "gateway":
                _scale_gateway(stack, control, count)
            else:
                control.scale(name, count)
        except PartError:
            scales.keep(name, before)
            raise
    await_ready(stack, lambda _name, _seconds: None, began=time.monotonic())


def _scale_gateway(stack: Stack, control: Control, count: int) -> None:
    """Its workers share one socket; gunicorn's master takes TTIN and TTOU for one more and one less."""
    end = time.monotonic() + PATIENCE_S
    while (now := len(processes(stack, "gateway", control.pids()["gateway"]))) != count:
        if time.monotonic() > end:
            raise PartError(f"the gateway has {now} workers, not {count}; read {stack.logs / 'gateway.log'}")
        control.signal("gateway", signal.SIGTTIN if now < count else signal.SIGTTOU)
        time.sleep(1)  # gunicorn takes signals one by one

"""Rotations of keys that stand still: a new key that nobody uses, an old one that is not taken away.

A key's label says when it was made (`loket keys`), and so when the next step should long have been done. Labels of
another form say nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from deploy.production.keys import EVENT_KEY, EVENT_KEYS, NEXT_EVENT_KEY, RINGS, SIGNED_FOR, ids
from services.contracts.topology import SERVICES

STANDS_STILL = timedelta(days=7)
"""Between two steps lie the restarts of a few processes."""


def unfinished(environments: Mapping[str, Mapping[str, str]], *, today: date) -> Iterator[str]:
    """A line each, with the next step. `environments` are the variables of each process."""
    for ring in RINGS.values():
        values = [each[ring.variable] for each in environments.values() if ring.variable in each]
        if values:
            yield from _of_keys(ring.name, ids(values[0]), today=today, needed_for=ring.kept_for)
    public = next((each[EVENT_KEYS] for each in environments.values() if EVENT_KEYS in each), "")
    for service in SERVICES:
        own = environments.get(service, {})
        if EVENT_KEY in own:
            signs = ids(own[EVENT_KEY])[0]
            coming = ids(own[NEXT_EVENT_KEY]) if NEXT_EVENT_KEY in own else ()
            others = [kid for kid in ids(public) if kid.startswith(f"{service}.") and kid not in (signs, *coming)]
            yield from _of_keys(f"events-{service}", (signs, *coming, *others), today=today, needed_for=SIGNED_FOR)


def _of_keys(what: str, kids: tuple[str, ...], *, today: date, needed_for: timedelta) -> Iterator[str]:
    """The first is in use."""
    first = _made_on(kids[0])
    for kid in kids[1:]:
        made = _made_on(kid)
        if first is None or made is None:
            continue
        is_newer = (made, kid) > (first, kids[0])
        if is_newer and today - made > STANDS_STILL:
            yield f"{what} still uses {kids[0]}, though {kid} was added on {made}; `loket keys promote` comes next"
        elif not is_newer and today - first > needed_for + STANDS_STILL:
            yield f"{what} still has the old key {kid} beside {kids[0]}; `loket keys retire` looks whether it may go"


def _made_on(kid: str) -> date | None:
    try:
        return date.fromisoformat(kid.rpartition(".")[2][:10])
    except ValueError:
        return None

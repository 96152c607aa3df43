"""What the officer before the pages has chosen and not published: kept, compared, published, taken back."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import current_app, g
from pymongo.errors import DocumentTooLarge, PyMongoError

from gateway.asking import ask
from gateway.auth.callers import require_officer
from gateway.auth.sessions import SessionsAway
from gateway.following_towns import PATIENCE_S
from gateway.officers.drafts import ChangedElsewhere, SetupDraft, SetupDrafts
from gateway.officers.entries import PARTS, Entry, part_of
from gateway.problems import Problem
from gateway.tenancy import current_town
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.errors import TownChangedMeanwhile
from services.contracts.living_towns import LivingTowns
from services.contracts.schema import dump, load
from services.contracts.town_setups import (
    ChangedTown,
    ChangeTown,
    ReadTownHistory,
    ReadTowns,
    TakeTownBack,
    TownHistory,
    TownSetup,
    setup_problems,
)
from services.contracts.town_texts import Problem as Wrong
from services.contracts.towns import Town

MOST_TRIES = 5
"""Of windows that keep something at the same moment."""

HISTORY_WAIT_S = 3.0
"""More than PATIENCE_S: with it goes the way back, which is wanted most when much goes on."""

_GONE = object()


def served() -> TownSetup:
    """How the town is served now."""
    return _towns().setup(current_town().refnis)


def draft() -> SetupDraft | None:
    """What the officer has begun. Raises SessionsAway where the store is away, and what `require_officer` raises."""
    if "setup_draft" not in g:
        try:
            g.setup_draft = _drafts().find(**_whose())
        except PyMongoError as error:
            raise SessionsAway from error
    found: SetupDraft | None = g.setup_draft
    return found


def chosen() -> TownSetup:
    """As it would be served if the officer published now. Raises as `draft`."""
    begun = draft()
    return begun.setup if begun else served()


def begin() -> TownSetup:
    """What the officer goes on with, kept with how the town is served now: so what somebody else publishes while the
    form is open is not taken for what the officer has changed. Raises as `draft`."""
    begun = draft()
    if begun and begun.setup != begun.base:
        return begun.setup
    with suppress(ServiceUnavailable, ServiceFailed):
        _catch_up(timeout_s=PATIENCE_S)
    fresh = replace(_begun(), revision=begun.revision if begun else 0)
    if begun is None or (begun.base, begun.after) != (fresh.base, fresh.after):
        try:
            _kept(fresh)
        except ChangedElsewhere:
            g.pop("setup_draft")
    return chosen()


def keep(change: Callable[[TownSetup], TownSetup]) -> TownSetup:
    """What was begun, with a change; other windows' changes stay. Raises Problem `too-large` for more than the store
    can hold, and as `draft`."""
    for _ in range(MOST_TRIES):
        begun = draft() or _begun()
        changed = replace(begun, setup=change(begun.setup), saved_at=datetime.now(UTC))
        if changed.setup == begun.setup:
            return begun.setup
        try:
            return _kept(changed).setup
        except ChangedElsewhere:
            g.pop("setup_draft")
            _make_way()
    raise SessionsAway


def revision() -> int:
    """Of what was begun; 0 where nothing is. Raises as `draft`."""
    begun = draft()
    return begun.revision if begun else 0


def after() -> int:
    """The version on which what was begun stands. Raises as `draft`."""
    begun = draft()
    return begun.after if begun else version()


def version() -> int:
    """The one in which the town is served, as far as this process knows."""
    return _towns().version(current_town().refnis)


def forget() -> None:
    """Nothing is begun any more. Raises as `draft`."""
    try:
        _drafts().drop(**_whose())
    except PyMongoError as error:
        raise SessionsAway from error
    g.pop("setup_draft", None)


def problems(setup: TownSetup) -> list[Wrong]:
    """What is wrong with it, each as the field's path and its mend."""
    return list(setup_problems(setup, of=_file()))


def sound(setup: TownSetup) -> Town:
    """The town if this were published, to be looked at: what is wrong with it is as it is served now."""
    return sound_setup(setup).of_town(_file())


def sound_setup(setup: TownSetup) -> TownSetup:
    """The same as what is chosen."""
    now = served()
    data, known = dump(setup), dump(now)
    for place, _ in problems(setup):
        _as_known(data, known, place.partition("[")[0].split("."))
    mended = load(TownSetup, data)
    for place, _ in problems(mended):  # it is something beside it: a street, where the head of certificates is too long
        for each in part_of(place).entries:
            _as_known(data, known, each.path.split("."))
    mended = load(TownSetup, data)
    return mended if not problems(mended) else now


def changes() -> list[Entry]:
    """What of the town is chosen otherwise than it was when the draft was begun, in the order of the pages."""
    begun = draft()
    if begun is None:
        return []
    before, after = dump(begun.base), dump(begun.setup)
    entries = [entry for part in PARTS.values() for entry in part.entries]
    return [entry for entry in entries if _at(before, entry.path) != _at(after, entry.path)]


def publish(*, seen: int | None = None) -> ChangedTown | None:
    """Serve the town so from now on; None where nothing was begun. `seen` is the revision that was looked at.

    Raises TownChangedMeanwhile where the town was changed since it was begun: then the draft holds what the officer
    changed on top of that. Raises ChangedElsewhere, TownNotInOrder, NotFound, and as `draft`.
    """
    begun = draft()
    if begun is None:
        return None
    if seen not in (None, begun.revision):
        raise ChangedElsewhere
    try:
        changed = ask(ChangeTown(**_asked_by(), setup=begun.setup, after=begun.after))
    except TownChangedMeanwhile:
        _catch_up()
        _go_on_from_there(begun)
        raise
    _towns().take(changed)
    _end(begun, changed)
    return changed


def history() -> TownHistory | None:
    """All versions, the latest first; None where intake cannot say. Raises NotFound."""
    try:
        return ask(ReadTownHistory(town=current_town().refnis), timeout_s=HISTORY_WAIT_S)
    except (ServiceUnavailable, ServiceFailed):
        return None


def take_back(to: int, *, after: int) -> ChangedTown:
    """What was begun goes on from there. Raises NotFound, TownNotInOrder and TownChangedMeanwhile."""
    try:
        changed = ask(TakeTownBack(**_asked_by(), to=to, after=after))
    except TownChangedMeanwhile:
        _catch_up()
        raise
    _towns().take(changed)
    with suppress(Problem):  # it is taken back all the same; then publishing says that it was changed
        if begun := draft():
            _go_on_from_there(begun)
    return changed


def merged(base: TownSetup, mine: TownSetup, theirs: TownSetup) -> TownSetup:
    """`theirs`, with what `mine` has otherwise than `base`."""
    return load(TownSetup, _merged(dump(base), dump(mine), dump(theirs)))


def _merged(base: Any, mine: Any, theirs: Any) -> Any:
    if mine == base:
        return theirs
    if not all(isinstance(each, dict) for each in (base, mine, theirs)):
        return mine
    names = dict.fromkeys((*mine, *theirs))
    found = {name: _merged(*(each.get(name, _GONE) for each in (base, mine, theirs))) for name in names}
    return {name: value for name, value in found.items() if value is not _GONE}


def _as_known(data: dict[str, Any], known: dict[str, Any], path: list[str]) -> None:
    """Have what stands there be what is known, or not there."""
    first, *rest = path
    if first not in known:
        data.pop(first, None)
    elif rest and first in data:
        _as_known(data[first], known[first], rest)
    else:
        data[first] = known[first]


def _at(data: Any, path: str) -> Any:
    for name in path.split("."):
        data = data[name]
    return data


def _begun() -> SetupDraft:
    """Of what nobody has kept yet. The version is looked at first: what comes in between is taken for new."""
    known = version()
    now = served()
    return SetupDraft(base=now, setup=now, after=known, saved_at=datetime.now(UTC))


def _kept(changed: SetupDraft) -> SetupDraft:
    try:
        g.setup_draft = _drafts().save(changed, **_whose())
    except DocumentTooLarge:
        raise Problem("too-large") from None
    except PyMongoError as error:
        raise SessionsAway from error
    kept: SetupDraft = g.setup_draft
    return kept


def _go_on_from_there(begun: SetupDraft) -> None:
    """Have what the officer has changed be on top of how the town is served now. Raises as `draft`."""
    known, newest = version(), served()
    rebased = replace(begun, base=newest, setup=merged(begun.base, begun.setup, newest), after=known)
    try:
        _kept(replace(rebased, saved_at=datetime.now(UTC)))
    except ChangedElsewhere:
        g.pop("setup_draft")


def _make_way() -> None:
    """For what is begun anew. Raises as `draft`."""
    try:
        _drafts().drop_unread(**_whose())
    except PyMongoError as error:
        raise SessionsAway from error


def _end(published: SetupDraft, changed: ChangedTown) -> None:
    """What was published is no draft any more; what another window has kept since then goes on from there. Raises as
    `draft`."""
    try:
        _drafts().drop(published.revision, **_whose())
    except PyMongoError as error:
        raise SessionsAway from error
    g.pop("setup_draft", None)
    newer = draft()
    if newer is None or newer.after != published.after:
        return
    with suppress(ChangedElsewhere):  # it catches up when it is published
        _kept(replace(newer, base=published.setup, after=changed.version))


def _catch_up(*, timeout_s: float | None = None) -> None:
    """With what intake knows and this process does not yet."""
    for each in ask(ReadTowns(known=_towns().versions), timeout_s=timeout_s).towns:
        _towns().take(each)


def _file() -> Town:
    return _towns().file(current_town().refnis)


def _towns() -> LivingTowns:
    towns: LivingTowns = current_app.config["LOKET_TOWNS"]
    return towns


def _drafts() -> SetupDrafts:
    drafts: SetupDrafts = current_app.config["LOKET_SETUP_DRAFTS"]
    return drafts


def _whose() -> dict[str, str]:
    return {"town": current_town().refnis, "officer": require_officer().name}


def _asked_by() -> dict[str, str]:
    return {"town": current_town().refnis, "by": require_officer().name}

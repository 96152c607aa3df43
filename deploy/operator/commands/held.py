"""held list, show, retry."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.register import registry_database
from deploy.operator.commands.towns import chosen_town, town_option
from deploy.operator.terminal import Commands, Mistake, as_json, clear, moment, table, tell

if TYPE_CHECKING:
    from pymongo.database import Database
    from rich.console import RenderableType

    from deploy.local.stack import Stack
    from services.chassis.locking import KeyRing
    from services.registry.extract import Extract
    from services.registry.repair import Fault
    from services.registry.waiting_list import WaitingList


kind_option = click.option("--kind", help="Of this kind only, as `loket held list` shows it.")


@click.group(cls=Commands)
def held() -> None:
    """Applications that wait for a register: it contradicts itself, cannot be asked, or is away."""


@held.command("list")
@town_option
@kind_option
@as_json
@clear
def list_held(town: str | None, kind: str | None, as_json: bool) -> None:
    """What waits, in every town or in one, without a word of anybody."""

    from deploy.local.stack import this_stack
    from services.registry.waiting_list import WaitingList

    stack = this_stack()
    with registry_database(stack) as database:
        found = _of(WaitingList(database), stack, town, kind)
    facts = [
        {
            "town": extract.town,
            "town_name": _name(stack, extract.town),
            "application": extract.application_id,
            "product": extract.product,
            "state": extract.state.value,
            "kind": extract.code,
            "since": extract.since,
            "next_look": extract.due_at,
            "away": {"source": extract.away.source, "reason": extract.away.reason, "since": extract.away.since}
            if extract.away
            else None,
        }
        for extract in found
    ]
    tell({"waiting": len(facts), "applications": facts}, as_json=as_json, table=lambda: _listed(facts))


@held.command()
@click.argument("application")
@click.option("--reason", required=True, help="Why you look at somebody's data; it goes into the access log.")
@as_json
@clear
def show(application: str, reason: str, as_json: bool) -> None:
    """What to mend for one of them: the numbers and the household entry at fault.

    The register is looked at anew, which is kept in the access log with your account and your reason.
    """

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from services.registry.waiting_list import WaitingList

    if not reason.strip():
        raise Mistake("say why you look: --reason '…' goes into the access log")
    stack = this_stack()
    with registry_database(stack) as database:
        extract = _one(WaitingList(database), stack, application)
        note(stack.logs / AUDIT, "held show", application, reason)
        fault = _look(stack, database, extract, reason)
    facts = {
        "application": application,
        "town": extract.town,
        "product": extract.product,
        "kind": fault.kind,
        "national_numbers": list(fault.numbers),
        "household": fault.household,
    }
    tell(facts, as_json=as_json, table=lambda: _shown(extract, fault))


@held.command()
@click.argument("applications", nargs=-1)
@town_option
@kind_option
@click.option("--all", "every", is_flag=True, help="All that wait, in every town.")
@as_json
@clear
def retry(applications: tuple[str, ...], town: str | None, kind: str | None, every: bool, as_json: bool) -> None:
    """Ask the register for them again now, instead of tomorrow. May be given as often as you like."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from services.registry.waiting_list import WaitingList

    if bool(applications) == bool(every or town or kind) or (every and (town or kind)):
        raise Mistake("say which: ids that `loket held list` shows, or --town, --kind, or --all")
    stack = this_stack()
    with registry_database(stack) as database:
        waiting = WaitingList(database)
        chosen = [_one(waiting, stack, each) for each in applications] or _of(waiting, stack, town, kind)
        now, asked = datetime.now(UTC), []
        for extract in chosen:
            note(stack.logs / AUDIT, "held retry", extract.application_id, extract.code or "")
            if waiting.ask_now(extract, now=now):
                asked.append(extract.application_id)
    facts = {"asked_again": asked, "being_asked_already": len(chosen) - len(asked)}
    tell(
        facts,
        as_json=as_json,
        table=lambda: (
            f"{len(asked)} asked for again, {len(chosen) - len(asked)} being asked for already; "
            "`loket held list` shows what still waits"
        ),
    )


def _look(stack: "Stack", database: "Database[dict[str, Any]]", extract: "Extract", reason: str) -> "Fault":
    from deploy.operator.audit import operator
    from deploy.operator.registers import kept_days, registers_of, sources_of
    from services.chassis.locking import Locker
    from services.contracts.catalogue import products
    from services.contracts.delivery import TryLater, Unacceptable
    from services.contracts.extracts import Request
    from services.contracts.facts import POPULATION
    from services.registry.access_store import AccessStore
    from services.registry.domain import SourceUnavailable
    from services.registry.repair import look_into

    product = products().get(extract.product)
    if product is None:
        raise Mistake(f"there is no product {extract.product} in the catalogue any more")
    try:
        request = Locker("requests", _request_keys(stack)).unlock(
            Request, extract.request or "", bound_to=extract.application_id
        )
    except (Unacceptable, TryLater) as error:
        raise Mistake(
            f"what was asked does not unlock ({error.reason}): add the old key to the requests' keys"
        ) from None
    days = kept_days(stack)
    town = {extract.town: stack.towns()[extract.town]}
    try:
        with registers_of(stack, database) as register, sources_of(stack, town, database) as sources:
            return look_into(
                extract,
                request,
                product=product,
                register=register,
                sources=sources,
                accesses=AccessStore(database, kept_days=days, proofs=Locker("accesses", _request_keys(stack))),
                operator=f"operator:{operator()}",
                reason=reason,
                access_id=str(uuid4()),
                now=datetime.now(UTC),
            )
    except SourceUnavailable as away:
        source = "the register" if away.source == POPULATION else away.source
        raise Mistake(f"{source} does not answer now ({away.reason}); nothing was found out") from None
    except Unacceptable as gone:
        raise Mistake(f"what it was promised cannot be told any more ({gone})") from None


def _request_keys(stack: "Stack") -> "KeyRing":
    """Raises Mistake where they are not in the environment of who gives the command."""

    from deploy.operator.rings import key_ring

    return key_ring(stack, "LOKET_KEYS_REQUESTS", "the registry's, by which what was asked is unlocked")


def _of(waiting: "WaitingList", stack: "Stack", town: str | None, kind: str | None) -> "list[Extract]":
    towns = [chosen_town(stack, town).refnis] if town else list(stack.towns())
    return [extract for refnis in towns for extract in waiting.of(refnis, kind=kind)]


def _one(waiting: "WaitingList", stack: "Stack", application: str) -> "Extract":
    extract = waiting.find(application, towns=stack.towns())
    if extract is None:
        raise Mistake(f"no application {application} waits for a register; see `loket held list`")
    return extract


def _name(stack: "Stack", refnis: str) -> str:
    town = stack.towns()[refnis]
    return town.name(town.languages[0])


def _listed(facts: list[dict[str, Any]]) -> "RenderableType":
    if not facts:
        return "nothing waits for a register"
    rows = [
        [
            each["town_name"],
            each["application"],
            each["product"],
            f"{each['away']['source']}: {each['away']['reason']}" if each["away"] else each["kind"] or each["state"],
            moment(each["since"]),
            moment(each["next_look"]) or None,
        ]
        for each in facts
    ]
    return table("town", "application", "product", "kind", "since", "next look", rows=rows)


def _shown(extract: "Extract", fault: "Fault") -> "RenderableType":
    from services.contracts.national_number import display

    if fault.kind is None:
        return f"nothing contradicts itself any more: `loket held retry {extract.application_id}`"
    rows = [["kind", fault.kind], *(["national number", display(number)] for number in fault.numbers)]
    if fault.household:
        rows.append(["household", fault.household])
    return table("", "", rows=rows)

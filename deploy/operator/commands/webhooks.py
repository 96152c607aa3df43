"""departments webhook add, list, show, rotate, remove, attempts, replay, enable."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.reasons import because
from deploy.operator.terminal import Commands, Mistake, as_json, clear, tell

if TYPE_CHECKING:
    from deploy.operator.webhooks import AtNotify
    from services.notify.feed.webhooks.domain import Webhook

SCHEMES = ("v1", "v1a")
PROGRESS = ("waiting", "delivered", "parked")
MOST_HOURS = 30 * 24
"""As Scheme, Progress and MOST_OVERLAP_HOURS have them: whoever wants help does not wait for their imports."""

signature = click.option(
    "--signature",
    type=click.Choice(SCHEMES),
    help="v1: a secret that both have (HMAC); v1a: a key pair, of which they get the public half (Ed25519).",
)
pem = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True, resolve_path=True)


@click.group(cls=Commands)
def webhook() -> None:
    """Where departments without AMQP are told over HTTPS: their webhooks, what was tried, what is parked."""


@webhook.command()
@click.argument("department")
@click.option("--url", required=True, help="https://…, as the department wrote it; a public address.")
@signature
@click.option("--certificate", type=pem, help="Ours with its chain (PEM), where the receiver asks for one.")
@click.option("--key", type=pem, help="Its key (PEM), without a passphrase, for notify's user only.")
@click.option("--authorities", type=pem, help="Those of the receiver's certificate (PEM), where they are not public.")
@as_json
@clear
def add(
    department: str,
    url: str,
    *,
    signature: str | None,
    certificate: Path | None,
    key: Path | None,
    authorities: Path | None,
    as_json: bool,
) -> None:
    """Tell DEPARTMENT at a webhook what it hears from now on. Prints the key to verify it with, once.

    Files are named by their whole paths, as notify reads them.
    """

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.webhook_tables import keyed
    from deploy.operator.webhooks import checked, signing_keys, webhooks_of
    from services.notify.feed.webhooks.domain import MOST_WEBHOOKS, Files, Webhook
    from services.notify.feed.webhooks.signing import Scheme

    if bool(certificate) != bool(key):
        raise Mistake("name both --certificate and --key, or neither")
    stack = this_stack()
    leads_to = checked(stack, url)
    keys, id, now = signing_keys(stack), secrets.token_hex(4), datetime.now(UTC)
    secret, shown_once = keys.new(Scheme(signature or Scheme.HMAC), webhook=id, at=now)
    paths = (str(each) if each else None for each in (certificate, key, authorities))
    wanted = Webhook(
        id=id,
        department=department,
        url=url,
        secrets=(secret,),
        files=Files(**dict(zip(("certificate", "key", "authorities"), paths, strict=True))),
        added_at=now,
    )
    with webhooks_of(stack) as found:
        if found.departments.find(department) is None:
            raise Mistake(f"no department is called {department}; see `loket departments list`")
        if len(found.webhooks.of(department)) >= MOST_WEBHOOKS:
            raise Mistake(f"{department} has {MOST_WEBHOOKS} webhooks, which is the most; remove one first")
        note(
            stack.logs / AUDIT, "departments webhook add", f"{department} {id} {leads_to.authority}", ""
        )  # what follows may be a secret
        found.webhooks.add(wanted)
    facts = {"webhook": id, "department": department, "url": url, "key": shown_once}
    tell(facts, as_json=as_json, table=lambda: keyed(id, shown_once))


@webhook.command("list")
@click.option("--department", help="Of this one only.")
@as_json
@clear
def list_webhooks(department: str | None, as_json: bool) -> None:
    """Every webhook, and how it gets on."""

    from deploy.local.stack import this_stack
    from deploy.operator.webhook_tables import listed
    from deploy.operator.webhooks import webhooks_of

    with webhooks_of(this_stack()) as found:
        chosen = found.webhooks.of(department) if department else found.webhooks.all()
        facts = webhook_facts(found, chosen)
    tell({"webhooks": facts}, as_json=as_json, table=lambda: listed(facts))


@webhook.command()
@click.argument("id")
@as_json
@clear
def show(id: str, as_json: bool) -> None:
    """One webhook: how it gets on, its keys (not their secrets) and files."""

    from deploy.local.stack import this_stack
    from deploy.operator.webhook_tables import shown
    from deploy.operator.webhooks import webhooks_of

    with webhooks_of(this_stack()) as found:
        known = found.one(id)
        facts = {
            **webhook_facts(found, [known])[0],
            "added_at": known.added_at,
            "files": asdict(known.files),
            "keys": [
                {"signature": str(each.scheme), "made_at": each.made_at, "ends_at": each.ends_at}
                for each in known.secrets
            ],
        }
    tell(facts, as_json=as_json, table=lambda: shown(facts))


@webhook.command()
@click.argument("id")
@signature
@click.option(
    "--overlap",
    type=click.IntRange(0, MOST_HOURS),
    default=24,
    show_default=True,
    help="Hours in which the old key signs as well; 0 for a key that leaked.",
)
@as_json
@clear
def rotate(id: str, signature: str | None, overlap: int, as_json: bool) -> None:
    """Sign for ID with a new key. Prints it once; until the overlap is over either key verifies what is sent."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.webhook_tables import keyed
    from deploy.operator.webhooks import signing_keys, webhooks_of
    from services.notify.feed.webhooks.signing import Scheme

    stack = this_stack()
    keys = signing_keys(stack)
    with webhooks_of(stack) as found:
        known = found.one(id)
        scheme = Scheme(signature) if signature else known.secrets[0].scheme
        fresh, key = keys.new(scheme, webhook=id, at=datetime.now(UTC))
        note(stack.logs / AUDIT, "departments webhook rotate", id, f"the old key signs for {overlap} h more")
        rotated = known.rotated(fresh, overlap=timedelta(hours=overlap))
        if not found.webhooks.sign_with(known, rotated.secrets):
            raise Mistake(f"the keys of {id} were changed at the same moment; give the command again")
    tell({"webhook": id, "key": key}, as_json=as_json, table=lambda: keyed(id, key))


@webhook.command()
@click.argument("id")
@because
@clear
def remove(id: str, reason: str) -> None:
    """Tell ID nothing more: its keys, what waits or is parked for it and the record of attempts go, for good."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.webhooks import webhooks_of

    stack = this_stack()
    with webhooks_of(stack) as found:
        known = found.one(id)
        note(stack.logs / AUDIT, "departments webhook remove", id, reason)
        found.remove(known)
    click.echo(f"{id} is removed, and so is what waited for it")


@webhook.command()
@click.argument("id")
@click.option("--progress", type=click.Choice(PROGRESS), help="Only what came that far.")
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="Events, the newest.")
@as_json
@clear
def attempts(id: str, progress: str | None, most: int, as_json: bool) -> None:
    """What was tried for ID, event by event: when, for how long, and what came of it."""

    from deploy.local.stack import this_stack
    from deploy.operator.webhook_tables import attempted
    from deploy.operator.webhooks import webhooks_of
    from services.contracts.department_webhooks import Progress
    from services.notify.feed.webhooks.record import delivery_view

    with webhooks_of(this_stack()) as found:
        found.one(id)
        deliveries, _ = found.record.page(id, progress=Progress(progress) if progress else None, most=most)
    facts = [asdict(delivery_view(each)) for each in deliveries]
    tell({"webhook": id, "deliveries": facts}, as_json=as_json, table=lambda: attempted(facts))


@webhook.command()
@click.argument("id")
@click.option("--from", "since", help="The id of an event, or 2026-11-27T08:00:00+01:00: what was kept since.")
@click.option("--parked", is_flag=True, help="Only what is parked.")
@clear
def replay(id: str, since: str | None, parked: bool) -> None:
    """Send ID once more, the same to the last byte, for 72 hours: from an event or a moment on, or what is parked."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.webhooks import webhooks_of
    from services.contracts.errors import InvalidField
    from services.notify.feed.webhooks.replaying import replay as send_again

    if not (since or parked):
        raise Mistake("say --from EVENT, --from MOMENT or --parked")
    stack = this_stack()
    with webhooks_of(stack) as found:
        known = found.one(id)
        if known.disabled_at:
            raise Mistake(f"{id} is disabled, and would be sent nothing: `loket departments webhook enable {id}` first")
        what = f"{'parked' if parked else 'all'} from {since or 'the first'}"
        note(stack.logs / AUDIT, "departments webhook replay", id, what)
        count, following = 0, since
        try:
            while True:
                done = send_again(id, record=found.record, since=following, parked_only=parked)
                count, following = count + done.replayed, done.next
                if following is None or not done.replayed:
                    break
        except InvalidField:
            raise Mistake(
                f"--from: {id} has no event {since} (any more); see `loket departments webhook attempts {id}`, or"
                " write a moment such as 2026-11-27T08:00:00+01:00"
            ) from None
    click.echo(f"{count} leave for {id} once more")
    if following is not None:
        click.echo(f"more wait than are kept waiting; once these have left, go on with --from {following}")


@webhook.command()
@click.argument("id")
@clear
def enable(id: str) -> None:
    """Send ID what comes from now on, after it answered 410 or its department disabled it. What is parked waits for a
    replay."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.webhooks import webhooks_of

    stack = this_stack()
    with webhooks_of(stack) as found:
        found.one(id)
        note(stack.logs / AUDIT, "departments webhook enable", id, "")
        found.webhooks.enable(id)
    click.echo(f"{id} is sent what comes; `loket departments webhook replay {id} --parked` sends what is parked")


def webhook_facts(found: "AtNotify", chosen: Sequence["Webhook"]) -> list[dict[str, Any]]:
    """How each of these gets on."""
    standings = found.record.standings(each.id for each in chosen)
    return [
        {
            "webhook": known.id,
            "department": known.department,
            "url": known.url,
            "disabled_at": known.disabled_at,
            "disabled_by": known.disabled_by,
            "failing_since": known.failing_since,
            **{str(progress): count for progress, count in standings[known.id].counts.items()},
            "oldest": standings[known.id].oldest,
            "dropped": known.dropped,
            "dropped_until": known.dropped_until,
        }
        for known in chosen
    ]

"""What a department reads and has done, for the API and for its pages alike."""

from dataclasses import dataclass
from functools import partial

from flask import current_app

from gateway.asking import ask
from gateway.departments.tokens import Access
from gateway.limits import by_department, limited
from gateway.tenancy import current_town
from services.contracts.department_webhooks import (
    MOST_DELIVERIES,
    DeliveryPage,
    DeliveryPlace,
    FreshKey,
    ReadDeliveries,
    ReadWebhooks,
    ReplayDeliveries,
    Replayed,
    RotateWebhookKey,
    SwitchWebhook,
    WebhookView,
)
from services.contracts.errors import NotFound
from services.contracts.notify import AdmitDepartment, DepartmentView, Pass, ReadDepartment, SandboxTold, TellSandbox


@dataclass(frozen=True, kw_only=True)
class Own:
    """What is kept of a department, and how it gets on."""

    department: DepartmentView
    webhooks: tuple[WebhookView, ...]


def admitted(department: str, *, secret: str | None, thumbprint: str | None = None) -> Access:
    """By a secret, or a certificate where there is none. Raises NotAdmitted."""
    town = current_town().refnis
    found = ask(AdmitDepartment(town=town, department=department, secret=secret, thumbprint=thumbprint))
    return Access(department=department, key=found.key, thumbprint=thumbprint)


def counted(access: Access) -> Pass:
    """As what notify and the registry are asked; the request counts for the department. Raises Problem
    `too-many-requests`."""
    rates = current_app.config["LOKET_DEPARTMENTS_LIMIT"]
    with limited(rates, scope="departments", key=partial(by_department, access.department)):
        return Pass(town=current_town().refnis, department=access.department, key=access.key)


def read(asked_by: Pass) -> Own:
    """What it hears here and why, by what it is let in, where it is told, and how far behind it is."""
    department = ask(ReadDepartment(asked_by=asked_by))
    return Own(department=department, webhooks=ask(ReadWebhooks(asked_by=asked_by)).webhooks)


def own_webhook(asked_by: Pass, webhook: str) -> WebhookView:
    """Raises NotFound where it has none of that id."""
    for each in ask(ReadWebhooks(asked_by=asked_by)).webhooks:
        if each.webhook == webhook:
            return each
    raise NotFound


def deliveries(
    asked_by: Pass,
    webhook: str,
    *,
    after: DeliveryPlace | None = None,
    limit: int = MOST_DELIVERIES,
    progress: str | None = None,
) -> DeliveryPage:
    """What was tried, the newest events first."""
    return ask(ReadDeliveries(asked_by=asked_by, webhook=webhook, after=after, limit=limit, progress=progress))


def replay(asked_by: Pass, webhook: str, *, parked_only: bool, since: str | None = None) -> Replayed:
    """Have sent once more, the same to the last byte."""
    return ask(ReplayDeliveries(asked_by=asked_by, webhook=webhook, since=since, parked_only=parked_only))


def switch(asked_by: Pass, webhook: str, *, is_disabled: bool) -> WebhookView:
    """Have it sent nothing, or what comes from now on."""
    return ask(SwitchWebhook(asked_by=asked_by, webhook=webhook, is_disabled=is_disabled))


def rotate(asked_by: Pass, webhook: str, *, signature: str | None = None, overlap_hours: int = 24) -> FreshKey:
    """Have what is sent signed with a new key, which is told this once."""
    return ask(RotateWebhookKey(asked_by=asked_by, webhook=webhook, signature=signature, overlap_hours=overlap_hours))


def tell_sandbox(asked_by: Pass, events: tuple[str, ...]) -> SandboxTold:
    """Have it told one of each of these events, of a town that there is not. Raises Problem `too-many-requests`."""
    rates = current_app.config["LOKET_DEPARTMENT_SANDBOX_LIMIT"]
    with limited(rates, scope="department-sandbox", key=partial(by_department, asked_by.department)):
        return ask(TellSandbox(asked_by=asked_by, events=events))

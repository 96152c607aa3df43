"""`make demo`: everything up, one application filed as a citizen would, and its certificate checked, step by step."""

import json
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import httpx
from pyhanko.pdf_utils.reader import PdfFileReader
from rich.progress import Progress

from deploy.demo.generator.hard_cases import DEMO_CITIZEN
from deploy.demo.generator.seeding import EDITION, seed
from deploy.demo.tokens import citizen_token
from deploy.local import running
from deploy.local.embedded.part import PartError, wait_until
from deploy.local.stack import Stack, this_stack
from deploy.operator.commands.register import registry_database
from deploy.operator.commands.verification import demo_roots, verdict
from deploy.operator.terminal import mistakes, screen
from services.contracts.towns import Town
from services.registry.sources.population.populations import Populations

RESIDENTS = 30_000
SEED = 1
PATIENCE_S = 60.0
ENDS_BADLY = ("refused", "withdrawn", "expired")


def demonstrate(stack: Stack) -> None:
    """Raises PartError naming what is broken and the mend."""
    folder = stack.var / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with step("everything runs") as says:
        running.up(stack)
        says(stack.address)
    town = next(iter(stack.towns().values()))
    with step("the register is filled") as says:
        says(_fill(stack, town))
    with httpx.Client(base_url=stack.address, timeout=30, trust_env=False) as gateway:
        with step("a citizen signs in"):
            gateway.headers["Authorization"] = f"Bearer {citizen_token(stack, town, DEMO_CITIZEN)}"
        with step("an application for a household composition is accepted") as says:
            filed = _file(gateway)
            says(filed["application_id"])
        with step("the live stream tells that it is delivered") as says:
            delivered = _follow(gateway, filed["links"]["stream"])
            says(" → ".join(moved["state"] for moved in delivered["timeline"]))
        with step("the certificate is sealed by the town") as says:
            certificate = folder / f"{delivered['certificate_id']}.pdf"
            certificate.write_bytes(_ok(gateway.get(delivered["links"]["certificate"])).content)
            says(_check_seal(stack, certificate))
        with step("its code and its file are known as authentic") as says:
            says(_check_code(gateway, certificate))
        with step("the citizen's mail left") as says:
            mail = _mail(stack, filed["application_id"])
            shutil.copy(mail, folder)
            says(f"{mail.name}")
    screen().print(f"\ncertificate  {certificate}\nmail         {folder / mail.name}", soft_wrap=True)
    screen().print(
        f"Loket runs at {stack.address} until `.venv/bin/loket down`; sign in as demo-citizen", soft_wrap=True
    )


@contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """One line with its time; what the step says comes behind it."""
    told: list[str] = []
    began = time.monotonic()
    with screen().status(what):
        yield told.append
    screen().print(f"{time.monotonic() - began:7.2f} s  {what}" + (f": {told[0]}" if told else ""), soft_wrap=True)


def _fill(stack: Stack, town: Town) -> str:
    with registry_database(stack) as database:
        known = Populations(database).towns.find_one({"_id": town.refnis}) or {}
        if known.get("current") and (known.get("residents"), known.get("edition")) == (RESIDENTS, EDITION):
            return f"{RESIDENTS} residents, as they were"
        with Progress(console=screen(), transient=True) as bar:
            task = bar.add_task("residents", total=RESIDENTS)
            seeded = seed(
                database,
                town=town.refnis,
                residents=RESIDENTS,
                seed=SEED,
                progress=lambda count: bar.advance(task, count),
                now=datetime.now(UTC),
            )
    return f"{seeded.residents} residents in {seeded.households} households"


def _file(gateway: httpx.Client) -> dict[str, Any]:
    answer = gateway.post(
        "/api/v1/applications",
        json={"product": "household-composition", "fields": {"purpose": "housing"}},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    filed: dict[str, Any] = _ok(answer).json()
    return filed


def _follow(gateway: httpx.Client, path: str) -> dict[str, Any]:
    """The application once it is delivered. Raises PartError when it ends otherwise, or not in time."""
    end = time.monotonic() + PATIENCE_S
    state = "submitted"
    with gateway.stream("GET", path, headers={"Accept": "text/event-stream"}, timeout=PATIENCE_S) as lines:
        if lines.status_code != httpx.codes.OK:
            raise PartError(f"the live stream answers HTTP {lines.status_code}; see `loket logs gateway`")
        for line in lines.iter_lines():
            if line.startswith("data:"):
                view: dict[str, Any] = json.loads(line[5:])
                state = view["state"]
                if state == "delivered":
                    return view
                if state in ENDS_BADLY:
                    raise PartError(f"the application ended as {state} ({view.get('code')}): {view.get('sentence')}")
            if time.monotonic() > end:
                break
    raise PartError(f"the application is still {state} after {PATIENCE_S:.0f} s; see `loket status` and `loket logs`")


def _check_seal(stack: Stack, certificate: Path) -> str:
    found = verdict(certificate, demo_roots(stack))
    if found["verdict"] != "sealed":
        raise PartError(f"the certificate is {found['verdict']}; look with `loket verify {certificate}`")
    return f"{found['seals'][0]['signer']}, number {found['number']}"


def _check_code(gateway: httpx.Client, certificate: Path) -> str:
    content = certificate.read_bytes()
    code = _code_on(content)
    by_code = _ok(gateway.get(f"/api/v1/verifications/{code}")).json()["verdict"]
    upload = gateway.post("/api/v1/verifications", content=content, headers={"Content-Type": "application/pdf"})
    by_file = _ok(upload).json()["verdict"]
    if (by_code, by_file) != ("authentic", "untouched"):
        raise PartError(f"the certificate's code is {by_code} and its file {by_file}; see `loket logs documents`")
    return f"{code} {by_code}, file {by_file}"


def _code_on(pdf: bytes) -> str:
    """The code at the end of the address that the certificate's link, like its QR code, opens."""
    page = PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Kids"][0]
    for annotation in page.get("/Annots", []):
        address = str(annotation.get_object().get("/A", {}).get("/URI", ""))
        if "/v/" in address:
            return urlsplit(address).path.rpartition("/")[2]
    raise PartError("the certificate links to no verification page; see services/documents/paper/templates")


def _mail(stack: Stack, application_id: str) -> Path:
    """The one mail of this application, kept by the mail catcher."""
    marker = application_id.encode()

    def mails() -> list[Path]:
        return [path for path in sorted(stack.mail.glob("*.eml")) if marker in path.read_bytes()]

    if not wait_until(lambda: bool(mails()), PATIENCE_S):
        raise PartError(f"no mail about the application in {stack.mail}; see `loket logs notify`")
    if len(mails()) > 1:
        raise PartError(f"{len(mails())} mails about one application in {stack.mail}; see `loket logs notify`")
    return mails()[0]


def _ok(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    told = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
    where = f"{answer.request.method} {answer.request.url.path}"
    raise PartError(f"{where} answers HTTP {answer.status_code} ({told.get('slug', '')}); see `loket logs gateway`")


if __name__ == "__main__":
    try:
        with mistakes():
            demonstrate(this_stack())
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except httpx.HTTPError as error:
        sys.exit(f"demo: the gateway does not answer ({type(error).__name__}); see `loket status`")

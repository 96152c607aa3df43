"""A production deployment on this machine, from the example files and nothing else: each process gets what its systemd
unit names, the broker and the store run apart, and people sign in at a provider that is nobody's of ours."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml
from pymongo import MongoClient

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.seeding import seed
from deploy.local.embedded.broker import Broker
from deploy.production.env_files import read_env
from deploy.production.variables import PROCESSES
from tests.documents.examples import PASSPHRASE, a_folder
from tests.gateway.national import National
from tests.ports import free_ports
from tests.waiting import wait_for

ROOT = Path(__file__).parents[3]
ETC = ROOT / "deploy" / "production" / "etc"
TOWN = ROOT / "tests" / "gateway" / "towns" / "csam.yaml"
HOST, REFNIS = "aarschot.localhost", "24001"
CITIZEN = HARD_CASES["single"].number


class Production:
    """`etc` is what /etc/loket would be."""

    def __init__(self, folder: Path, *, broker: Broker, mongo_uri: str, prefix: str, provider: National) -> None:
        self.folder = folder
        self.etc = folder / "etc"
        self.keys = self.etc / "keys"
        self.mail = folder / "mail"
        self.store = MongoClient[dict[str, Any]](mongo_uri, tz_aware=True)
        self.prefix = prefix
        self.broker = broker
        self.provider = provider
        self._mongo_uri = mongo_uri
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        ports = free_ports(len(PROCESSES) + 1)
        self._ports = dict(zip(PROCESSES, ports, strict=False))
        self.smtp_port = ports[-1]

    def install(self) -> None:
        """The steps of deploy/production/README.md."""
        self.etc.mkdir()
        for file in ETC.glob("*.env"):
            shutil.copy(file, self.etc)
            (self.etc / file.name).chmod(0o644 if file.name == "common.env" else 0o600)
        made = self.loket("keys", "make", str(self.keys), "--broker", self.broker_address)
        assert made.returncode == 0, made.stderr
        self.write_town()
        self.fill("common", LOKET_TOWNS=str(self.etc / "towns"), LOKET_DATABASE=self.prefix)
        for process in (*PROCESSES, "operator"):
            self.fill(process, LOKET_MONGO_URI=self._mongo_uri)
        for service in PROCESSES[:-1]:
            self.fill(service, LOKET_HEALTH_PORT=str(self._ports[service]))
        self.fill("documents", LOKET_SEAL_24001_PASSPHRASE=PASSPHRASE, LOKET_DOCUMENTS_CHILDREN="1")
        self.fill("notify", LOKET_SMTP_URI=f"smtp://127.0.0.1:{self.smtp_port}")
        gateway = {"LOKET_GATEWAY_BIND": f"127.0.0.1:{self._ports['gateway']}", "LOKET_GATEWAY_WORKERS": "1"}
        self.fill("gateway", LOKET_SIGN_IN_24001_SECRET=self.provider.secret, **gateway)
        administration = f"http://{self.broker.user}:{self.broker.password}@127.0.0.1:{self.broker.management_port}"
        self.fill(
            "operator",
            LOKET_AMQP_URI=self.broker.uri,
            LOKET_BROKER_API=administration,
            LOKET_VAR=str(self.folder / "operator"),
        )

    @property
    def broker_address(self) -> str:
        """Without a user."""
        parts = urlsplit(self.broker.uri)
        return f"amqp://{parts.hostname}:{parts.port}{parts.path}"

    def fill(self, name: str, **values: str) -> None:
        """As an engineer edits an example: what is not in it cannot be filled in."""
        path = self.etc / f"{name}.env"
        text = path.read_text(encoding="utf-8")
        for variable, value in values.items():
            written = f'"{value}"' if set("& ") & set(value) else value
            text, count = re.subn(rf"(?m)^#?{variable}=.*$", f"{variable}={written}", text)
            assert count == 1, f"{variable} is not in the example {name}.env"
        path.write_text(text, encoding="utf-8")

    def write_town(self, *, host: str | None = None) -> None:
        """A specimen where no public `host` is given: it leads to this machine."""
        towns = self.etc / "towns"
        data = yaml.safe_load(TOWN.read_text(encoding="utf-8"))
        data["sign_in"]["issuer"] = self.provider.issuer
        data["address"] = f"https://{HOST}"
        data["logo"], data["seal"]["path"] = "logo.svg", "seal.p12"
        if host:
            office = data["office"] | {"email": f"burgerzaken@{host}", "website": f"https://{host}"}
            data |= {"specimen": False, "hosts": [host], "address": f"https://{host}", "office": office}
        a_folder(towns)
        (towns / "aarschot.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    def import_definitions(self) -> None:
        """What `loket broker definitions` says, into the broker, over its HTTP API."""
        told = self.loket("broker", "definitions")
        assert told.returncode == 0, told.stderr
        with httpx.Client(auth=(self.broker.user, self.broker.password), trust_env=False) as api:
            address = f"http://127.0.0.1:{self.broker.management_port}/api/definitions"
            headers = {"Content-Type": "application/json"}
            api.post(address, content=told.stdout, headers=headers).raise_for_status()

    def loket(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """As an administrator types it, with the operator's files read into the shell."""
        files = [self.etc / "common.env", self.etc / "operator.env", self.keys / "operator.env"]
        sourced = "".join(f". {shlex.quote(str(file))}; " for file in files if file.exists())
        command = shlex.join([sys.executable, "-W", "ignore::DeprecationWarning", "-m", "deploy.operator.cli", *words])
        return subprocess.run(
            ["/bin/sh", "-c", f"set -a; {sourced}set +a; exec {command}"],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LOKET_VAR": str(self.folder / "operator")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *names: str) -> None:
        """As systemd starts its unit, and until it is ready."""
        for name in names:
            self._start(name)
        for name in names:
            wait_for(lambda name=name: self.is_ready(name), what=f"{name}: {self.log(name)[-2000:]}")

    def stop(self, *names: str) -> None:
        for name in names:
            self._running[name].send_signal(signal.SIGTERM)
        for name in names:
            self._running.pop(name).wait(60)

    def restart(self, *names: str) -> None:
        self.stop(*names)
        self.start(*names)

    def _start(self, name: str) -> None:
        unit = (ETC / ("loket-gateway.service" if name == "gateway" else "loket@.service")).read_text(encoding="ascii")
        said = [line.partition("=")[::2] for line in unit.replace("%i", name).splitlines() if "=" in line]
        environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder)}
        for file in (value for key, value in said if key == "EnvironmentFile"):
            environ |= read_env(Path(file.replace("/etc/loket", str(self.etc))))
        (command,) = (value for key, value in said if key == "ExecStart")
        argv = shlex.split(command.replace("/opt/loket/.venv/bin/python", sys.executable))
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(argv, cwd=ROOT, env=environ, stdout=log, stderr=log)

    def is_ready(self, name: str) -> bool:
        assert self._running[name].poll() is None, self.log(name)[-3000:]
        try:
            address = f"http://127.0.0.1:{self._ports[name]}/readyz"
            return httpx.get(address, headers={"Host": HOST}, trust_env=False, timeout=5).is_success
        except httpx.HTTPError:
            return False

    def environ(self, name: str) -> dict[str, str]:
        """What the process really has."""
        raw = Path(f"/proc/{self._running[name].pid}/environ").read_bytes().decode().split("\0")
        return dict(pair.split("=", 1) for pair in raw if "=" in pair)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def database(self, service: str) -> Any:
        return self.store[f"{self.prefix}_{service}"]

    def seed(self) -> None:
        seed(self.database("registry"), town=REFNIS, residents=60, seed=1)

    def close(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            process.wait(60)
        self.store.close()

    def citizen(self) -> "Citizen":
        return Citizen(self, f"http://127.0.0.1:{self._ports['gateway']}")


class Citizen:
    """A browser behind the town's front proxy, signed in."""

    def __init__(self, production: Production, address: str) -> None:
        proxied = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": HOST}
        self._http = httpx.Client(base_url=address, headers=proxied, trust_env=False, timeout=30)
        self._production = production
        self.cookies: dict[str, str] = {}
        begun = self.get("/sign-in")
        assert begun.status_code == 302, begun.text
        back = urlsplit(production.provider.sign_in(begun.headers["Location"]))
        done = self.get(f"{back.path}?{back.query}")
        assert done.status_code == 303, done.text

    def get(self, path: str) -> httpx.Response:
        return self._keep(self._http.get(path, headers=self._sent()))

    def file(self, product: str) -> str:
        """The id of an application that was accepted."""
        headers = self._sent() | {"Sec-Fetch-Site": "same-origin", "Idempotency-Key": f'"{os.urandom(8).hex()}"'}
        answer = self._http.post("/api/v1/applications", json={"product": product}, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["application_id"])

    def until(self, application_id: str, *states: str, seconds: float = 90) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            answer = self.get(f"/api/v1/applications/{application_id}")
            return answer.json() if answer.status_code == 200 and answer.json()["state"] in states else None

        found: dict[str, Any] = wait_for(there, seconds=seconds, what=f"{application_id} to be {states}")
        return found

    def certificate(self, application: dict[str, Any]) -> bytes:
        answer = self.get(f"/api/v1/certificates/{application['certificate_id']}")
        assert answer.status_code == 200, answer.text
        return answer.content

    def verdict(self, pdf: bytes) -> str:
        headers = {"Content-Type": "application/pdf", "Sec-Fetch-Site": "same-origin"}
        return str(self._http.post("/api/v1/verifications", content=pdf, headers=headers).json()["verdict"])

    def close(self) -> None:
        self._http.close()

    def _sent(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        for header in answer.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer

"""Administering a broker: by RabbitMQ's own scripts where it is embedded, else over the HTTP API of its plugin."""

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from tempfile import NamedTemporaryFile
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from deploy.local.embedded.broker import SCRIPTS, Broker
from deploy.local.embedded.part import PartError
from deploy.local.stack import Stack

API = "LOKET_BROKER_API"


class Administration(Protocol):
    """Users, rights and what is declared. All raise PartError where the broker does not answer or refuses."""

    def take(self, definitions: Mapping[str, Any]) -> None:
        """Import these (definitions.py): what is there is changed, what is not named stays."""

    def users(self) -> set[str]:
        """Their names."""

    def users_in(self, vhost: str) -> set[str]:
        """The names of those that have rights there: the broker may have others, for other deployments."""

    def bindings(self, vhost: str) -> set[tuple[str, str, str]]:
        """Of queues there: exchange, queue and routing key of each."""

    def remove_user(self, name: str) -> None:
        """With its rights; its connections end. Nothing where there is none."""

    def disconnect(self, user: str) -> None:
        """End the connections of a user, which go on with the rights they began with."""


def administration_of(stack: Stack) -> Administration:
    """That of this deployment's broker. Raises PartError where a broker from outside gives us no HTTP API."""
    return ByScripts(Scripts(stack.brokers())) if stack.is_embedded("broker") else OverHttp(api_of(stack))


class Scripts:
    """RabbitMQ's own, run beside the embedded nodes: the first that can is asked."""

    def __init__(self, brokers: tuple[Broker, ...]) -> None:
        self.brokers = brokers

    def told(self, *words: str) -> Any:
        """What a script prints as JSON. Raises PartError."""
        return json.loads(self.run(*words, "--formatter", "json"))

    def run(self, script: str, *words: str) -> str:
        """What a script prints. Raises PartError."""
        argv = (str(SCRIPTS / script), "--quiet", *words)
        refused = "no node answers; see `loket status`"
        for broker in self.brokers:
            if not broker.answers():
                continue
            done = subprocess.run(argv, env=broker.environ(), capture_output=True, text=True, check=False)
            if not done.returncode:
                return done.stdout
            refused = " ".join((done.stderr or done.stdout).strip().splitlines()[:1])
        raise PartError(f"the broker refused {script} {words[0]}: {refused}")


class HttpApi:
    """That of nodes that others run, as a user with the tag `administrator`."""

    def __init__(self, address: str) -> None:
        self._address = f"{address.rstrip('/')}/api"

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What it answers; None where that is nothing. Raises PartError, of which Absent is one."""
        try:
            answer = httpx.request(method, self._address + path, json=body, timeout=30, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PartError(f"the broker's HTTP API does not answer ({type(error).__name__}); see {API}") from None
        if answer.status_code in (401, 403):
            raise PartError(f"the broker's HTTP API refuses the user in {API}; give it the tag `administrator`")
        if answer.status_code in (404, 405):
            raise Absent(f"the broker's HTTP API knows no {method} {path}")
        if answer.is_error:
            raise PartError(f"the broker's HTTP API answers {method} {path} with {answer.status_code}")
        return answer.json() if answer.content else None


class Absent(PartError):
    """The HTTP API has no such thing, or cannot do that with it."""


def api_of(stack: Stack) -> HttpApi:
    """Raises PartError where the operator has not told it."""
    address = stack.outside.get(API)
    if not address:
        raise PartError(f"set {API} to the broker's HTTP API, such as https://operator:secret@broker:15672")
    return HttpApi(address)


class ByScripts:
    """See Administration."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    def take(self, definitions: Mapping[str, Any]) -> None:
        """See Administration."""
        with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:  # for its owner alone
            json.dump(definitions, file)
            file.flush()
            self._scripts.run("rabbitmqctl", "import_definitions", file.name)

    def users(self) -> set[str]:
        """See Administration."""
        return {each["user"] for each in self._scripts.told("rabbitmqctl", "list_users")}

    def users_in(self, vhost: str) -> set[str]:
        """See Administration."""
        return {each["user"] for each in self._scripts.told("rabbitmqctl", "list_permissions", "-p", vhost)}

    def bindings(self, vhost: str) -> set[tuple[str, str, str]]:
        """See Administration."""
        found = self._scripts.told("rabbitmqctl", "list_bindings", "-p", vhost)
        return {
            (each["source_name"], each["destination_name"], each["routing_key"])
            for each in found
            if each["destination_kind"] == "queue"
        }

    def remove_user(self, name: str) -> None:
        """See Administration."""
        if name in self.users():
            self.disconnect(name)
            self._scripts.run("rabbitmqctl", "delete_user", name)

    def disconnect(self, user: str) -> None:
        """See Administration."""
        self._scripts.run("rabbitmqctl", "close_all_user_connections", user, "its rights have changed")


class OverHttp:
    """See Administration."""

    def __init__(self, api: HttpApi) -> None:
        self._api = api

    def take(self, definitions: Mapping[str, Any]) -> None:
        """See Administration."""
        self._api.ask("POST", "/definitions", definitions)

    def users(self) -> set[str]:
        """See Administration."""
        return {each["name"] for each in self._api.ask("GET", "/users")}

    def users_in(self, vhost: str) -> set[str]:
        """See Administration."""
        return {each["user"] for each in self._api.ask("GET", f"/vhosts/{quote(vhost, safe='')}/permissions")}

    def bindings(self, vhost: str) -> set[tuple[str, str, str]]:
        """See Administration."""
        found = self._api.ask("GET", f"/bindings/{quote(vhost, safe='')}")
        return {
            (each["source"], each["destination"], each["routing_key"])
            for each in found
            if each["destination_type"] == "queue"
        }

    def remove_user(self, name: str) -> None:
        """See Administration."""
        self.disconnect(name)
        with suppress(Absent):
            self._api.ask("DELETE", f"/users/{quote(name, safe='')}")

    def disconnect(self, user: str) -> None:
        """See Administration."""
        for each in self._api.ask("GET", "/connections"):
            if each.get("user") == user:
                with suppress(Absent):  # it ended meanwhile
                    self._api.ask("DELETE", f"/connections/{quote(each['name'], safe='')}")

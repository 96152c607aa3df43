"""The broker of a measured stack, asked by `rabbitmqctl` as its own node would be: whatever users and rights it has."""

import re
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from deploy.bench.processes import Processes
from deploy.local.embedded.part import PartError

RABBITMQCTL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
"""Debian's wrapper in /usr/sbin would switch the user."""

USER = "loket-bench"

_COUNTED = (
    "M = maps:get([{protocol, amqp091}], rabbit_global_counters:overview()),"
    " {maps:get(messages_received_total, M), maps:get(messages_confirmed_total, M)}."  # a list may be shown as a text
)


@dataclass(frozen=True, kw_only=True)
class Messages:
    """Published to the broker since it started, questions and answers included, and how many of them it confirmed."""

    published: int
    confirmed: int

    def since(self, before: "Messages") -> "Messages":
        """Those that came after an earlier look."""
        return Messages(published=self.published - before.published, confirmed=self.confirmed - before.confirmed)


class MeasuredBroker:
    """All nodes of one broker; each is asked with the variables it was started with."""

    def __init__(self, environments: list[Mapping[str, str]]) -> None:
        self._environments = environments

    def messages(self) -> Messages:
        """As the nodes' own counters say. Raises PartError."""
        found = [re.findall(r"[0-9]+", _ctl(each, "eval", _COUNTED)) for each in self._environments]
        return Messages(
            published=sum(int(published) for published, _ in found),
            confirmed=sum(int(confirmed) for _, confirmed in found),
        )

    def uri_for_bench(self, uri: str) -> str:
        """The address `uri` (the first, of several) with a user of the bench's own, which may do everything. Once."""
        parts, password = urlsplit(uri.split(";", maxsplit=1)[0]), secrets.token_hex(16)
        _ctl(self._environments[0], "add_user", USER, password)
        _ctl(self._environments[0], "set_permissions", "-p", parts.path.lstrip("/"), USER, ".*", ".*", ".*")
        return parts._replace(netloc=f"{USER}:{password}@{parts.hostname}:{parts.port}").geturl()


def broker_of(processes: Processes) -> MeasuredBroker:
    """That of a running stack. Raises PartError."""
    return MeasuredBroker([each.environ() for each in processes.broker_nodes()])


def _ctl(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(
        [RABBITMQCTL, "--silent", *words], env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PartError(f"rabbitmqctl {words[0]} failed in the measured stack: {done.stderr.strip()[-200:]}")
    return done.stdout

"""Users, virtual hosts and rights in RabbitMQ's definition format, to be imported.

https://www.rabbitmq.com/docs/definitions
"""

from collections.abc import Mapping
from typing import Any

from deploy.broker.departments import shared_definitions
from deploy.broker.passwords import password_hash
from deploy.broker.rights import TOPIC_EXCHANGES, everything, rights_of
from services.contracts.departments import virtual_host


def definitions(vhost: str, *, passwords: Mapping[str, str], administrator: str) -> dict[str, Any]:
    """The services' virtual host and the departments' beside it, without any department.

    `passwords` has one for each of rights.USERS; only their hashes are in what is imported. `administrator` is the
    user, there already, that the operator's commands connect with.
    """
    users = tuple(passwords)
    own = {
        "users": [
            {"name": name, "tags": "", "password_hash": password_hash(password)} for name, password in passwords.items()
        ],
        "vhosts": [{"name": vhost}],
        "permissions": [
            {"user": user, "vhost": vhost, "configure": r.configure, "write": r.write, "read": r.read}
            for user, r in ((user, rights_of(user)) for user in users)
        ],
        "topic_permissions": [
            {"user": user, "vhost": vhost, "exchange": exchange, "write": write, "read": read}
            for user in users
            for exchange in TOPIC_EXCHANGES
            for write, read in (rights_of(user).on(exchange),)
        ],
    }
    own["permissions"].append(everything(administrator, vhost))
    return together(own, shared_definitions(virtual_host(vhost), administrator=administrator))


def together(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Several as one."""
    kinds = dict.fromkeys(kind for part in parts for kind in part)
    return {kind: [each for part in parts for each in part.get(kind, [])] for kind in kinds}

"""Whether a demonstration would begin in what is somebody else's: their store, with their applications in it."""

import hmac

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.embedded.part import PartError
from deploy.local.made_secrets import made_secrets
from deploy.local.stack import Stack
from deploy.production.keys import PEPPERS
from services.chassis.pseudonyms import check_of, pepper

ANSWERS_MS = 3000


def refuse_strangers(stack: Stack) -> None:
    """Raises PartError where the store from outside remembers another pepper than this demonstration's.

    Its services would notice, too, but not before its registry and mails had taken from the queues beside that store.
    One that does not answer now is nobody's: those who find it later look themselves (services/chassis/pseudonyms.py).
    """
    if stack.profile != "demo" or stack.is_embedded("store"):
        return
    known = made_secrets(stack.var) | stack.outside
    for service, kept in _kept(stack).items():
        variable = PEPPERS[service]
        if variable not in known or not hmac.compare_digest(check_of(pepper(known[variable])), kept):
            raise PartError(
                f"the store at LOKET_MONGO_URI keeps what another deployment filed ({stack.database}_{service}), and a"
                " demonstration has no business there: write LOKET_PROFILE=production if that is yours, or begin in"
                " databases of its own with LOKET_DATABASE, and another virtual host of the broker"
            )


def _kept(stack: Stack) -> dict[str, str]:
    """By service, the check value that its database remembers."""
    found = {}
    try:
        with MongoClient[dict[str, object]](stack.mongo_uri, serverSelectionTimeoutMS=ANSWERS_MS) as client:
            for service in PEPPERS:
                kept = client[f"{stack.database}_{service}"]["peppers"].find_one({"_id": "pepper"})
                if kept:
                    found[service] = str(kept.get("check"))
    except PyMongoError:
        return {}
    return found

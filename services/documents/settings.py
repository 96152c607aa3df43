"""What a documents process is told by its environment."""

import os
from dataclasses import dataclass, field
from typing import ClassVar

from services.chassis.locking import KeyRing
from services.chassis.pseudonyms import pepper
from services.chassis.settings import AT_ONCE, ServiceSettings, seconds, setting, whole
from services.contracts.living_towns import LivingTowns
from services.contracts.town_files import read_served_towns

BESIDE = 1
"""Workers beside those that wait for a child: one stores what another printed."""


@dataclass(frozen=True, kw_only=True)
class DocumentsSettings(ServiceSettings):
    """The chassis' settings and documents' own. The seals' secrets go from the environment to the children unread."""

    OWNER: ClassVar[str] = "documents"

    question_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_DOCUMENTS",
        "keys of the questions that are asked here, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    towns: LivingTowns = setting("LOKET_TOWNS", "folder with the towns' files", parse=read_served_towns)
    facts_keys: KeyRing = setting(
        "LOKET_KEYS_FACTS", "keys that registry locks facts with, kid:base64url", parse=KeyRing.parse, secret=True
    )
    pepper: bytes = setting(
        "LOKET_DOCUMENTS_PEPPER",
        "key of subjects' and facts' pseudonyms, base64url of 32 bytes",
        parse=pepper,
        secret=True,
    )
    children: int = setting(
        "LOKET_DOCUMENTS_CHILDREN",
        "processes that print, per service process; together no more than cores",
        default=os.cpu_count() or 1,
        parse=whole(1, AT_ONCE),
    )
    event_workers: int = field(init=False)
    """No more events are taken than there are children to print them: no variable of its own says how many."""

    print_limit_s: float = setting(
        "LOKET_DOCUMENTS_PRINT_LIMIT_S",
        "seconds after which a child that prints is replaced",
        default=30.0,
        parse=seconds,
    )
    examine_limit_s: float = setting(
        "LOKET_DOCUMENTS_EXAMINE_LIMIT_S",
        "seconds that each of the two looks into a file of others may take; together less than a question",
        default=4.0,
        parse=seconds,
    )

    def __post_init__(self) -> None:
        """See event_workers."""
        object.__setattr__(self, "event_workers", self.children + BESIDE)

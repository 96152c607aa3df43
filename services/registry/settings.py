"""What a registry process is told by its environment."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from services.chassis.locking import KeyRing
from services.chassis.pseudonyms import pepper
from services.chassis.settings import ServiceSettings, setting, whole
from services.contracts.living_towns import LivingTowns
from services.contracts.retention import TEN_YEARS
from services.contracts.town_files import read_served_towns


@dataclass(frozen=True, kw_only=True)
class RegistrySettings(ServiceSettings):
    """The chassis' settings and the registry's own.

    Ten years of access log is what article 17 of the Act of 8 August 1983 asks for consultations of the National
    Register; the town's data protection officer confirms it.
    """

    OWNER: ClassVar[str] = "registry"

    question_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_REGISTRY",
        "keys of the questions that are asked here, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    towns: LivingTowns = setting("LOKET_TOWNS", "folder with the towns' files", parse=read_served_towns)
    towns_folder: Path = setting("LOKET_TOWNS", "folder with the towns' files", parse=Path)
    request_keys: KeyRing = setting(
        "LOKET_KEYS_REQUESTS", "keys that intake locks requests with, kid:base64url", parse=KeyRing.parse, secret=True
    )
    fact_keys: KeyRing = setting(
        "LOKET_KEYS_FACTS", "keys that documents opens facts with, kid:base64url", parse=KeyRing.parse, secret=True
    )
    pepper: bytes = setting(
        "LOKET_REGISTRY_PEPPER",
        "key by which is told whether two extracts of an application state the same, base64url of 32 bytes",
        parse=pepper,
        secret=True,
    )
    access_log_days: int = setting(
        "LOKET_ACCESS_LOG_DAYS",
        "how long it is kept who looked at whose data",
        default=TEN_YEARS,
        parse=whole(1, 10 * TEN_YEARS),
    )

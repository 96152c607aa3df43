"""What an intake process is told by its environment."""

from dataclasses import dataclass
from typing import ClassVar

from services.chassis.locking import KeyRing
from services.chassis.pseudonyms import pepper
from services.chassis.settings import ServiceSettings, setting
from services.contracts.living_towns import LivingTowns
from services.contracts.town_files import read_served_towns


@dataclass(frozen=True, kw_only=True)
class IntakeSettings(ServiceSettings):
    """The chassis' settings and intake's own."""

    OWNER: ClassVar[str] = "intake"

    question_keys: KeyRing = setting(
        "LOKET_KEYS_QUESTIONS_INTAKE",
        "keys of the questions that are asked here, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    towns: LivingTowns = setting("LOKET_TOWNS", "folder with the towns' files", parse=read_served_towns)
    request_keys: KeyRing = setting(
        "LOKET_KEYS_REQUESTS", "keys that registry opens requests with, kid:base64url", parse=KeyRing.parse, secret=True
    )
    contact_keys: KeyRing = setting(
        "LOKET_KEYS_CONTACTS", "keys that notify opens contacts with, kid:base64url", parse=KeyRing.parse, secret=True
    )
    confirmation_keys: KeyRing = setting(
        "LOKET_KEYS_CONFIRMATIONS",
        "keys from which each department's own are derived, who opens with them about whom it is asked, kid:base64url",
        parse=KeyRing.parse,
        secret=True,
    )
    pepper: bytes = setting(
        "LOKET_INTAKE_PEPPER", "key of the applicants' pseudonyms, base64url of 32 bytes", parse=pepper, secret=True
    )

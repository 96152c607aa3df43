"""Who files: adults of a seeded register, each another, signed in as a browser would sign them in."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import yaml
from pymongo import MongoClient

from deploy.bench.tree import Tree
from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.people import address_of, citizen_claims
from deploy.demo.tokens import code_flow, introduce
from deploy.local.embedded.part import PartError
from services.contracts.days import day_of

RESIDENTS = 1000
OF_AGE = 18


class People:
    """The adults of one town of a running stack, in the order of the register."""

    def __init__(self, numbers: list[str], *, issuer: str, client_id: str, secret: str, claim: str) -> None:
        self.numbers = numbers
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._claim = claim
        self._next = 0

    def tokens(self, count: int) -> list[str]:
        """Of the next `count` of them, from the first again when all had their turn. Raises PartError."""
        turns = [(self._next + each) % len(self.numbers) for each in range(count)]
        self._next += count
        with httpx.Client(base_url=self._issuer, timeout=10, trust_env=False) as provider:
            return [self._token(provider, self.numbers[turn]) for turn in turns]

    def _token(self, provider: httpx.Client, number: str) -> str:
        sub = sha256(number.encode()).hexdigest()[:12]
        claims = citizen_claims(number, email=address_of(sub), claim_names={self._claim})
        try:
            introduce(provider, sub, claims)
            return code_flow(provider, client_id=self._client_id, secret=self._secret, sub=sub)
        except httpx.HTTPError as error:
            raise PartError(f"the sign-in of the measured stack does not answer ({error})") from None


def people_of(tree: Tree, var: Path, variables: Mapping[str, str]) -> People:
    """Seeds the register of the stack's first town; `variables` are its services'."""
    seeded = json.loads(tree.run(var, "register", "seed", "--residents", str(RESIDENTS), "--seed", "1", "--json"))
    town = str(seeded["town"])
    sign_in = _town(Path(variables["LOKET_TOWNS"]), town)["sign_in"]
    with MongoClient[dict[str, Any]](variables["LOKET_MONGO_URI"]) as client:
        database = client[f"{variables.get('LOKET_DATABASE', 'loket')}_registry"]
        households = list(database["households"].find({"town": town}).sort("_id"))
    numbers = [
        member["number"]
        for household in households
        if not household.get("collective")
        for member in household["members"]
    ]
    known = {case.number for case in HARD_CASES.values()}
    today = day_of(datetime.now(UTC))
    return People(
        [number for number in numbers if number not in known and is_adult(number, today)],
        issuer=sign_in["issuer"],
        client_id=sign_in["client_id"],
        secret=variables[f"LOKET_SIGN_IN_{town}_SECRET"],
        claim=sign_in["national_number_claim"],
    )


def is_adult(number: str, today: date) -> bool:
    """By the day of birth in a national number, where it tells one: enough for who is to file, not for what is said."""
    digits, check = number[:9], int(number[9:])
    century = 1900 if 97 - int(digits) % 97 == check else 2000
    try:
        born = date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return (today.year - born.year, today.month, today.day) >= (OF_AGE, born.month, born.day)


def _town(folder: Path, refnis: str) -> dict[str, Any]:
    for path in sorted(folder.glob("*.yaml")):
        town: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        if str(town["refnis"]) == refnis:
            return town
    raise PartError(f"no file in {folder} is for the town {refnis}")

"""A town's file (`deploy/towns/<name>.yaml`): all that a town chooses. Strict: a misspelt key is named, not ignored."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from services.contracts.hosts import ascii_host
from services.contracts.mailboxes import mailbox
from services.contracts.municipalities import REGIMES
from services.contracts.naming import LANGUAGES, Names, shown
from services.contracts.schema import Strict, Unreadable, load
from services.contracts.sign_in import SignIn, sign_in_problems
from services.contracts.town_texts import municipality_problems, text_problems, with_languages


@dataclass(frozen=True, kw_only=True)
class Office:
    """Where citizens reach the town hall; printed on certificates and in mails."""

    street: Names
    postcode: str
    municipality: Names
    phone: str
    email: str
    website: str


@dataclass(frozen=True, kw_only=True)
class Colours:
    """Hex colours `#rrggbb`. `primary` carries white text: contrast at least 4.5 (WCAG 2.2, 1.4.3)."""

    primary: str
    accent: str


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """What a product costs in this town, and the regulation that says so."""

    cents: int
    regulation: Names


@dataclass(frozen=True, kw_only=True)
class Seal:
    """Where the town's key is. `source` is `pkcs12` (file at `path`) or `pkcs11` (`module`, `token`, `label`).

    Secrets come from the environment: LOKET_SEAL_<REFNIS>_PASSPHRASE or _PIN. `timestamps` is the address of an
    RFC 3161 authority; with one, every seal is PAdES B-T.
    """

    source: str
    path: str | None = None
    module: str | None = None
    token: str | None = None
    label: str | None = None
    timestamps: str | None = None


@dataclass(frozen=True, kw_only=True)
class Town:
    """One tenant. `names` and `departments` (who issues) are by language; `hosts` are the names it answers to.

    `courtesy_languages` are offered beside the regime's, marked as a translation. `specimen` marks every certificate
    as without legal value: demonstrations.
    """

    refnis: str
    names: Names
    departments: Names
    regime: str
    hosts: tuple[str, ...]
    address: str
    logo: str
    colours: Colours
    office: Office
    seal: Seal
    sign_in: SignIn
    courtesy_languages: tuple[str, ...] = ()
    products_off: tuple[str, ...] = ()
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    specimen: bool = False

    @property
    def official_languages(self) -> tuple[str, ...]:
        """Those of its regime, its own first."""
        return REGIMES[self.regime]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages a certificate of this town may be in, the town's own first."""
        official = self.official_languages
        return official + tuple(each for each in self.courtesy_languages if each not in official)

    def say(self, names: Names, language: str) -> str:
        """One of its texts for a reader of `language` (naming.shown)."""
        return shown(names, language, official=self.official_languages)

    def name(self, language: str) -> str:
        """The town's name."""
        return self.say(self.names, language)

    def department(self, language: str) -> str:
        """The issuing service's name."""
        return self.say(self.departments, language)

    def is_at(self, host: str) -> bool:
        """Whether an address with this host, and port where it has one, is the town's: its counter's or website's."""
        bare, _, port = host.lower().rpartition(":")
        try:
            name = ascii_host(bare if bare and port.isdecimal() else host.lower())
        except ValueError:
            return False
        website = urlsplit(self.office.website).hostname or ""
        own = {urlsplit(self.address).hostname, *map(ascii_host, self.hosts), website, website.removeprefix("www.")}
        return name.rstrip(".") in own

    def office_address(self, language: str) -> str:
        """`Stadhuisplein 1, 3200 Aarschot`"""
        office = self.office
        return f"{self.say(office.street, language)}, {office.postcode} {self.say(office.municipality, language)}"


def read_town(path: Path) -> Town:
    """Raises Unreadable with every problem of the file and how to mend it."""
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise Unreadable(path.name, {"yaml": str(error)}) from None
    if isinstance(data, dict):
        data = with_languages(data)
    try:
        town = load(Town, data, base=Strict)
    except Unreadable as error:
        raise Unreadable(path.name, error.problems) from None
    problems = dict(_problems(town, path))
    if problems:
        raise Unreadable(path.name, problems)
    return town


def read_towns(folder: Path | str) -> dict[str, Town]:
    """All towns of a deployment by REFNIS code. Raises Unreadable, also where two towns share a code or a host."""
    towns: dict[str, Town] = {}
    hosts: dict[str, str] = {}
    for path in sorted(Path(folder).glob("*.yaml")):
        town = read_town(path)
        if town.refnis in towns:
            raise Unreadable(path.name, {"refnis": f"{town.refnis} is already another file's; give each town its own"})
        for host in town.hosts:
            name = ascii_host(host)
            if name in hosts:
                raise Unreadable(path.name, {"hosts": f"{host} already leads to {hosts[name]}; give each town its own"})
            hosts[name] = town.refnis
        towns[town.refnis] = town
    if not towns:
        raise Unreadable(str(folder), {"towns": "no *.yaml file here; write one as deploy/towns/aarschot.yaml shows"})
    return towns


def _problems(town: Town, path: Path) -> list[tuple[str, str]]:
    found = []
    if town.regime not in REGIMES:
        return [("regime", f"one of {', '.join(REGIMES)}")]
    found += municipality_problems(town.refnis, town.regime)
    found += text_problems(_texts(town), town.regime)
    if unknown := set(town.courtesy_languages) - set(LANGUAGES):
        found.append(
            ("courtesy_languages", f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(LANGUAGES)}")
        )
    if not town.hosts:
        found.append(("hosts", "at least one host name under which citizens reach the town"))
    found += _reached(town)
    for name in ("primary", "accent"):
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", getattr(town.colours, name)):
            found.append((f"colours.{name}", "a hex colour such as #123a6b"))
        elif name == "primary" and _contrast_with_white(town.colours.primary) < 4.5:
            found.append(("colours.primary", "too light for white text (contrast under 4.5); choose a darker one"))
    if not (path.parent / town.logo).is_file():
        found.append(("logo", f"{town.logo} is not a file beside {path.name}"))
    found += _seal_problems(town.seal)
    found += [(f"sign_in.{name}", mend) for name, mend in sign_in_problems(town.sign_in)]
    for product, tariff in town.tariffs.items():
        if tariff.cents:
            found.append(
                (f"tariffs.{product}", "payments are not built yet: set cents to 0, or put it in products_off")
            )
    return found


def _texts(town: Town) -> dict[str, Names]:
    """All that the town says in its own words."""
    return {
        "names": town.names,
        "departments": town.departments,
        "office.street": town.office.street,
        "office.municipality": town.office.municipality,
        **{f"tariffs.{product}.regulation": tariff.regulation for product, tariff in town.tariffs.items()},
    }


def _reached(town: Town) -> list[tuple[str, str]]:
    """What is wrong with the names that others reach the town by."""
    found = []
    for host in town.hosts:
        try:
            ascii_host(host)
        except ValueError:
            found.append(
                ("hosts", f"{host!a} is no host name; write it without scheme and port, as loket.town.example")
            )
    try:
        mailbox(town.office.email)
    except ValueError:
        found.append(("office.email", "not an e-mail address; write one such as loket@town.example"))
    return found


def _seal_problems(seal: Seal) -> list[tuple[str, str]]:
    if seal.source == "pkcs12":
        return [] if seal.path else [("seal.path", "a pkcs12 seal needs the path of its file")]
    if seal.source == "pkcs11":
        return [
            (f"seal.{name}", f"a pkcs11 seal needs its {name}")
            for name in ("module", "token", "label")
            if not getattr(seal, name)
        ]
    return [("seal.source", "pkcs12 or pkcs11")]


def _contrast_with_white(colour: str) -> float:
    """WCAG 2.2 contrast ratio of a hex colour with white."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)

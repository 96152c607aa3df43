"""A town: all that it chooses, as its file says it (`deploy/towns/<name>.yaml`, read by town_files.py)."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from services.contracts.attests import FederalAttests
from services.contracts.designations import designation, is_city
from services.contracts.hosts import ascii_host
from services.contracts.municipalities import REGIMES
from services.contracts.naming import Names, shown
from services.contracts.notices import AccessibilityStatement, PrivacyNotice
from services.contracts.populations import Population
from services.contracts.sign_in import SignIn


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
    """Hex colours `#rrggbb`, which everybody can read and see (colours.py): `primary` bears text, `accent` marks."""

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

    `address` is where citizens reach it, without a slash at the end; `logo` an SVG or PNG beside the town's (logos.py).
    `courtesy_languages` are offered beside the regime's, marked as a translation. `specimen` marks every certificate
    as without legal value: demonstrations. `city` says whether it bears that title, where the table does not know it
    (designations.is_city). `sources` are those beside the population register, by name, with where and how each is
    asked (services/registry/sources/). `population` says where its people are asked for, `federal_attests` of which
    products the National Register's own attest is given (attests.py). `still_true` are the products of whose
    certificates whoever checks one is told whether the register still says the same; None: as each product says.
    `accessibility` and `privacy` are what it says of these itself (notices.py). `mails_name_products`: a mail says for
    what its reader applied, which whoever sees the mail reads, too.
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
    still_true: tuple[str, ...] | None = None
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    mails_name_products: bool = False
    specimen: bool = False
    city: bool | None = None
    population: Population = field(default_factory=Population)
    federal_attests: FederalAttests = field(default_factory=FederalAttests)
    accessibility: AccessibilityStatement = field(default_factory=AccessibilityStatement)
    privacy: PrivacyNotice = field(default_factory=PrivacyNotice)

    @property
    def takes_test_numbers(self) -> bool:
        """Whether national numbers of a test environment are people's here (national_number.py)."""
        return self.population.is_test

    @property
    def is_city(self) -> bool:
        """Whether it is called a city (stad, ville, Stadt), or a municipality (gemeente, commune, Gemeinde)."""
        return is_city(self.refnis) if self.city is None else self.city

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

    def designation(self, language: str) -> str:
        """What it is called as the one who issues: `Stad Aarschot`."""
        return designation(self.name(language), language, city=self.is_city)

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

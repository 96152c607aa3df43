"""A new town's two files: what the official lists know of it, and what only it can say."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from services.contracts.municipalities import AS_OF, REGIMES, Municipality, english, municipalities, municipality
from services.contracts.naming import LANGUAGES

DEPARTMENTS = {
    "nl": "Dienst Burgerzaken",
    "fr": "Service Population",
    "de": "Dienst für Bevölkerung",
    "en": "Civil Affairs Department",
}
"""What those who issue call themselves, where the town says nothing else."""

LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
  <path d="M8 6h48v28c0 14-10 20-24 26C18 54 8 48 8 34z" fill="{primary}"/>
  <path d="M14 40h36c-3 7-9 11-18 15-9-4-15-8-18-15z" fill="{accent}"/>
  <path d="M24 34V22l8-8 8 8v12z" fill="#ffffff"/>
</svg>
"""
"""A shield in the town's colours, until it lays its own logo there."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What nobody but the town knows."""

    street: str
    phone: str
    email: str
    website: str
    primary: str
    accent: str


def found(wanted: str, *, on: date = AS_OF) -> list[Municipality]:
    """Those of today with this REFNIS code, or name in any language: accents, capitals and hyphens do not matter. One
    that has merged is what it has become."""
    called = [
        each
        for each in municipalities().values()
        if each.refnis == wanted.strip() or _plain(wanted) in {_plain(name) for name in each.names.values()}
    ]
    today = [each for each in called if each.exists_on(on)]
    became = {now.refnis: now for each in called if (now := municipality(each.refnis, on))}
    return today or list(became.values())


def names_of_today(*, on: date = AS_OF) -> set[str]:
    """In every language."""
    return {name for each in municipalities().values() if each.exists_on(on) for name in each.names.values()}


def slug(known: Municipality) -> str:
    """Of its files and its host: its name in the first language of its regime."""
    return _plain(known.names[REGIMES[known.regime][0]]).replace(" ", "-")


def town_file(known: Municipality, said: Said) -> str:
    """The YAML that `loket towns check` takes, for a demonstration: what production needs instead is said in it."""
    name, own = slug(known), REGIMES[known.regime]
    town = {
        "refnis": known.refnis,
        "names": {**{each: known.names[each] for each in ("nl", "fr", "de")}, "en": english(known)},
        "departments": {each: DEPARTMENTS[each] for each in LANGUAGES if each in (*own, "en")},
        "regime": known.regime,
        "courtesy_languages": ["en"],
        "hosts": [f"{name}.localhost"],
        "address": f"http://{name}.localhost:8080",
        "logo": f"{name}.svg",
        "colours": {"primary": said.primary, "accent": said.accent},
        "office": {
            "street": _in_own(said.street, own),
            "postcode": known.postcode,
            "municipality": _named(known, own),
            "phone": said.phone,
            "email": said.email,
            "website": said.website,
        },
        "seal": {"source": "pkcs12", "path": f"../../var/seal/{known.refnis}.p12"},
        "sign_in": {
            "issuer": "http://127.0.0.1:9400",
            "client_id": f"loket-{name}",
            "national_number_claim": "egovNRN",
        },
        "specimen": True,
    }
    written = yaml.safe_dump(town, allow_unicode=True, sort_keys=False, width=120)
    return (
        f"# {known.names[own[0]]}, for a demonstration. For production: its own address, hosts, seal and sign_in, and\n"
        f"# no specimen (deploy/towns/README.md).\n{written}"
    )


def write(folder: Path, known: Municipality, said: Said) -> tuple[Path, Path]:
    """Both files. Raises FileExistsError where one is there: nothing is overwritten."""
    paths = folder / f"{slug(known)}.yaml", folder / f"{slug(known)}.svg"
    for path in paths:
        if path.exists():
            raise FileExistsError(path)
    paths[1].write_text(LOGO.format(primary=said.primary, accent=said.accent), encoding="utf-8")
    paths[0].write_text(town_file(known, said), encoding="utf-8")
    return paths


def _named(known: Municipality, own: tuple[str, ...]) -> object:
    names = {each: known.names[each] for each in own}
    return names if len(set(names.values())) > 1 else known.names[own[0]]


def _in_own(text: str, own: tuple[str, ...]) -> object:
    """`Stadhuisplein 1`; in a town of two languages both, with ` / ` between: `Kerkstraat 1 / Rue de l'Église 1`."""
    parts = [each.strip() for each in text.split(" / ")]
    return dict(zip(own, parts, strict=True)) if len(parts) == len(own) > 1 else text


def _plain(text: str) -> str:
    bare = "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
    return " ".join(re.findall(r"[a-z0-9]+", bare))

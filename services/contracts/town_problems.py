"""What can be wrong with a town that is complete: each mistake as the field's path and its mend."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from services.contracts.attests import EXAMPLES as ATTEST_EXAMPLES
from services.contracts.colours import colour_problems
from services.contracts.designations import designation
from services.contracts.hosts import ascii_host
from services.contracts.logos import unseen_mend
from services.contracts.mends import Mend
from services.contracts.municipalities import REGIMES, municipalities
from services.contracts.naming import LANGUAGES, Names
from services.contracts.notices import EXAMPLES as NOTICE_EXAMPLES
from services.contracts.notices import TEXT_EXAMPLES, notice_problems, notice_texts
from services.contracts.populations import EXAMPLES as POPULATION_EXAMPLES
from services.contracts.populations import population_problems
from services.contracts.reached import (
    address_mend,
    authority_mend,
    email_mend,
    host_mend,
    is_own,
    phone_mend,
    postcode_mend,
    website_mend,
)
from services.contracts.sign_in import sign_in_problems
from services.contracts.text import is_printable
from services.contracts.town_offers import offer_problems
from services.contracts.town_texts import (
    Problem,
    head_problems,
    languages_of,
    municipality_problems,
    name_problems,
    passage_mend,
    text_problems,
)
from services.contracts.towns import Seal, Town

_EXAMPLES: Mapping[str, str] = {
    "refnis": '"24001"',
    "regime": "nl",
    "hosts": "[loket.town.example]",
    "address": "https://loket.town.example",
    "logo": "aarschot.svg",
    "colours.primary": '"#1d4e89"',
    "colours.accent": '"#b5711f"',
    "office.postcode": '"3200"',
    "office.phone": "+32 16 00 00 00",
    "office.email": "loket@town.example",
    "office.website": "https://www.town.example",
    "seal.source": "pkcs12",
    "seal.path": "seal.p12",
    "seal.module": "/usr/lib/softhsm/libsofthsm2.so",
    "seal.token": "loket",
    "seal.label": "seal",
    "seal.timestamps": "http://timestamps.example",
    "sign_in.issuer": "https://sign-in.example",
    "sign_in.client_id": "loket-aarschot",
    "sign_in.national_number_claim": "egovNRN",
    "sign_in.scopes": "[openid, profile]",
    "sign_in.claims.userinfo": "[egovNRN]",
    "sign_in.claims.id_token": "[egovNRN]",
    "sign_in.acr_values": '["urn:be:fedict:iam:fas:Level450"]',
    "sign_in.acr_accepted": '["urn:be:fedict:iam:fas:Level450"]',
    "courtesy_languages": "[en]",
    "products_off": "[life]",
    "still_true": "[residence]",
    "tariffs.NAME.cents": "0",
    "sources": "{deeds: {url: https://deeds.example}}",
    "mails_name_products": "true",
    "specimen": "true",
    "city": "true",
    **POPULATION_EXAMPLES,
    **ATTEST_EXAMPLES,
    **NOTICE_EXAMPLES,
}
"""Field to a value as one would write it."""

_TEXTS: Mapping[str, Names] = {
    "departments": {"nl": "Dienst Burgerzaken", "fr": "Service Population", "de": "Bürgerdienst"},
    "office.street": {"nl": "Stadhuisplein 1", "fr": "Place de l’Hôtel de ville 1", "de": "Rathausplatz 1"},
    "tariffs.NAME.regulation": {
        "nl": "Retributiereglement administratieve stukken",
        "fr": "Règlement-redevance sur les documents administratifs",
        "de": "Gebührenordnung für Verwaltungsdokumente",
    },
    **TEXT_EXAMPLES,
}


def examples_for(data: Mapping[str, object]) -> Mapping[str, str]:
    """The same for what a file says: texts in each language that its municipality needs."""
    languages = languages_of(data)
    known = municipalities().get(str(data.get("refnis")))
    called = known.names if known else {"nl": "Aarschot", "fr": "Etterbeek", "de": "Eupen"}
    names = {language: called[language].partition(" (")[0] for language in languages}
    texts: dict[str, Names] = {"names": names, "office.municipality": names, **_TEXTS}
    written = {
        path: ", ".join(f"{language}: {text[language]}" for language in languages) for path, text in texts.items()
    }
    return {**_EXAMPLES, **{path: f"{{{text}}}" for path, text in written.items()}}


def town_problems(town: Town, logo: Callable[[], bytes]) -> Iterator[Problem]:
    """Of each field by itself and beside the others; `logo` gives its drawing, or raises ValueError with the mend."""
    yield from _municipality(town)
    yield from _reached(town)
    yield from ((f"colours.{name}", mend) for name, mend in colour_problems(town.colours.primary, town.colours.accent))
    try:
        unseen = unseen_mend(logo())
    except ValueError as error:
        yield "logo", error.args[0]
    else:
        if unseen:
            yield "logo", Mend(unseen.slug, f"{town.logo} {unseen}", **unseen.values)
    yield from _seal(town.seal)
    yield from ((f"sign_in.{name}", mend) for name, mend in sign_in_problems(town.sign_in))
    if town.regime in REGIMES:
        found = population_problems(town.population, languages=town.official_languages, specimen=town.specimen)
        yield from ((f"population.{name}", mend) for name, mend in found)
    yield from notice_problems(town.accessibility, town.privacy)
    yield from _courtesy(town)
    yield from offer_problems(town)


def _municipality(town: Town) -> Iterator[Problem]:
    known = municipalities().get(town.refnis)
    regime = town.regime if town.regime in REGIMES else None
    if regime is None:
        law = f"{known.regime}, the law's for {town.refnis}" if known else f"one of {', '.join(REGIMES)}"
        yield "regime", f"write {law}"
    yield from municipality_problems(town.refnis, regime)
    yield from name_problems(town.names, town.refnis)
    if regime := known.regime if known else regime:  # of another than the law's, nothing follows
        yield from text_problems(_texts(town), regime)
        yield from text_problems(notice_texts(town.accessibility, town.privacy), regime, mend_of=passage_mend)
        yield from head_problems({language: _head(town, language) for language in REGIMES[regime]})


def _texts(town: Town) -> dict[str, Names]:
    """All that the town says in its own words."""
    return {
        "names": town.names,
        "departments": town.departments,
        "office.street": town.office.street,
        "office.municipality": town.office.municipality,
        **{f"tariffs.{product}.regulation": tariff.regulation for product, tariff in town.tariffs.items()},
    }


def _head(town: Town, language: str) -> tuple[str, ...]:
    """The lines at the top of a certificate."""
    office = town.office
    street, municipality = office.street.get(language, ""), office.municipality.get(language, "")
    return (
        designation(town.names.get(language, ""), language, city=town.is_city),
        town.departments.get(language, ""),
        f"{street}, {office.postcode} {municipality}",
        f"{office.phone} · {office.email}",
    )


def _reached(town: Town) -> Iterator[Problem]:
    if not town.hosts:
        yield "hosts", "write at least one host name under which citizens reach the town"
    known: set[str] = set()
    for place, host in enumerate(town.hosts):
        mend = host_mend(host)
        if mend is None and ascii_host(host) in known:
            mend = f"{host} stands here twice; write it once"
        if mend:
            yield f"hosts[{place}]", mend
        else:
            known.add(ascii_host(host))
    checks = {
        "address": address_mend(town.address, town.hosts),
        "office.postcode": postcode_mend(town.office.postcode),
        "office.phone": phone_mend(town.office.phone),
        "office.email": email_mend(town.office.email),
        "office.website": website_mend(town.office.website),
    }
    yield from ((place, mend) for place, mend in checks.items() if mend)
    if not town.specimen:
        yield from _only_here(town)


def _only_here(town: Town) -> Iterator[Problem]:
    """A code on paper and a sign-in that lead to this machine alone are for demonstrations."""
    for place, address in (("address", town.address), ("sign_in.issuer", town.sign_in.issuer)):
        try:
            host = urlsplit(address).hostname
        except ValueError:
            continue
        if host and is_own(host):
            yield place, "leads to this machine alone; write the public one, or specimen: true for a demonstration"


def _seal(seal: Seal) -> Iterator[Problem]:
    needed = {"pkcs12": ("path",), "pkcs11": ("module", "token", "label")}
    if seal.source not in needed:
        yield "seal.source", "write pkcs12 or pkcs11"
        return
    for source, names in needed.items():
        for name in names:
            value = getattr(seal, name)
            if source == seal.source and not (value and value.strip()):
                what = "the path of its file" if name == "path" else f"its {name}"
                yield f"seal.{name}", f"a {source} seal needs {what}, such as {name}: {_EXAMPLES[f'seal.{name}']}"
            elif source == seal.source and not is_printable(value):
                yield f"seal.{name}", "write it in one line"
            elif source != seal.source and value is not None:
                yield f"seal.{name}", f"is for a {source} seal; leave it out, or write source: {source}"
    if seal.timestamps is not None and (mend := authority_mend(seal.timestamps)):
        yield "seal.timestamps", mend


def _courtesy(town: Town) -> Iterator[Problem]:
    for place, language in enumerate(town.courtesy_languages):
        if language not in LANGUAGES:
            yield f"courtesy_languages[{place}]", f"choose from {', '.join(LANGUAGES)}"
        elif language in town.courtesy_languages[:place]:
            yield f"courtesy_languages[{place}]", "stands here twice; write it once"

"""Towns, seals, facts and orders to print. Names come from placeholders and from Unicode, never from persons."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.contracts import towns
from services.contracts.address import Address
from services.contracts.catalogue import products
from services.contracts.criminal_records import Conviction
from services.contracts.extracts import FACTS_VERSION, Facts
from services.contracts.facts import name_of
from services.contracts.facts.birth_deed import BirthDeed
from services.contracts.facts.civil_status import CivilStatus
from services.contracts.facts.criminal_record import CriminalRecord
from services.contracts.facts.criminal_record_minors import MinorsCriminalRecord
from services.contracts.facts.criminal_record_regulated import RegulatedCriminalRecord
from services.contracts.facts.departure import Departure
from services.contracts.facts.household import Household, Member
from services.contracts.facts.identity import Identity
from services.contracts.facts.last_wishes import LastWishes
from services.contracts.facts.legal_cohabitation import LegalCohabitation
from services.contracts.facts.life import Life
from services.contracts.facts.nationality import HeldNationality, Nationality
from services.contracts.facts.residence import Residence
from services.contracts.facts.residence_history import ResidenceHistory, Stay
from services.contracts.facts.voter import Voter
from services.contracts.product import PASSED_THROUGH
from services.contracts.register_codes import ELECTIONS
from services.contracts.sealed import SealedDocument
from services.contracts.sign_in import SignIn
from services.contracts.towns import Colours, Office, Town
from services.documents.domain import Order, new_code, new_number

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
PASSPHRASE = "for tests"

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 64" width="220" height="64">
<path d="M4 4h56v34q0 22-28 24Q4 60 4 38Z" fill="#1f4e79"/><path d="M32 12l6 14h14l-11 9 4 15-13-9-13 9 4-15-11-9h14Z"
 fill="#f2b705"/><rect x="76" y="16" width="136" height="10" fill="#1f4e79"/><rect x="76" y="34" width="92" height="6"
 fill="#8a97a8"/></svg>"""


def a_town(**changes: Any) -> Town:
    """Bilingual with German and English by courtesy, so that one town prints all four languages."""
    values: dict[str, Any] = {
        "refnis": "21005",
        "names": {"nl": "Gemeente Voorbeeld", "fr": "Commune d’Exemple"},
        "departments": {"nl": "Dienst Bevolking", "fr": "Service Population"},
        "regime": "brussels",
        "hosts": ("loket.voorbeeld.example",),
        "address": "https://loket.voorbeeld.example",
        "logo": "logo.svg",
        "colours": Colours(primary="#1f4e79", accent="#a67d03"),
        "office": Office(
            street={"nl": "Dorpsplein 1", "fr": "Place du Village 1"},
            postcode="1040",
            municipality={"nl": "Voorbeeld", "fr": "Exemple"},
            phone="+32 2 000 00 00",
            email="bevolking@voorbeeld.example",
            website="https://www.voorbeeld.example",
        ),
        "seal": towns.Seal(source="pkcs12", path="seal.p12"),
        "sign_in": SignIn(issuer="https://idp.example", client_id="loket", national_number_claim="sub"),
        "courtesy_languages": ("de", "en"),
        "specimen": True,
    }
    return Town(**{**values, **changes})


@cache
def a_key(kind: str = "ec", number: int = 0) -> Any:
    """`ec` P-256 or `rsa` 3072; made once per process."""
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 3072)


def a_chain(
    kind: str = "ec",
    *,
    starts: datetime | None = None,
    ends: datetime | None = None,
    usage: Any = None,
    public_key: Any = None,
    issuer: str = "Test root",
) -> tuple[Any, x509.Certificate, x509.Certificate]:
    """A key, its certificate and the root that vouches for it."""
    now = datetime.now(UTC)
    root_key, key = a_key("ec", 1 + len(issuer)), a_key(kind)
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Gemeente Voorbeeld"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Gemeente Voorbeeld zegel"),
        ]
    )
    root = (
        x509.CertificateBuilder()
        .subject_name(root_name)
        .issuer_name(root_name)
        .public_key(root_key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=900))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(root_name)
        .public_key(public_key or key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts or now - timedelta(days=1))
        .not_valid_after(ends or now + timedelta(days=365))
        .add_extension(_usage(digital_signature=True, content_commitment=usage is None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return key, builder.sign(root_key, hashes.SHA256()), root


TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING


def _usage(**on: bool) -> x509.KeyUsage:
    names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign"
    off = dict.fromkeys(f"{names} crl_sign encipher_only decipher_only".split(), False)
    return x509.KeyUsage(**{**off, **on})


def a_folder(path: Path, *, kind: str = "ec", **validity: Any) -> Path:
    """A folder with a logo and a seal, as a town's file refers to them."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "logo.svg").write_text(LOGO, encoding="utf-8")
    key, certificate, root = a_chain(kind, **validity)
    seal = pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, [root], BestAvailableEncryption(PASSPHRASE.encode())
    )
    (path / "seal.p12").write_bytes(seal)
    (path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    return path


SECRETS = {f"LOKET_SEAL_{refnis}_PASSPHRASE": PASSPHRASE for refnis in ("21005", "24001")}


def an_identity(**changes: Any) -> Identity:
    values: dict[str, Any] = {
        "national_number": "85073003328",
        "first_names": ("Voornaam", "Tweede"),
        "last_name": "Achternaam",
        "born_on": "1985-07-30",
        "birth_place": {"nl": "Brussel", "fr": "Bruxelles", "de": "Brüssel"},
        "birth_country": "BE",
        "nationalities": ("BE",),
        "sex": "M",
    }
    return Identity(**{**values, **changes})


ADDRESS = Address(
    street={"nl": "Voorbeeldstraat", "fr": "Rue de l’Exemple"},
    house_number="12",
    box="3",
    postcode="1040",
    municipality={"nl": "Voorbeeld", "fr": "Exemple"},
)
RELATED = ("reference-person", "spouse", "child", "child", "stepchild", "parent", "sibling", "grandchild")


def members(how_many: int, **changes: Any) -> tuple[Member, ...]:
    return tuple(
        Member(
            **{
                "first_names": (f"Voornaam {i + 1}",),
                "last_name": "Achternaam",
                "born_on": f"{1985 + i % 30}-07-30",
                "relation": RELATED[i % len(RELATED)],
                "since": date(2015, 3, 1),
                "nationalities": ("BE",),
                "sex": "MFMX"[i % 4],
                **changes,
            }
        )
        for i in range(how_many)
    )


def stays(how_many: int) -> tuple[Stay, ...]:
    """One after the other, the last one first; the first one began on a day that is partly unknown."""
    days = [f"{1990 + i // 2}-{1 + 6 * (i % 2):02}-15" for i in range(how_many)]
    days[0] = "1989-00-00"
    return tuple(
        Stay(
            address=replace(ADDRESS, house_number=str(12 + i)),
            since=days[i],
            until=days[i + 1] if i + 1 < how_many else None,
        )
        for i in reversed(range(how_many))
    )


CONVICTIONS = (
    Conviction(
        decided_on="2021-11-02",
        court="Correctionele rechtbank Leuven",
        offences=("Diefstal", "Heling"),
        sentences=("Werkstraf van 80 uur",),
    ),
    Conviction(
        decided_on="2019-03-00",
        court="Politierechtbank Leuven",
        offences=("Sturen onder invloed",),
        sentences=("Geldboete van 1.600 EUR", "Verval van het recht tot sturen: 1 maand"),
    ),
)


DEED = b"%PDF-1.7 sealed by its own authority"
FIELDS = {"purpose": "study-grant", "destination": "GR"}


def printed_products() -> list[str]:
    """Those that we print; the others are passed through as their own authority sealed them."""
    return sorted(id for id, product in products().items() if product.gives.kind != PASSED_THROUGH)


def parts_for(names: tuple[str, ...], **changes: Any) -> dict[str, Any]:
    """A part of each of these facts."""
    parts: tuple[Any, ...] = (
        an_identity(),
        Household(address=ADDRESS, members=members(4)),
        Residence(address=ADDRESS, since=date(2015, 3, 1)),
        Life(alive_on=NOW.date()),
        ResidenceHistory(stays=stays(4)),
        Nationality(held=(HeldNationality(code="BE", since="2011-05-03"), HeldNationality(code="MA")), sex="M"),
        CivilStatus(state="married", since="2012-08-25", sex="M"),
        LegalCohabitation(
            state="current", partner_first_names=("Voornaam",), partner_last_name="Partnernaam", since="2014-09-01"
        ),
        LastWishes(mode="cremation-columbarium", declared_on="2020-10-00"),
        Voter(elections=ELECTIONS),
        Departure(since="2024-02-29", country="FR", last_address=ADDRESS),
        CriminalRecord(model="595", asked_for="work", consulted_on="2026-11-24"),
        RegulatedCriminalRecord(
            model="596.1", asked_for="security", consulted_on="2026-11-24", convictions=CONVICTIONS
        ),
        MinorsCriminalRecord(model="596.2", asked_for="animation", consulted_on="2026-11-24"),
        BirthDeed(
            reference="d-1985-24062-3",
            original="d-1985-24062-3",
            form="extract",
            place="24062",
            year=1985,
            number="3",
            drawn_up_on="1985-08-01",
            document=SealedDocument(
                pdf=base64.b64encode(DEED).decode(), sha256=hashlib.sha256(DEED).hexdigest(), about="d1 extract"
            ),
        ),
    )
    found = {name_of(type(each)): each for each in parts}
    return {name: found[name] for name in names} | changes


def facts_for(product: str, *, identity: Identity | None = None, of: tuple[Member, ...] = (), **changes: Any) -> Facts:
    """The facts that the product declares; `parts` of them may be others."""
    declared = products()[product]
    parts = parts_for(declared.facts, **changes.pop("parts", {}))
    if identity:
        parts["identity"] = identity
    if of and "household" in parts:
        parts["household"] = Household(address=ADDRESS, members=of)
    values = {
        "application_id": "application-1",
        "town": "21005",
        "product": product,
        "compiled_at": NOW,
        "version": FACTS_VERSION,
        "fields": {each.name: FIELDS[each.name] for each in declared.fields if each.name in FIELDS},
        "parts": parts,
    }
    return Facts(**{**values, **changes})


def with_part(facts: Facts, part: Any) -> Facts:
    """The same with another part of one fact."""
    return replace(facts, parts=facts.parts | {name_of(type(part)): part})


def an_order(facts: Facts, language: str = "nl", seed: int = 7) -> Order:
    numbers = count(seed * 2654435761, 40503)

    def randbelow(limit: int) -> int:
        return (next(numbers)) % limit

    return Order(
        certificate_id="certificate-1",
        number=new_number(facts.town, 2026, randbelow, hour=0),
        code=new_code(randbelow),
        language=language,
        issued_at=NOW,
        facts=facts,
    )

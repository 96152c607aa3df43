"""The demonstration's towns can be read; a mistake in a town's file is named with its mend."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import KeyUsage, load_pem_x509_certificate
from cryptography.x509.oid import NameOID

from deploy.demo.seals import demo_seals
from deploy.demo.secrets import demo_secrets
from deploy.local.stack import TOWNS, Stack
from services.chassis.locking import KeyRing
from services.contracts.schema import Unreadable
from services.contracts.town_files import read_town, read_towns

AARSCHOT = (TOWNS / "aarschot.yaml").read_text(encoding="utf-8")

ISSUER = "issuer: http://127.0.0.1:9400"


def changed(folder: Path, old: str, new: str) -> Path:
    """Aarschot's file with one mistake."""
    assert old in AARSCHOT
    (folder / "aarschot.svg").write_text("<svg/>")
    path = folder / "aarschot.yaml"
    path.write_text(AARSCHOT.replace(old, new), encoding="utf-8")
    return path


def test_three_towns_of_three_language_regimes():
    towns = read_towns(TOWNS)

    assert {refnis: town.languages for refnis, town in towns.items()} == {
        "24001": ("nl", "en"),
        "21005": ("nl", "fr"),
        "63023": ("de", "fr"),
    }
    assert all(town.specimen for town in towns.values())


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Stack, Path]:
    """A deployment that was started, and its operator's folder of towns."""
    folder = tmp_path / "towns"
    shutil.copytree(TOWNS, folder)
    monkeypatch.setattr("deploy.local.stack.TOWNS", folder)
    stack = Stack(var=tmp_path / "var", outside={})
    stack.var.mkdir()
    stack.write_towns()
    return stack, folder


def test_a_broken_file_is_refused_and_a_running_deployment_keeps_its_towns(edited: tuple[Stack, Path]):
    stack, folder = edited
    (folder / "aarschot.yaml").write_text("refnis: [")

    with pytest.raises(Unreadable, match="aarschot"):
        stack.write_towns()
    assert "24001" in stack.towns()
    assert stack.edited_towns() == ["aarschot.yaml"]


def test_what_was_edited_added_or_taken_away_since_the_start_is_named(edited: tuple[Stack, Path]):
    stack, folder = edited
    assert stack.edited_towns() == []

    (folder / "aarschot.svg").write_text("<svg/>")
    (folder / "eupen.yaml").unlink()
    (folder / "note.txt").write_text("")
    assert stack.edited_towns() == ["aarschot.svg", "eupen.yaml", "note.txt"]

    stack.write_towns()
    assert stack.edited_towns() == []
    assert set(stack.towns()) == {"24001", "21005"}


def test_the_town_of_localhost_is_the_first():
    assert next(iter(read_towns(TOWNS))) == "24001"


@pytest.mark.parametrize("logo", sorted(TOWNS.glob("*.svg")), ids=lambda path: path.name)
def test_a_logo_only_draws_flat_shapes(logo: Path):
    drawing = logo.read_text(encoding="utf-8")

    assert set(re.findall(r"<(\w+)", drawing)) <= {"svg", "rect", "polygon", "circle", "path"}
    assert "opacity" not in drawing


@pytest.mark.parametrize(
    ("old", "new", "field", "mend"),
    [
        ('refnis: "24001"', 'refnis: "2400"', "refnis", "five digits"),
        ("regime: nl", "regime: vl", "regime", "nl-facilities-fr"),
        ('primary: "#1d4e89"', 'primary: "#88ccff"', "colours.primary", "darker"),
        ("logo: aarschot.svg", "logo: other.svg", "logo", "not a file"),
        ("source: pkcs12", "source: usb", "seal.source", "pkcs12 or pkcs11"),
        ("{cents: 0", "{cents: 500", "tariffs.household-composition", "products_off"),
        ("courtesy_languages: [en]", "courtesy_languages: [es]", "courtesy_languages", "choose from"),
        ("hosts: [aarschot.localhost]", "hosts: ['http://aarschot.example']", "hosts", "without scheme and port"),
        ("hosts: [aarschot.localhost]", "hosts: [loket.☃.example]", "hosts", "no host name"),
        ("email: burgerzaken@", "email: burgerzaken", "office.email", "write one such as"),
        ("specimen: true", "specimn: true", "specimn", "Unknown field"),
        ('refnis: "24001"', 'refnis: "24002"', "refnis", "no municipality of 01/01/2025 has it"),
        ('refnis: "24001"', 'refnis: "46003"', "refnis", "became part of Beveren-Kruibeke-Zwijndrecht on 01/01/2025"),
        ('refnis: "24001"', 'refnis: "46003"', "refnis", "write 46030"),
        ("regime: nl", "regime: fr", "regime", "the law's for 24001 is nl"),
        ("names: {nl: Aarschot, ", "names: {", "names.nl", "its text in nl is missing"),
        ("departments: {nl: Dienst Burgerzaken, ", "departments: {nl: ' ', ", "departments.nl", "missing"),
        ("departments: {nl: ", "departments: {vl: x, nl: ", "departments.vl", "no language of nl, fr, de, en"),
        ("street: Stadhuisplein 1", "street: ''", "office.street.nl", "its text in nl is missing"),
        ("street: Stadhuisplein 1", "street: {fr: x}", "office.street.nl", "its text in nl is missing"),
        (
            "regulation: Retributiereglement administratieve stukken",
            "regulation: ''",
            "tariffs.household-composition.regulation.nl",
            "missing",
        ),
        (ISSUER, "issuer: sign-in.example", "sign_in.issuer", "an https address"),
        (ISSUER, "issuer: http://sign-in.example", "sign_in.issuer", "an https address"),
        (ISSUER, "issuer: ftp://sign-in.example", "sign_in.issuer", "an https address"),
        (ISSUER, "issuer: http://127.0.0.1.evil.example", "sign_in.issuer", "an https address"),
        (ISSUER, "issuer: 'https://['", "sign_in.issuer", "an https address"),
        (ISSUER, "issuer: 'https://sign-in.example/?town=1'", "sign_in.issuer", "only scheme, host and path"),
        (ISSUER, "issuer: 'https://a:b@sign-in.example'", "sign_in.issuer", "only scheme, host and path"),
        ("client_id: loket-aarschot", "client_id: ''", "sign_in.client_id", "as the provider gave it"),
        ("claim: egovNRN", "claim: ' egovNRN'", "sign_in.national_number_claim", "without spaces"),
        (ISSUER, f"{ISSUER}\n  scopes: [profile]", "sign_in.scopes", "add openid"),
        (ISSUER, f"{ISSUER}\n  scopes: []", "sign_in.scopes", "add openid"),
        (ISSUER, f"{ISSUER}\n  scopes: [openid profile]", "sign_in.scopes", "each value apart"),
        (ISSUER, f"{ISSUER}\n  scopes: [openid, profile, openid]", "sign_in.scopes", "twice"),
        (ISSUER, f"{ISSUER}\n  scopes: [openid, 'a\"b']", "sign_in.scopes", "each value apart"),
        (ISSUER, f"{ISSUER}\n  claims: {{id_token: ['']}}", "sign_in.claims.id_token", "each value apart"),
        (ISSUER, f"{ISSUER}\n  claims: {{userinfo: [a, a]}}", "sign_in.claims.userinfo", "twice"),
        (ISSUER, f"{ISSUER}\n  acr_values: ['a b']", "sign_in.acr_values", "each value apart"),
        (ISSUER, f"{ISSUER}\n  acr_values: [a]\n  acr_accepted: [b]", "sign_in.acr_accepted", "add a"),
    ],
)
def test_a_mistake_in_a_town_file_is_named(tmp_path: Path, old: str, new: str, field: str, mend: str):
    path = changed(tmp_path, old, new)

    with pytest.raises(Unreadable) as caught:
        read_town(path)

    assert mend in str(caught.value.problems[field])


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("names: {fr: Etterbeek, nl: Etterbeek, de: Etterbeek, en: Etterbeek}", "names"),
        ("departments: {fr: Service Population, nl: Dienst Bevolking}", "departments"),
        ("street: {fr: Rue de la Maison communale 1, nl: Gemeentehuisstraat 1}", "office.street"),
        ("municipality: {fr: Etterbeek, nl: Etterbeek}", "office.municipality"),
    ],
)
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_an_official_text_that_a_bilingual_town_lacks_is_named_by_file_field_and_language(
    tmp_path: Path, written: str, field: str, language: str
):
    (tmp_path / "etterbeek.svg").write_text("<svg/>")
    path = tmp_path / "etterbeek.yaml"
    text = (TOWNS / "etterbeek.yaml").read_text(encoding="utf-8")
    assert written in text
    key, _, texts = written.partition(": ")
    left = {name: words for name, words in yaml.safe_load(texts).items() if name != language}
    path.write_text(text.replace(written, f"{key}: {left}"), encoding="utf-8")

    with pytest.raises(Unreadable, match=r"etterbeek\.yaml") as caught:
        read_town(path)

    assert caught.value.problems == {
        f"{field}.{language}": f"its text in {language} is missing; regime brussels needs nl and fr"
    }


def test_a_bilingual_town_names_the_language_of_each_text(tmp_path: Path):
    (tmp_path / "etterbeek.svg").write_text("<svg/>")
    path = tmp_path / "etterbeek.yaml"
    text = (TOWNS / "etterbeek.yaml").read_text(encoding="utf-8")
    both = "{fr: Rue de la Maison communale 1, nl: Gemeentehuisstraat 1}"
    path.write_text(text.replace(both, "Rue de la Maison communale 1"), encoding="utf-8")

    with pytest.raises(Unreadable, match=r"etterbeek\.yaml.*street"):
        read_town(path)


def test_an_office_is_where_the_readers_language_says():
    towns = read_towns(TOWNS)

    assert towns["21005"].office_address("fr") == "Rue de la Maison communale 1, 1040 Etterbeek"
    assert towns["21005"].office_address("nl") == "Gemeentehuisstraat 1, 1040 Etterbeek"
    assert towns["24001"].office_address("en") == "Stadhuisplein 1, 3200 Aarschot"


@pytest.mark.parametrize(
    "more", ["scopes: openid profile", "claims: [a]", "claims: {idtoken: [a]}", "acr_values: a", "acr: [a]", "scope: a"]
)
def test_a_misspelt_part_of_the_sign_in_is_named(tmp_path: Path, more: str):
    path = changed(tmp_path, ISSUER, f"{ISSUER}\n  {more}")

    with pytest.raises(Unreadable) as caught:
        read_town(path)

    assert "sign_in" in caught.value.problems


def test_a_town_that_says_nothing_of_it_asks_for_the_usual_and_demands_no_level(tmp_path: Path):
    sign_in = read_town(changed(tmp_path, "specimen: true", "specimen: true")).sign_in

    assert sign_in.scopes == ("openid", "profile", "email")
    assert (sign_in.claims.userinfo, sign_in.claims.id_token, sign_in.levels) == ((), (), ())


def test_the_levels_asked_for_are_demanded_unless_others_are_accepted(tmp_path: Path):
    asked = read_town(changed(tmp_path, ISSUER, f"{ISSUER}\n  acr_values: [a]")).sign_in
    wider = read_town(changed(tmp_path, ISSUER, f"{ISSUER}\n  acr_values: [a]\n  acr_accepted: [a, b]")).sign_in

    assert (asked.levels, wider.levels) == (("a",), ("a", "b"))


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.example", "a.example"), ("a.example", "A.example"), ("straße.example", "xn--strae-oqa.example")],
)
def test_two_towns_cannot_share_a_host(tmp_path: Path, one: str, other: str):
    path = changed(tmp_path, "aarschot.localhost", one)
    (tmp_path / "second.yaml").write_text(path.read_text().replace("24001", "24007").replace(one, other))

    with pytest.raises(Unreadable, match="already leads to"):
        read_towns(tmp_path)


def test_a_town_that_moved_ports_moves_with_its_issuer_and_seal(tmp_path: Path):
    """Where the usual ports are taken, the towns' files name the ports that this deployment has."""
    stack = Stack(var=tmp_path, outside={})
    tmp_path.joinpath("ports.json").write_text('{"gateway": 8123, "sign_in": 9123}')

    town = stack.towns()["24001"]

    assert (town.address, town.sign_in.issuer) == ("http://127.0.0.1:8123", "http://127.0.0.1:9123")
    assert (stack.towns_folder / str(town.seal.path)).resolve() == tmp_path / "seal" / "24001.p12"


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path):
    first = demo_secrets(tmp_path, towns=["24001"])
    second = demo_secrets(tmp_path, towns=["24001", "21005"])

    assert first.items() < second.items()
    assert oct((tmp_path / "secrets.json").stat().st_mode & 0o777) == "0o600"
    assert KeyRing.parse(first["LOKET_KEYS_QUESTIONS_INTAKE"]).current == "demo"


def test_a_seal_is_a_certificate_for_electronic_seals(tmp_path: Path):
    """ETSI EN 319 412-3: organizationName, organizationIdentifier, and a key for signatures that commit."""
    towns = read_towns(TOWNS)
    secrets = demo_secrets(tmp_path, towns=towns)

    assert demo_seals(tmp_path / "seal", towns, secrets) == list(towns)
    assert demo_seals(tmp_path / "seal", towns, secrets) == []

    held = pkcs12.load_pkcs12(
        (tmp_path / "seal" / "24001.p12").read_bytes(), secrets["LOKET_SEAL_24001_PASSPHRASE"].encode()
    )
    assert held.cert is not None
    certificate = held.cert.certificate
    usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    certificate.verify_directly_issued_by(load_pem_x509_certificate((tmp_path / "seal" / "root.pem").read_bytes()))
    assert certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)[0].value == "NTRBE-0000000000"
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert oct((tmp_path / "seal" / "24001.p12").stat().st_mode & 0o777) == "0o600"

"""Towns' files: what is wrong with all of them is told at once, each field with its mend."""

import os
import shutil
from pathlib import Path

import pytest
import yaml

from deploy.local.outside import TOWNS
from services.contracts import town_offers
from services.contracts.catalogue import products
from services.contracts.schema import Unreadable, told
from services.contracts.shapes import paths
from services.contracts.town_files import look_at_folder, read_town, read_towns
from services.contracts.town_problems import examples_for
from services.contracts.towns import Town

AARSCHOT = (TOWNS / "aarschot.yaml").read_text(encoding="utf-8")

ISSUER = "issuer: http://127.0.0.1:9400"


def changed(folder: Path, old: str, new: str) -> Path:
    """Aarschot's file with one mistake."""
    assert old in AARSCHOT
    shutil.copy(TOWNS / "aarschot.svg", folder)
    path = folder / "aarschot.yaml"
    path.write_text(AARSCHOT.replace(old, new), encoding="utf-8")
    return path


def test_four_towns_of_three_language_regimes():
    towns = read_towns(TOWNS)

    assert {refnis: town.languages for refnis, town in towns.items()} == {
        "24001": ("nl", "en"),
        "21005": ("nl", "fr"),
        "63023": ("de", "fr"),
        "24055": ("nl", "en"),
    }
    assert all(town.specimen for town in towns.values())


def test_the_town_of_localhost_is_the_first():
    assert next(iter(read_towns(TOWNS))) == "24001"


@pytest.mark.parametrize(
    ("old", "new", "field", "mend"),
    [
        ('refnis: "24001"', 'refnis: "2400"', "refnis", "five digits"),
        ("regime: nl", "regime: vl", "regime", "write nl, the law's for 24001"),
        ('primary: "#1d4e89"', 'primary: "#88ccff"', "colours.primary", "darker"),
        ("logo: aarschot.svg", "logo: other.svg", "logo", "other.svg is not there"),
        ("source: pkcs12", "source: usb", "seal.source", "pkcs12 or pkcs11"),
        ("{cents: 0", "{cents: 500", "tariffs.household-composition.cents", "products_off"),
        ("{cents: 0", "{cents: -1", "tariffs.household-composition.cents", "write 0"),
        ("{cents: 0", "{cents: 0.5", "tariffs.household-composition.cents", "a whole number"),
        ("{cents: 0", "{cents: true", "tariffs.household-composition.cents", "a whole number"),
        ("household-composition: {", "houshold: {", "tariffs.houshold", "no product of the catalogue"),
        ("courtesy_languages: [en]", "courtesy_languages: [es]", "courtesy_languages[0]", "choose from"),
        ("hosts: [aarschot.localhost]", "hosts: ['http://aarschot.example']", "hosts[0]", "without scheme and port"),
        ("hosts: [aarschot.localhost]", "hosts: [loket.☃.example]", "hosts[0]", "no host name"),
        ("email: burgerzaken@", "email: burgerzaken", "office.email", "write one such as"),
        ("specimen: true", "specimn: true", "specimn", "was specimen meant?"),
        ("specimen: true", "specimen: 'yes'", "specimen", "write true or false"),
        ("specimen: true", "specimen: false", "address", "leads to this machine alone"),
        ("specimen: true", "specimen: false", "sign_in.issuer", "leads to this machine alone"),
        ("specimen: true", "email: a@b.example", "email", "it belongs under office"),
        ("specimen: true", "logos: [a]", "logos", "no such field here"),
        ('refnis: "24001"', "refnis: 24001", "refnis", "put it in quotes"),
        ('refnis: "24001"', "refnis: !!str 24001x", "refnis", "five digits"),
        ('refnis: "24001"', 'refnis: "24062"', "names.nl", "24062 is the code of Leuven"),
        ('postcode: "3200"', "postcode: 3200", "office.postcode", "put it in quotes"),
        ('postcode: "3200"', 'postcode: "0200"', "office.postcode", "four digits"),
        ("phone: +32 16 00 00 00", "phone: 016 00 00 00", "office.phone", "+32 and the number without its first 0"),
        ("phone: +32 16 00 00 00", "phone: +32 (0)16 00 00 00", "office.phone", "leave out the 0"),
        ("phone: +32 16 00 00 00", "phone: +32 16 00", "office.phone", "+32"),
        ("phone: +32 16 00 00 00", "phone: +32 16 00 00 00 00", "office.phone", "this has 10"),
        ("https://aarschot.example", "aarschot.example", "office.website", "a web address"),
        ("https://aarschot.example", "javascript:alert(1)", "office.website", "a web address"),
        ("https://aarschot.example", "'https://aarschot.example/\"><script>'", "office.website", "a web address"),
        ("address: http://127.0.0.1:8080", "adress: x", "adress", "was address meant?"),
        ("address: http://127.0.0.1:8080", "address: ''", "address", "the web address at which citizens"),
        (
            "address: http://127.0.0.1:8080",
            "address:",
            "address",
            "holds nothing; write a text, such as address: https://",
        ),
        ("Dienst Burgerzaken", "Dienst, Balie", "departments.Balie", "in quotes: where a comma, a colon or # is"),
        ("address: http://127.0.0.1:8080", "address: http://aarschot.be", "address", "begin it with https://"),
        ("address: http://127.0.0.1:8080", "address: https://aarschot.be", "address", "add aarschot.be to hosts"),
        ("address: http://127.0.0.1:8080", "address: http://127.0.0.1:8080/", "address", "without a slash"),
        ("address: http://127.0.0.1:8080", "address: https://u:p@aarschot.be", "address", "only scheme, host and port"),
        ("address: http://127.0.0.1:8080", "address: https://a.be:99999", "address", "the web address at which"),
        (
            "address: http://127.0.0.1:8080",
            "address: https://other.localhost",
            "address",
            "add other.localhost to hosts",
        ),
        (
            "address: http://127.0.0.1:8080",
            "address: https://aarschot.localhost.",
            "address",
            "the dot behind aarschot.localhost",
        ),
        ("hosts: [aarschot.localhost]", "hosts: [аarschot.localhost]", "hosts[0]", "U+0430 (CYRILLIC SMALL LETTER A)"),
        ("hosts: [aarschot.localhost]", "hosts: [xn--arschot-1fg.localhost]", "hosts[0]", "CYRILLIC SMALL LETTER A"),
        ("hosts: [aarschot.localhost]", "hosts: [ıxelles.localhost]", "hosts[0]", "U+0131"),
        ("hosts: [aarschot.localhost]", "hosts: [xn--.localhost]", "hosts[0]", "no host name"),
        ("https://aarschot.example", "https://x:y@aarschot.example", "office.website", "before @aarschot.example"),
        ("https://aarschot.example", "https://@aarschot.example", "office.website", "before @aarschot.example"),
        ("https://aarschot.example", "https://aarschot.example.", "office.website", "the dot behind"),
        ("https://aarschot.example", "https://www.аarschot.example", "office.website", "U+0430"),
        (
            "path: ../../var/seal/24001.p12}",
            "path: a, timestamps: 'http://x:y@z.be'}",
            "seal.timestamps",
            "before @z.be",
        ),
        (ISSUER, "issuer: 'https://:b@sign-in.example'", "sign_in.issuer", "only scheme, host and path"),
        ("address: http://127.0.0.1:8080", "", "address", "is missing; write a text, such as address: https://"),
        ('accent: "#b8741a"', 'accent: "#ffffff"', "colours.accent", "such as #8c8c8c"),
        ('accent: "#b8741a"', 'accent: "#fff"', "colours.accent", "six hex digits"),
        ('accent: "#b8741a"', "accent: gold", "colours.accent", "six hex digits"),
        ("hosts: [aarschot.localhost]", "hosts: []", "hosts", "at least one"),
        ("hosts: [aarschot.localhost]", "hosts: aarschot.localhost", "hosts", "write a list"),
        ("hosts: [aarschot.localhost]", "hosts: [a.example, A.EXAMPLE.]", "hosts[1]", "stands here twice"),
        ("hosts: [aarschot.localhost]", "hosts: [300.1.1.1]", "hosts[0]", "no host name"),
        (
            "regime: nl",
            "regime: nl\nproducts_off: [lives]",
            "products_off[0]",
            "no product of the catalogue; was life meant?",
        ),
        ("regime: nl", "regime: nl\nproducts_off: [zebra]", "products_off[0]", ", ".join(products())),
        ("regime: nl", "regime: nl\nproducts_off: [life, life]", "products_off[1]", "twice"),
        ("still_true: [residence, ", "still_true: [residenc, ", "still_true[0]", "was residence meant?"),
        ("still_true: [residence, ", "still_true: [zebra, ", "still_true[0]", ", ".join(products())),
        ("regime: nl", "regime: nl\nproducts_off: [residence]", "still_true[0]", "stands in products_off, too"),
        ("still_true: [residence, ", "still_true: [life, life, ", "still_true[1]", "twice"),
        (
            "still_true: [residence, ",
            "still_true: [criminal-record-595, ",
            "still_true[0]",
            "from the population register",
        ),
        ("still_true: [residence, household-composition]", "still_true: yes please", "still_true", "write a list"),
        (
            "still_true: [residence, ",
            "federal_attests: {products: [residence]}\nstill_true: [residence, ",
            "still_true[0]",
            "federal_attests.products",
        ),
        ("regime: nl", f"regime: nl\nproducts_off: [{', '.join(products())}]", "products_off", "nothing"),
        ("Dienst Burgerzaken", "Dienst 🏛", "departments.nl", "U+1F3DB"),
        ("Dienst Burgerzaken", '"Dienst\\nBurgerzaken"', "departments.nl", "in one line"),
        ("Dienst Burgerzaken", "x" * 81, "departments.nl", "at most 80 characters"),
        ("logo: aarschot.svg", "logo: aarschot.jpg", "logo", "give the drawing as an SVG file"),
        ("logo: aarschot.svg", "logo: ../towns/aarschot.svg", "logo", "lies beside this one"),
        ("logo: aarschot.svg", "logo: /etc/passwd", "logo", "lies beside this one"),
        ("path: ../../var/seal/24001.p12}", "module: x}", "seal.path", "a pkcs12 seal needs the path of its file"),
        ("path: ../../var/seal/24001.p12}", "path: a, module: x}", "seal.module", "is for a pkcs11 seal"),
        ("path: ../../var/seal/24001.p12}", "path: a, timestamps: x}", "seal.timestamps", "its web address"),
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

    assert mend in caught.value.problems[field]
    assert str(caught.value).startswith("aarschot.yaml: ")


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
    shutil.copy(TOWNS / "etterbeek.svg", tmp_path)
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
    shutil.copy(TOWNS / "etterbeek.svg", tmp_path)
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

    assert all(field.startswith("sign_in.") for field in caught.value.problems)


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


def test_everything_wrong_with_all_files_is_told_at_once(tmp_path: Path):
    path = changed(tmp_path, "burgerzaken@", "burgerzaken")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"3200"', "3200").replace("specimen: true", "specimn: true"), encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("refnis: [")
    (tmp_path / "gent.yml").write_text("")

    with pytest.raises(Unreadable) as caught:
        read_towns(tmp_path)

    assert {file: set(problems) for file, problems in caught.value.problems.items()} == {
        "aarschot.yaml": {"office.email", "office.postcode", "specimn"},
        "broken.yaml": {"yaml"},
        "gent.yml": {"file"},
    }
    assert "aarschot.yaml: office.email: not an e-mail address" in str(caught.value)


def test_an_empty_file_tells_each_field_that_is_missing_once(tmp_path: Path):
    (tmp_path / "empty.yaml").write_text("{}")

    with pytest.raises(Unreadable) as caught:
        read_town(tmp_path / "empty.yaml")

    required = {"refnis", "names", "departments", "regime", "hosts", "address", "logo"}
    assert set(caught.value.problems) == required | {"colours", "office", "seal", "sign_in"}
    assert all(problem.startswith("is missing; ") for problem in caught.value.problems.values())


@pytest.mark.parametrize("content", ["", "- a", "town", "~", "1", "{", "{1: 2}", "{refnis: {}}", "hosts: {a: b}"])
def test_no_file_ends_in_a_traceback(tmp_path: Path, content: str):
    (tmp_path / "odd.yaml").write_text(content)

    with pytest.raises(Unreadable, match=r"odd\.yaml"):
        read_towns(tmp_path)


def test_what_is_no_plain_file_is_named(tmp_path: Path):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "nowhere.yaml").symlink_to(tmp_path / "gone")
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    (tmp_path / "long.yaml").write_bytes(b"#" * 70_000)
    os.mkfifo(tmp_path / "pipe.yaml")

    found = {each.name: each.problems["file"] for each in look_at_folder(tmp_path)}

    assert found == {
        "endless.yaml": "is no file: put a plain file here",
        "folder.yaml": "is no file: put a plain file here",
        "long.yaml": "is longer than 64 KB, the most that is taken",
        "nowhere.yaml": "is a link that leads nowhere",
        "pipe.yaml": "is no file: put a plain file here",
    }


def test_a_mounted_config_map_is_read(tmp_path: Path):
    """Kubernetes mounts each file as a link into a hidden folder."""
    (tmp_path / "..data").mkdir()
    for name in ("aarschot.yaml", "aarschot.svg"):
        shutil.copy(TOWNS / name, tmp_path / "..data")
        (tmp_path / name).symlink_to(Path("..data") / name)
    (tmp_path / ".#aarschot.yaml").symlink_to("an-editor's-lock")

    assert list(read_towns(tmp_path)) == ["24001"]


@pytest.mark.parametrize(
    ("make", "mend"),
    [
        (lambda path: None, "there is no such folder"),
        (lambda path: path.mkdir(), r"no \*\.yaml file here; deploy/towns/README\.md shows one"),
        (lambda path: path.write_text(""), "is no folder"),
    ],
)
def test_a_folder_without_towns_is_named(tmp_path: Path, make: object, mend: str):
    make(tmp_path / "towns")  # type: ignore[operator]

    with pytest.raises(Unreadable, match=f"towns: folder: {mend}"):
        read_towns(tmp_path / "towns")


def problems_of(folder: Path, text: str) -> dict[str, str]:
    shutil.copy(TOWNS / "aarschot.svg", folder)
    path = folder / "aarschot.yaml"
    path.write_text(text, encoding="utf-8")
    (looked_at,) = look_at_folder(folder)
    return dict(looked_at.problems)


def test_a_colour_that_yaml_takes_for_a_comment_is_told_as_such(tmp_path: Path):
    block = AARSCHOT.replace('colours: {primary: "#1d4e89", ', "colours:\n  primary: #1d4e89\n  ").replace(
        '1a"}', '1a"'
    )

    problems = problems_of(tmp_path, block)

    assert list(problems) == ["colours.primary"]
    assert "# begins a comment" in problems["colours.primary"]


def test_of_a_regime_that_is_not_the_laws_nothing_follows(tmp_path: Path):
    problems = problems_of(tmp_path, AARSCHOT.replace("regime: nl", "regime: brussels"))

    assert problems == {"regime": "the law's for 24001 is nl"}


def test_a_bilingual_town_is_shown_both_of_its_languages(tmp_path: Path):
    begun = 'refnis: "21010"\nregime: brussels\nnames: Jette\noffice: {street: Kerkstraat 1}\n'

    problems = problems_of(tmp_path, f"{begun}tariffs: {{residence: {{cents: 0}}}}\n")

    assert "such as names: {nl: Jette, fr: Jette}" in problems["names"]
    for place in ("names", "departments", "office.street", "office.municipality", "tariffs.residence.regulation"):
        assert "nl: " in problems[place], place
        assert "fr: " in problems[place], place


def test_problems_are_told_from_the_first_line_on_and_what_is_missing_last(tmp_path: Path):
    text = AARSCHOT.replace("hosts: [aarschot.localhost]\n", "").replace("specimen: true", "specimen: perhaps")

    problems = problems_of(tmp_path, text.replace("logo: aarschot.svg", "logo: aarschot.png"))

    assert list(problems) == ["logo", "specimen", "hosts"]


def test_two_towns_cannot_share_a_code_or_an_address(tmp_path: Path):
    changed(tmp_path, "aarschot.localhost", "one.localhost")
    (tmp_path / "second.yaml").write_text(AARSCHOT, encoding="utf-8")

    with pytest.raises(Unreadable, match=r"second\.yaml") as caught:
        read_towns(tmp_path)

    assert caught.value.problems == {
        "address": "http://127.0.0.1:8080 already leads to aarschot.yaml; give each town its own",
        "refnis": "24001 already leads to aarschot.yaml; give each town its own",
    }


def test_one_town_alone_is_at_this_machines_own_names(tmp_path: Path):
    changed(tmp_path, "aarschot.localhost", "one.localhost")
    second = (
        AARSCHOT.replace('"24001"', '"24062"')
        .replace("nl: Aarschot", "nl: Leuven")
        .replace("127.0.0.1:8080", "localhost:81")
    )
    (tmp_path / "second.yaml").write_text(second, encoding="utf-8")

    with pytest.raises(Unreadable, match=r"address: this machine .* already leads to aarschot\.yaml"):
        read_towns(tmp_path)


def test_every_style_of_yaml_says_the_same(tmp_path: Path):
    data = yaml.safe_load(AARSCHOT)
    shutil.copy(TOWNS / "aarschot.svg", tmp_path)
    path = tmp_path / "aarschot.yaml"
    for flow in (True, False):
        path.write_text("\ufeff# a comment\n" + yaml.safe_dump(data, default_flow_style=flow), encoding="utf-8")
        assert read_town(path) == read_town(TOWNS / "aarschot.yaml")
    anchored = AARSCHOT.replace("municipality: Aarschot", "municipality: *name").replace(
        "nl: Aarschot", "nl: &name Aarschot"
    )
    path.write_text(anchored, encoding="utf-8")
    assert read_town(path) == read_town(TOWNS / "aarschot.yaml")


def test_each_problem_says_its_line(tmp_path: Path):
    changed(tmp_path, "email: burgerzaken@", "email: burgerzaken")

    (file,) = look_at_folder(tmp_path)

    assert file.written.line_of("office.email") == AARSCHOT[: AARSCHOT.index("email:")].count("\n") + 1
    assert file.written.line_of("office.nothing") == file.written.line_of("office")


def test_what_would_steer_a_terminal_is_shown_as_its_escape(tmp_path: Path):
    (tmp_path / "odd.yaml").write_text('"\\e[31m": 1')

    with pytest.raises(Unreadable) as caught:
        read_town(tmp_path / "odd.yaml")

    assert "\\x1b[31m: no such field here" in str(caught.value)
    assert "\x1b" not in "".join(told(caught.value.problems))


def test_every_field_has_an_example_to_be_told_by():
    assert set(paths(Town)) == set(examples_for({}))


def test_what_would_not_fit_into_the_head_of_a_certificate_is_told(tmp_path: Path):
    """The head is as high on every certificate, and what follows it would be printed over."""
    path = changed(tmp_path, "Dienst Burgerzaken", "d" * 80)
    assert read_town(path).department("nl") == "d" * 80

    text = path.read_text(encoding="utf-8").replace("Stadhuisplein 1", "s" * 80)
    path.write_text(text.replace("burgerzaken@", f"{'b' * 30}@"), encoding="utf-8")
    with pytest.raises(Unreadable, match="it takes 7 lines in the head of a certificate, where 5 fit; shorten"):
        read_town(path)


def test_a_catalogue_that_cannot_be_read_is_no_mistake_of_a_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What runs is told of all the same; who starts reads the catalogue first."""

    def unreadable() -> None:
        raise Unreadable("my.yaml", {"law": "unknown"})

    monkeypatch.setattr(town_offers, "products", unreadable)
    path = changed(tmp_path, "still_true: [residence, ", "still_true: [residenc, ")

    assert read_town(path).still_true == ("residenc", "household-composition")

"""What a deployment was started with stays its own: its towns, seals and secrets, whatever is edited meanwhile."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import KeyUsage, load_pem_x509_certificate
from cryptography.x509.oid import NameOID

from deploy.demo.far.authorities import demo_attest_seals
from deploy.demo.magda.certificates import demo_certificates
from deploy.demo.seals import demo_seals
from deploy.demo.secrets import demo_secrets
from deploy.local import running
from deploy.local.embedded.part import PartError
from deploy.local.outside import TOWNS
from deploy.local.prepare import prepare
from deploy.local.stack import Stack
from deploy.local.towns import is_pkcs12, looked_at
from services.chassis.locking import KeyRing
from services.contracts.schema import Unreadable
from services.contracts.town_files import look_at_folder, read_towns

PFX = bytes.fromhex("30820a0002010330820900") + bytes(16)
"""How every PKCS#12 file begins."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's folder of towns."""
    return Path(shutil.copytree(TOWNS, tmp_path / "towns"))


@pytest.fixture
def started(tmp_path: Path, folder: Path) -> Iterator[Stack]:
    """A deployment of these towns that runs, as far as others can tell: its supervisor's lock is held."""
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)})
    stack.run.mkdir(parents=True)
    stack.write_towns()
    with (stack.run / "supervisor.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield stack


def test_a_broken_file_is_refused_and_a_running_deployment_keeps_its_towns(started: Stack, folder: Path):
    (folder / "aarschot.yaml").write_text("refnis: [")
    (folder / "eupen.svg").write_bytes(b"\x89PNG\r\n")

    with pytest.raises(Unreadable, match=r"aarschot.*eupen"):
        started.write_towns()
    assert set(started.towns()) == {"24001", "21005", "63023", "24055"}
    assert started.edited_towns() == ["aarschot.yaml", "eupen.svg"]
    assert started.wrong_towns() == ["aarschot.yaml", "eupen.yaml"]


def test_setting_up_leaves_the_towns_of_a_running_deployment(
    started: Stack, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """`make test` sets up, too, and must not hand half of the processes what is being edited."""
    monkeypatch.setattr("deploy.local.prepare.unpack", lambda opt: None)
    (folder / "aarschot.yaml").write_text("refnis: [")

    prepare(started)

    assert set(started.towns()) == {"24001", "21005", "63023", "24055"}


def test_what_was_edited_added_or_taken_away_since_the_start_is_named(started: Stack, folder: Path):
    assert started.edited_towns() == []

    text = (folder / "aarschot.yaml").read_text(encoding="utf-8")
    (folder / "aarschot.yaml").write_text(text.replace("Stadhuisplein 1", "Stadhuisplein 2"), encoding="utf-8")
    (folder / "etterbeek.svg").write_bytes((folder / "aarschot.svg").read_bytes())
    (folder / "eupen.yaml").unlink()
    (folder / "new.yml").write_text("")
    (folder / "note.txt").write_text("")
    assert started.edited_towns() == ["aarschot.yaml", "etterbeek.svg", "eupen.yaml", "new.yml"]

    (folder / "new.yml").unlink()
    started.write_towns()
    assert started.edited_towns() == []
    assert set(started.towns()) == {"24001", "21005", "24055"}


def test_a_file_that_only_looks_different_is_not_edited(started: Stack, folder: Path):
    data = yaml.safe_load((folder / "aarschot.yaml").read_text(encoding="utf-8"))
    (folder / "aarschot.yaml").write_text(f"# hello\n{yaml.safe_dump(data, default_flow_style=True)}", encoding="utf-8")

    assert started.edited_towns() == []


def test_a_folder_that_is_gone_is_an_edit_of_all(started: Stack, folder: Path):
    shutil.rmtree(folder)

    assert {"aarschot.yaml", "eupen.svg"} < set(started.edited_towns())
    assert set(started.towns()) == {"24001", "21005", "63023", "24055"}


def test_where_nothing_runs_the_towns_are_those_of_today(tmp_path: Path, folder: Path):
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)})
    stack.write_towns()
    (folder / "eupen.yaml").unlink()

    assert set(stack.towns()) == {"24001", "21005", "24055"}


STYLES = {
    "block": lambda text: text,
    "flow": lambda text: yaml.safe_dump(yaml.safe_load(text), default_flow_style=True, width=10_000),
    "quotes": lambda text: text.replace("http://127.0.0.1:9400", "'http://127.0.0.1:9400' # ours"),
    "anchors": lambda text: text.replace("sign_in:\n", "sign_in: &us\n").replace("9400\n", "9400 \n"),
    "escapes": lambda text: text.replace("http://127.0.0.1:9400", '"http://127.0.0.1\\x3a9400/"'),
    "localhost": lambda text: text.replace("http://127.0.0.1:9400", "http://localhost:9400"),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_town_that_moved_ports_moves_with_its_issuer_and_seal_in_whatever_style(
    tmp_path: Path, folder: Path, style: str
):
    """Otherwise its citizens would sign in at another deployment of this machine."""
    for path in folder.glob("*.yaml"):
        path.write_text(STYLES[style](path.read_text(encoding="utf-8")), encoding="utf-8")
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)})
    stack.var.mkdir()
    (stack.var / "ports.json").write_text('{"gateway": 8123, "sign_in": 9123}')

    stack.write_towns()
    town = read_towns(stack.towns_folder)["24001"]

    assert (town.address, town.sign_in.issuer) == ("http://127.0.0.1:8123", "http://127.0.0.1:9123")
    assert town.seal.path == str(stack.seals / "24001.p12")
    assert read_towns(stack.towns_folder)["63023"].address == "http://eupen.localhost:8123"


def test_what_is_the_towns_own_stays_in_a_demonstration(tmp_path: Path, folder: Path):
    text = (folder / "aarschot.yaml").read_text(encoding="utf-8")
    (folder / "own.p12").write_bytes(PFX)
    text = text.replace("http://127.0.0.1:9400", "https://sign-in.example").replace(
        "../../var/seal/24001.p12", "own.p12"
    )
    (folder / "aarschot.yaml").write_text(text.replace(":8080", ":9999"), encoding="utf-8")

    town = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)}).towns()["24001"]

    assert (town.address, town.sign_in.issuer) == ("http://127.0.0.1:9999", "https://sign-in.example")
    assert town.seal.path == str(folder / "own.p12")


def test_files_of_sources_are_where_the_towns_file_says(tmp_path: Path, folder: Path):
    (folder / "list.json").write_text("{}")
    path = folder / "eupen.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    deeds = {"url": "https://deeds.example/api", "certificate": "loket.pem", "key": "/etc/loket.key"}
    data["sources"] = {
        "deeds": deeds | {"authorities": "../root.pem", "seal_authorities": "seals.pem"},
        "own": {"list": "list.json", "beds": "./beds", "kind": "garden"},
    }
    path.write_text(yaml.safe_dump(data), encoding="utf-8")

    sources = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)}).towns()["63023"].sources

    assert sources["deeds"] == {
        "url": "https://deeds.example/api",
        "certificate": str(folder / "loket.pem"),
        "key": "/etc/loket.key",
        "authorities": str(tmp_path / "root.pem"),
        "seal_authorities": str(folder / "seals.pem"),
    }
    assert sources["own"] == {"list": str(folder / "list.json"), "beds": str(folder / "beds"), "kind": "garden"}


def test_a_copied_folder_asks_the_demonstrations_sources_with_its_own_files(tmp_path: Path, folder: Path):
    stack = Stack(var=tmp_path / "elsewhere/var", outside={"LOKET_TOWNS": str(folder)})

    sources = stack.towns()["24001"].sources

    assert sources["deeds"]["certificate"] == str(stack.sources / "loket.pem")
    assert sources["criminal-record"]["key"] == str(stack.sources / "loket.key")


def test_production_needs_each_towns_seal(tmp_path: Path, folder: Path):
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder), "LOKET_PROFILE": "production"})

    with pytest.raises(Unreadable, match=r"aarschot\.yaml: seal\.path: .*cannot be read.*PKCS#12"):
        stack.write_towns()

    for refnis in ("24001", "21005", "63023", "24055"):
        (tmp_path / f"{refnis}.p12").write_bytes(PFX)
    for path in folder.glob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("../../var/seal/", "../"), encoding="utf-8")
    with pytest.raises(Unreadable, match=r"kortenberg\.yaml: population\.certificate: .*cannot be read"):
        stack.write_towns()

    demo_certificates(tmp_path / "magda", ["24055"], {})
    demo_attest_seals(tmp_path / "magda")
    path = folder / "kortenberg.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("../../var/magda/", "../magda/"), encoding="utf-8")
    town = stack.towns()["24001"]
    assert (town.seal.path, town.address) == (str(tmp_path / "24001.p12"), "http://127.0.0.1:8080")
    population = stack.towns()["24055"].population
    assert (population.key, population.url) == (str(tmp_path / "magda/24055.key"), "https://127.0.0.1:9410/")
    (tmp_path / "magda/attests-root.pem").unlink()
    with pytest.raises(Unreadable, match=r"federal_attests\.seal_authorities: .*cannot be read"):
        stack.write_towns()


def test_a_demonstration_asks_its_own_stand_in_with_its_own_certificates(tmp_path: Path, folder: Path):
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)})
    (tmp_path / "var").mkdir()
    (tmp_path / "var/ports.json").write_text('{"magda": 24410}')

    town = stack.towns()["24055"]

    assert stack.asks_standin(town)
    assert town.population.url == "https://127.0.0.1:24410/"
    assert town.population.authorities == str(tmp_path / "var/magda/authorities.pem")
    assert town.federal_attests.seal_authorities == str(tmp_path / "var/magda/attests-root.pem")
    assert not any(stack.asks_standin(each) for refnis, each in stack.towns().items() if refnis != "24055")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n", "holds no certificate that can be read"),
        (b"-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n", "holds no certificate"),
        (b"", "is no PEM file; name the one that holds the seal authorities"),
    ],
)
def test_the_authorities_of_attests_that_a_town_asks_for_elsewhere_are_told(
    tmp_path: Path, folder: Path, content: bytes | None, told: str
):
    """The demonstration makes those of its own stand-in alone."""
    demo_certificates(tmp_path / "magda", ["24055"], {})
    demo_attest_seals(tmp_path / "magda")
    path = folder / "kortenberg.yaml"
    text = path.read_text(encoding="utf-8").replace("../../var/magda/", "../magda/")
    path.write_text(text.replace("https://127.0.0.1:9410/", "https://magda.example/"), encoding="utf-8")
    assert [each.problems for each in looked_at(look_at_folder(folder), production=False)] == [{}] * 4

    authorities = tmp_path / "magda/attests-root.pem"
    authorities.unlink()
    if content is not None:
        authorities.write_bytes(content)
    found = [each for each in looked_at(look_at_folder(folder), production=False) if each.problems]

    assert [(each.name, list(each.problems)) for each in found] == [
        ("kortenberg.yaml", ["federal_attests.seal_authorities"])
    ]
    assert told in found[0].problems["federal_attests.seal_authorities"]


def test_a_certificate_that_is_none_is_told(tmp_path: Path, folder: Path):
    path = folder / "kortenberg.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("../../var/magda/24055.pem", "kortenberg.svg"))
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)})

    with pytest.raises(Unreadable, match=r"population\.certificate: .*is no PEM file"):
        stack.write_towns()


@pytest.mark.parametrize("profile", ["demo", "production"])
@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("/etc/passwd", "/etc/passwd is no PKCS#12 file"),
        (".", r"towns cannot be read \(Is a directory\)"),
        ("aarschot.yaml", r"aarschot\.yaml is no PKCS#12 file"),
        ("aarschot.svg", r"aarschot\.svg is no PKCS#12 file"),
    ],
)
def test_what_is_no_seal_is_refused(tmp_path: Path, folder: Path, profile: str, path: str, mend: str):
    aarschot = folder / "aarschot.yaml"
    aarschot.write_text(aarschot.read_text(encoding="utf-8").replace("../../var/seal/24001.p12", path))
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder), "LOKET_PROFILE": profile})

    with pytest.raises(Unreadable, match=f"seal.path: .*{mend}"):
        stack.write_towns()


def test_what_is_no_library_of_a_token_is_refused(tmp_path: Path, folder: Path):
    aarschot = folder / "aarschot.yaml"
    token = "source: pkcs11, module: /etc/passwd, token: a, label: b}"
    text = aarschot.read_text(encoding="utf-8").replace("source: pkcs12, path: ../../var/seal/24001.p12}", token)
    aarschot.write_text(text, encoding="utf-8")

    with pytest.raises(Unreadable, match=r"seal\.module: /etc/passwd is no library"):
        Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": str(folder)}).write_towns()


@pytest.mark.parametrize("start", ["30820a0002010330820900", "308002010330800601", "3048020103300a06"])
def test_every_length_of_a_pkcs12_file_is_known(start: str):
    assert is_pkcs12(bytes.fromhex(start) + bytes(16))


def test_a_town_that_was_taken_away_is_named_and_one_that_was_renamed_or_broken_is_not(started: Stack, folder: Path):
    (folder / "eupen.yaml").unlink()
    (folder / "etterbeek.yaml").rename(folder / "zetterbeek.yaml")
    (folder / "aarschot.yaml").write_text("refnis: [")

    assert started.gone_towns() == ["eupen.yaml (63023)"]


def test_a_name_that_printed_certificates_lead_to_is_told_before_it_is_lost(started: Stack, folder: Path):
    started.remember()
    eupen, aarschot = folder / "eupen.yaml", folder / "aarschot.yaml"
    renamed = eupen.read_text(encoding="utf-8").replace("eupen.localhost", "neu.eupen.localhost")
    eupen.write_text(renamed, encoding="utf-8")
    more = aarschot.read_text(encoding="utf-8").replace("hosts: [", "hosts: [nieuw.aarschot.localhost, ")
    aarschot.write_text(more, encoding="utf-8")

    assert started.lost_hosts() == ["eupen.yaml: eupen.localhost"]
    with pytest.raises(PartError, match=r"lead to no town: eupen\.yaml: eupen\.localhost; .* keep it among `hosts`"):
        running.up(started)

    kept = renamed.replace("hosts: [", "hosts: [Eupen.localhost, ")
    eupen.write_text(kept, encoding="utf-8")
    assert started.lost_hosts() == []


@pytest.mark.parametrize("text", ["refnis: [", 'refnis: "63023"\nhosts: 7', 'refnis: "63023"\nhosts: [1, "a..b"]'])
def test_of_a_broken_file_no_name_is_asked(started: Stack, folder: Path, text: str):
    (folder / "eupen.yaml").write_text(text)

    assert started.lost_hosts() == ([] if text.endswith("[") else ["eupen.yaml: eupen.localhost"])


def test_a_start_that_is_refused_says_what_the_next_would_leave_behind(started: Stack, folder: Path):
    started.remember()
    (folder / "eupen.yaml").unlink()

    with pytest.raises(PartError, match=r"then `loket up`, after which nobody reaches .*: eupen\.yaml \(63023\)"):
        running.up(started)


def test_a_folder_is_meant_from_where_it_was_named(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    stack = Stack(var=tmp_path / "var", outside={"LOKET_TOWNS": "towns"})
    monkeypatch.chdir("/")

    assert set(stack.towns()) == {"24001", "21005", "63023", "24055"}


@pytest.mark.parametrize("profile", ["prod", "Production", "demo ", "demonstration", "production\n"])
def test_a_profile_that_there_is_not_is_refused_wherever_it_is_read(tmp_path: Path, profile: str):
    with pytest.raises(PartError, match=r"write demo or production"):
        Stack(var=tmp_path, outside={"LOKET_PROFILE": profile})


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

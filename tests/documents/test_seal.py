"""The seal: valid for pyHanko and for poppler, broken by any change, and never left out."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from services.contracts.delivery import TryLater
from services.contracts.towns import Seal
from services.documents.children.examination import Examined, examine
from services.documents.domain import Printed
from services.documents.paper.press import CertificatePress
from tests.documents import tokens
from tests.documents.examples import SECRETS, a_folder, a_town, an_order, facts_for
from tests.documents.time_stamps import authority


def a_press(folder: Path, **changes: object) -> CertificatePress:
    return CertificatePress({"21005": a_town(**changes)}, folder=folder, secrets=SECRETS)


def a_life(press: CertificatePress) -> Printed:
    return press.render_and_seal(an_order(facts_for("life")))


def examined(pdf: bytes, folder: Path) -> Examined:
    root = load_pem_x509_certificate((folder / "root.pem").read_bytes())
    (only,) = examine(pdf, roots=[root.public_bytes(Encoding.DER)])
    return only


def pdfsig(pdf: bytes, folder: Path) -> str:
    file = folder / "sealed.pdf"
    file.write_bytes(pdf)
    run = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    return run.stdout


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_seal_is_valid_covers_everything_and_is_the_towns(kind: str, tmp_path: Path) -> None:
    folder = a_folder(tmp_path, kind=kind)

    printed = a_life(a_press(folder))

    seal = examined(printed.pdf, folder)
    assert (seal.valid, seal.whole, seal.trusted) == (True, True, True)
    assert seal.signer == "Gemeente Voorbeeld zegel"
    assert seal.signer_sha256 == printed.seal
    assert seal.timestamped_at is None
    said = pdfsig(printed.pdf, folder)
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said


def test_without_the_root_the_seal_is_valid_and_not_trusted(press: CertificatePress) -> None:
    (seal,) = examine(a_life(press).pdf)

    assert (seal.valid, seal.trusted) == (True, False)


def test_each_seal_is_a_signature_of_its_own(press: CertificatePress) -> None:
    first, second = (press.render_and_seal(an_order(facts_for("life"), seed=seed)).pdf for seed in (1, 2))

    assert all(seal.valid and seal.whole for pdf in (first, second) for seal in examine(pdf))


def test_any_flipped_byte_is_noticed(press: CertificatePress, town_folder: Path) -> None:
    pdf = a_life(press).pdf
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", start)
    places = [*range(20, len(pdf), len(pdf) // 60)]

    for place in places:
        if start <= place < end:
            continue  # the signature itself: looked at below
        flipped = bytearray(pdf)
        flipped[place] ^= 1
        try:
            seals = examine(bytes(flipped))
        except ValueError:
            continue
        assert not any(seal.valid and seal.whole for seal in seals), place


def test_another_signature_is_noticed(press: CertificatePress) -> None:
    pdf = a_life(press).pdf
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    last = start + len(pdf[start : pdf.index(b">", start)].rstrip(b"0")) - 4

    forged = pdf[:last] + (b"1" if pdf[last : last + 1] != b"1" else b"2") + pdf[last + 1 :]

    assert not any(seal.valid for seal in examine(forged))


def test_something_added_behind_is_noticed(press: CertificatePress) -> None:
    pdf = a_life(press).pdf

    (seal,) = examine(pdf + b"\n% more\n")

    assert not seal.whole


def test_the_file_forbids_changes(press: CertificatePress, tmp_path: Path) -> None:
    pdf = a_life(press).pdf

    assert b"/TransformMethod /DocMDP /TransformParams <</Type /TransformParams /V /1.2 /P 1>>" in pdf
    assert pdf.count(b"%%EOF") == 1


def test_with_an_authority_the_time_is_proven(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)

    with authority() as address:
        press = a_press(folder, seal=Seal(source="pkcs12", path="seal.p12", timestamps=address))
        pdf = a_life(press).pdf

    seal = examined(pdf, folder)
    assert (seal.valid, seal.whole, seal.trusted) == (True, True, True)
    assert seal.timestamped_at is not None
    assert abs(seal.timestamped_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert "Signature is Valid" in pdfsig(pdf, folder)


def test_an_authority_that_is_away_makes_certificates_wait_and_comes_back(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    with authority() as address:
        press = a_press(folder, seal=Seal(source="pkcs12", path="seal.p12", timestamps=address))
        assert a_life(press)

    with pytest.raises(TryLater, match="time-stamps-unavailable"):
        a_life(press)


@pytest.mark.parametrize(
    ("validity", "reason"),
    [
        ({"ends": datetime.now(UTC) - timedelta(minutes=1)}, "seal-certificate-expired"),
        (
            {"starts": datetime.now(UTC) + timedelta(days=1), "ends": datetime.now(UTC) + timedelta(days=9)},
            "seal-certificate-not-yet-valid",
        ),
    ],
)
def test_a_seal_out_of_its_time_is_not_used(validity: dict[str, datetime], reason: str, tmp_path: Path) -> None:
    press = a_press(a_folder(tmp_path, **validity))

    with pytest.raises(TryLater, match=rf"^{reason}: give Gemeente Voorbeeld .* start documents again$"):
        a_life(press)


@pytest.mark.parametrize("spoil", ["passphrase", "file", "nothing-there"])
def test_a_seal_that_cannot_be_opened_makes_certificates_wait(spoil: str, tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    if spoil == "file":
        (folder / "seal.p12").write_bytes(b"not a key store")
    if spoil == "nothing-there":
        (folder / "seal.p12").unlink()
    secrets = {} if spoil == "passphrase" else SECRETS
    press = CertificatePress({"21005": a_town()}, folder=folder, secrets=secrets)

    with pytest.raises(TryLater, match="LOKET_SEAL_21005_PASSPHRASE"):
        a_life(press)


@pytest.mark.skipif(not os.path.exists(tokens.MODULE), reason="apt-get install softhsm2")
def test_the_key_may_stay_in_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_folder(tmp_path)
    monkeypatch.setenv("SOFTHSM2_CONF", str(tokens.prepare(tmp_path)))
    tokens.make_seal(folder)
    seal = Seal(source="pkcs11", module=tokens.MODULE, token=tokens.TOKEN, label=tokens.LABEL)
    press = CertificatePress({"21005": a_town(seal=seal)}, folder=folder, secrets={"LOKET_SEAL_21005_PIN": tokens.PIN})

    pdf = a_life(press).pdf

    found = examined(pdf, folder)
    assert (found.valid, found.whole, found.trusted) == (True, True, True)
    assert "Signature is Valid" in pdfsig(pdf, folder)


def test_pdfsig_is_there() -> None:
    assert shutil.which("pdfsig"), "apt-get install poppler-utils"

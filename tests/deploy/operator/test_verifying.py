"""`loket verify` says what the end of a seal's certificate means for what it sealed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import load_pem_x509_certificate

from deploy.operator.commands.verification import authorities, verdict
from deploy.operator.terminal import Mistake
from services.contracts.days import local
from services.contracts.towns import Seal
from services.documents.paper.press import CertificatePress
from tests.documents.examples import SECRETS, a_folder, a_town, an_order, facts_for
from tests.documents.time_stamps import authority

NOW = datetime.now(UTC)
ENDS = NOW + timedelta(days=10)
DAY = local(ENDS).date()
TODAY = local(NOW).date()


def sealed(folder: Path, **seal: Any) -> Path:
    town = a_town(seal=Seal(source="pkcs12", path="seal.p12", **seal))
    press = CertificatePress({"21005": town}, folder=folder, secrets=SECRETS)
    file = folder / "certificate.pdf"
    file.write_bytes(press.render_and_seal(an_order(facts_for("life"))).pdf)
    return file


def told(file: Path, *roots: str, after: timedelta = timedelta(days=20)) -> tuple[str, str | None]:
    found = verdict(file, tuple(file.with_name(name) for name in roots), now=NOW + after)
    return found["verdict"], found["because"]


@pytest.mark.parametrize("file", ["/dev/zero", "/dev/null"])
def test_what_is_no_file_is_told_at_once(file: str) -> None:
    with pytest.raises(Mistake, match="is no file"):
        verdict(Path(file), ())


def test_an_end_that_nothing_precedes_for_sure_is_told_with_its_day(tmp_path: Path) -> None:
    file = sealed(a_folder(tmp_path, ends=ENDS))

    assert told(file, "root.pem", after=timedelta(0)) == ("sealed", None)
    assert told(file, "root.pem") == (
        "expired",
        f"the certificate of the seal ended on {DAY}, and nothing in the file proves that it was sealed before; the "
        "check by its code still tells",
    )
    assert told(file) == ("untrusted", None)
    file.write_bytes(file.read_bytes() + b"\n% more\n")
    assert told(file, "root.pem")[0] == "altered"


def test_who_seals_what_the_towns_pass_on_is_trusted(tmp_path: Path) -> None:
    class Deployment:
        towns_folder, towns_source = tmp_path / "copies", tmp_path

        def towns(self) -> dict[str, Any]:
            deeds = {"url": "https://deeds.example", "seal_authorities": "root.pem"}
            return {"21005": a_town(sources={"deeds": deeds, "criminal-record": {"url": "x"}, "gone": {
                "seal_authorities": "gone.pem"}})}  # fmt: skip

    file = sealed(a_folder(tmp_path))

    assert authorities(Deployment()) == (tmp_path / "root.pem",)  # type: ignore[arg-type]
    assert verdict(file, authorities(Deployment()))["verdict"] == "sealed"  # type: ignore[arg-type]
    assert verdict(file, ())["verdict"] == "untrusted"


def test_a_time_stamp_of_an_authority_that_is_trusted_proves_that_it_was_before(tmp_path: Path) -> None:
    a_folder(tmp_path, ends=ENDS)
    with authority(issuer="Another root", root_into=tmp_path / "authority.pem") as address:
        file = sealed(tmp_path, timestamps=address)
    root = load_pem_x509_certificate((tmp_path / "authority.pem").read_bytes())

    assert root.subject.rfc4514_string() == "CN=Another root"
    assert told(file, "root.pem", "authority.pem") == (
        "sealed",
        f"the certificate of the seal ended on {DAY}, and an authority's time stamp says {TODAY}: it was sealed "
        "before, and stays valid",
    )
    assert told(file, "root.pem") == (
        "expired",
        f"the certificate of the seal ended on {DAY}; an authority's time stamp says {TODAY}, which counts once that "
        "authority's root is among the roots, too (--root)",
    )
    assert told(file, "authority.pem")[0] == "untrusted"


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_authority_must_be_trusted_today(tmp_path: Path, kind: str) -> None:
    a_folder(tmp_path, kind=kind, ends=ENDS)
    with authority(issuer="Another root", root_into=tmp_path / "authority.pem") as address:
        file = sealed(tmp_path, timestamps=address)

    assert told(file, "root.pem", "authority.pem", after=timedelta(days=400))[0] == "expired"

"""Seals are tried as documents uses them; whoever only looks gives no PIN away."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from deploy.local.outside import TOWNS
from deploy.production.seals import SealState, fails, seal_states
from tests.deploy.production.deployment import TOWN
from tests.documents import tokens
from tests.documents.examples import PASSPHRASE, a_chain, a_folder

NOW = datetime.now(UTC)
IN_TOKEN = {"source": "pkcs11", "module": tokens.MODULE, "token": tokens.TOKEN, "label": tokens.LABEL}
NEEDS_TOKEN = pytest.mark.skipif(not os.path.exists(tokens.MODULE), reason="apt-get install softhsm2")


def a_town(folder: Path, seal: dict[str, str]) -> dict[str, str]:
    """Its file; the variables of documents."""
    data = yaml.safe_load(TOWN.read_text(encoding="utf-8")) | {"logo": "logo.svg", "seal": seal}
    data["sign_in"]["issuer"] = "https://sign-in.example"
    data["address"] = f"https://{data['hosts'][0]}"
    (folder / "town.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return {"LOKET_TOWNS": str(folder), "LOKET_SEAL_24001_PASSPHRASE": PASSPHRASE}


def state(documents: dict[str, str], *, with_key: bool = True) -> SealState | None:
    found = seal_states(documents, now=NOW, with_key=with_key)
    return found[0] if found else None


@dataclass(frozen=True)
class Token:
    """Two keys lie in it. A process reads where its tokens are once, so each look is a process of its own."""

    folder: Path
    environ: dict[str, str]

    def look(self, documents: dict[str, str], *, with_key: bool = True) -> list[dict[str, Any]]:
        program = (
            "import json, sys; from dataclasses import asdict; from datetime import UTC, datetime;"
            "from deploy.production.seals import seal_states;"
            "found = seal_states(json.loads(sys.argv[1]), now=datetime.now(UTC), with_key=bool(int(sys.argv[2])));"
            "print(json.dumps([asdict(each) for each in found], default=str))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, json.dumps(documents), str(int(with_key))],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    folder = a_folder(tmp_path_factory.mktemp("token"))
    environ = os.environ | {"SOFTHSM2_CONF": str(tokens.prepare(folder))}
    made = [sys.executable, "-m", "tests.documents.tokens", str(folder), "seal", "other"]
    subprocess.run(made, env=environ, check=True)
    return Token(folder, environ)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_that_seals_is_in_order_until_its_certificate_ends(tmp_path: Path, kind: str) -> None:
    documents = a_town(
        a_folder(tmp_path, kind=kind, ends=NOW + timedelta(days=90)), {"source": "pkcs12", "path": "seal.p12"}
    )

    found = state(documents)

    assert found
    assert found.ends
    assert (found.problem, found.seals, (found.ends - NOW).days) == (None, True, 89)


@NEEDS_TOKEN
def test_a_key_in_a_token_is_tried_and_two_towns_may_share_the_token(token: Token, tmp_path: Path) -> None:
    a_folder(tmp_path)
    documents = a_town(tmp_path, IN_TOKEN) | {"LOKET_SEAL_24001_PIN": tokens.PIN, "LOKET_SEAL_21005_PIN": tokens.PIN}
    other = yaml.safe_load((tmp_path / "town.yaml").read_text("utf-8")) | {"seal": IN_TOKEN | {"label": "other"}}
    data = yaml.safe_load((TOWNS / "etterbeek.yaml").read_text("utf-8"))
    data |= {each: other[each] for each in ("logo", "seal", "sign_in")} | {"address": f"https://{data['hosts'][0]}"}
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    found = token.look(documents)

    assert {each["refnis"]: (each["problem"], each["seals"]) for each in found} == {
        "24001": (None, True),
        "21005": (None, True),
    }


WRONG: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "no PIN": ({}, {"LOKET_SEAL_24001_PIN": ""}, "LOKET_SEAL_24001_PIN is not set"),
    "another PIN": ({}, {"LOKET_SEAL_24001_PIN": "000000"}, "the token of 24001 (PinIncorrect)"),
    "no such label": ({"label": "nobody"}, {}, "24001"),
    "no such token": ({"token": "nobody"}, {}, "24001"),
    "no such module": ({"module": "/usr/lib/nothing.so"}, {}, "24001"),
}


@NEEDS_TOKEN
@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_open_a_token_is_told_in_one_line(token: Token, tmp_path: Path, what: str) -> None:
    seal, pin, told = WRONG[what]
    documents = a_town(a_folder(tmp_path), IN_TOKEN | seal) | {"LOKET_SEAL_24001_PIN": tokens.PIN} | pin

    (found,) = token.look(documents)

    assert told in found["problem"]
    assert "\n" not in found["problem"]
    assert not found["seals"]
    assert tokens.PIN not in found["problem"]


@NEEDS_TOKEN
def test_who_only_looks_offers_no_pin(token: Token, tmp_path: Path) -> None:
    """A token locks itself after a few wrong ones; its certificate is there for everybody."""
    documents = a_town(a_folder(tmp_path), IN_TOKEN) | {"LOKET_SEAL_24001_PIN": "000000"}

    (found,) = token.look(documents, with_key=False)
    nothing = token.look(a_town(tmp_path, IN_TOKEN | {"token": "nobody"}), with_key=False)

    assert (found["problem"], found["seals"]) == (None, True)
    assert found["ends"]
    assert nothing == []


def test_a_key_that_is_not_its_certificates_is_told(tmp_path: Path) -> None:
    (key, _, _), (_, certificate, _) = a_chain("rsa"), a_chain("ec")

    class Mixed:
        """A seal of which key and certificate do not belong together."""

        signing_cert = x509.Certificate.load(certificate.public_bytes(Encoding.DER))

        async def async_sign_raw(self, data: bytes, _digest_algorithm: str) -> bytes:
            return bytes(key.sign(data, PKCS1v15(), SHA256()))

    assert fails(Mixed()) == "it is not the certificate's"

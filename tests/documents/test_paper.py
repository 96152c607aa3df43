"""Every product in every language, for veraPDF, pdfsig and pyHanko. Run by `make test-paper`."""

import subprocess
from pathlib import Path

import pytest

from services.contracts.extracts import Facts
from services.contracts.facts.last_wishes import LastWishes
from services.contracts.facts.legal_cohabitation import LegalCohabitation
from services.contracts.facts.nationality import Nationality
from services.contracts.facts.residence_history import ResidenceHistory
from services.contracts.naming import LANGUAGES
from services.documents.children.examination import examine
from services.documents.paper.press import CertificatePress
from tests.documents import verapdf
from tests.documents.examples import an_order, facts_for, members, printed_products, stays, with_part

pytestmark = pytest.mark.paper

CASES: dict[str, Facts] = {
    "alone": facts_for("household-composition", of=members(1)),
    "seven": facts_for("household-composition", of=members(7)),
    "sixty": facts_for("household-composition", of=members(60)),
    "sixty-stays": with_part(facts_for("residence-history"), ResidenceHistory(stays=stays(60))),
    "a-large-extract": facts_for("register-extract", of=members(23)),
    "no-nationality": with_part(facts_for("nationality"), Nationality(held=())),
    "no-cohabitation": with_part(facts_for("legal-cohabitation"), LegalCohabitation(state="none")),
    "no-last-wishes": with_part(facts_for("last-wishes"), LastWishes(mode=None)),
}


@pytest.mark.usefixtures("conformance")
@pytest.mark.parametrize("name", [*printed_products(), *CASES])
def test_every_certificate_conforms_and_is_sealed(press: CertificatePress, tmp_path: Path, name: str) -> None:
    facts = CASES.get(name) or facts_for(name)
    files = {language: tmp_path / f"{name}-{language}.pdf" for language in LANGUAGES}

    for language, file in files.items():
        file.write_bytes(press.render_and_seal(an_order(facts, language)).pdf)

    broken = verapdf.broken_rules(list(files.values()))
    assert broken == {f"{file.name} {profile}": [] for file in files.values() for profile in verapdf.PROFILES}
    for file in files.values():
        (seal,) = examine(file.read_bytes())
        assert (seal.valid, seal.whole) == (True, True)
        said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said
        assert "Total document signed" in said

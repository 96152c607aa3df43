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
from tests.documents.test_forms import ALL, facts_to

pytestmark = [pytest.mark.paper, pytest.mark.timeout(900)]

CASES: dict[str, Facts] = {
    "alone": facts_for("household-composition", of=members(1)),
    "seven": facts_for("household-composition", of=members(7)),
    "sixty": facts_for("household-composition", of=members(60)),
    "sixty-stays": with_part(facts_for("residence-history"), ResidenceHistory(stays=stays(60))),
    "a-parted-extract": facts_for("register-extract", of=members(4)),
    "a-large-extract": facts_for("register-extract", of=members(23)),
    "no-nationality": with_part(facts_for("nationality"), Nationality(held=())),
    "no-cohabitation": with_part(facts_for("legal-cohabitation"), LegalCohabitation(state="none")),
    "no-last-wishes": with_part(facts_for("last-wishes"), LastWishes(mode=None)),
}


NAMES = (*printed_products(), *CASES)
FORMS = {f"{id}-{own}-{theirs}": (id, own, theirs) for id, own, theirs in ALL}
"""Each multilingual form in each language."""


@pytest.fixture(scope="module")
def papers(press: CertificatePress, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All of them, printed."""
    folder = tmp_path_factory.mktemp("papers")
    for name in NAMES:
        for language in LANGUAGES:
            order = an_order(CASES.get(name) or facts_for(name), language)
            (folder / f"{name}-{language}.pdf").write_bytes(press.render_and_seal(order).pdf)
    for name, (id, own, theirs) in FORMS.items():
        (folder / f"{name}.pdf").write_bytes(press.render_and_seal(an_order(facts_to(id, theirs), own)).pdf)
    return {file.name: file for file in sorted(folder.glob("*.pdf"))}


@pytest.mark.usefixtures("conformance")
def test_every_certificate_conforms(papers: dict[str, Path]) -> None:
    broken = verapdf.broken_rules(list(papers.values()))

    assert len(papers) == len(NAMES) * len(LANGUAGES) + len(FORMS)
    assert broken == {f"{name} {profile}": [] for name in papers for profile in verapdf.PROFILES}


def test_every_seal_is_valid_and_covers_all(papers: dict[str, Path]) -> None:
    for name, file in papers.items():
        (seal,) = examine(file.read_bytes())
        assert (seal.valid, seal.whole) == (True, True), name
        said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said, name
        assert "Total document signed" in said, name

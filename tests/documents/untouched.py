"""`python -m tests.documents.untouched FOLDER yes|no`: all kinds of sections, with WeasyPrint as it came or not."""

import itertools
import re
import sys
from pathlib import Path

from services.contracts.facts.residence_history import ResidenceHistory
from services.contracts.naming import LANGUAGES
from services.documents.paper import pinned
from services.documents.paper.press import CertificatePress
from tests.documents.examples import (
    SECRETS,
    a_folder,
    a_town,
    an_identity,
    an_order,
    facts_for,
    members,
    printed_products,
    stays,
    with_part,
)

PEOPLE = (
    {"national_number": "85073003328"},
    {"national_number": "93051822361", "last_name": "Achternaam-Tweede Achternaam " * 5, "nationalities": ("FR", "MA")},
    {"national_number": "90021490495", "first_names": (), "last_name": "שם משפחה"},
    {"national_number": "85073003328", "born_on": "1985-00-00"},
)


def main(folder: Path, untouched: bool) -> None:
    """One file for each certificate, without its seal and the id that is made of it."""
    if untouched:
        pinned.speed_up = pinned.check_pins
        pinned.ShapedLines.use = lambda _: None
    press = CertificatePress({"21005": a_town()}, folder=a_folder(folder / "town"), secrets=SECRETS)
    for count, (person, product) in enumerate(itertools.product(PEOPLE, printed_products())):
        language = LANGUAGES[(count + count // len(printed_products())) % len(LANGUAGES)]
        history = ResidenceHistory(stays=stays(1 + 9 * (count % 5)))
        facts = facts_for(product, identity=an_identity(**person), of=members(1 + 9 * (count % 4)))
        if "residence-history" in facts.parts:
            facts = with_part(facts, history)
        pdf = press.render_and_seal(an_order(facts, language, seed=count)).pdf
        bare = re.sub(rb"/Contents ?<[0-9a-f]+>|/ID ?\[[^\]]*\]", b"", pdf, flags=re.IGNORECASE)
        (folder / f"{count}-{product}-{language}.pdf").write_bytes(bare)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] == "yes")

"""`python -m tests.documents.extended FOLDER`: prints what a deployment's own folder (LOKET_EXTENSIONS) brings."""

import json
import os
import sys
from pathlib import Path

import yaml

from services.contracts.catalogue import products
from services.contracts.certificate_data import schema
from services.contracts.extracts import Facts
from services.contracts.facts import parts
from services.contracts.naming import LANGUAGES
from services.contracts.schema import dump, load
from services.contracts.town_files import read_served_towns
from services.documents.children.printing import TOWNS, PrintingChildren
from services.documents.domain import Order
from services.documents.paper.press import CertificatePress
from services.documents.stating import check, stated
from tests.documents.examples import ADDRESS, NOW, SECRETS, a_folder, a_town, an_identity, an_order


def by_a_child(folder: Path, order: Order) -> bytes:
    """The same by a process of the service's, which gets nothing of the environment but what it needs."""
    town = dump(a_town(names={"nl": "Etterbeek", "fr": "Etterbeek"}))
    town["seal"] = {name: value for name, value in town["seal"].items() if value is not None}
    (folder / "town" / "town.yaml").write_text(yaml.safe_dump(town), encoding="utf-8")
    towns = read_served_towns(folder / "town")
    environ = {**os.environ, **SECRETS, TOWNS: str(folder / "town")}
    children = PrintingChildren(towns, size=1, limit_s=60, environ=environ)
    children.start()
    try:
        return children.print(order).pdf
    finally:
        children.stop()


def main(folder: Path) -> None:
    """A certificate in each language, one of a bare garden, and what is said of them."""
    press = CertificatePress({"21005": a_town()}, folder=a_folder(folder / "town"), secrets=SECRETS)
    allotment = parts()["allotment"]
    crops = (("Pompoen", "2"), ("Prei", "5"))
    for name, language, grown in (*((each, each, crops) for each in LANGUAGES), ("bare", "nl", ())):
        given = Facts(
            application_id="application-1",
            town="21005",
            product="allotment",
            compiled_at=NOW,
            parts={
                "identity": an_identity(),
                "allotment": allotment(garden=ADDRESS, since="2020-04-00", crops=grown, waiting_list=7),
            },
        )
        facts, product, official = load(Facts, dump(given)), products()["allotment"], ("nl", "fr")
        check(
            facts,
            application_id="application-1",
            town="21005",
            product=product,
            language=language,
            official=official,
        )
        (folder / f"{name}.pdf").write_bytes(press.render_and_seal(an_order(facts, language)).pdf)
    (folder / "child.pdf").write_bytes(by_a_child(folder, an_order(facts, "nl")))
    (folder / "stated.json").write_text(json.dumps(stated(facts, product=product, official=official)))
    (folder / "schema.json").write_text(json.dumps(schema()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

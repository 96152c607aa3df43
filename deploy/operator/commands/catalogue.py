"""catalogue lint, show, page."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.terminal import Commands, Mistake, as_json, clear, table, tell

if TYPE_CHECKING:
    from deploy.local.stack import Stack
    from deploy.operator.product_lint import Fault


_ANSWERS_S = 3.0
"""For the store, which lint can do without."""


@click.group(cls=Commands)
def catalogue() -> None:
    """The products that towns can offer."""


@catalogue.command()
@as_json
@clear
def lint(as_json: bool) -> None:
    """What is wrong with the catalogue as a whole: dead references, facts without a source, products nobody can reach,
    files that nobody reads; and where the store answers, products for which applications wait in vain.

    Exit code 1 where something is; not for what may be meant so, as a product that no town here offers.
    """
    from deploy.local.stack import this_stack
    from deploy.operator.catalogue_lint import faults_of
    from deploy.operator.catalogue_lint import lint as look
    from services.contracts.catalogue_files import WrongCatalogue
    from services.contracts.rooms import WrongExtension

    stack = this_stack()
    try:
        faults = look(stack.towns())
    except (WrongCatalogue, WrongExtension) as wrong:  # the towns' files are compared with it
        faults = look({}) or faults_of(wrong)
    faults += _left(stack)
    mistakes, remarks = ([each for each in faults if each.remark is kind] for kind in (False, True))
    facts = {"faults": list(map(_told, mistakes)), "remarks": list(map(_told, remarks))}
    rows = [[each.file, each.place, each.told] for each in mistakes]
    rows += [[each.file, each.place, f"{each.told} (a remark)"] for each in remarks]
    tell(
        facts,
        as_json=as_json,
        table=lambda: table("file", "place", "what is wrong", rows=rows) if rows else "nothing is wrong",
    )
    if mistakes:
        raise click.exceptions.Exit(1)


def _told(fault: "Fault") -> dict[str, str]:
    return {"file": fault.file, "place": fault.place, "told": fault.told}


def _left(stack: "Stack") -> "list[Fault]":
    """Products of which a file is lacking, or what it said; nothing where this deployment does not run, or while
    the catalogue cannot be read."""
    import pymongo
    from pymongo.errors import PyMongoError

    from deploy.local.embedded.part import PartError
    from deploy.local.left import in_words
    from deploy.operator.commands.register import database_of
    from deploy.operator.product_lint import Fault
    from services.contracts.catalogue import products
    from services.contracts.schema import Unreadable
    from services.intake.left import left

    try:
        with pymongo.timeout(_ANSWERS_S), database_of(stack, "intake") as database:
            found = left(database, products=products())
    except (PartError, PyMongoError, Unreadable):
        return []
    return [
        Fault(
            file=f"{product}.yaml",
            place="",
            told=f"applications wait in vain: {in_words(each for each in found if each.product == product)}; put that"
            f" back, or `loket applications end --product {product} --reason …`",
        )
        for product in sorted({each.product for each in found})
    ]


@catalogue.command()
@click.argument("product", required=False)
@click.option("--lang", type=click.Choice(["nl", "fr", "de", "en"]), default="en", help="The language of all texts.")
@as_json
@clear
def show(product: str | None, lang: str, as_json: bool) -> None:
    """All products, or one of them as a whole: who may ask, what is asked and stated, what it waits for, from where,
    and which towns offer it."""
    from deploy.local.stack import this_stack
    from deploy.operator.catalogue_shown import whole
    from services.contracts.catalogue import products

    known, towns = products(), this_stack().towns()
    if product is not None and product not in known:
        raise Mistake(f"there is no product {product}; `loket catalogue show` lists all")
    chosen = [known[product]] if product else list(known.values())
    names = {town.refnis: town.name(town.languages[0]) for town in towns.values()}
    facts = [
        {
            **whole(each, lang),
            "towns": [names[refnis] for refnis, town in towns.items() if each.is_offered_by(town)],
            "federal_in": [
                names[refnis]
                for refnis, town in towns.items()
                if each.is_offered_by(town) and each.given_by(town).is_federal
            ],
            "still_true_in": [names[refnis] for refnis, town in towns.items() if each.is_still_true_in(town)],
        }
        for each in chosen
    ]
    tell(
        {"products": facts},
        as_json=as_json,
        table=lambda: _one(facts[0]) if product else _all(facts),
    )


@catalogue.command()
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the page; without it, that of the catalogue.",
)
@click.option("--check", is_flag=True, help="Write nothing, name what is not up to date.")
@as_json
@clear
def page(into: Path | None, check: bool, as_json: bool) -> None:
    """Make the page of all products, README.md, with a picture of the paper of each.

    With --check exit code 1 where something is not what would be written.
    """
    import services.catalogue
    from deploy.operator.catalogue_page import make
    from services.contracts.catalogue import products

    folder = into or Path(services.catalogue.__path__[0])
    made = make(products(), draw=not check)
    wrong = made.outdated(folder)
    if not check:
        made.write(folder)
    facts = {"folder": str(folder), "outdated": wrong, "products": len(products()), "pictures": len(made.said)}
    told = f"{folder}: products {len(products())}, pictures {len(made.said)}"
    rows = [[each] for each in wrong]
    tell(facts, as_json=as_json, table=lambda: table("not up to date", rows=rows) if check and wrong else told)
    if check and wrong:
        raise click.exceptions.Exit(1)


_SHOWN = ("id", "title", "group", "for", "sources", "towns")

_WIDEST = (None, 30, None, 16, 16, 20)
"""Characters of each of these columns; an id is never broken."""

_WIDEST_TEXT = 96


def _all(facts: list[dict[str, Any]]) -> Any:
    rows = [[each[name] if isinstance(each[name], str) else _list(each[name]) for name in _SHOWN] for each in facts]
    return table("product", "title", "group", "for", "sources", "offered by", rows=rows, widest=_WIDEST)


def _one(facts: dict[str, Any]) -> Any:
    from deploy.operator.catalogue_shown import lines

    return table("", "", rows=[list(each) for each in lines(facts)], widest=(None, _WIDEST_TEXT))


def _list(values: list[str]) -> str | None:
    return ", ".join(values) or None

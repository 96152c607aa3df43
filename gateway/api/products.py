"""What can be asked for."""

from typing import Any

from gateway.api.schemas.products import ProductDetailShape, ProductListShape
from gateway.asking import ask
from gateway.auth.callers import current_caller
from gateway.auth.identity import Citizen
from gateway.auth.sessions import SessionsAway
from gateway.called import options_of
from gateway.language import language, translate
from gateway.problems import not_offered
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import TOKEN, described
from gateway.sentences import FEDERAL, sentence_of
from gateway.tenancy import current_town
from services.chassis.asking import ServiceFailed, ServiceUnavailable
from services.contracts.catalogue import offered, products
from services.contracts.errors import Refusal
from services.contracts.groups import AtDesk, Group, at_desk, in_groups
from services.contracts.product import Product
from services.contracts.registry import Prefill, ReadPrefill
from services.contracts.towns import Town

blueprint = resource("products", "/api/v1/products", "What can be asked for")


@blueprint.get("")
@blueprint.response(200, ProductListShape)
@described()
def list_products() -> dict[str, Any]:
    """The town's products by group, as they are looked for, and where to go for what only its desk gives."""
    offer(*JSON)
    town = current_town()
    laid_out = in_groups(offered(town, products()).values(), language())
    return {
        "products": [in_brief(product, town) for _, found in laid_out for product in found],
        "groups": [called(group) for group, _ in laid_out],
        "at_desk": {
            "department": town.department(language()),
            "address": town.office_address(language()),
            "phone": town.office.phone,
            "email": town.office.email,
            "website": town.office.website,
            "things": [{**called(each), "explanation": each.explanations[language()]} for each in at_desk().values()],
        },
    }


@blueprint.get("/<id:product_id>")
@blueprint.response(200, ProductDetailShape)
@described(*TOKEN, "unknown-product", "not-found", "bad-path")
def read_product(product_id: str) -> dict[str, Any]:
    """One product with its form, and what the register knows already when you are signed in."""
    offer(*JSON)
    town = current_town()
    product = offered(town, products()).get(product_id)
    if product is None:
        raise not_offered(product_id)
    reader = language()
    asked = [
        {
            "name": each.name,
            "kind": each.kind,
            "title": each.titles[reader],
            "required": each.required,
            "max_length": each.max_length if each.kind == "text" else None,
            "options": options_of(each, reader),
        }
        for each in product.fields
    ]
    return {
        **in_brief(product, town),
        "legal_basis": product.legal_basis(reader),
        "still_true": product.is_still_true_in(town),
        "fields": asked,
        "prefill": _prefill(product, town),
    }


def called(one: Group | AtDesk) -> dict[str, str]:
    """A group, or what only a desk gives, in the reader's language."""
    return {"id": one.id, "title": one.titles[language()]}


def in_brief(product: Product, town: Town) -> dict[str, Any]:
    """A product in the reader's language."""
    tariff = town.tariffs.get(product.id)
    return {
        "id": product.id,
        "title": product.title(language()),
        "explanation": _explanation(product),
        "group": product.group,
        "capacities": list(product.capacities),
        "languages": list(product.languages(town)),
        "tariff": {
            "cents": tariff.cents if tariff else 0,
            "regulation": town.say(tariff.regulation, language()) if tariff else None,
        },
    }


def _explanation(product: Product) -> str:
    told = product.explanations[language()]
    return f"{told} {translate(FEDERAL)}" if product.is_federal else told


def _prefill(product: Product, town: Town) -> dict[str, Any] | None:
    """A register that is away, or fails, leaves the form empty; it does not close it. Nor does a store that is away."""
    try:
        caller = current_caller()
    except SessionsAway:
        return None
    if not isinstance(caller, Citizen):
        return None
    question = ReadPrefill(town=town.refnis, citizen=caller.national_number, product=product.id)
    try:
        known = ask(question)
    except (ServiceUnavailable, ServiceFailed):
        known = Prefill(code=Refusal.REGISTER_UNAVAILABLE)
    return {
        "subjects": known.subjects,
        "code": known.code,
        "sentence": translate(sentence_of("refused", known.code, own=True)) if known.code else None,
    }

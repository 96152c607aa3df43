"""The facts of a certificate as data, to be read by programs: the JSON inside each (contracts/certificate_data.py)."""

import json

from services.contracts.certificate_data import PURPOSE, SCHEMA, VERSION, shown
from services.contracts.codes import grouped
from services.contracts.product import Product
from services.contracts.towns import Town
from services.documents.domain import Order, current_through
from services.documents.paper.forms import Filled, as_data
from services.documents.paper.layout import answers


def data(order: Order, *, product: Product, town: Town, form: Filled | None = None) -> bytes:
    """What stands on the paper, and nothing that does not."""
    facts = order.facts
    answered = {each.name: each for each in answers(facts.fields, product, order.language)}
    purpose = {PURPOSE: answered[PURPOSE].value} if PURPOSE in answered else {}
    told_so = {name: {"label": each.label, "text": each.text, "value": each.value} for name, each in answered.items()}
    told = {
        "$schema": f"{town.address}{SCHEMA}",
        "version": VERSION,
        "number": order.number,
        "code": grouped(order.code),
        "verify_at": f"{town.address}/v/{order.code}",
        "town": {"refnis": town.refnis, "name": town.designation(order.language)},
        "product": product.id,
        "title": product.title(order.language),
        "language": order.language,
        "translation": order.language not in town.official_languages,
        "issued_at": order.issued_at.isoformat(timespec="seconds"),
        "consulted_at": facts.compiled_at.isoformat(timespec="seconds"),
        "current_through": current_through(order.issued_at, product).isoformat(),
        "specimen": town.specimen,
        "registers": list(facts.registers),
        **purpose,
        **({"answers": told_so} if told_so else {}),
        **({"form": as_data(form)} if form else {}),
        "facts": {name: shown(facts.parts[name]) for name in product.gives.sections},
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()

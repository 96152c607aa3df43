"""The examples of the OpenAPI document: answers in examples.yaml, which are those of the code (tests/gateway)."""

import json
from importlib import resources
from typing import Any

import yaml

FORM = {
    "product": "household-composition",
    "fields": {"purpose": "housing"},
    "language": "nl",
    "email": "burger@example.be",
}
"""What a citizen files."""

ANSWERS: dict[str, Any] = yaml.safe_load(
    resources.files("gateway.api").joinpath("examples.yaml").read_text(encoding="utf-8")
)
"""By operationId."""

FILE_NAME = f"{FORM['product']}-{ANSWERS['readVerification']['number'].replace(' ', '')}.pdf"
"""Of the certificate that is checked: its product and its number."""

_IN_ADDRESSES = {
    "product_id": FORM["product"],
    "application_id": ANSWERS["readApplication"]["application_id"],
    "certificate_id": ANSWERS["readApplication"]["certificate_id"],
    "code": "E5WK-A1RF-6XMB-2SGM",
    "country": "GR",
    "reference": "9a8b7c6d5e4f30211203f4e5d6c7b8a9",
    "product": "life",
    "webhook": "4f1e2d3c",
}

STREAM = "retry: 3000\n\nid: {version}\nevent: application\ndata: {data}\n\n: still here\n\n".format(
    version=ANSWERS["readApplication"]["version"], data=json.dumps(ANSWERS["readApplication"], ensure_ascii=False)
)


def in_address(operation: str, parameter: str) -> Any:
    """What stands for a parameter in the address that gets the example of an operation: what it answers about."""
    return ANSWERS.get(operation, {}).get(parameter, _IN_ADDRESSES[parameter])

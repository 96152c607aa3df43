"""What is wrong with a field, on its way from who says so to who reads it."""

import json

import pytest

from services.contracts.errors import DOMAIN_ERRORS, InvalidField
from services.contracts.field_errors import FieldError, field_error


def test_a_field_error_comes_over_the_wire_as_it_was_made():
    said = InvalidField(
        fields={"email": field_error("required"), "fields.purpose": field_error("not-a-choice", choices=["a", "b"])}
    )

    heard = DOMAIN_ERRORS[said.slug](fields=json.loads(json.dumps(said.fields)))

    assert heard.fields == said.fields
    assert all(isinstance(each, FieldError) for each in heard.fields.values())


@pytest.mark.parametrize(
    ("slug", "parameters"),
    [("wrong", {}), ("too-long", {}), ("required", {"most": 1}), ("not-listed", {"choices": []})],
)
def test_what_nobody_has_a_sentence_for_is_not_said(slug: str, parameters: dict[str, int]):
    with pytest.raises(ValueError, match="not in FIELD_ERRORS"):
        field_error(slug, **parameters)

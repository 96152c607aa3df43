"""One product as a whole, in one language: as data for a program, and as lines for whoever looks at a terminal."""

from collections.abc import Iterator
from typing import Any

from services.contracts.department_events import department_events
from services.contracts.gates import Terms
from services.contracts.product import Field, Product

_IN_WORDS = ("asks", "answers", "questions", "statements", "usual_for", "sections", "gates")
"""What lines say in words of their own."""

_OF_ANOTHER = ("attest_tells", "department_event_title", "department_event_purpose")
"""What there is only where another thing is, and no line says that it lacks."""


def whole(product: Product, language: str) -> dict[str, Any]:
    """All that its file says and that this leads to, with the words of what it shares with others."""
    event = product.department_event
    return {
        "id": product.id,
        "title": product.titles[language],
        "explanation": product.explanations[language],
        "group": product.group,
        "for": list(product.capacities),
        "asks": [each.name for each in product.fields],
        "answers": list(product.gives.answers),
        "questions": [_question(each, language) for each in product.fields],
        "facts": list(product.facts),
        "sources": sorted(product.sources),
        "gates": [_gate(each, language) for each in product.gates],
        "gives": product.gives.kind,
        "sections": list(product.gives.sections),
        "statements": {case: texts[language] for case, texts in product.gives.statements.items()},
        "usual_for": list(product.gives.usual_for),
        "form": product.gives.form or None,
        "proves": product.proves or None,
        "attest": product.attest.name if product.attest else None,
        "attest_tells": list(product.attest.tells) if product.attest else [],
        "department_event": event or None,
        "department_event_title": department_events()[event].titles[language] if event else None,
        "department_event_purpose": department_events()[event].purposes[language] if event else None,
        "law": product.law,
        "legal_basis": product.legal_basis(language),
        "fresh_for_minutes": product.fresh_for_minutes,
        "current_for_days": product.current_for_days,
        "still_true": product.still_true,
        "request_days": product.retention.request_days,
        "document_days": product.retention.document_days,
        "retention_source": product.retention.source,
        "desk_minutes": product.desk_minutes,
        "digest": product.digest,
    }


def lines(shown: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """What `whole` says, and what a caller has added, each under its name."""
    for name, value in shown.items():
        if name == "asks":
            yield from _asked(shown["questions"])
        elif name == "gates":
            yield from _gates(value)
        elif name == "sections":
            yield "prints", _list([*value, *(f"the answer to {each}" for each in shown["answers"])])
            yield from _statements(shown["statements"], shown["usual_for"])
        elif name not in _IN_WORDS and (value or name not in _OF_ANOTHER):
            yield name.replace("_", " "), _plain(value)


def _question(field: Field, language: str) -> dict[str, Any]:
    return {
        "name": field.name,
        "title": field.titles[language],
        "label": field.label.get(language),
        "kind": field.kind,
        "required": field.required,
        "max_length": field.max_length if field.kind == "text" else None,
        "options_from": field.options_from or None,
        "choices": [{"value": each.value, "title": each.titles[language]} for each in field.options],
    }


def _gate(terms: Terms, language: str) -> dict[str, Any]:
    return {
        "kind": terms.kind,
        "id": terms.id,
        "name": terms.names[language],
        "answers_within_days": terms.answers_within,
        "reminded_every_days": terms.reminded_every,
        "open_for_days": terms.open_for,
        "counts_for_days": terms.counts_for,
        "told": list(terms.told),
    }


def _asked(questions: list[dict[str, Any]]) -> Iterator[tuple[str, str | None]]:
    if not questions:
        yield "asks", None
    for each in questions:
        kind = f"text of at most {each['max_length']} characters" if each["kind"] == "text" else each["kind"]
        if each["options_from"]:
            kind = f"{kind} of {each['options_from']}"
        said = f"{each['title']} ({kind}, {'required' if each['required'] else 'may be left out'})"
        yield f"asks {each['name']}", "\n".join([said, *(f"{it['value']}: {it['title']}" for it in each["choices"])])


def _gates(gates: list[dict[str, Any]]) -> Iterator[tuple[str, str | None]]:
    if not gates:
        yield "gates", None
    for each in gates:
        told = f"; is told {', '.join(each['told'])}" if each["told"] else ""
        yield (
            f"gate {each['kind']}/{each['id']}",
            f"{each['name']}: answers within {each['answers_within_days']} days, reminded every "
            f"{each['reminded_every_days']}, open for {each['open_for_days']}; an answer counts for "
            f"{each['counts_for_days']}{told}",
        )


def _statements(statements: dict[str, str], usual_for: list[str]) -> Iterator[tuple[str, str | None]]:
    if not statements:
        yield "states", None
    for case, text in statements.items():
        yield f"states {case}", text
    if usual_for:
        yield "usual is true of", _list(usual_for)


def _plain(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _list(value) if isinstance(value, list) else value


def _list(values: list[str]) -> str | None:
    return ", ".join(values) or None

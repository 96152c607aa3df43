"""Every sentence exists in every language."""

import re
from pathlib import Path

import pytest

import gateway
from gateway import sentences
from services.contracts import translations
from services.contracts.field_errors import FIELD_ERRORS

HOME = Path(gateway.__file__).parent
SAID = re.compile(r"""(?:\b_|translate)\(\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')""")


def said() -> set[str]:
    """All msgids of tables, templates and code."""
    found = {text for _, title, detail in sentences.PROBLEMS.values() for text in (title, detail)}
    found |= {text for pair in sentences.VERDICTS.values() for text in pair}
    found |= {*sentences.STATES.values(), *sentences.REASONS.values(), *sentences.STEPS.values()}
    found |= {*sentences.FIELD_SENTENCES.values(), sentences.PERHAPS_ANOTHERS}
    for path in [*HOME.rglob("*.html"), *HOME.rglob("*.py")]:
        found |= {first or second for first, second in SAID.findall(path.read_text())}
    return found


@pytest.mark.parametrize("code", ["nl", "fr", "de"])
def test_every_sentence_is_translated(code: str) -> None:
    catalogue = translations.sentences("gateway", code)

    assert set(catalogue) == said()
    for msgid, text in catalogue.items():
        assert text, msgid
        assert set(re.findall(r"%\(\w+\)s", msgid)) == set(re.findall(r"%\(\w+\)s", str(text))), msgid


def test_every_field_error_has_a_sentence_with_its_parameters() -> None:
    assert set(sentences.FIELD_SENTENCES) == set(FIELD_ERRORS)
    for slug, parameters in FIELD_ERRORS.items():
        assert set(re.findall(r"%\((\w+)\)s", sentences.FIELD_SENTENCES[slug])) == set(parameters), slug

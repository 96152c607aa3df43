"""Every sentence exists in every language."""

import re
from pathlib import Path

import pytest

import gateway
from gateway import sentences
from services.contracts import translations
from services.contracts.catalogue import products
from services.contracts.errors import (
    DOMAIN_ERRORS,
    ApplicationOver,
    ConfirmationAnswered,
    ConfirmationOver,
    ConfirmationOvertaken,
    OtherNumbersWanted,
    Refusal,
    StillBeingMade,
    StillGiven,
    TownChangedMeanwhile,
    TownNotInOrder,
)
from services.contracts.facts import parts
from services.contracts.field_errors import FIELD_ERRORS

HOME = Path(gateway.__file__).parent
SAID = re.compile(r"""(?:\b_|translate)\(\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')""")


def said() -> set[str]:
    """All msgids of tables, templates and code."""
    found = {text for _, title, detail in sentences.PROBLEMS.values() for text in (title, detail)}
    found |= {text for pair in sentences.VERDICTS.values() for text in pair}
    found |= {*sentences.STATES.values(), *sentences.REASONS.values(), *sentences.STEPS.values()}
    found |= {*sentences.OWN_REASONS.values(), *sentences.EXPIRED_BECAUSE.values(), *sentences.OF_A_DOCUMENT.values()}
    found |= {*sentences.FIELD_SENTENCES.values(), sentences.PERHAPS_ANOTHERS, sentences.ASK_WITH_NUMBER}
    found |= {*sentences.FOR_WHOM.values(), sentences.FEDERAL, sentences.AT_THE_COUNTER}
    found |= {sentences.WHERE_TO_GO, sentences.OFFICIAL_LANGUAGES}
    found |= {sentences.AGAIN_UNDER_ITS_KEY, sentences.WANTED_JSON, sentences.WANTED_PDF, sentences.WANTED_PLAIN}
    found |= {*sentences.LOOKED_BY.values(), *sentences.LOOKED_FOR.values()}
    found |= {*sentences.LOOKED_AT.values(), sentences.BY_WHOM, sentences.WHAT_FOR, sentences.ONLY_AT_DESK}
    found |= {*sentences.SETUP_SENTENCES.values()}
    found |= {*sentences.STILL_TRUE.values(), *sentences.PASSED_ON.values()}
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


def test_every_fact_has_words_for_whose_data_was_looked_at() -> None:
    assert set(sentences.LOOKED_AT) == set(parts())


@pytest.mark.parametrize("code", ["nl", "fr", "de"])
def test_what_was_looked_at_is_called_as_the_product_that_is_called_the_same_in_english(code: str) -> None:
    titles = {each.title("en"): each.title(code) for each in products().values()}
    catalogue = translations.sentences("gateway", code)
    told = {english: catalogue[english] for english in sentences.LOOKED_AT.values() if english in titles}

    assert "Deed of a lifeless child" in told
    assert told == {english: titles[english] for english in told}


A_CERTIFICATE = {"en": "certificate", "nl": "attest", "fr": "certificat", "de": "escheinigung"}


@pytest.mark.parametrize("code", ["nl", "fr", "de", "en"])
def test_a_document_that_is_passed_on_is_not_called_a_certificate(code: str) -> None:
    catalogue = translations.sentences("gateway", code)
    told = [(state, None) for state in sentences.STATES] + [("issued", "relay-away"), ("refused", "not-entitled")]

    for state, reason in told:
        for own in (True, False):
            said = sentences.sentence_of(state, reason, own=own, is_of_a_document=True)
            assert A_CERTIFICATE[code] not in (catalogue[said] or said).lower(), said


def test_every_field_error_has_a_sentence_with_its_parameters() -> None:
    assert set(sentences.FIELD_SENTENCES) == set(FIELD_ERRORS)
    for slug, parameters in FIELD_ERRORS.items():
        assert set(re.findall(r"%\((\w+)\)s", sentences.FIELD_SENTENCES[slug])) == set(parameters), slug


IN_THE_THIRD_PERSON = {
    "en": r"This person|they ",
    "nl": r"[Dd]eze persoon",
    "fr": r"[Cc]ette personne",
    "de": r"[Dd]iese Person",
}
NO_BUILDING = {
    "en": r"town hall|city hall|embassy",
    "nl": r"gemeentehuis|stadhuis|ambassade|vreemdelingenzaken",
    "fr": r"maison communale|hôtel de ville|ambassade",
    "de": r"Gemeindehaus|Rathaus|Botschaft",
}


@pytest.mark.parametrize("code", ["nl", "fr", "de", "en"])
def test_a_refusal_speaks_to_who_is_refused_and_names_no_building(code: str) -> None:
    """A city has no gemeentehuis, and somebody who left is not known to have an embassy."""
    catalogue = translations.sentences("gateway", code)

    for msgid in sentences.OWN_REASONS.values():
        assert not re.search(IN_THE_THIRD_PERSON[code], catalogue[msgid]), msgid
    for text in catalogue.values():
        assert not re.search(NO_BUILDING[code], text), text


def test_only_what_is_about_the_reader_is_said_to_the_reader() -> None:
    speaking = [reason for reason, text in sentences.REASONS.items() if "this person" in text.lower()]

    assert set(speaking) <= set(sentences.OWN_REASONS)
    assert sentences.sentence_of("refused", "moved-out", own=True).startswith("You have moved")
    assert sentences.sentence_of("refused", "moved-out").startswith("This person has moved")


def test_a_document_that_is_not_in_order_is_told_as_another_authoritys() -> None:
    told = [sentences.sentence_of(state, "document-unsound", own=True) for state in ("deferred", "expired")]

    assert all("that another public service sent us" in sentence for sentence in told)
    assert not [sentence for sentence in told if "contradict" in sentence]


def test_an_application_that_waited_for_the_register_to_its_end_says_so() -> None:
    told = {
        code: sentences.sentence_of("expired", code, own=True)
        for code in ("register-contradicted", "register-unavailable")
    }

    assert "contradicted itself" in told["register-contradicted"]
    assert "could not be consulted" in told["register-unavailable"]
    assert all("carry on" not in sentence for sentence in told.values())
    assert sentences.sentence_of("expired", None) == sentences.STATES["expired"]


def test_every_slug_has_its_sentences() -> None:
    to_operators = {
        each.slug
        for each in (
            ApplicationOver,
            ConfirmationAnswered,
            ConfirmationOver,
            ConfirmationOvertaken,
            StillBeingMade,
            StillGiven,
            TownChangedMeanwhile,
            TownNotInOrder,
        )
    }
    ends_in_the_gateway = {OtherNumbersWanted.slug}
    assert set(DOMAIN_ERRORS) - ends_in_the_gateway - to_operators <= set(sentences.PROBLEMS)
    assert set(Refusal) == set(sentences.REASONS)
    assert {"submitted", "cleared", "issued", "delivered"} < set(sentences.STATES)

"""Every sentence that a reader is told, in English: the msgids of gateway/locale."""

from gateway.sentences.fields import FIELD_SENTENCES, WHERE_TO_GO
from gateway.sentences.looks import BY_WHOM, LOOKED_AT, LOOKED_BY, LOOKED_FOR, ONLY_AT_DESK, WHAT_FOR
from gateway.sentences.problems import (
    AGAIN_UNDER_ITS_KEY,
    ASK_WITH_NUMBER,
    AT_THE_COUNTER,
    OFFICIAL_LANGUAGES,
    OURS,
    PERHAPS_ANOTHERS,
    PROBLEMS,
    WANTED_JSON,
    WANTED_PDF,
    WANTED_PLAIN,
)
from gateway.sentences.products import FEDERAL, FOR_WHOM
from gateway.sentences.setup import SETUP_SENTENCES
from gateway.sentences.states import (
    EXPIRED_BECAUSE,
    OF_A_DOCUMENT,
    OWN_REASONS,
    REASONS,
    STATES,
    STEPS,
    sentence_of,
)
from gateway.sentences.verdicts import PASSED_ON, STILL_TRUE, VERDICTS

__all__ = [
    "AGAIN_UNDER_ITS_KEY",
    "ASK_WITH_NUMBER",
    "AT_THE_COUNTER",
    "BY_WHOM",
    "EXPIRED_BECAUSE",
    "FEDERAL",
    "FIELD_SENTENCES",
    "FOR_WHOM",
    "LOOKED_AT",
    "LOOKED_BY",
    "LOOKED_FOR",
    "OFFICIAL_LANGUAGES",
    "OF_A_DOCUMENT",
    "ONLY_AT_DESK",
    "OURS",
    "OWN_REASONS",
    "PASSED_ON",
    "PERHAPS_ANOTHERS",
    "PROBLEMS",
    "REASONS",
    "SETUP_SENTENCES",
    "STATES",
    "STEPS",
    "STILL_TRUE",
    "VERDICTS",
    "WANTED_JSON",
    "WANTED_PDF",
    "WANTED_PLAIN",
    "WHAT_FOR",
    "WHERE_TO_GO",
    "sentence_of",
]

"""Every sentence the API says, in English: the msgids of gateway/locale."""

from gateway.sentences.fields import FIELD_SENTENCES
from gateway.sentences.looks import LOOKED_BY, LOOKED_FOR
from gateway.sentences.problems import (
    ASK_WITH_NUMBER,
    OURS,
    PERHAPS_ANOTHERS,
    PROBLEMS,
    WANTED,
    WANTED_JSON,
    WANTED_PDF,
    WANTED_PLAIN,
)
from gateway.sentences.states import EXPIRED_BECAUSE, FEDERAL, OWN_REASONS, REASONS, STATES, STEPS, sentence_of
from gateway.sentences.verdicts import STILL_TRUE, VERDICTS

__all__ = [
    "ASK_WITH_NUMBER",
    "EXPIRED_BECAUSE",
    "FEDERAL",
    "FIELD_SENTENCES",
    "LOOKED_BY",
    "LOOKED_FOR",
    "OURS",
    "OWN_REASONS",
    "PERHAPS_ANOTHERS",
    "PROBLEMS",
    "REASONS",
    "STATES",
    "STEPS",
    "STILL_TRUE",
    "VERDICTS",
    "WANTED",
    "WANTED_JSON",
    "WANTED_PDF",
    "WANTED_PLAIN",
    "sentence_of",
]

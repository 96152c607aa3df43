"""A federal attest about the subject, as the National Register sealed it."""

from dataclasses import dataclass, field

from services.contracts.facts import part
from services.contracts.sealed import SealedDocument


@part("federal-attest", source="federal-attests", unprinted=("name", "language", "document"))
@dataclass(frozen=True, kw_only=True)
class FederalAttest:
    """The attest of that `name`, in a `language`. What it states, the facts beside it state: it is sealed anew each
    time, and no other fact for it."""

    name: str
    language: str
    document: SealedDocument = field(metadata={"metadata": {"moment": True}})

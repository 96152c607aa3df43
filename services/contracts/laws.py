"""On what a certificate rests (`services/catalogue/laws/<id>.yaml`): a statute, and the decree of each register."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from services.contracts.naming import LANGUAGES
from services.contracts.register_codes import REGISTERS
from services.contracts.rooms import files
from services.contracts.schema import Strict, Unreadable, load

BETWEEN = {"fr": "\u00a0; "}
"""What stands between two acts, where it is not `; `."""


@dataclass(frozen=True, kw_only=True)
class Decree:
    """What holds, beside the statute, for what is taken from one of these registers (facts.REGISTERS)."""

    registers: tuple[str, ...]
    texts: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Law:
    """A statute with its decrees; no text ends with a full stop."""

    statute: dict[str, str]
    decrees: tuple[Decree, ...]

    def basis(self, language: str, registers: Collection[str]) -> str:
        """One sentence: the statute and the decrees of the registers from which something is certified."""
        decrees = (each.texts[language] for each in self.decrees if set(each.registers) & set(registers))
        return BETWEEN.get(language, "; ").join((self.statute[language], *decrees)) + "."


@cache
def laws() -> dict[str, Law]:
    """All by their id. Raises Unreadable naming the file and every problem in it."""
    return {
        each.stem: read_law(each.name, each.read_text(encoding="utf-8")) for each in files("catalogue/laws", "*.yaml")
    }


def read_law(name: str, text: str) -> Law:
    """One file. Raises Unreadable."""
    data: Any = yaml.safe_load(text)
    law = load(Law, data, base=Strict)
    by_path = {"statute": law.statute, **{f"decrees.{i}": each.texts for i, each in enumerate(law.decrees)}}
    problems = {
        path: f"a text in each of {', '.join(LANGUAGES)} and no other, without a full stop"
        for path, texts in by_path.items()
        if set(texts) != set(LANGUAGES) or any(each.endswith(".") for each in texts.values())
    }
    named = [register for each in law.decrees for register in each.registers]
    if not set(named) <= set(REGISTERS) or len(named) != len(set(named)):
        problems["decrees"] = f"registers of {', '.join(REGISTERS)}, each once"
    if problems:
        raise Unreadable(name, problems)
    return law

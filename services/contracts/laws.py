"""On what a certificate rests (`services/catalogue/laws/<id>.yaml`): a statute, and the decree of each register."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from services.contracts.catalogue_files import Problem, all_of, incomplete, loaded, text_of, unwritable
from services.contracts.register_codes import REGISTERS

BETWEEN = {"fr": "\u00a0; "}
"""What stands between two things that may hold commas, where it is not `; `."""


LONGEST_LAW = 500
"""Characters of a statute or a decree, which stands in one line on a certificate."""


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
    return all_of("laws", lambda told, file: read_law(told, text_of(told, file)))


def read_law(name: str, text: str) -> Law:
    """One file. Raises Unreadable."""
    return loaded(Law, name, text, _problems)


def _problems(law: Law) -> Iterator[Problem]:
    by_path = {"statute": law.statute, **{f"decrees.{i}.texts": each.texts for i, each in enumerate(law.decrees)}}
    yield from incomplete(by_path.items())
    yield from unwritable(by_path.items(), most=LONGEST_LAW)
    for path, texts in by_path.items():
        for language, text in texts.items():
            if text.endswith("."):
                yield f"{path}.{language}", "without a full stop, which comes behind the last"
    named = [register for each in law.decrees for register in each.registers]
    if not set(named) <= set(REGISTERS) or len(named) != len(set(named)):
        yield "decrees", f"registers of {', '.join(REGISTERS)}, each once"

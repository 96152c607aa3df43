"""What keeps people from finding what the catalogue has: everyday words, situations of life, the most asked first."""

from collections.abc import Collection, Iterator, Mapping

from gateway.counter.small_words import SMALL_WORDS
from services.contracts.everyday_words import everyday_words, words_in
from services.contracts.groups import AtDesk, at_desk, situations
from services.contracts.most_asked import FILE, FOLDER, most_asked
from services.contracts.product import Product
from services.contracts.suggesting import meant, unknown


def unfindable(catalogue: Mapping[str, Product]) -> Iterator[tuple[str, str, str]]:
    """File, place and mend of each fault."""
    yield from _of_words({**catalogue, **at_desk()})
    for id, situation in situations().items():
        yield from _unknown(f"situations/{id}.yaml", "products", situation.products, catalogue)
        yield from _unknown(f"situations/{id}.yaml", "at_desk", situation.at_desk, at_desk())
    yield from _unknown(f"{FOLDER}/{FILE}", "products", most_asked(), catalogue)


def _of_words(things: Mapping[str, Product | AtDesk]) -> Iterator[tuple[str, str, str]]:
    """A phrase is of one thing alone: what is said of two leads to neither."""
    said_of: dict[tuple[str, ...], str] = {}
    for id, thing in things.items():
        for title in thing.titles.values():
            said_of.setdefault(words_in(title), id)
    for id, words in everyday_words().items():
        file = f"words/{id}.yaml"
        if id not in things:
            yield file, "", f"nothing in the catalogue is called {id}; {meant(id, things)}"
            continue
        for language, phrases in words.by_language().items():
            for number, phrase in enumerate(phrases):
                compared, place = words_in(phrase), f"{language}[{number}]"
                if SMALL_WORDS.issuperset(compared):
                    yield file, place, "tells how somebody asks, and not for what; add the word for that"
                elif (other := said_of.setdefault(compared, id)) != id:
                    mend = f"`{phrase}` is said of {other} as well; take it out of one, or say what tells them apart"
                    yield file, place, mend


def _unknown(file: str, place: str, named: Collection[str], known: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if strange := [each for each in named if each not in known]:
        yield file, place, unknown(strange, known)

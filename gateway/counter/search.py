"""What somebody looks for, in their own words: by the titles, the explanations and the everyday words of the catalogue.

It forgives what phones and hurry do: missing accents, another inflection, a compound written apart, typing errors, a
word not yet finished. All languages are looked through, whatever the page is in. For a few dozen things plain code does
that in a millisecond or two; a library of edit distances (rapidfuzz) would bring 5 MB to each process, and leave the
weighing of words to be written all the same.

A thing is found by how much of the query it knows (a word that few things know counts more, one that says how somebody
asks hardly at all), and by how well its best phrase is met.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from math import log

from gateway.counter.small_words import SMALL_WORDS
from gateway.counter.vocabulary import Vocabulary
from services.contracts.catalogue import products
from services.contracts.everyday_words import everyday_words, words_in
from services.contracts.groups import AtDesk, at_desk
from services.contracts.most_asked import by_demand
from services.contracts.product import Product

MOST_CHARACTERS = 200
"""Of a query; what follows is not looked at."""

MOST_WORDS = 12

MOST_FOUND = 8

_LEAST = 0.36
"""The score below which a thing is not found; what a phrase of it says word by word has 1."""

_LEAST_OF_BEST = 0.6
"""The same, as a share of the best score."""

_SMALL = 0.1
"""The weight of a small word, where that of the rarest is 1."""

_IN_ANOTHER_LANGUAGE = 0.97
"""What a phrase counts for that is not in the reader's language."""

_EXPLAINED = 0.85
"""How well a word is met that stands in an explanation alone."""

_WHOLE = 0.75
"""How much of a phrase and of the query has to be met for what is found with care."""

_FEW = 4
"""A word in the explanations of more things than this does not tell one from another."""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """A thing that can be looked for: phrases by language, each of which names it, and texts that tell of it.

    `with_care`: it is found by a phrase alone that the query says as a whole, and little beside.
    """

    id: str
    phrases: Mapping[str, Collection[str]]
    texts: Collection[str]
    with_care: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class _Phrase:
    """One of a thing's: its words, how much each tells, and all of them."""

    thing: Sought
    language: str
    weights: Mapping[str, float]
    weight: float


@dataclass(frozen=True, kw_only=True)
class _Meeting:
    """How well the words of a query are met in a phrase, and those of the phrase in the query: from 0 to 1 each."""

    of_query: dict[str, float] = field(default_factory=dict)
    of_phrase: dict[str, float] = field(default_factory=dict)


def found(query: str, *, among: Collection[str], language: str) -> tuple[str, ...]:
    """The ids of what a reader of this language may mean, best first: of products, and of what only a desk gives.

    No more than MOST_FOUND, and only of those that it may be `among`; none where it says nothing, or nothing we have.
    """
    return _catalogue().found(query, among=among, language=language)


@cache
def _catalogue() -> "Index":
    things: tuple[Product | AtDesk, ...] = (*by_demand(products().values()), *at_desk().values())
    return Index(map(_sought, things))


def _sought(thing: Product | AtDesk) -> Sought:
    words = everyday_words().get(thing.id)
    said = words.by_language() if words else {}
    return Sought(
        id=thing.id,
        phrases={language: (title, *said.get(language, ())) for language, title in thing.titles.items()},
        texts=tuple(thing.explanations.values()),
        with_care=words is not None and words.with_care,
    )


class Index:
    """Things by the words for them. Of two that are met as well, the one given first comes first."""

    def __init__(self, things: Iterable[Sought]) -> None:
        sought = tuple(things)
        self._places = {each.id: place for place, each in enumerate(sought)}
        self._weights = _weights(sought)
        self._vocabulary = Vocabulary(self._weights)
        self._phrases: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in _phrases(sought, self._weights):
            for word in phrase.weights:
                self._phrases[word].append(phrase)
        self._explained = _explained(sought)

    def found(self, query: str, *, among: Collection[str], language: str) -> tuple[str, ...]:
        """As the function of that name."""
        scores = {id: score for id, score in self._scores(query, language).items() if id in among}
        least = max(_LEAST, _LEAST_OF_BEST * max(scores.values(), default=0.0))
        likely = [id for id, score in scores.items() if score >= least]
        return tuple(sorted(likely, key=lambda id: (-scores[id], self._places[id]))[:MOST_FOUND])

    def _scores(self, query: str, language: str) -> dict[str, float]:
        """By id, from 0 to 1: how much of the query a thing knows in whichever of its phrases, times how well it meets
        the phrase that it meets best. That a phrase is said as a whole counts twice as much as that little is said
        beside: `permis` alone of `permis de conduire` is no sign of it where a permit to build is asked for."""
        meant = self._meant(query)
        weights = {word: self._weight(word, near) for word, near in meant.items()}
        weight = sum(weights.values())
        knows: dict[str, dict[str, float]] = defaultdict(dict)
        best: dict[str, float] = {}
        for word in weights:
            for id in self._explained.get(word, ()):
                knows[id][word] = _EXPLAINED
                best[id] = _share(knows[id], weights, weight)
        for phrase, meeting in self._meetings(meant, weights).items():
            id = phrase.thing.id
            of_query = _share(meeting.of_query, weights, weight)
            of_phrase = _share(meeting.of_phrase, phrase.weights, phrase.weight)
            if phrase.thing.with_care and min(of_query, of_phrase) < _WHOLE:
                continue
            for word, likeness in meeting.of_query.items():
                knows[id][word] = max(likeness, knows[id].get(word, 0.0))
            spoken = 1.0 if phrase.language == language else _IN_ANOTHER_LANGUAGE
            best[id] = max(spoken * (of_query + 2 * of_phrase), best.get(id, 0.0))
        scores = {id: _share(likenesses, weights, weight) * (1 + best[id]) / 4 for id, likenesses in knows.items()}
        return {id: round(score, 6) for id, score in scores.items()}  # sums differ by the order of their parts

    def _meant(self, query: str) -> dict[str, Mapping[str, float]]:
        """The words of a query, each with the known ones that it may stand for, and how well; two that are one written
        apart, in either order, as that one."""
        words: list[str] = []
        for word in words_in(query[:MOST_CHARACTERS])[:MOST_WORDS]:
            before = words[-1] if words and words[-1] not in SMALL_WORDS else None
            whole = before and next((each for each in (before + word, word + before) if each in self._vocabulary), None)
            words[-1:] = [whole] if whole else [*words[-1:], word]
        return {word: {word: 1.0} if word in SMALL_WORDS else self._vocabulary.near(word) for word in words}

    def _weight(self, word: str, near: Mapping[str, float]) -> float:
        """Of one that nobody knows, as of the rarest: it says that something else is meant."""
        if word in SMALL_WORDS:
            return _SMALL
        likeliest = max(near, key=lambda each: (near[each], self._weights[each]), default=None)
        return 1.0 if likeliest is None else self._weights[likeliest]

    def _meetings(
        self, meant: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]
    ) -> dict[_Phrase, _Meeting]:
        """Of the query with each phrase in which a word of it stands that tells something."""
        found: dict[_Phrase, _Meeting] = {}
        for word in sorted(meant, key=SMALL_WORDS.__contains__):
            for known, likeness in meant[word].items():
                says = likeness * min(1.0, self._weights.get(known, _SMALL) / weights[word])
                for phrase in self._phrases.get(known, ()):
                    if word not in SMALL_WORDS:
                        found.setdefault(phrase, _Meeting())
                    if phrase in found:
                        meeting = found[phrase]
                        meeting.of_query[word] = max(says, meeting.of_query.get(word, 0.0))
                        meeting.of_phrase[known] = max(likeness, meeting.of_phrase.get(known, 0.0))
        return found


def _share(likenesses: Mapping[str, float], weights: Mapping[str, float], weight: float) -> float:
    """How much is met of words that weigh so much together, by those that are: 1 where each is, word by word."""
    return sum(weights[word] * likeness for word, likeness in likenesses.items()) / weight


def _weights(sought: Iterable[Sought]) -> dict[str, float]:
    """How much each word of the phrases tells: 1 where one thing alone has it, the less the more have it."""
    having: dict[str, set[str]] = defaultdict(set)
    ids = set()
    for each in sought:
        ids.add(each.id)
        for phrase in chain.from_iterable(each.phrases.values()):
            for word in words_in(phrase):
                having[word].add(each.id)
    return {
        word: _SMALL if word in SMALL_WORDS else log(1 + len(ids) / len(having[word])) / log(1 + len(ids))
        for word in having
    }


def _phrases(sought: Iterable[Sought], weights: Mapping[str, float]) -> Iterator[_Phrase]:
    for each in sought:
        for language, phrases in each.phrases.items():
            for phrase in phrases:
                own = {word: weights[word] for word in words_in(phrase)}
                yield _Phrase(thing=each, language=language, weights=own, weight=sum(own.values()))


def _explained(sought: Iterable[Sought]) -> dict[str, set[str]]:
    """By word of the explanations, the few things that it tells from others."""
    having: dict[str, set[str]] = defaultdict(set)
    for each in sought:
        if not each.with_care:
            for word in words_in(" ".join(each.texts)):
                having[word].add(each.id)
    return {word: ids for word, ids in having.items() if len(ids) <= _FEW and word not in SMALL_WORDS}

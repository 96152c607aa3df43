"""Names from Faker's word lists, drawn by our own generator: Faker draws one at a time and thirty times slower."""

from importlib import import_module
from itertools import accumulate
from random import Random

LOCALES = {
    "BE-nl": "nl_BE",
    "BE-fr": "fr_BE",
    "BE-de": "de_DE",
    "NL": "nl_NL",
    "FR": "fr_FR",
    "DE": "de_DE",
    "IT": "it_IT",
    "ES": "es_ES",
    "PT": "pt_PT",
    "RO": "ro_RO",
    "TR": "tr_TR",
    "MA": "fr_DZ",
    "SY": "fr_DZ",
    "CD": "fr_FR",
    "IN": "en_IN",
    "arabic": "ar_AA",
    "hebrew": "he_IL",
    "vietnamese": "vi_VN",
}
"""Origin (a country, in Belgium with the language) or script, to the Faker locale with its name lists."""

_BATCH = 512


class _Deck:
    """Weighted draws, a batch at a time."""

    def __init__(self, words: object, rng: Random) -> None:
        weights = words if isinstance(words, dict) else dict.fromkeys(words, 1)  # type: ignore[call-overload]
        self._words = list(weights)
        self._cumulative = list(accumulate(weights.values()))
        self._rng = rng
        self._drawn: list[str] = []

    def draw(self) -> str:
        if not self._drawn:
            self._drawn = self._rng.choices(self._words, cum_weights=self._cumulative, k=_BATCH)
        return self._drawn.pop()


class Names:
    """First and last names by origin."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._decks: dict[str, dict[str, _Deck]] = {}

    def last(self, origin: str) -> str:
        return self._of(origin)["last"].draw()

    def first(self, origin: str, sex: str) -> tuple[str, ...]:
        """One to three first names, all different."""
        deck = self._of(origin)[sex]
        names = [deck.draw()]
        for _ in range(self._rng.choices((0, 1, 2), (45, 38, 17))[0]):
            name = deck.draw()
            if name not in names:
                names.append(name)
        return tuple(names)

    def _of(self, origin: str) -> dict[str, _Deck]:
        if origin not in self._decks:
            lists = import_module(f"faker.providers.person.{LOCALES[origin]}").Provider
            self._decks[origin] = {
                "M": _Deck(lists.first_names_male, self._rng),
                "F": _Deck(lists.first_names_female, self._rng),
                "last": _Deck(lists.last_names, self._rng),
            }
        return self._decks[origin]

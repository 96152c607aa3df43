"""The shape of a Belgian population (Statbel, structure of the population, 1 January 2024, rounded).

The households below are drawn so that all residents together come close to BANDS; a test holds them to it.
"""

from itertools import accumulate
from random import Random

BANDS = {
    0: 15.9,
    15: 11.6,
    25: 12.9,
    35: 13.1,
    45: 13.0,
    55: 13.3,
    65: 10.7,
    75: 6.7,
    85: 2.8,
}
"""First age of a band to the percentage of residents in it, up to the next band."""

_SINGLE = ((18, 25, 4), (25, 35, 24), (35, 50, 14), (50, 65, 24), (65, 80, 28), (80, 98, 9))
_COUPLE = ((21, 35, 21), (35, 50, 4), (50, 65, 42), (65, 80, 34), (80, 94, 7))
_FIRST_CHILD_AT = (0, 0, 1, 1, 2, 3, 4, 5, 7, 9, 10, 11, 11, 10, 8, 6, 5, 4, 3, 2, 1, 1, 1)


class Ages:
    """Ages of the people who found a household, by its shape."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._first_child = list(accumulate(_FIRST_CHILD_AT))

    def single(self) -> int:
        return self._from(_SINGLE)

    def couple(self) -> int:
        return self._from(_COUPLE)

    def parent(self) -> int:
        """Of someone with children at home: the age at the first birth and that child's age."""
        return self.at_first_child() + self.first_child()

    def at_first_child(self) -> int:
        return 18 + self._rng.choices(range(len(self._first_child)), cum_weights=self._first_child)[0]

    def first_child(self) -> int:
        """The age of the oldest child at home: most leave between 20 and 28."""
        return int(self._rng.triangular(0, 29, 15))

    def care_home(self) -> int:
        return min(104, 72 + int(self._rng.triangular(0, 32, 15)))

    def _from(self, bands: tuple[tuple[int, int, int], ...]) -> int:
        first, last, _ = self._rng.choices(bands, [weight for _, _, weight in bands])[0]
        return self._rng.randrange(first, last)

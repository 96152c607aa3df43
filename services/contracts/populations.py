"""Where a town's population is: in the registry's own store, or at MAGDA, the Flemish data-sharing platform."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

REGISTRY, MAGDA = "registry", "magda"
TEST, PRODUCTION = "test", "production"

_NEEDED = ("url", "certificate", "key", "environment", "identification")
_OPTIONAL = ("quality", "authorities")

EXAMPLES = {
    "population.source": "registry",
    "population.url": "https://magda.example/soap",
    "population.certificate": "magda.pem",
    "population.key": "magda.key",
    "population.authorities": "authorities.pem",
    "population.environment": "production",
    "population.identification": "town.example/loket",
    "population.quality": '"1300"',
}
"""Field to a value as one would write it."""


@dataclass(frozen=True, kw_only=True)
class Population:
    """`source` is `registry` or `magda`; all else is for MAGDA.

    `certificate` (PEM, with those above it) and `key` (PEM, opened by LOKET_MAGDA_<REFNIS>_PASSPHRASE where it is
    locked) are the town's towards the platform; `authorities` (PEM) are those that the platform's own certificate is
    of, where they are not the public ones. `identification` and `quality` (hoedanigheid) are how the platform knows the
    town. In the `test` environment people have test numbers (national_number.py).
    """

    source: str = REGISTRY
    url: str | None = None
    certificate: str | None = None
    key: str | None = None
    authorities: str | None = None
    environment: str | None = None
    identification: str | None = None
    quality: str | None = None

    @property
    def is_test(self) -> bool:
        """Are its people nobody's, with test numbers?"""
        return self.source == MAGDA and self.environment == TEST


def population_problems(
    population: Population, *, languages: tuple[str, ...], specimen: bool
) -> Iterator[tuple[str, str]]:
    """Each field that is wrong, and the mend. `languages` are the town's official ones."""
    if population.source not in (REGISTRY, MAGDA):
        yield "source", f"write {REGISTRY} or {MAGDA}"
        return
    if population.source == REGISTRY:
        for name in (*_NEEDED, *_OPTIONAL):
            if getattr(population, name) is not None:
                yield name, f"is for a population at MAGDA; leave it out, or write source: {MAGDA}"
        return
    if languages != ("nl",):
        yield (
            "source",
            f"MAGDA has names in Dutch alone, and this town's papers need {', '.join(languages)}: write {REGISTRY}",
        )
    for name in _NEEDED:
        value = getattr(population, name)
        if not (value and value.strip()):
            yield name, f"a population at MAGDA needs it, such as {name}: {EXAMPLES[f'population.{name}']}"
        elif not value.isprintable():
            yield name, "write it in one line"
    if population.environment and population.environment not in (TEST, PRODUCTION):
        yield "environment", f"write {TEST} or {PRODUCTION}"
    elif population.environment == TEST and not specimen:
        yield "environment", f"people with test numbers are nobody: write {PRODUCTION}, or specimen: true for a trial"
    if population.url and _url_mend(population.url):
        yield "url", f"write the platform's https address, such as {EXAMPLES['population.url']}"


def _url_mend(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme != "https" or not parts.hostname or parts.username is not None or (parts.port or 1) < 1
    except ValueError:
        return True

"""Countries to which a document may go, and by which rule each takes it: `services/catalogue/abroad/countries.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from services.contracts.catalogue_files import Problem, WrongCatalogue, loaded, text_of
from services.contracts.countries import COUNTRIES, WITHDRAWN
from services.contracts.rooms import files
from services.contracts.yaml_files import read_yaml

FILE = "countries.yaml"


@dataclass(frozen=True, kw_only=True)
class Destinations:
    """Codes are ISO 3166-1's alpha-2, and XK. `home`: where the document is from. `union`: the members of the European
    Union, with the languages in which each takes a form. `parts`: territories of a member with a code of their own.
    `union_codes`: what the Union calls a member, where that is another code. `exempt`: members that take every document
    without an apostille, by treaty. `apostille`: parties to the Apostille
    Convention for which it is in force with Belgium; `legalisation`: all others.
    """

    home: tuple[str, ...]
    union: dict[str, tuple[str, ...]]
    parts: dict[str, str] = field(default_factory=dict)
    union_codes: dict[str, str] = field(default_factory=dict)
    exempt: tuple[str, ...] = ()
    apostille: tuple[str, ...]
    legalisation: tuple[str, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted((*self.union, *self.parts, *self.apostille, *self.legalisation)))

    def member(self, country: str) -> str:
        """Whose part it is, or itself."""
        return self.parts.get(country, country)

    def languages(self, country: str) -> tuple[str, ...]:
        """Those of a member of the Union; none of any other country."""
        return self.union.get(self.member(country), ())


def _existing() -> frozenset[str]:
    return frozenset(code for code in COUNTRIES if len(code) == 2 and code not in WITHDRAWN and code != "XX")


def read_destinations(name: str, content: bytes) -> Destinations:
    """The file. Raises Unreadable naming what is in none of the lists, or in two."""
    return loaded(Destinations, name, content.decode(), _problems)


def _problems(read: Destinations) -> Iterator[Problem]:
    named = [*read.union, *read.parts, *read.apostille, *read.legalisation]
    for path, codes, told in (
        ("", _existing() - set(named), "in none of the lists"),
        ("", set(named) - _existing(), "no country of today"),
        ("", {each for each in named if named.count(each) > 1}, "in more than one list"),
        ("home", set(read.home) - set(read.union), "no member of the union"),
        ("parts", set(read.parts.values()) - set(read.union), "no member of the union"),
        ("exempt", set(read.exempt) - set(read.union), "no member of the union"),
        ("union_codes", set(read.union_codes) - set(read.union), "no member of the union"),
        ("union", {code for code, spoken in read.union.items() if not spoken}, "no language"),
    ):
        if codes:
            yield path, f"{', '.join(sorted(codes))}: {told}", "union", "parts", "apostille", "legalisation"


@cache
def destinations() -> Destinations:
    """A deployment's own file stands for ours. Raises Unreadable."""
    file = files("catalogue/abroad", FILE)[-1]
    told = f"abroad/{FILE}"
    return read_destinations(told, text_of(told, file).encode())


@cache
def subjects() -> Mapping[str, str]:
    """What a public document of Regulation (EU) 2016/1191 is about, with the annex of the form for it (`I`); empty
    where there is none."""
    file, told = files("catalogue/abroad", "subjects.yaml")[-1], "abroad/subjects.yaml"
    data = read_yaml(told, text_of(told, file).encode()).data
    if not isinstance(data, dict) or not all(isinstance(each, str) for each in data):
        raise WrongCatalogue(told, {"": "a name and an annex, or none, in each line"})
    return {name: annex or "" for name, annex in data.items()}

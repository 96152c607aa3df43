"""Sentences for citizens, from the .po files beside the code that says them. For those parts that have Babel installed.

There is no compiled catalogue to forget: each is compiled in memory when its language is first asked for.

Where a sentence calls the town by its kind, the translation has both words, `de [gemeente|stad]`: the first is for a
municipality, the second for a city (designations.py).
"""

import gettext
from functools import cache
from importlib import resources
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.contracts.designations import BY_KIND


def catalogue(package: str, language: str) -> Catalog:
    """What a package says in a language: `locale/<language>/LC_MESSAGES/<last part of its name>.po`.

    Raises FileNotFoundError for a language that the package does not speak, and
    babel.messages.pofile.PoFileError for a file that is none.
    """
    domain = package.rpartition(".")[2]
    with (resources.files(package) / "locale" / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as lines:
        return read_po(lines, locale=language, domain=domain, abort_invalid=True)


def sentences(package: str, language: str, *, city: bool = False) -> dict[str, str]:
    """The same by msgid, without its head, as a town of that kind says it. Raises what `catalogue` raises."""
    said = catalogue(package, language)
    return {str(message.id): chosen(str(message.string), city=city) for message in said if message.id}


@cache
def translations(package: str, language: str, *, city: bool = False) -> gettext.NullTranslations:
    """The same to speak with, read once for each process. Raises what `catalogue` raises."""
    said = catalogue(package, language)
    for message in said:
        if message.id:
            message.string = chosen(str(message.string), city=city)
    compiled = BytesIO()
    write_mo(compiled, said)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def chosen(text: str, *, city: bool) -> str:
    """A sentence that calls the town by its kind, as a town of that kind says it."""
    return BY_KIND.sub(r"\2" if city else r"\1", text)

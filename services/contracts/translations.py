"""Sentences for citizens, from the .po files beside the code that says them. For those parts that have Babel installed.

There is no compiled catalogue to forget: each is compiled in memory when its language is first asked for.
"""

import gettext
from functools import cache
from importlib import resources
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def catalogue(package: str, language: str) -> Catalog:
    """What a package says in a language: `locale/<language>/LC_MESSAGES/<last part of its name>.po`.

    Raises FileNotFoundError for a language that the package does not speak, and
    babel.messages.pofile.PoFileError for a file that is none.
    """
    domain = package.rpartition(".")[2]
    with (resources.files(package) / "locale" / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as lines:
        return read_po(lines, locale=language, domain=domain, abort_invalid=True)


def sentences(package: str, language: str) -> dict[str, str]:
    """The same by msgid, without its head. Raises what `catalogue` raises."""
    return {str(message.id): str(message.string) for message in catalogue(package, language) if message.id}


@cache
def translations(package: str, language: str) -> gettext.NullTranslations:
    """The same to speak with, read once for each process. Raises what `catalogue` raises."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(package, language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

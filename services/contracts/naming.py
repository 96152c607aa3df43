"""Names of streets, places and services in each language they have, and which of them is shown.

In a town of two languages both are official (laws on the use of languages in administrative matters, coordinated on
18 July 1966): a French certificate of Etterbeek names the Rue, a Dutch one the straat.
"""

from collections.abc import Sequence

from services.contracts.text import is_visible

LANGUAGES = ("nl", "fr", "de", "en")

Names = dict[str, str]
"""A name by language (`nl`, `fr`, `de`, `en`); under UNDETERMINED where its source does not say in which it is."""

UNDETERMINED = "und"
"""ISO 639-2: a name in a language that nobody noted."""

BETWEEN = " / "


def lacking(names: Names, official: Sequence[str]) -> tuple[str, ...]:
    """The languages of `official` in which there is no name; one that is blank is none.

    Where a town has one language, a name whose language nobody noted is in that one.
    """
    if len(official) == 1 and is_visible(names.get(UNDETERMINED, "")):
        return ()
    return tuple(language for language in official if not is_visible(names.get(language, "")))


def shown(names: Names, language: str, *, official: Sequence[str]) -> str:
    """The name for a reader of `language` in a town whose own languages are `official`.

    A courtesy translation invents no name: where there is none in its language it shows the official ones, both where
    they differ, because that is what stands on the street and in the register. Otherwise a name that is not there (a
    place abroad, as the register wrote it down) is shown as it is known.
    """
    names = {each: name for each, name in names.items() if is_visible(name)}
    if language in names:
        return names[language]
    known = [names[each] for each in official if each in names]
    if language not in official and known:
        return BETWEEN.join(dict.fromkeys(known))
    return names.get(UNDETERMINED) or next(iter((*known, *(names[each] for each in sorted(names)))), "")

"""What countries and languages are called (CLDR, by Babel)."""

from functools import cache

from services.contracts.written_days import locale


@cache
def country(code: str, language: str) -> str:
    """`Griekenland`; the code itself where CLDR has no name."""
    return str(locale(language).territories.get(code, code))


@cache
def tongue(code: str, language: str) -> str:
    """`Grieks`; the code itself where CLDR has no name."""
    name = str(locale(language).languages.get(code, code))
    return name[:1].upper() + name[1:]

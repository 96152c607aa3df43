"""Rooms: packages whose modules are found, not listed, and the folder of its own that a deployment adds to them.

`LOKET_EXTENSIONS` names that folder. It mirrors the rooms: `contracts/facts/toy.py`, `registry/sources/toy.py`,
`catalogue/toy.yaml`. Its modules are imported as if they stood in the room, and hold the rights of the process.
"""

import os
import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

EXTENSIONS = "LOKET_EXTENSIONS"

_SERVICES = Path(__file__).parents[1]


class NoExtensions(ValueError):
    """LOKET_EXTENSIONS names no folder."""


@cache
def extensions() -> Path | None:
    """The deployment's own folder. Raises NoExtensions where it is named and not there."""
    named = os.environ.get(EXTENSIONS, "")
    if not named:
        return None
    folder = Path(named)
    if not folder.is_absolute() or not folder.is_dir():
        raise NoExtensions(f"{EXTENSIONS} is to name a folder by its whole path, and {named} is none")
    return folder


def extend(path: Iterable[str], room: str) -> list[str]:
    """A room's `__path__` with that in the deployment's folder: `__path__ = extend(__path__, "registry/facts")`."""
    own, folder = list(path), extensions()
    return own if folder is None else [*own, str(folder / room)]


@cache
def modules(package: str) -> tuple[ModuleType, ...]:
    """All modules of a room, imported, by name. Whose name begins with `_` is none of them."""
    room = import_module(package)
    names = sorted(each.name for each in pkgutil.iter_modules(room.__path__) if not each.name.startswith("_"))
    return tuple(import_module(f"{package}.{name}") for name in names)


def files(room: str, pattern: str) -> list[Path]:
    """The files of a room of data, by name: `files("catalogue/questions", "*.yaml")`."""
    folder = extensions()
    folders = [_SERVICES / room, *([] if folder is None else [folder / room])]
    return sorted((file for each in folders for file in each.glob(pattern)), key=lambda file: file.name)

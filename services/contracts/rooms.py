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

from services.contracts.schema import Unreadable
from services.contracts.text import visible

EXTENSIONS = "LOKET_EXTENSIONS"

_SERVICES = Path(__file__).parents[1]


class NoExtensions(ValueError):
    """LOKET_EXTENSIONS names no folder."""


class WrongExtension(Unreadable):
    """A module of the deployment's own folder that cannot be used."""

    def __init__(self, file: str, told: str) -> None:
        super().__init__(file, {"": told})


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
    own = _own_modules(room)
    names = sorted(each.name for each in pkgutil.iter_modules(room.__path__) if not each.name.startswith("_"))
    return tuple(_imported(f"{package}.{name}", own.get(name)) for name in names)


def _own_modules(room: ModuleType) -> dict[str, str]:
    """The deployment's modules of a room, each with the file by which it is told. Raises WrongExtension where there is
    one of ours of the same name, behind which it would never be found."""
    built_in, *more = room.__path__
    ours = {each.name for each in pkgutil.iter_modules([built_in])}
    found = {each.name: f"{Path(folder, each.name)}.py" for folder in more for each in pkgutil.iter_modules([folder])}
    for name in sorted(ours & found.keys()):
        raise WrongExtension(found[name], "there is a module of ours of this name; call yours otherwise")
    return found


def _imported(name: str, file: str | None) -> ModuleType:
    """Raises WrongExtension where a deployment's own cannot be imported; what is wrong with ours is ours to mend."""
    try:
        return import_module(name)
    except (Exception, SystemExit) as error:
        if file is None:
            raise
        said = " ".join(str(error).split())
        raise WrongExtension(file, f"cannot be imported ({type(error).__name__}: {visible(said)[:200]})") from error


def files(room: str, pattern: str) -> list[Path]:
    """The files of a room of data, by name: `files("catalogue/questions", "*.yaml")`."""
    folder = extensions()
    folders = [_SERVICES / room, *([] if folder is None else [folder / room])]
    return sorted((file for each in folders for file in each.glob(pattern)), key=lambda file: file.name)

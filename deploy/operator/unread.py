"""What lies in a deployment's own folder (LOKET_EXTENSIONS), looks as if it were read, and is read by nobody."""

from collections.abc import Collection, Iterator
from pathlib import Path

import services
from services.contracts.rooms import extensions
from services.contracts.suggesting import nearest
from services.intake.domain.gates import kinds

CATALOGUE, SUFFIX = "catalogue", ".yaml"

_SERVICES = Path(services.__path__[0])

_BY_NAME = ("abroad", "most-asked")
"""The folders of the catalogue of which each file is read by its name."""


def unread() -> Iterator[tuple[Path, str]]:
    """Each file or folder with the mend. Raises NoExtensions, and Unreadable for a gate that cannot be imported."""
    own = extensions()
    if own is None:
        return
    for each in _seen(own):
        if not each.is_dir() and _is_meant(each):
            yield each, f"is read by nobody: move it into {own / 'catalogue'}, or a folder there"
        elif each.is_dir() and each.name != CATALOGUE and nearest(each.name, [CATALOGUE]):
            yield each, f"is read by nobody: was {CATALOGUE} meant?"
    if (own / CATALOGUE).is_dir():
        yield from _of_folder(own / CATALOGUE, "")


def _of_folder(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Of one of the catalogue's; `name` is its path there."""
    ours = _SERVICES / CATALOGUE / name
    known = {each.name for each in _seen(ours) if each.is_dir()} if ours.is_dir() else set()
    if not name:
        known |= {f"{kind}s" for kind in kinds()}
    for each in _seen(folder):
        if each.is_dir() and each.name in known:
            yield from _of_folder(each, f"{name}/{each.name}".lstrip("/"))
        elif each.is_dir():
            yield each, f"is read by nobody: {_meant(each.name, known)}"
        elif _is_meant(each) and each.suffix != SUFFIX:
            yield each, f"is read by nobody: rename it to {each.stem}{SUFFIX}"
        elif _is_meant(each) and name in _BY_NAME and not (ours / each.name).is_file():
            yield each, f"is read by nobody: {_meant(each.name, sorted(file.name for file in ours.glob(f'*{SUFFIX}')))}"


def _meant(name: str, known: Collection[str]) -> str:
    if near := nearest(name, known):
        return f"was {near} meant?"
    return f"there are {', '.join(sorted(known))}" if known else "there are no folders here"


def _seen(folder: Path) -> list[Path]:
    """What editors, mounts and Python keep there is hidden."""
    return sorted(each for each in folder.iterdir() if not each.name.startswith((".", "_")))


def _is_meant(file: Path) -> bool:
    return file.suffix.lower() in (SUFFIX, ".yml")

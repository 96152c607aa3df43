"""Reading towns' files (`deploy/towns/<name>.yaml`): everything that is wrong with all of them is told at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from services.contracts.catalogue import products
from services.contracts.hosts import ascii_host
from services.contracts.living_towns import LivingTowns
from services.contracts.logos import read_logo
from services.contracts.reached import host_mend, machines_name
from services.contracts.schema import Unreadable
from services.contracts.shapes import fitted
from services.contracts.town_problems import examples_for, town_problems
from services.contracts.town_texts import with_languages
from services.contracts.towns import Town
from services.contracts.yaml_files import MOST_BYTES, Written, read_bytes, read_yaml

SUFFIX = ".yaml"


@dataclass(frozen=True, kw_only=True)
class TownFile:
    """A file looked at. `town` is None where it has `problems`: what is wrong with each field, and the mend.

    `written` is what the file says, where it is YAML at all.
    """

    path: Path
    town: Town | None = None
    written: Written = field(default_factory=lambda: Written(data=None))
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the file, without its folder."""
        return self.path.name


def read_town(path: Path) -> Town:
    """Raises Unreadable with every problem of the file and how to mend it."""
    looked_at = _look_at(path)
    if looked_at.town is None:
        raise Unreadable(path.name, looked_at.problems)
    return looked_at.town


def read_towns(folder: Path | str) -> dict[str, Town]:
    """All towns of a deployment by REFNIS code, in the order of their files.

    Raises Unreadable with all that is wrong with all files, also where two towns share a code, a host or an address.
    """
    return towns_of(look_at_folder(Path(folder)), folder)


def towns_of(files: Iterable[TownFile], folder: Path | str) -> dict[str, Town]:
    """The towns of a folder that was looked at, by REFNIS code. Raises Unreadable as read_towns does."""
    files = list(files)
    wrong = {each.name: each.problems for each in files if each.problems}
    if len(wrong) == 1:
        raise Unreadable(*wrong.popitem())
    if wrong:
        raise Unreadable(str(folder), wrong)
    return {each.town.refnis: each.town for each in files if each.town}


def read_served_towns(folder: str | Path) -> LivingTowns:
    """The same for a process that serves them, and so needs the catalogue with which their choice is compared. Raises
    Unreadable, of the catalogue first."""
    products()
    return LivingTowns(read_towns(folder), folder=Path(folder))


def look_at_folder(folder: Path) -> list[TownFile]:
    """All files of a deployment, in the order of their names; the folder itself where it holds none."""
    if not folder.is_dir():
        problem = "is no folder; name the folder of the towns' files" if folder.exists() else "there is no such folder"
        return [TownFile(path=folder, problems={"folder": problem})]
    try:
        found = sorted(path for path in folder.iterdir() if _is_meant(path))
    except PermissionError:
        return [TownFile(path=folder, problems={"folder": "may not be read by this user; give it the right to"})]
    if not any(path.suffix == SUFFIX for path in found):
        empty = TownFile(path=folder, problems={"folder": f"no *{SUFFIX} file here; deploy/towns/README.md shows one"})
        return [empty, *look_at(found)]
    return look_at(found)


def look_at(paths: Iterable[Path]) -> list[TownFile]:
    """These files, each by itself and beside the others."""
    return _beside_each_other([_look_at(path) for path in sorted(paths)])


def _is_meant(path: Path) -> bool:
    """A town's file, or what somebody takes for one; what editors and mounts keep beside them is hidden."""
    return path.suffix.lower() in (SUFFIX, ".yml") and not path.name.startswith(".")


def _look_at(path: Path) -> TownFile:
    if path.suffix != SUFFIX:
        return TownFile(path=path, problems={"file": f"rename it to {path.stem}{SUFFIX}: only those are read"})
    if not path.name.isprintable():
        return TownFile(path=path, problems={"file": "rename it: its name holds what cannot be shown"})
    try:
        content = read_bytes(path, most=MOST_BYTES)
    except ValueError as error:
        return TownFile(path=path, problems={"file": str(error)})
    try:
        written = read_yaml(path.name, content)
    except Unreadable as error:
        return TownFile(path=path, problems=error.problems)
    return _looked_at(path, written)


def _looked_at(path: Path, written: Written) -> TownFile:
    data = with_languages(written.data) if isinstance(written.data, dict) else written.data
    fit = fitted(Town, data, examples_for(data if isinstance(data, dict) else {}))
    problems = dict(fit.problems)
    value = replace(fit.value, specimen=True) if "specimen" in fit.stood_in else fit.value  # nothing follows from it
    for place, mend in town_problems(value, lambda: read_logo(path.parent, value.logo)):
        if not any(
            _is_within(place, other) or other.startswith(f"{place}[") for other in (*fit.problems, *fit.stood_in)
        ):
            problems[place] = f"{problems[place]}; {mend}" if place in problems else mend
    town = None if problems else fit.value
    return TownFile(path=path, town=town, written=written, problems=_by_line(problems, written))


def _is_within(place: str, whole: str) -> bool:
    return whole in ("", place) or place.startswith((f"{whole}.", f"{whole}["))


def _beside_each_other(files: list[TownFile]) -> list[TownFile]:
    """What is another's already: a code, a host, an address. Told of all files but the first."""
    taken: dict[tuple[str, str], str] = {}
    found: dict[Path, dict[str, str]] = defaultdict(dict)
    for each in files:
        for place, kind, value in _claims(each.written.data):
            first = taken.setdefault((kind, value), each.name)
            if first != each.name:
                found[each.path][place] = f"{value} already leads to {first}; give each town its own"
    return [with_problems(each, found[each.path]) if each.path in found else each for each in files]


def with_problems(file: TownFile, more: Mapping[str, str]) -> TownFile:
    """The file with what was found wrong with it besides."""
    problems = {
        **more,
        **{place: f"{mend}; {more[place]}" if place in more else mend for place, mend in file.problems.items()},
    }
    return TownFile(path=file.path, written=file.written, problems=_by_line(problems, file.written))


def _by_line(problems: Mapping[str, str], written: Written) -> dict[str, str]:
    """As somebody mends them, from the first line on; what is missing altogether comes last."""

    def order(place: str) -> tuple[bool, int, str]:
        line = written.line_of(place)
        return line is None, line or 0, place

    return {place: problems[place] for place in sorted(problems, key=order)}


def _claims(data: Any) -> Iterable[tuple[str, str, str]]:
    """Path, kind and value of what only one town can have."""
    if not isinstance(data, dict):
        return
    if isinstance(address := data.get("address"), str) and (name := machines_name(address)):
        yield "address", "machine", name
    for place in ("refnis", "address"):
        if isinstance(data.get(place), str) and data[place]:
            yield place, place, data[place].lower().rstrip("/")
    hosts = data.get("hosts")
    for number, host in enumerate(hosts if isinstance(hosts, list) else ()):
        if isinstance(host, str) and host_mend(host) is None:
            yield f"hosts[{number}]", "host", ascii_host(host)

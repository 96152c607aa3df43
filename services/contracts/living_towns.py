"""The towns of a process, as they are served now: each as its file says, or as its officers have chosen since."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.contracts.errors import NotFound, TownNotInOrder
from services.contracts.logos import read_logo
from services.contracts.town_setups import ChangedTown, TownSetup, setup_problems
from services.contracts.towns import Town


@dataclass(frozen=True, kw_only=True)
class _Served:
    town: Town
    version: int = 0
    setup: TownSetup | None = None


class LivingTowns(Mapping[str, Town]):
    """Read as the mapping of a folder's towns by REFNIS code; another version takes effect for the next who looks.

    Safe for use by many threads: who has taken a town out keeps it as it was.
    """

    def __init__(self, towns: Mapping[str, Town], *, folder: Path) -> None:
        """As the files of a folder say."""
        self._files = dict(towns)
        self._folder = folder
        self._taking = threading.Lock()
        self._drawings: dict[str, bytes] = {}
        self._served = {refnis: _Served(town=town) for refnis, town in towns.items()}

    def __getitem__(self, refnis: str) -> Town:
        return self._served[refnis].town

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def take(self, changed: ChangedTown) -> bool:
        """Serve a town so from now on. False where that is known, or another has come since; and for a town that is not
        served here, or not any more."""
        own = self._files.get(changed.town)
        if own is None:
            return False
        town = changed.setup.of_town(own) if changed.setup else own
        with self._taking:
            if changed.version <= self._served[changed.town].version:
                return False
            self._served[changed.town] = _Served(town=town, version=changed.version, setup=changed.setup)
        return True

    @property
    def versions(self) -> dict[str, int]:
        """Of those that are not, or not any more, served as they were at the start."""
        return {refnis: served.version for refnis, served in self._served.items() if served.version}

    def changed(self, refnis: str) -> ChangedTown:
        """How a town is served, for who has its file as well. Raises KeyError."""
        served = self._served[refnis]
        return ChangedTown(town=refnis, version=served.version, setup=served.setup)

    def version(self, refnis: str) -> int:
        """0 where nothing was ever chosen. Raises KeyError."""
        return self._served[refnis].version

    def logo(self, refnis: str) -> bytes:
        """The drawing, of a file as it was first read. Raises KeyError, and ValueError where it is none any more."""
        chosen = self._served[refnis].setup
        return chosen.logo.encode() if chosen else self._drawing(refnis)

    def setup(self, refnis: str) -> TownSetup:
        """What is chosen now, be it by the file. Raises KeyError."""
        return self._served[refnis].setup or self.setup_of_file(refnis)

    def setup_of_file(self, refnis: str) -> TownSetup:
        """What its file chooses. The logo is empty where that holds none any more. Raises KeyError."""
        try:
            drawing = self._drawing(refnis)
        except ValueError:
            drawing = b""
        return TownSetup.of(self._files[refnis], logo=drawing)

    def _drawing(self, refnis: str) -> bytes:
        if refnis not in self._drawings:
            self._drawings[refnis] = read_logo(self._folder, self._files[refnis].logo)
        return self._drawings[refnis]

    def if_served(self, refnis: str, setup: TownSetup) -> Town:
        """The town if this were chosen for it. Raises NotFound and TownNotInOrder."""
        if refnis not in self._files:
            raise NotFound
        if wrong := list(setup_problems(setup, of=self._files[refnis])):
            raise TownNotInOrder("\n".join(f"{place}: {mend}" for place, mend in wrong))
        return setup.of_town(self._files[refnis])

    def file(self, refnis: str) -> Town:
        """The town as its file says. Raises KeyError."""
        return self._files[refnis]

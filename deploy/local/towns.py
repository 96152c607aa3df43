"""The towns of one deployment: their files as it was started with them, and how these differ from the operator's.

Every process reads a copy that is made at the start, so that a file which is edited afterwards reaches none of them by
halves: neither the one that is started again after a crash, nor the one that a command adds.
"""

import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from deploy.local.ports import USUAL_PLATFORM
from services.contracts.hosts import ascii_host
from services.contracts.logos import NAMES, read_logo
from services.contracts.reached import is_own
from services.contracts.town_files import TownFile, look_at_folder, towns_of, with_problems
from services.contracts.yaml_files import read_yaml

HEAD = "# Written by `loket up` from {}: what is edited here is lost.\n"

KEEP_HOSTS = "certificates printed while it was the town's lead there: keep it among `hosts`"

_FILES = {
    "seal": ("path",),
    "population": ("certificate", "key", "authorities"),
    "federal_attests": ("seal_authorities",),
}
"""Fields of a town's file that name another."""

_FILES_OF_SOURCES = ("certificate", "key", "authorities", "seal_authorities")
"""The same of what a town's file says of a source. What a deployment's own source calls otherwise is known by its being
there, or by `./` or `../` at its beginning."""

LARGEST_PEM = 1024 * 1024
"""Bytes: four times all that browsers trust."""

Files = dict[str, bytes]
"""File name to content."""


_AUTHORITIES = {"authorities": "authorities.pem"}


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """What a demonstration puts into its towns in the place of the usual: the ports, seals and certificates that this
    one has.
    """

    usual_gateway: int
    usual_issuer: str
    usual_seals: Path
    gateway: int
    issuer: str
    seals: Path
    usual_platform: str
    platform: str
    certificates: Path
    usual_sources: Path
    sources: Path
    source_ports: Mapping[int, int]

    def applied(self, data: dict[str, Any], folder: Path) -> dict[str, Any]:
        """A file's data with this deployment's addresses, however it was written."""
        town = dict(data)
        if isinstance(town.get("address"), str):
            town["address"] = self._address(town["address"])
        if isinstance(sign_in := town.get("sign_in"), dict) and _is_issuer(sign_in.get("issuer"), self.usual_issuer):
            town["sign_in"] = sign_in | {"issuer": self.issuer}
        if isinstance(seal := town.get("seal"), dict) and seal.get("source") == "pkcs12":
            path = folder / str(seal.get("path"))
            if not os.path.isfile(path) or path.resolve().parent == self.usual_seals.resolve():
                town["seal"] = seal | {"path": str(self.seals / f"{town.get('refnis')}.p12")}
        if isinstance(population := town.get("population"), dict) and population.get("url") == self.usual_platform:
            own = {"certificate": f"{town.get('refnis')}.pem", "key": f"{town.get('refnis')}.key"}
            files = {name: str(self.certificates / file) for name, file in (own | _AUTHORITIES).items()}
            town["population"] = population | {"url": self.platform} | files
            if isinstance(attests := town.get("federal_attests"), dict):
                town["federal_attests"] = attests | {"seal_authorities": str(self.certificates / "attests-root.pem")}
        if isinstance(sources := town.get("sources"), dict):
            town["sources"] = {name: self._source(each, folder) for name, each in sources.items()}
        return town

    def _source(self, written: Any, folder: Path) -> Any:
        """Where the demonstration's own source is asked, and with which files."""
        if not isinstance(written, dict):
            return written
        source, is_stand_in = dict(written), self._port_of(written.get("url")) is not None
        for name, value in source.items():
            if not isinstance(value, str):
                continue
            if name == "url":
                source[name] = self._source_url(value)
                continue
            path = folder / value
            is_missing = is_stand_in and name in _FILES_OF_SOURCES and not os.path.isfile(path)
            if is_missing or path.resolve().parent == self.usual_sources.resolve():
                source[name] = str(self.sources / path.name)
        return source

    def _source_url(self, url: str) -> str:
        port = self._port_of(url)
        if port is None:
            return url
        parts = urlsplit(url)
        return parts._replace(netloc=f"{parts.hostname}:{port}").geturl()

    def _port_of(self, url: object) -> int | None:
        """Of the demonstration's own source that answers at this address."""
        try:
            parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
            return self.source_ports.get(parts.port or 0) if is_own(parts.hostname or "") else None
        except ValueError:
            return None  # it is told as what it is

    def _address(self, address: str) -> str:
        try:
            parts = urlsplit(address)
            ours = is_own(parts.hostname or "") and parts.port == self.usual_gateway
        except ValueError:
            return address  # it is told as what it is
        host = parts.netloc.rpartition(":")[0]
        return parts._replace(netloc=f"{host}:{self.gateway}").geturl() if ours else address


def looked_at(files: Iterable[TownFile], *, production: bool) -> list[TownFile]:
    """Files as a deployment of this kind needs them: production makes no seal, so that each has to be there. What is
    there has to be what it is named for, also in a demonstration, which makes only what is missing."""
    found = (
        (each, _seal_problem(each, production=production) | _population_problem(each, production=production))
        for each in files
    )
    return [with_problems(each, problem) if problem else each for each, problem in found]


def refused_in_production(file: TownFile) -> dict[str, str]:
    """What is wrong with a file by its field, that a demonstration does not mind: it makes what is missing."""
    found = _seal_problem(file, production=True) | _population_problem(file, production=True)
    return {field: problem for field, problem in found.items() if field not in file.problems}


def drafts(folder: Path, demonstration: Demonstration | None) -> Files:
    """The copies that a deployment started now would have. Raises Unreadable with all that is wrong with the files."""
    found = looked_at(look_at_folder(folder), production=demonstration is None)
    towns_of(found, folder)
    files: Files = {}
    for each in found:
        files |= _draft(each, folder, demonstration)
    return files


def write(files: Files, folder: Path) -> None:
    """Makes a folder hold these files and no other."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in {path.name for path in folder.iterdir()} - set(files):
        (folder / stale).unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def edited(folder: Path, started: Path, demonstration: Demonstration | None) -> list[str]:
    """The operator's files that say something else than at the start, new and removed ones with them.

    What only looks different (another style, a comment) is no edit; what cannot be read any more is one.
    """
    now: dict[str, Any] = {}
    for each in look_at_folder(folder):
        now[each.name] = None
        if isinstance(data := each.written.data, dict):
            now[each.name] = _town(data, folder, demonstration)
    then = _said({path.name: path.read_bytes() for path in started.iterdir()}) if started.is_dir() else {}
    logos = {str(data.get("logo")) for data in now.values() if data} | {name for name in then if name.endswith(NAMES)}
    for logo in logos:
        with contextlib.suppress(ValueError):
            now[logo] = read_logo(folder, logo)
    nothing = object()
    return sorted(name for name in now.keys() | then.keys() if now.get(name, nothing) != then.get(name, nothing))


def gone(before: Path, now: Iterable[TownFile]) -> list[str]:
    """The towns of these copies that no file is for any more, by file and code: `eupen.yaml (63023)`.

    What such a town has issued is kept, and reached by nobody: its hosts are unknown.
    """
    if not before.is_dir():
        return []
    now = list(now)
    codes = {str(each.written.data.get("refnis")) for each in now if isinstance(each.written.data, dict)}
    broken = {each.name for each in now if not isinstance(each.written.data, dict)}
    then = _said({path.name: path.read_bytes() for path in sorted(before.glob("*.yaml"))})
    named = {name: str(data.get("refnis")) for name, data in then.items() if isinstance(data, dict)}
    return [f"{name} ({code})" for name, code in named.items() if code not in codes and name not in broken]


def lost_hosts(before: Iterable[TownFile], now: Iterable[TownFile]) -> list[str]:
    """The names in earlier files of towns that are still there, to which no town answers any more, by file:
    `eupen.yaml: oud.eupen.be`.

    Certificates that were printed while a name was the town's lead there by their QR codes, and mails by their links.
    """
    data = [each.written.data for each in now if isinstance(each.written.data, dict)]
    codes = {str(each.get("refnis")) for each in data}
    answered = {host for each in data for host in _hosts(each)}
    then = ((each.name, each.written.data) for each in before if isinstance(each.written.data, dict))
    still = [(name, each) for name, each in then if str(each.get("refnis")) in codes]
    return [f"{name}: {host}" for name, each in still for host in _hosts(each) if host not in answered]


def _hosts(data: Mapping[str, Any]) -> list[str]:
    """Those that can be read, as they travel."""
    hosts = data.get("hosts")
    found = []
    for host in hosts if isinstance(hosts, list) else ():
        with contextlib.suppress(ValueError):
            found.append(ascii_host(str(host)))
    return found


def _draft(file: TownFile, folder: Path, demonstration: Demonstration | None) -> Files:
    """The copies of a town's file, which is in order, and of its logo."""
    data = file.written.data
    town = _town(data, folder, demonstration)
    text = HEAD.format(file.name) + yaml.dump(town, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    return {file.name: text.encode(), data["logo"]: read_logo(folder, data["logo"])}


def _town(data: dict[str, Any], folder: Path, demonstration: Demonstration | None) -> dict[str, Any]:
    here = _from_here(data, folder)
    return demonstration.applied(here, folder) if demonstration else here


def _from_here(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Its seal, and what it asks its sources with, are where the file says, seen from the file."""
    here = dict(data)
    for part, names in _FILES.items():
        if isinstance(said := data.get(part), dict):
            named = {name: said[name] for name in names if isinstance(said.get(name), str)}
            here[part] = said | {name: os.path.abspath(folder / path) for name, path in named.items()}
    if isinstance(sources := data.get("sources"), dict):
        here["sources"] = {name: _source_from_here(each, folder) for name, each in sources.items()}
    return here


def _source_from_here(said: Any, folder: Path) -> Any:
    if not isinstance(said, dict):
        return said
    return {
        name: os.path.abspath(folder / value) if isinstance(value, str) and _is_file(name, value, folder) else value
        for name, value in said.items()
    }


def _is_file(name: str, value: str, folder: Path) -> bool:
    return name in _FILES_OF_SOURCES or value.startswith(("./", "../")) or os.path.isfile(folder / value)


def _seal_problem(file: TownFile, *, production: bool) -> dict[str, str]:
    if file.town is None:
        return {}
    for name, asked, is_it, mend in (
        ("path", file.town.seal.path, is_pkcs12, "no PKCS#12 file; name the one that holds the seal's key (.p12)"),
        ("module", file.town.seal.module, _is_library, "no library; name the token's own, a file that ends with .so"),
    ):
        if asked is None:
            continue
        path = Path(os.path.normpath(file.path.parent / asked))
        try:
            with path.open("rb") as opened:
                if not is_it(opened.read(16)):
                    return {f"seal.{name}": f"{path} is {mend}"}
        except FileNotFoundError as error:
            if production and name == "path":
                return {"seal.path": f"{path} cannot be read ({error.strerror}); put the seal's PKCS#12 file there"}
        except OSError as error:
            return {f"seal.{name}": f"{path} cannot be read ({error.strerror}); name a file that this user may read"}
    return {}


def _population_problem(file: TownFile, *, production: bool) -> dict[str, str]:
    """The same of the files with which a town asks for its people, and their attests, elsewhere: none of them is made
    for a platform that is not the demonstration's."""
    found: dict[str, str] = {}
    if file.town is None:
        return found
    population, attests = file.town.population, file.town.federal_attests
    is_made = not production and population.url == USUAL_PLATFORM
    named = [("population", name, getattr(population, name)) for name in _FILES["population"]]
    for part, name, asked in (*named, ("federal_attests", "seal_authorities", attests.seal_authorities)):
        if asked is None:
            continue
        path, place = Path(os.path.normpath(file.path.parent / asked)), f"{part}.{name}"
        try:
            with path.open("rb") as opened:
                if lacks := _lacking(opened.read(LARGEST_PEM), key=name == "key"):
                    found[place] = f"{path} {lacks}; name the one that holds the {name.replace('_', ' ')}"
        except FileNotFoundError as error:
            if not is_made:
                found[place] = f"{path} cannot be read ({error.strerror}); put the {name.replace('_', ' ')} there"
        except OSError as error:
            found[place] = f"{path} cannot be read ({error.strerror}); name a file that this user may read"
    return found


def _lacking(content: bytes, *, key: bool) -> str | None:
    """What a file of a key, or one of certificates, is not."""
    from cryptography import x509  # noqa: PLC0415 - few commands look into certificates

    if not content.startswith(b"-----BEGIN"):
        return "is no PEM file"
    try:
        return None if key or x509.load_pem_x509_certificates(content) else "holds no certificate"
    except ValueError:
        return "holds no certificate that can be read"


def is_pkcs12(start: bytes) -> bool:
    """Do these first sixteen bytes begin a PFX of version 3 (RFC 7292, section 4), in DER or BER?"""
    if len(start) < 16 or start[0] != 0x30:  # a SEQUENCE
        return False
    long_form = start[1] - 0x80 if start[1] > 0x80 else 0
    return start[2 + long_form :].startswith(b"\x02\x01\x03\x30")


def _is_library(start: bytes) -> bool:
    return start.startswith(b"\x7fELF")


def _said(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: read_yaml(name, each).data if name.endswith(".yaml") else each for name, each in files.items()}


def _is_issuer(issuer: Any, usual: str) -> bool:
    return isinstance(issuer, str) and issuer.rstrip("/").replace("//localhost:", "//127.0.0.1:") == usual


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        """What was written once by an anchor is written wherever it stands."""
        return True

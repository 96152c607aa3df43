"""From a town's file to its register at the platform: key and certificates read, and checked for operators."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.contracts.towns import Town
from services.registry.domain import SourceRefused
from services.registry.ports import Finding
from services.registry.sources.checking import ending, unreached, unsafe
from services.registry.sources.magda.asking import Ask
from services.registry.sources.magda.population import MagdaSource, MagdaView
from services.registry.sources.magda.questions import Identification
from services.registry.sources.magda.signing import Signer
from services.registry.sources.magda.transport import Transport


class Unusable(Exception):
    """What an operator has to mend, in one line."""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What the town shows the platform: it is kept in files, opened by a secret of the environment."""

    context: ssl.SSLContext
    signer: Signer
    certificate: x509.Certificate


def keys_of(town: Town, *, folder: Path, secrets: Mapping[str, str]) -> Keys:
    """`folder` holds the town's file; relative paths start there. Raises Unusable."""
    population, variable = town.population, f"LOKET_MAGDA_{town.refnis}_PASSPHRASE"
    certificate, key = (folder / str(each) for each in (population.certificate, population.key))
    passphrase = secrets.get(variable, "").encode() or None
    try:
        if wrong := unsafe(key):
            raise Unusable(wrong)
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
        private = load_pem_private_key(key.read_bytes(), passphrase)
        context = ssl.create_default_context(cafile=folder / population.authorities if population.authorities else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, key, passphrase or b"")
        signer = Signer(private, chain[0])
    except OSError as error:
        what = error.filename or f"{certificate}, {key} or the authorities"
        raise Unusable(f"{what} cannot be used ({error.strerror or 'they do not belong together'})") from None
    except (ValueError, TypeError, IndexError):
        raise Unusable(f"{certificate} or {key} cannot be read as PEM, or not with {variable}") from None
    return Keys(context=context, signer=signer, certificate=chain[0])


class MagdaRegister:
    """A Register that is opened when it is first asked: what is wrong with its keys concerns this town alone, and is
    looked at again at each question.
    """

    def __init__(
        self, town: Town, *, folder: Path, secrets: Mapping[str, str], clock: Callable[[], datetime], at_once: int
    ) -> None:
        self._town = town
        self._folder = folder
        self._secrets = secrets
        self._clock = clock
        self._at_once = at_once
        self._opened: MagdaSource | None = None

    def view(self, *, town: str) -> MagdaView:
        """Raises SourceUnavailable, and SourceRefused where the keys cannot be used."""
        if self._opened is None:
            self._opened = self._open()
        return self._opened.view(town=town)

    def close(self) -> None:
        """Ends the connections that are kept."""
        if self._opened is not None:
            self._opened.ask.transport.close()
            self._opened = None

    def _open(self) -> MagdaSource:
        population = self._town.population
        try:
            keys = keys_of(self._town, folder=self._folder, secrets=self._secrets)
        except Unusable:
            raise SourceRefused("magda-keys") from None
        ask = Ask(
            Transport(str(population.url), context=keys.context, town=self._town.refnis),
            signer=keys.signer,
            asker=Identification(identification=str(population.identification), quality=population.quality),
            is_test=population.is_test,
            town=self._town.refnis,
        )
        return MagdaSource(ask, clock=self._clock, at_once=self._at_once)


def check(town: Town, *, folder: Path, secrets: Mapping[str, str], now: datetime, reach: bool = True) -> Finding | None:
    """What an operator has to mend, None where nothing is. `reach` knocks at the platform: nobody is asked about."""
    try:
        keys = keys_of(town, folder=folder, secrets=secrets)
    except Unusable as wrong:
        return Finding(said=str(wrong))
    found = ending(keys.certificate, name="MAGDA", now=now)
    if reach and (found is None or not found.stops):
        return unreached(str(town.population.url), keys.context) or found
    return found

"""One press per process: it renders, seals, and keeps all that certificates share."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

from services.contracts.catalogue import products
from services.contracts.certificate_data import FILE_NAME
from services.contracts.delivery import Unacceptable
from services.contracts.errors import Refusal
from services.contracts.extracts import Facts
from services.contracts.facts.identity import Identity
from services.contracts.forms import words
from services.contracts.living_towns import LivingTowns
from services.contracts.product import Product
from services.contracts.sealed import SealedDocument
from services.contracts.town_files import read_towns
from services.contracts.town_setups import ChangedTown, TownSetup
from services.contracts.towns import Town
from services.documents.domain import Order, Printed, Unprintable, rows_of
from services.documents.paper.data import data
from services.documents.paper.layout import layout
from services.documents.paper.pictures import first_page
from services.documents.paper.pinned import Data
from services.documents.paper.rendering import Finish, Renderer, Undrawn
from services.documents.paper.wording import Wording, wording
from services.documents.sealing.keys import signer_of
from services.documents.sealing.seal import PadesSeal, Seal
from services.documents.sections import sections
from services.documents.stating import characters

TIME_STAMP_TIMEOUT_S = 10


class CertificatePress:
    """Renders and seals. A town's seal is opened at its first certificate; one that cannot be opened is tried again."""

    def __init__(
        self,
        towns: Mapping[str, Town],
        *,
        folder: Path,
        secrets: Mapping[str, str],
        catalogue: Mapping[str, Product] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._towns = LivingTowns(towns, folder=folder)
        self._folder = folder
        self._secrets = secrets
        self._catalogue = catalogue if catalogue is not None else products()
        self._clock = clock
        sections()  # an extension's that cannot be read is told now, not by the first certificate
        words()
        self._renderer = Renderer()
        self._seals: dict[str, Seal] = {}
        for refnis in towns:
            self._towns.logo(refnis)

    def serve(self, changed: ChangedTown) -> None:
        """Print what comes for this town as it is served from now on; nothing where that is known."""
        self._towns.take(changed)

    def render_and_seal(self, order: Order) -> Printed:
        """The sealed file. Raises as ports.Press does."""
        try:
            return self._rendered_and_sealed(order)
        except Undrawn as undrawn:
            raise self._never(undrawn, order.facts) from None

    def _never(self, undrawn: Undrawn, facts: Facts) -> Unacceptable:
        """Nobody's data are at fault where the fonts are not installed, or where the page says by itself what they do
        not draw: an operator has to mend that first."""
        rows = rows_of(undrawn.points)
        if not self._renderer.are_fonts_there():
            return Unacceptable("fonts-missing", f"install fonts-inter and fonts-noto-core: {rows}")
        if undrawn.points - set(map(ord, characters(facts))):
            return Unacceptable("no-font", f"no installed font draws {rows} of the page's own words")
        return Unprintable(Refusal.CHARACTER_UNPRINTABLE.value, "no-font", f"no installed font draws {rows}")

    def _rendered_and_sealed(self, order: Order) -> Printed:
        town = self._towns[order.facts.town]
        say = wording(order.language, city=town.is_city, official=town.official_languages)
        seal = self._seal(town)
        seal.check()
        tooltip = say("Electronic seal")
        pdf = self._rendered(
            order,
            town=town,
            logo=self._towns.logo(town.refnis),
            finish=lambda pdf: seal.place(
                pdf,
                number=order.number,
                tooltip=f"{tooltip}: {town.designation(order.language)}",
                at=order.issued_at,
            ),
        )
        return Printed(pdf=seal.fill(pdf), seal=seal.fingerprint)

    def picture(self, order: Order, setup: TownSetup) -> bytes:
        """The first page of a specimen as a PNG, as the town's certificates would look if it were served so. No seal is
        opened for it. Raises Unacceptable."""
        town = replace(setup.of_town(self._towns.file(order.facts.town)), specimen=True)
        return first_page(self._rendered(order, town=town, logo=setup.logo.encode(), finish=lambda _: None))

    def _rendered(self, order: Order, *, town: Town, logo: bytes, finish: Finish) -> bytes:
        """The file as it is before it is sealed. Raises Unacceptable."""
        product = self._catalogue[order.facts.product]
        say = wording(order.language, city=town.is_city, official=town.official_languages)
        identity = order.facts.part(Identity)
        values = layout(order, product=product, town=town, say=say)
        return self._renderer.render(
            values,
            about=identity.national_number if identity else "",
            say=say,
            town=town,
            logo=logo,
            files=(
                Data(
                    name=FILE_NAME,
                    media_type="application/json",
                    content=data(order, product=product, town=town, form=values["form"]),
                    description=say("The facts of this certificate, to be read by programs"),
                    at=order.issued_at,
                ),
                *_accompanied(order, product=product, say=say),
            ),
            finish=finish,
        )

    def _seal(self, town: Town) -> Seal:
        if town.refnis not in self._seals:
            authority = town.seal.timestamps
            self._seals[town.refnis] = PadesSeal(
                signer_of(town, folder=self._folder, secrets=self._secrets),
                town=town.designation(town.languages[0]),
                clock=self._clock,
                timestamps=HTTPTimeStamper(authority, timeout=TIME_STAMP_TIMEOUT_S) if authority else None,
            )
        return self._seals[town.refnis]


def _accompanied(order: Order, *, product: Product, say: Wording) -> Iterator[Data]:
    """What another authority has sealed, and what the paper is the form of: inside it, byte for byte."""
    for name in product.gives.sections:
        document = getattr(order.facts.parts[name], "document", None)
        if isinstance(document, SealedDocument):
            yield Data(
                name=f"{name}.pdf",
                media_type="application/pdf",
                content=document.content(),
                description=say("The document that this form accompanies, as its own authority has sealed it"),
                at=order.issued_at,
                relationship="Source",
            )


def press_of(folder: Path, secrets: Mapping[str, str]) -> CertificatePress:
    """A press for the towns of a folder. Raises Unreadable for a town's file that is not in order."""
    return CertificatePress(read_towns(folder), folder=folder, secrets=secrets)

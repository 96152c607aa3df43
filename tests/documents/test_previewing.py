"""What certificates would look like: of every town, in each of its languages, about nobody, never sealed."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from services.contracts.catalogue import products
from services.contracts.codes import typed_code
from services.contracts.delivery import TryLater
from services.contracts.documents import PreviewCertificate
from services.contracts.errors import NotFound, TownNotInOrder
from services.contracts.facts.identity import Identity
from services.contracts.national_number import compact
from services.contracts.town_files import read_served_towns
from services.contracts.towns import Colours
from services.documents.children.printing import PrintingChildren
from services.documents.handlers import preview_certificate
from tests.documents.examples import NOW
from tests.documents.fakes import FakePress

DEMO = Path("deploy/towns")
TOWNS = read_served_towns(DEMO)
IN_ITS_LANGUAGES = [(refnis, language) for refnis, town in TOWNS.items() for language in town.languages]


def asked(refnis: str = "24001", *, language: str = "nl", **chosen: object) -> PreviewCertificate:
    return PreviewCertificate(town=refnis, setup=replace(TOWNS.setup(refnis), **chosen), language=language)


def preview(question: PreviewCertificate, press: object) -> bytes:
    answer = preview_certificate(question, press=press, towns=TOWNS, products=products(), now=NOW)  # type: ignore[arg-type]
    return base64.b64decode(answer.png)


@pytest.fixture(scope="module")
def printing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrintingChildren]:
    """Children without a seal's secret: a specimen opens none."""
    children = PrintingChildren(TOWNS, size=1, limit_s=60, environ={"LOKET_TOWNS": str(DEMO.resolve())})
    children.start()
    yield children
    children.stop()


@pytest.mark.parametrize(("refnis", "language"), IN_ITS_LANGUAGES)
def test_every_town_is_drawn_in_each_of_its_languages(printing: PrintingChildren, refnis: str, language: str) -> None:
    picture = Image.open(BytesIO(preview(asked(refnis, language=language), printing)))

    assert (picture.format, picture.width) == ("PNG", 900)
    assert 1.40 < picture.height / picture.width < 1.43  # A4


def test_it_shows_what_is_chosen_and_leaves_what_is_printed_alone(printing: PrintingChildren) -> None:
    colours = Colours(primary="#7a1f5c", accent="#8a5a00")

    picture = Image.open(BytesIO(preview(asked(colours=colours), printing)))
    again = Image.open(BytesIO(preview(asked(), printing)))

    assert picture.getpixel((450, 2)) == (0x7A, 0x1F, 0x5C)
    own = TOWNS["24001"].colours.primary
    assert again.getpixel((450, 2)) == tuple(bytes.fromhex(own[1:]))


def test_it_is_about_nobody_and_its_code_is_none() -> None:
    press = FakePress()
    preview(asked(), press)

    (order,) = press.orders
    identity = order.facts.part(Identity)
    assert identity is not None
    assert compact(identity.national_number) is None  # of a test environment: nobody's
    assert typed_code(order.code) is None


def test_what_is_not_in_order_is_not_drawn() -> None:
    press = FakePress()

    with pytest.raises(TownNotInOrder, match=r"colours\.primary"):
        preview(asked(colours=Colours(primary="#ffffff", accent="#8a5a00")), press)
    with pytest.raises(NotFound):
        preview(replace(asked(), town="11001"), press)
    with pytest.raises(NotFound):
        preview(asked(language="de"), press)
    assert not press.orders


def test_a_town_that_offers_no_certificate_has_none_to_show() -> None:
    off = tuple(id for id in products() if id != "birth-deed-copy")

    with pytest.raises(NotFound):
        preview(asked(products_off=off), FakePress())


def test_who_asks_for_many_at_once_keeps_nobody_waiting(
    printing: PrintingChildren, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.documents.children.printing.PREVIEWS_WAIT_S", 0.0)

    def drawn(_: int) -> bool:
        try:
            return preview(asked(), printing).startswith(b"\x89PNG")
        except TryLater:
            return False

    with ThreadPoolExecutor(6) as many:
        found = list(many.map(drawn, range(6)))

    assert True in found
    assert False in found

"""What the mail about a certificate would look like, which nobody is sent."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.contracts.catalogue import products
from services.contracts.errors import NotFound, TownNotInOrder
from services.contracts.notify import MailPicture, PreviewMail
from services.contracts.town_files import read_served_towns
from services.contracts.towns import Colours
from services.notify.previewing import preview_mail
from tests.notify.fakes import NOON

TOWNS = read_served_towns(Path("deploy/towns"))
IN_ITS_LANGUAGES = [(refnis, language) for refnis, town in TOWNS.items() for language in town.languages]


def preview(refnis: str = "24001", *, language: str = "nl", **chosen: object) -> MailPicture:
    setup = replace(TOWNS.setup(refnis), **chosen)  # type: ignore[arg-type]
    question = PreviewMail(town=refnis, setup=setup, language=language)
    return preview_mail(question, towns=TOWNS, products=products(), now=NOON)


@pytest.mark.parametrize(("refnis", "language"), IN_ITS_LANGUAGES)
def test_every_town_has_one_in_each_of_its_languages(refnis: str, language: str) -> None:
    mail = preview(refnis, language=language)

    assert TOWNS[refnis].name(language) in mail.sender
    assert f'<html lang="{language}">' in mail.html
    assert TOWNS[refnis].colours.primary in mail.html
    assert "src=" not in mail.html


def test_it_shows_what_is_chosen() -> None:
    title = {each.title("nl") for each in products().values()}

    assert "#7a1f5c" in preview(colours=Colours(primary="#7a1f5c", accent="#8a5a00")).html
    assert not [each for each in title if each in preview().html]
    assert [each for each in title if each in preview(mails_name_products=True).html]


def test_what_is_not_in_order_is_not_shown() -> None:
    with pytest.raises(TownNotInOrder):
        preview(colours=Colours(primary="#ffffff", accent="#8a5a00"))
    with pytest.raises(NotFound):
        preview(language="de")

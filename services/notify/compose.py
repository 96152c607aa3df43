"""A letter as a mail: text and HTML, in the citizen's language, with the town's look."""

from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.contracts.days import local
from services.contracts.errors import Refusal
from services.contracts.mailboxes import mailbox
from services.contracts.notify import NotTold
from services.contracts.translations import translations
from services.notify.domain import Kind, Letter, Undeliverable


def _(text: str) -> str:
    """Marks a text for translation."""
    return text


SUBJECTS = {
    Kind.ISSUED: _("Your certificate is ready"),
    Kind.REFUSED: _("There is an answer to your application"),
    Kind.EXPIRED: _("Your application has expired"),
}

SUBJECT = _("%(town)s: %(subject)s")
"""Who writes, and what it is about."""

BODIES = {
    Kind.ISSUED: (
        _("The certificate you applied for is ready."),
        _("Sign in to read and download it."),
    ),
    Kind.REFUSED: (
        _("Your application has been dealt with, but the certificate cannot be issued."),
        _("Sign in to read the reason and what you can do."),
    ),
    Kind.EXPIRED: (
        _("We are sorry: your application could not be completed in time, so it has expired."),
        _("Sign in to read more or to apply again."),
    ),
}


OF_A_DOCUMENT = {
    SUBJECTS[Kind.ISSUED]: _("Your document is ready"),
    BODIES[Kind.ISSUED][0]: _("The document you applied for is ready."),
    BODIES[Kind.REFUSED][0]: _("Your application has been dealt with, but the document cannot be issued."),
}
"""Instead of each, where another authority's document is passed on, such as a deed: it is no certificate."""

NAMED = _("You asked for: %(product)s.")
"""After the first sentence, where the town has it said."""

EXPIRED_BECAUSE = {
    Refusal.DEED_MIGRATING: _(
        "We are sorry: your application has expired, because the deed was not put into the database of deeds in time."
    ),
    Refusal.REGISTER_CONTRADICTED: _(
        "We are sorry: your application has expired, because the register had to be put right first "
        "and that did not happen in time."
    ),
    Refusal.DOCUMENT_UNSOUND: _(
        "We are sorry: your application has expired, because a document of another public service was not in order "
        "and no sound one came in time."
    ),
    Refusal.REGISTER_UNAVAILABLE: _(
        "We are sorry: your application has expired, because the register could not be consulted in time."
    ),
    Refusal.CONFIRMATION_AWAITED: _(
        "We are sorry: your application has expired, because another public service had to confirm something "
        "and did not answer in time."
    ),
    Refusal.NO_LONGER_GIVEN: _(
        "We are sorry: your application has been ended, because what you asked for is no longer given here."
    ),
}
"""What an expired application waited for in vain, or why it was ended, instead of the first sentence."""


def subject_of(letter: Letter) -> str:
    """What it is about, in English."""
    subject = SUBJECTS[letter.kind]
    return OF_A_DOCUMENT.get(subject, subject) if letter.is_of_a_document else subject


def sentences_of(letter: Letter) -> tuple[str, ...]:
    """The body, in English."""
    first, *more = BODIES[letter.kind]
    first = OF_A_DOCUMENT.get(first, first) if letter.is_of_a_document else first
    if letter.kind is Kind.EXPIRED and letter.code in list(EXPIRED_BECAUSE):
        first = EXPIRED_BECAUSE[Refusal(letter.code)]
    return first, *more


def compose(letter: Letter) -> EmailMessage:
    """Raises Undeliverable (`address-malformed`) where the address cannot stand in a header."""
    said = translations("services.notify", letter.language, city=letter.town.is_city)
    words: dict[str, Any] = {
        "letter": letter,
        "town": letter.town,
        "town_name": letter.town.designation(letter.language),
        "department": letter.town.department(letter.language),
        "office_address": letter.town.office_address(letter.language),
        "subject": said.gettext(subject_of(letter)),
        "sentences": _said(letter, said.gettext),
        "_": said.gettext,
    }
    mail = addressed(letter)
    mail["From"] = Address(words["town_name"], **_parts(letter.town.office.email))
    mail["Subject"] = said.gettext(SUBJECT) % {"town": words["town_name"], "subject": words["subject"]}
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to the town
    mail.set_content(_templates().get_template("mail.txt.j2").render(words), cte="quoted-printable")
    html = _templates().get_template("mail.html.j2").render(words)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = letter.language
    return mail


def _said(letter: Letter, gettext: Callable[[str], str]) -> list[str]:
    first, *more = map(gettext, sentences_of(letter))
    named = [gettext(NAMED) % {"product": letter.product}] if letter.product else []
    return [first, *named, *more]


def addressed(letter: Letter) -> EmailMessage:
    """To whom and when: all of a mail that no other of its kind has, but for the application's id. Raises as above."""
    mail = EmailMessage(policy=SMTP)
    mail["To"] = _address(letter.email)
    mail["Date"] = format_datetime(local(letter.written_at))
    return mail


def _address(email: str) -> Address:
    """It was checked when it was filed; what cannot be an address all the same reaches no header and no command."""
    try:
        return Address(**_parts(email))
    except ValueError:
        raise Undeliverable(NotTold.ADDRESS_MALFORMED) from None


def _parts(email: str) -> dict[str, str]:
    """The domain in A-labels; letters beyond ASCII before the @ stay, for SMTPUTF8."""
    local, _at, domain = mailbox(email).rpartition("@")
    return {"username": local, "domain": domain}


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("services.notify"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

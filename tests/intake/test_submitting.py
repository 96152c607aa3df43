"""What a town takes from a citizen, and what it turns away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.contracts.attests import FEDERAL_ATTEST, FederalAttests
from services.contracts.catalogue import products as catalogue
from services.contracts.contact import Contact
from services.contracts.days import end_of
from services.contracts.errors import (
    ContactMissing,
    DomainError,
    IdempotencyKeyReused,
    InvalidField,
    LanguageNotAllowed,
    NoFormThere,
    NotFound,
    OtherNumbersWanted,
    UnknownProduct,
)
from services.contracts.extracts import Request
from services.contracts.field_errors import field_error
from services.contracts.intake import (
    LIFETIME,
    Acceptable,
    ApplicationSubmitted,
    CheckApplication,
    FindCertificate,
    ListApplications,
    ReadApplication,
    WithdrawApplication,
)
from services.contracts.product import Field
from services.intake.domain.form import accept
from services.intake.handlers import (
    check_application,
    find_certificate,
    list_applications,
    read_application,
    withdraw_application,
)
from tests.intake.fakes import (
    CHILD,
    CITIZEN,
    NOON,
    PRODUCTS,
    PSEUDONYMS,
    STRANGER,
    Counter,
    a_national_number,
    a_question,
    a_town,
    minutes,
)

OLD = a_national_number(serial=35)


def test_an_application_about_oneself_asks_the_register():
    counter = Counter()

    view = counter.submit()

    assert (view.state, view.language, view.version) == ("submitted", "nl", 1)
    assert [type(event).__name__ for event in counter.applications.events] == [
        "ApplicationSubmitted",
    ]
    assert counter.requests.sealed[view.application_id] == Request(applicant=CITIZEN, subject=CITIZEN, capacity="self")
    assert counter.contacts.sealed[view.application_id] == Contact(email="citizen@example.org", language="nl")


def filed_for(fields: dict[str, str], language: str = "nl") -> DomainError | None:
    counter = Counter()
    try:
        counter.submit(product="life-abroad", fields=fields, language=language)
    except DomainError as refusal:
        assert not counter.applications.events
        return refusal
    return None


def test_a_form_is_filed_for_a_country_that_takes_it():
    assert filed_for({"destination": "GR"}) is None
    assert filed_for({"destination": "FI", "destination-language": "sv"}) is None


@pytest.mark.parametrize(
    ("country", "way"),
    [("BE", "nothing"), ("NL", "as-it-is"), ("EE", "at-the-counter"), ("US", "apostille"), ("CD", "legalisation")],
)
def test_where_a_form_is_of_no_use_the_way_is_told_and_nothing_is_filed(country: str, way: str):
    refusal = filed_for({"destination": country})

    assert isinstance(refusal, NoFormThere)
    assert refusal.fields == {"fields.destination": field_error("leads-elsewhere", way=way)}


@pytest.mark.parametrize(
    ("fields", "path", "problem"),
    [
        ({}, "destination", field_error("required")),
        ({"destination": "ZZ"}, "destination", field_error("not-listed")),
        ({"destination": "FI"}, "destination-language", field_error("required", choices=["fi", "sv"])),
        (
            {"destination": "GR", "destination-language": "de"},
            "destination-language",
            field_error("not-a-choice", choices=["el"]),
        ),
        ({"destination": "GR", "destination-language": "xx"}, "destination-language", field_error("not-listed")),
    ],
)
def test_a_country_and_one_of_its_languages_are_asked(fields: dict[str, str], path: str, problem: Any):
    refusal = filed_for(fields)

    assert isinstance(refusal, InvalidField)
    assert refusal.fields[f"fields.{path}"] in (problem, field_error("not-a-choice", choices=["el"]))


def test_a_form_is_filled_in_in_an_official_language_of_the_town():
    refusal = filed_for({"destination": "GR"}, language="en")

    assert isinstance(refusal, LanguageNotAllowed)
    assert refusal.fields == {"language": field_error("not-a-choice", choices=["nl"])}


def test_the_store_holds_no_national_number_address_or_key_in_the_clear():
    counter = Counter()

    view = counter.submit(subject=CHILD)

    kept = repr(counter.applications.kept[view.application_id])
    assert not any(text in kept for text in (CITIZEN, CHILD, "citizen@example.org", "key-1", "'d1'"))


def test_the_same_citizen_has_another_pseudonym_in_another_town():
    counter = Counter(a_town("24001"), a_town("21005"))

    ids = [counter.submit(town=town).application_id for town in ("24001", "21005")]

    here, there = (counter.applications.kept[id] for id in ids)
    assert here.applicant != there.applicant


def test_an_application_about_a_child_is_made_as_a_parent():
    counter = Counter()

    view = counter.submit(subject=f"{CHILD[:2]}.{CHILD[2:4]}.{CHILD[4:6]}-{CHILD[6:9]}.{CHILD[9:]}")

    assert counter.requests.sealed[view.application_id] == Request(applicant=CITIZEN, subject=CHILD, capacity="parent")


def test_the_same_key_and_body_get_the_same_answer():
    counter = Counter()
    first = counter.submit()

    again = counter.submit(now=NOON + minutes(5))

    assert again == first
    assert len(counter.applications.kept) == 1


def test_the_same_key_with_another_body_is_refused():
    counter = Counter()
    counter.submit()

    with pytest.raises(IdempotencyKeyReused):
        counter.submit(body_digest="d2")


def test_a_key_belongs_to_one_citizen():
    counter = Counter()
    first = counter.submit()

    other = counter.submit(citizen=STRANGER, body_digest="d2")

    assert other.application_id != first.application_id


def test_a_town_that_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        Counter().submit(town="99999")


@pytest.mark.parametrize(
    ("chosen", "error", "path"),
    [
        ({"product": "passport"}, UnknownProduct, "product"),
        ({"product": "no-such-thing"}, UnknownProduct, "product"),
        ({"product": "\ud800"}, UnknownProduct, "product"),
        ({"language": "fr"}, LanguageNotAllowed, "language"),
        ({"email": None}, ContactMissing, "email"),
        ({"email": "  "}, ContactMissing, "email"),
        ({"subject": "not a number"}, InvalidField, "subject"),
        ({"subject": CITIZEN[:-1] + str((int(CITIZEN[-1]) + 1) % 10)}, InvalidField, "subject"),
        ({"subject": a_national_number(serial=0)}, InvalidField, "subject"),
        ({"subject": a_national_number(serial=999)}, InvalidField, "subject"),
        ({"subject": "８５０７３００３３２８"}, InvalidField, "subject"),
        ({"citizen": "0"}, InvalidField, "citizen"),
        ({"idempotency_key": ""}, InvalidField, "idempotency_key"),
        ({"idempotency_key": "\ud800"}, InvalidField, "idempotency_key"),
        ({"idempotency_key": "k" * 256}, InvalidField, "idempotency_key"),
        ({"fields": {"purpose": "other"}}, InvalidField, "fields.purpose"),
        ({"product": "household-composition"}, InvalidField, "fields.purpose"),
        ({"product": "household-composition", "fields": {"purpose": "no"}}, InvalidField, "fields.purpose"),
        ({"product": "household-composition", "fields": {"purpose": "\ud800"}}, InvalidField, "fields.purpose"),
        ({"product": "household-composition", "fields": {"purpose": "other\x00"}}, InvalidField, "fields.purpose"),
    ],
)
def test_what_does_not_fit_is_turned_away_and_changes_nothing(
    chosen: dict[str, Any], error: type[DomainError], path: str
):
    counter = Counter()

    with pytest.raises(error) as refused:
        counter.submit(**chosen)

    assert list(refused.value.fields) == [path]
    assert not counter.applications.kept


@pytest.mark.parametrize(
    "email",
    [
        "no-at-sign",
        "two@@example.org",
        "a b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nx",
        "a@localhost",
        "a@-x.example",
        "a@example..org",
        ".a@example.org",
        "a\x00@example.org",
        "a\u202e@example.org",
        "\ud800@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.org",
        "Voornaam <a@example.org>",
        "<a@example.org>",
        '"a b"@example.org',
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@\u2603.example",
        "a@ex_ample.org",
        "a@xn--.example",
        "a@printer.local",
        "a\u200d@example.org",
        "a@example.org\n",
        "a@example.org\u2028",
        f"{'é' * 33}@example.org",
        "\uff10" * 100_000,
        f"a@{'xn--' * 20_000}",
    ],
)
def test_an_address_that_cannot_be_one_is_turned_away(email: str):
    with pytest.raises(InvalidField) as refused:
        Counter().submit(email=email)

    assert refused.value.fields == {"email": field_error("not-an-e-mail-address")}


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("a.b+c@example.org", "a.b+c@example.org"),
        ("A.B@Sub.Example.co", "A.B@sub.example.co"),
        ("o'x@example.museum", "o'x@example.museum"),
        ("élan@exämple.org", "élan@xn--exmple-cua.org"),
        ("e\u0301lan@example.org", "élan@example.org"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("info@strasse.example", "info@strasse.example"),
        ("info@xn--strae-oqa.example", "info@xn--strae-oqa.example"),
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
    ],
)
def test_an_address_may_have_letters_of_any_language(email: str, kept: str):
    counter = Counter()

    view = counter.submit(email=f" {email} ")

    assert counter.contacts.sealed[view.application_id].email == kept


def test_a_bis_number_and_an_unknown_birth_date_are_national_numbers():
    for number in (a_national_number("854730", 33), a_national_number("852730", 33), a_national_number("850000", 33)):
        counter = Counter()

        view = counter.submit(citizen=number)

        assert counter.requests.sealed[view.application_id].subject == number


def test_a_product_that_the_town_switched_off_is_unknown():
    counter = Counter(a_town(products_off=("residence",)))

    with pytest.raises(UnknownProduct):
        counter.submit()


def test_within_the_regime_the_citizen_chooses_the_language():
    counter = Counter(a_town(regime="brussels", courtesy_languages=()))

    languages = [counter.submit(language=language, idempotency_key=f"{language}").language for language in (None, "fr")]

    assert languages == ["nl", "fr"]


def test_a_line_of_text_is_bounded_and_printable():
    text = Field(name="reason", kind="text", titles={}, max_length=5, required=False)
    residence = {"residence": replace(PRODUCTS["residence"], fields=(text,))}

    for value in ("123456", "a\nb", "a\u202eb", "a\ufffe", "a\x7f", "a\u2028", "\u200b", "%%%"):
        with pytest.raises(InvalidField):
            accept(a_question(fields={"reason": value}), town=a_town(), products=residence, today=NOON.date())
    taken = accept(a_question(fields={"reason": "été ك"}), town=a_town(), products=residence, today=NOON.date())
    blank = accept(a_question(fields={"reason": "  "}), town=a_town(), products=residence, today=NOON.date())

    assert taken.request.fields == {"reason": "été ك"}
    assert blank.request.fields == {}


def test_an_answer_that_stands_on_paper_is_in_letters_that_paper_has():
    """No font there draws these: the application would wait for a certificate that nobody can make."""
    text = Field(name="reason", kind="text", titles={}, max_length=9)

    def problems(value: str, *, answers: tuple[str, ...]) -> Mapping[str, Any]:
        gives = replace(PRODUCTS["residence"].gives, answers=answers)
        asking = {"residence": replace(PRODUCTS["residence"], fields=(text,), gives=gives)}
        try:
            accept(a_question(fields={"reason": value}), town=a_town(), products=asking, today=NOON.date())
        except InvalidField as refused:
            return refused.fields
        return {}

    assert problems("漢字", answers=("reason",)) == {"fields.reason": field_error("unprintable")}
    assert problems("漢字", answers=()) == {}
    assert problems("e\u0301te\u0301 “ž”", answers=("reason",)) == {}


EVERYTHING_WRONG: dict[str, Any] = {
    "product": "household-composition",
    "subject": "85073003329",
    "language": "dutch",
    "email": "nobody",
    "fields": {"purpose": "no", "admin": "yes", "a\nb": "x", "c" * 65: "y"},
}
TOLD = {
    "subject": field_error("not-a-national-number"),
    "language": field_error("not-a-choice", choices=["nl", "en"]),
    "email": field_error("not-an-e-mail-address"),
    "fields.purpose": field_error(
        "not-a-choice", choices=[each.value for each in PRODUCTS["household-composition"].fields[0].options]
    ),
    "fields.admin": field_error("unknown-field"),
    "fields": field_error("unknown-field"),
}


def test_everything_that_is_wrong_is_told_at_once():
    counter = Counter()

    with pytest.raises(InvalidField) as refused:
        counter.submit(**EVERYTHING_WRONG)

    assert refused.value.fields == TOLD
    assert not counter.applications.kept


def test_a_form_can_be_checked_without_filing_it():
    asked = {"town": "24001", "citizen": CITIZEN, "product": "residence", "email": "citizen@example.org"}

    assert check(**asked) == Acceptable()
    with pytest.raises(InvalidField) as refused:
        check(**asked | EVERYTHING_WRONG)
    assert refused.value.fields == TOLD
    with pytest.raises(UnknownProduct):
        check(**asked | {"product": "passport"})
    with pytest.raises(NotFound):
        check(**asked | {"town": "99999"})


def check(**asked: Any) -> Acceptable:
    return check_application(CheckApplication(**asked), towns={"24001": a_town()}, products=PRODUCTS, now=NOON)


def test_a_deed_that_is_named_as_none_is_told_before_it_is_filed():
    town = a_town(sources={"deeds": {}})
    named = {"deed-of": "public", "deed-form": "extract", "deed-place": "Aarschot", "deed-year": "1900"}
    products = {"death-deed": catalogue()["death-deed"]}

    wrong = named | {"deed-name": "Jan", "deed-date": "1900-02-30", "deed-year": "9999"}

    with pytest.raises(InvalidField) as refused:
        accept(a_question(product="death-deed", fields=wrong), town=town, products=products, today=NOON.date())
    taken = accept(
        a_question(product="death-deed", fields=named | {"deed-number": "3"}),
        town=town,
        products=products,
        today=NOON.date(),
    )

    assert {path: error.slug for path, error in refused.value.fields.items()} == {
        "fields.deed-year": "not-a-number",
        "fields.deed-date": "not-a-day",
    }
    assert taken.request.fields["deed-number"] == "3"


def test_several_kinds_of_errors_are_one_of_fields():
    with pytest.raises(InvalidField) as refused:
        Counter().submit(product="passport", email=None, language="fr")

    assert {path: error.slug for path, error in refused.value.fields.items()} == {
        "product": "only-at-the-counter",
        "language": "not-a-choice",
        "email": "required",
    }


@pytest.mark.parametrize(
    ("capacities", "subject", "slug"),
    [(("self",), CHILD, "only-for-yourself"), (("parent",), None, "only-for-your-child")],
)
def test_about_whom_a_product_is_not_is_told_truly(capacities: tuple[str, ...], subject: str | None, slug: str):
    residence = {"residence": replace(PRODUCTS["residence"], capacities=capacities)}

    with pytest.raises(InvalidField) as refused:
        accept(a_question(subject=subject), town=a_town(), products=residence, today=NOON.date())

    assert refused.value.fields == {"subject": field_error(slug)}


@pytest.mark.parametrize(
    ("filed_at", "last_day"),
    [
        (datetime(2026, 11, 24, 12, tzinfo=UTC), date(2026, 12, 24)),
        (datetime(2026, 11, 30, 23, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 9, 25, 22, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2027, 2, 26, 12, tzinfo=UTC), date(2027, 3, 28)),
    ],
)
def test_an_application_lives_to_the_end_of_its_thirtieth_day(filed_at: datetime, last_day: date):
    view = Counter().submit(now=filed_at)

    assert view.deadline == end_of(last_day)
    assert view.deadline - filed_at <= LIFETIME


@pytest.mark.parametrize("subject", [None, CITIZEN, OLD])
def test_who_names_another_number_of_theirs_asks_about_self(subject: str | None):
    counter = Counter()

    view = counter.submit(subject=subject, other_numbers=(OLD,))

    assert counter.requests.sealed[view.application_id] == Request(applicant=CITIZEN, subject=CITIZEN, capacity="self")


@pytest.mark.parametrize("others", [((OLD,), (CITIZEN,)), ((), (CITIZEN,)), ((OLD, STRANGER), (STRANGER, CITIZEN))])
def test_a_key_counts_once_whichever_number_its_citizen_signs_in_with(others: tuple[tuple[str, ...], tuple[str, ...]]):
    counter = Counter()

    first = counter.submit(other_numbers=others[0])
    again = counter.submit(citizen=OLD, other_numbers=others[1])

    assert again == first
    assert len(counter.applications.kept) == 1


def test_other_numbers_are_wanted_only_where_they_could_matter():
    counter = Counter()
    first = counter.submit(are_all=False)
    assert counter.submit(are_all=False) == first
    assert counter.submit(are_all=False, subject=CITIZEN, idempotency_key="another") != first

    for asked in ({"citizen": OLD}, {"subject": OLD, "idempotency_key": "a third"}):
        with pytest.raises(OtherNumbersWanted):
            counter.submit(are_all=False, **asked)
    assert len(counter.applications.kept) == 2
    assert counter.submit(citizen=OLD, other_numbers=(CITIZEN,)) == first
    assert counter.submit(citizen=OLD, other_numbers=(STRANGER,)) != first


def test_a_key_of_somebody_else_says_nothing_about_them():
    counter = Counter()
    theirs = counter.submit(citizen=STRANGER)

    ours = counter.submit(citizen=CITIZEN, body_digest="another")

    assert ours.application_id != theirs.application_id


def test_with_another_body_it_is_refused_under_another_number_too():
    counter = Counter()
    counter.submit()

    with pytest.raises(IdempotencyKeyReused):
        counter.submit(citizen=OLD, other_numbers=(CITIZEN,), body_digest="another")


def test_what_was_filed_under_one_number_is_the_citizens_own_under_another():
    counter = Counter()
    before = counter.submit(idempotency_key="before")
    after = counter.submit(citizen=OLD, idempotency_key="after", now=NOON + minutes(1))
    ports = {"applications": counter.applications, "pseudonyms": PSEUDONYMS}

    def ids(citizen: str, *others: str) -> list[str]:
        asked = ListApplications(town="24001", citizen=citizen, other_numbers=others)
        return [each.application_id for each in list_applications(asked, **ports).applications]

    assert ids(OLD, CITIZEN) == ids(CITIZEN, OLD) == [after.application_id, before.application_id]
    assert (ids(OLD), ids(CITIZEN, STRANGER)) == ([after.application_id], [before.application_id])
    about = {"town": "24001", "citizen": OLD, "application_id": before.application_id}
    assert read_application(ReadApplication(**about, other_numbers=(CITIZEN,)), **ports) == before
    withdrawn = withdraw_application(WithdrawApplication(**about, other_numbers=(CITIZEN,)), **ports, now=NOON)
    assert withdrawn.state == "withdrawn"
    for others in ((), (STRANGER,)):
        with pytest.raises(NotFound):
            read_application(ReadApplication(**about, other_numbers=others), **ports)


def test_a_list_is_one_under_all_numbers_and_comes_in_pages():
    counter = Counter()
    filed = [
        counter.submit(citizen=(CITIZEN, OLD)[count % 2], idempotency_key=f"k{count}", now=NOON + minutes(count // 3))
        for count in range(7)
    ]
    ports = {"applications": counter.applications, "pseudonyms": PSEUDONYMS}
    seen, after = [], None

    while True:
        asked = ListApplications(town="24001", citizen=OLD, other_numbers=(CITIZEN,), limit=3, after=after)
        page = list_applications(asked, **ports)
        seen.append([each.application_id for each in page.applications])
        after = page.last
        counter.submit(idempotency_key=f"later {len(seen)}", now=NOON + minutes(60))
        if after is None:
            break

    assert [len(page) for page in seen] == [3, 3, 1]
    assert sorted(id for page in seen for id in page) == sorted(view.application_id for view in filed)


@pytest.mark.parametrize(("filed", "limit", "more"), [(3, 3, False), (3, 2, True), (0, 1, False)])
def test_there_is_a_next_page_only_where_something_is_on_it(filed: int, limit: int, more: bool):
    counter = Counter()
    for count in range(filed):
        counter.submit(idempotency_key=f"k{count}")
    ports = {"applications": counter.applications, "pseudonyms": PSEUDONYMS}

    page = list_applications(ListApplications(town="24001", citizen=CITIZEN, limit=limit), **ports)

    assert (len(page.applications), page.last is not None) == (min(filed, limit), more)


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_bounds(limit: int):
    asked = ListApplications(town="24001", citizen=CITIZEN, limit=limit)

    with pytest.raises(InvalidField) as refusal:
        list_applications(asked, applications=Counter().applications, pseudonyms=PSEUDONYMS)

    assert refusal.value.fields == {"limit": field_error("not-a-number", least=1, most=100)}


def test_so_is_its_certificate():
    counter = Counter()
    id = counter.submit().application_id
    kept = counter.applications.kept
    kept[id] = replace(kept[id], certificate_id="certificate-1")
    ports = {"applications": counter.applications, "pseudonyms": PSEUDONYMS}
    about = {"town": "24001", "citizen": OLD, "certificate_id": "certificate-1"}

    found = find_certificate(FindCertificate(**about, other_numbers=(CITIZEN,)), **ports)

    assert found.application_id == id
    with pytest.raises(NotFound):
        find_certificate(FindCertificate(**about), **ports)


def test_that_a_deed_is_passed_through_is_pinned_whatever_the_catalogue_says_later():
    counter = Counter(a_town(sources={"deeds": {}}))
    counter.products = catalogue()

    view = counter.submit(product="birth-deed-extract", fields={"deed-of": "person", "deed-filiation": "extract"})

    kept = counter.applications.kept[view.application_id]
    assert kept.plan is not None
    assert (kept.plan.gives, view.passed_through) == ("passed-through", True)
    of_the_last_version = replace(kept, plan=replace(kept.plan, gives=""))
    assert of_the_last_version.view().passed_through is False


@pytest.mark.parametrize("chosen", [FederalAttests(), FederalAttests(products=("residence",))])
def test_what_a_town_gives_of_a_product_is_pinned_and_told(chosen: FederalAttests):
    counter = Counter(a_town(federal_attests=chosen))

    view = counter.submit()

    (submitted,) = counter.applications.events
    assert isinstance(submitted, ApplicationSubmitted)
    assert submitted.plan is not None
    assert (FEDERAL_ATTEST in submitted.plan.facts) is view.passed_through is bool(chosen.products)

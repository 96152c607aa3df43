"""From a form to a source: in which capacity somebody asks about a deed, and who learns nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import pytest

from services.contracts.catalogue import products
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.facts.birth_deed import BirthDeed
from services.contracts.product import Product
from services.registry.askable import askable
from services.registry.domain import Parent, Standing
from services.registry.inquiry import Answer, inquire
from services.registry.ports import Away, Contradicted, Found, Outcome, Promised, Refused, SourceQuestion
from tests.documents.test_passing_through import a_deed
from tests.registry.fakes import CHILD, GROWN, NOON, PARENT, PARTNER, STRANGER, TOWN, FakeRegister, a_dossier, gone

EXTRACT = products()["birth-deed-extract"]
PERSON, PUBLIC = {"deed-of": "person"}, {"deed-of": "public"}


@dataclass
class FakeSource:
    """Answers always the same; `questions` are those that it was asked."""

    answer: Outcome = field(default_factory=lambda: Found(answers={"birth-deed": a_deed()}))
    questions: list[SourceQuestion] = field(default_factory=list)

    def look_up(self, question: SourceQuestion) -> Outcome:
        self.questions.append(question)
        return self.answer

    def answered(self) -> Iterable[str]:
        return ()

    def acknowledge(self, references: Collection[str]) -> None:
        pass

    def check(self, *, reach: bool = False) -> None:
        return None

    def close(self) -> None:
        """Nothing was opened."""


def a_town(**changed: object) -> FakeRegister:
    """A parent and a grown child; a stranger."""
    people = (
        a_dossier(PARENT, **changed),  # type: ignore[arg-type]
        a_dossier(GROWN, born_on="2006-01-01", parents=(Parent(number=PARENT, authority=False),)),
        a_dossier(STRANGER, born_on="1970-01-01"),
    )
    return FakeRegister({each.number: each for each in people}, None)


def ask(
    source: FakeSource,
    applicant: str,
    subject: str,
    *,
    view: FakeRegister | None = None,
    product: Product = EXTRACT,
    fields: dict[str, str] = PERSON,
) -> Answer:
    capacity = "self" if subject == applicant else "parent"
    return inquire(
        Request(applicant=applicant, subject=subject, capacity=capacity, fields=fields),
        application_id="a1",
        town=TOWN,
        product=product,
        view=view or a_town(),
        sources={"deeds": source},
        now=NOON,
    )


@pytest.mark.parametrize(
    ("applicant", "subject", "fields", "capacity"),
    [
        (PARENT, PARENT, PERSON, "self"),
        (PARENT, PARENT, PUBLIC, "anyone"),
        (GROWN, PARENT, PERSON, "descendant"),
        (PARENT, GROWN, PERSON, "ascendant"),
    ],
)
def test_the_capacity_follows_from_the_register_and_the_form(
    applicant: str, subject: str, fields: dict[str, str], capacity: str
):
    source = FakeSource()

    answer = ask(source, applicant, subject, fields=fields)

    assert answer.capacity == capacity
    assert [each.subject.capacity for each in source.questions] == [capacity]
    assert answer.facts is not None
    assert isinstance(answer.facts.parts["birth-deed"], BirthDeed)


@pytest.mark.parametrize("subject", [PARENT, GROWN, PARTNER])
def test_whoever_may_not_ask_learns_nothing_and_no_source_is_asked(subject: str):
    source = FakeSource()

    assert ask(source, STRANGER, subject) == Answer(refusal=Refusal.NOT_ENTITLED)
    assert source.questions == []


def test_a_capacity_that_the_product_is_not_for_is_none():
    source = FakeSource()

    assert ask(source, GROWN, PARENT, product=products()["adoption-deed"]).refusal is Refusal.NOT_ENTITLED
    assert source.questions == []


@pytest.mark.parametrize("standing", [Standing.DECEASED, Standing.MOVED_OUT, Standing.EMIGRATED])
def test_a_deed_is_given_however_its_subject_stands_in_the_register(standing: Standing):
    answer = ask(FakeSource(), GROWN, PARENT, view=a_town(registration=gone(standing)))

    assert answer.facts is not None


def test_the_dead_ask_nothing():
    source = FakeSource()
    dead = a_town(registration=gone(Standing.DECEASED))

    assert ask(source, PARENT, PARENT, view=dead).refusal is Refusal.DECEASED
    assert ask(source, PARENT, GROWN, view=dead).refusal is Refusal.NOT_ENTITLED
    assert source.questions == []


def test_what_a_source_says_is_what_is_told():
    assert ask(FakeSource(Refused(code=Refusal.DEED_ABSENT)), PARENT, PARENT).refusal is Refusal.DEED_ABSENT
    promised = Promised(by=NOON, reference="r", code=Refusal.DEED_MIGRATING)
    assert ask(FakeSource(promised), PARENT, PARENT).promises == {"deeds": promised}
    for failure in (Away(), Contradicted(kind="deed-of-another")):
        with pytest.raises(Exception, match=r"away|deed-of-another"):
            ask(FakeSource(failure), PARENT, PARENT)


def test_the_form_offers_relatives_and_nobody_who_is_hidden():
    def offered(view: FakeRegister, citizen: str) -> dict[str, str]:
        people, _ = askable(citizen, town=TOWN, product=EXTRACT, view=view, now=NOON)
        return {dossier.number: capacity for dossier, capacity in people}

    assert offered(a_town(), GROWN) == {GROWN: "self", PARENT: "descendant"}
    assert offered(a_town(), PARENT) == {PARENT: "self", GROWN: "ascendant"}
    assert offered(a_town(protected_address=True), GROWN) == {GROWN: "self"}
    assert offered(a_town(), STRANGER) == {STRANGER: "self"}


def test_the_form_offers_a_child_that_died_young_whose_deeds_the_register_gives():
    child = a_dossier(
        CHILD,
        born_on="2020-05-04",
        parents=(Parent(number=PARENT, authority=True),),
        registration=gone(Standing.DECEASED),
    )
    view = FakeRegister({PARENT: a_dossier(PARENT, children=(CHILD,)), CHILD: child}, None)

    people, _ = askable(PARENT, town=TOWN, product=EXTRACT, view=view, now=NOON)

    assert (child, "parent") in people
    assert ask(FakeSource(), PARENT, CHILD, view=view).facts is not None


def test_a_certificate_of_the_register_is_for_nobody_new():
    source = FakeSource()

    assert ask(source, GROWN, PARENT, product=products()["life"], fields={}).refusal is Refusal.NOT_ENTITLED


def test_a_deed_for_abroad_comes_with_who_somebody_is_from_both_sources():
    source = FakeSource()

    answer = ask(source, PARENT, PARENT, product=products()["birth-abroad"], fields={"destination": "GR"})

    assert answer.facts is not None
    assert set(answer.facts.parts) == {"identity", "birth-deed"}
    assert answer.facts.fields == {"destination": "GR"}
    (question,) = source.questions
    assert question.facts == ("birth-deed",)


def test_a_deed_for_abroad_that_is_not_migrated_yet_is_promised():
    promised = Promised(by=NOON, reference="deeds:1", code=Refusal.DEED_MIGRATING)

    answer = ask(FakeSource(promised), PARENT, PARENT, product=products()["birth-abroad"], fields={})

    assert answer.promises == {"deeds": promised}


def test_a_deed_for_abroad_is_none_of_a_strangers():
    source = FakeSource()

    answer = ask(source, STRANGER, GROWN, product=products()["birth-abroad"], fields={})

    assert (answer.refusal, source.questions) == (Refusal.NOT_ENTITLED, [])

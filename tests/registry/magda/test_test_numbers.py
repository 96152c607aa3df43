"""Numbers of nobody: taken where a town's people come from a test environment, and nowhere else."""

from datetime import date

import pytest

from deploy.demo.magda.numbers import lowered, raised
from gateway.auth.identity import Citizen, NoNationalNumber, caller_of
from services.contracts.catalogue import products
from services.contracts.errors import InvalidField
from services.contracts.national_number import compact, compose, is_bis, is_test, is_valid
from services.contracts.populations import Population
from services.contracts.towns import Town
from services.intake.domain.form import accept
from tests.intake.fakes import a_question, a_town
from tests.registry.fakes import PARENT, TODDLER, a_register
from tests.registry.magda.standin import StandIn

TODAY = date(2026, 6, 1)
OLD, YOUNG = raised(PARENT), raised(TODDLER)


@pytest.mark.parametrize("number", [OLD, YOUNG, "67722499896", "77902199738", "00600099734"])
def test_a_test_number_is_valid_where_they_are_taken(number: str):
    assert is_test(number)
    assert is_valid(number, test=True)
    assert not is_valid(number)
    assert compact(f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}", test=True) == number
    assert compact(number) is None


@pytest.mark.parametrize(
    "number", ["67722499897", "67732499796", "67723499799", "67933099701", "67722499996", "6772249989"]
)
def test_one_with_other_digits_is_none(number: str):
    assert not is_valid(number, test=True)


def test_a_real_number_is_one_with_and_without():
    assert is_valid(PARENT)
    assert is_valid(PARENT, test=True)
    assert not is_test(PARENT)


def test_a_bis_number_is_known_with_its_month_raised():
    bis = compose(1985, 7, 30, 1, bis=20)

    assert is_bis(bis)
    assert is_bis(raised(bis))
    assert not is_bis(OLD)


def test_the_stand_in_gives_everybody_one():
    assert (lowered(OLD), lowered(YOUNG)) == (PARENT, TODDLER)
    assert lowered(PARENT) is None


def a_trial_town(environment: str) -> Town:
    return a_town(population=Population(source="magda", environment=environment))


def test_whoever_signs_in_with_one_is_a_citizen_of_such_a_town_only():
    claims = {"rrn": OLD}

    found = caller_of(claims, national_number_claim="rrn", test_numbers=a_trial_town("test").takes_test_numbers)
    assert isinstance(found, Citizen)
    assert found.national_number == OLD
    for town in (a_town(), a_trial_town("production")):
        with pytest.raises(NoNationalNumber):
            caller_of(claims, national_number_claim="rrn", test_numbers=town.takes_test_numbers)


def test_a_form_is_filed_for_one_in_such_a_town_only():
    asked = a_question(citizen=OLD, subject=YOUNG, product="residence")

    assert accept(asked, town=a_trial_town("test"), products=products(), today=TODAY).request.subject == YOUNG
    for town in (a_town(), a_trial_town("production")):
        with pytest.raises(InvalidField):
            accept(asked, town=town, products=products(), today=TODAY)


def test_the_register_answers_one_in_a_test_environment_only(standin: StandIn):
    standin.register = a_register()

    found = standin.asking().view(town="24001").dossier(OLD)
    assert found is not None
    assert found.number == OLD
    assert found.household == OLD
    assert standin.asking(environment="production").view(town="24001").dossier(OLD) is None

"""The demonstration's database of deeds: who it is asked about."""

from typing import Any

import pytest
from pymongo.database import Database

from deploy.demo.deeds.archive import Archive
from deploy.demo.far.people import people_of
from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.seeding import seed
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.view import PopulationSource
from tests.registry.fakes import NOON, OTHER_TOWN, TOWN


@pytest.mark.parametrize("town", [TOWN, OTHER_TOWN])
def test_who_has_the_same_number_in_two_towns_has_the_deed_of_the_one_that_asks(
    database: Database[dict[str, Any]], town: str
) -> None:
    for each in (TOWN, OTHER_TOWN):
        seed(database, town=each, residents=150, seed=1)
    number = HARD_CASES["demo-citizen"].number
    source = PopulationSource(Populations(database), clock=lambda: NOON)
    dossier = source.view(town=town).dossier(number)
    assert dossier is not None

    deed = Archive(people_of(database), today=NOON.date()).by_person("birth", [number], {}, asked_by=town)

    assert deed is not None
    ((_, about, name), *_) = deed.involved
    assert about == number
    assert dossier.last_name in name


@pytest.mark.parametrize("kind", ["marriage", "divorce"])
def test_a_deed_about_two_names_both_and_a_marriage_is_written_down_while_it_is_concluded(
    database: Database[dict[str, Any]], kind: str
) -> None:
    seed(database, town=TOWN, residents=300, seed=1)
    view = PopulationSource(Populations(database), clock=lambda: NOON).view(town=TOWN)
    archive = Archive(people_of(database), today=NOON.date())
    named = {"place": TOWN, "year": "1950", "number": "7"}

    numbers = [case.number for case in HARD_CASES.values() if view.dossier(case.number)]
    found = [deed for each in numbers if (deed := archive.by_person(kind, [each], {}, asked_by=TOWN))]
    deeds = [*found, archive.old(kind, named)]

    assert found
    for deed in deeds:
        assert deed is not None
        assert [role for role, _, _ in deed.involved] == ["spouse", "spouse"]
        assert (deed.drawn_up_on.isoformat() == deed.happened_on) == (kind == "marriage")


def test_a_deed_of_birth_names_the_sex_and_the_parents_of_everybody(database: Database[dict[str, Any]]) -> None:
    """Those of the register, where it knows them; else made up, with no number: none of a living person."""
    seed(database, town=TOWN, residents=300, seed=1)
    view = PopulationSource(Populations(database), clock=lambda: NOON).view(town=TOWN)
    archive = Archive(people_of(database), today=NOON.date())
    children = [view.dossier(case.number) for case in HARD_CASES.values() if view.dossier(case.number)]
    born = [
        (child, deed)
        for child in children
        if child and (deed := archive.by_person("birth", [child.number], {}, asked_by=TOWN))
    ]

    known = [child for child, _ in born if child.parents]
    assert known
    assert len(known) < len(born)
    for child, deed in born:
        parents = [number for role, number, _ in deed.involved if role == "parent"]
        assert parents == ([each.number for each in child.parents] or [None, None])
        assert all(name for _, _, name in deed.involved)
        assert deed.sex == child.sex
    old = archive.old("birth", {"place": TOWN, "year": "1900", "number": "7"})
    assert old is not None
    assert [role for role, _, _ in old.involved] == ["child", "parent", "parent"]
    assert old.sex in ("F", "M")

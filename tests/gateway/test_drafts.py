"""What is begun is kept for its citizen alone, and nobody who reads the store learns of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from gateway.drafts import KEPT, Draft, Drafts, new_key
from services.chassis.locking import KeyRing
from tests.gateway.fakes import CITIZEN, OTHER

NEWER = "newer:" + "b" * 43
OLDER = "older:" + "A" * 43


@pytest.fixture
def drafts(database: Database[dict[str, Any]]) -> Drafts:
    return Drafts(database, KeyRing.parse(OLDER))


def a_draft(product: str = "household-composition", **other: Any) -> Draft:
    values: dict[str, Any] = {
        "fields": {"purpose": "housing"},
        "email": "somebody@example.org",
        "saved_at": datetime.now(UTC),
    }
    return Draft(product=product, key=new_key(), **(values | other))


def save(drafts: Drafts, draft: Draft, *numbers: str, town: str = "24001") -> Draft:
    drafts.save(draft, town=town, numbers=numbers or (CITIZEN,))
    return draft


def test_it_is_read_back_by_its_citizen_in_its_town_alone(drafts: Drafts) -> None:
    draft = save(drafts, a_draft())

    found = drafts.find("household-composition", town="24001", numbers=(CITIZEN,))
    assert found is not None
    assert (found.fields, found.key) == (draft.fields, draft.key)
    assert drafts.find("household-composition", town="24001", numbers=(OTHER,)) is None
    assert drafts.find("household-composition", town="21005", numbers=(CITIZEN,)) is None
    assert drafts.find("life", town="24001", numbers=(CITIZEN,)) is None


def test_there_is_one_for_each_product_and_the_latest_counts(drafts: Drafts) -> None:
    save(drafts, a_draft(fields={"purpose": "housing"}))
    save(drafts, a_draft(fields={"purpose": "school"}))
    save(drafts, a_draft("life", saved_at=datetime.now(UTC) + timedelta(seconds=1)))

    found = drafts.of(town="24001", numbers=(CITIZEN,))

    assert [(each.product, each.fields.get("purpose")) for each in found] == [
        ("life", "housing"),
        ("household-composition", "school"),
    ]


def test_who_reads_the_store_learns_neither_who_nor_what(drafts: Drafts, database: Database[dict[str, Any]]) -> None:
    save(drafts, a_draft())

    (document,) = database["drafts"].find()

    assert document.keys() == {"_id", "owner", "filed", "locked", "ends"}
    for said in (CITIZEN, "household", "housing", "somebody", "24001"):
        assert said not in str({name: document[name] for name in ("_id", "owner", "filed", "ends")})
        assert said not in document["locked"]


def test_another_documents_place_opens_nothing(drafts: Drafts, database: Database[dict[str, Any]]) -> None:
    save(drafts, a_draft(), OTHER)
    mine = save(drafts, a_draft("life"))
    (theirs,) = [each for each in database["drafts"].find() if each["owner"] != _owner(drafts)]
    database["drafts"].update_many({"owner": _owner(drafts)}, {"$set": {"locked": theirs["locked"]}})

    assert drafts.find(mine.product, town="24001", numbers=(CITIZEN,)) is None


def _owner(drafts: Drafts) -> str:
    from gateway.drafts import _name  # noqa: PLC0415 - as it stands in the store

    return _name(drafts._names[0], "24001", CITIZEN)


def test_after_thirty_days_it_is_gone(drafts: Drafts) -> None:
    save(drafts, a_draft(saved_at=datetime.now(UTC) - KEPT))

    assert drafts.find("household-composition", town="24001", numbers=(CITIZEN,)) is None
    assert drafts.of(town="24001", numbers=(CITIZEN,)) == []


def test_under_a_merged_number_it_is_found_and_moved(drafts: Drafts, database: Database[dict[str, Any]]) -> None:
    save(drafts, a_draft(), OTHER)

    assert drafts.find("household-composition", town="24001", numbers=(CITIZEN, OTHER)) is not None
    save(drafts, a_draft(fields={"purpose": "school"}), CITIZEN, OTHER)

    assert database["drafts"].count_documents({}) == 1
    assert drafts.find("household-composition", town="24001", numbers=(CITIZEN,)) is not None


def test_keys_may_be_rotated_and_a_key_that_is_gone_takes_what_it_locked(
    drafts: Drafts, database: Database[dict[str, Any]]
) -> None:
    save(drafts, a_draft())

    rotated = Drafts(database, KeyRing.parse(f"{NEWER},{OLDER}"))
    assert rotated.find("household-composition", town="24001", numbers=(CITIZEN,)) is not None
    save(rotated, a_draft(fields={"purpose": "school"}))
    assert database["drafts"].count_documents({}) == 1

    retired = Drafts(database, KeyRing.parse(NEWER))
    assert retired.find("household-composition", town="24001", numbers=(CITIZEN,)) is not None
    lost = Drafts(database, KeyRing.parse(OLDER))
    assert lost.find("household-composition", town="24001", numbers=(CITIZEN,)) is None


def test_what_was_filed_is_no_draft_any_more_and_is_remembered_for_a_day(drafts: Drafts) -> None:
    draft = save(drafts, a_draft())
    save(drafts, Draft(product=draft.product, key=draft.key, saved_at=draft.saved_at, filed_as="application-1"))

    assert drafts.of(town="24001", numbers=(CITIZEN,)) == []
    found = drafts.find(draft.product, town="24001", numbers=(CITIZEN,))
    assert found is not None
    assert (found.filed_as, found.fields, found.email) == ("application-1", {}, None)


def test_what_is_forgotten_is_gone(drafts: Drafts) -> None:
    save(drafts, a_draft())

    drafts.drop("household-composition", town="24001", numbers=(CITIZEN,))

    assert drafts.find("household-composition", town="24001", numbers=(CITIZEN,)) is None

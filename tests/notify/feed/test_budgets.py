"""What a department may have kept in a day is counted once for all processes, and for nobody else."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.notify.feed.budgets import Budget, BudgetStore, day_after
from tests.notify.feed.making import NOON

Store = Database[dict[str, Any]]

FEW = Budget(name="few", most=3)
POLICE, SCHOOLS = "department.police.0", "department.schools.0"


@pytest.fixture
def budgets(database: Store) -> BudgetStore:
    return BudgetStore(database)


def test_what_is_wanted_beyond_it_is_counted_and_the_next_day_begins_anew(budgets: BudgetStore) -> None:
    assert [budgets.spend(FEW, POLICE, now=NOON) for _ in range(5)] == [True, True, True, False, False]

    assert budgets.beyond(FEW, POLICE, now=NOON) == 2
    assert budgets.spend(FEW, SCHOOLS, now=NOON)
    assert budgets.spend(Budget(name="others", most=1), POLICE, now=NOON)
    tomorrow = day_after(NOON)
    assert not budgets.spend(FEW, POLICE, now=tomorrow - timedelta(seconds=1))
    assert budgets.spend(FEW, POLICE, now=tomorrow)
    assert budgets.beyond(FEW, POLICE, now=tomorrow) == 0


def test_where_less_is_left_than_is_wanted_nothing_is_spent(budgets: BudgetStore) -> None:
    assert budgets.spend(FEW, POLICE, 2, now=NOON)

    assert not budgets.spend(FEW, POLICE, 2, now=NOON)
    assert budgets.spend(FEW, POLICE, 1, now=NOON)


def test_processes_at_once_spend_no_more_than_there_is(database: Store) -> None:
    """Nor do they who are the first of the day together."""
    spent: list[bool] = []
    begin = threading.Barrier(8)

    def spend() -> None:
        own = BudgetStore(database)
        begin.wait()
        spent.append(own.spend(FEW, POLICE, now=NOON))

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(spent) == [False] * 5 + [True] * 3
    assert BudgetStore(database).beyond(FEW, POLICE, now=NOON) == 5

"""Officers change how their town is served, and take it back."""

from dataclasses import dataclass
from datetime import datetime

from services.contracts.errors import InvalidField, NotFound, TownChangedMeanwhile
from services.contracts.field_errors import FieldError, field_error
from services.contracts.living_towns import LivingTowns
from services.contracts.text import is_printable
from services.contracts.town_setups import (
    LONGEST_AUTHOR,
    ChangedTown,
    ChangedTowns,
    ChangeTown,
    ReadTownHistory,
    ReadTowns,
    TakeTownBack,
    TownHistory,
    TownSetup,
    differences,
)
from services.intake.domain.ports import TownRecords
from services.intake.domain.town_record import TownRecord


def read_towns(asked: ReadTowns, *, towns: LivingTowns) -> ChangedTowns:
    """What whoever asks does not know yet of the towns that are served."""
    versions = {refnis: 0 for refnis in asked.known if refnis in towns} | towns.versions
    return ChangedTowns(
        towns=tuple(
            towns.changed(refnis) for refnis, version in versions.items() if version != asked.known.get(refnis, 0)
        )
    )


def read_town_history(asked: ReadTownHistory, *, towns: LivingTowns, records: TownRecords) -> TownHistory:
    """Raises NotFound."""
    if asked.town not in towns:
        raise NotFound
    return records.load(asked.town).history


def change_town(asked: ChangeTown, *, towns: LivingTowns, records: TownRecords, now: datetime) -> ChangedTown:
    """Raises NotFound, InvalidField, TownNotInOrder, TownChangedMeanwhile and ConcurrentChange."""
    record = _record(asked.town, asked.by, towns, records)
    if record.setup == asked.setup:
        return record.changed
    _check_seen(record, asked.after)
    return _kept(_Choice(setup=asked.setup, by=asked.by), record, towns, records, now)


def take_town_back(asked: TakeTownBack, *, towns: LivingTowns, records: TownRecords, now: datetime) -> ChangedTown:
    """Raises NotFound, InvalidField, TownNotInOrder, TownChangedMeanwhile and ConcurrentChange."""
    record = _record(asked.town, asked.by, towns, records)
    earlier = record.of(asked.to)
    if earlier is None and asked.to != 0:
        raise NotFound
    setup = records.setup(earlier.setup) if earlier and earlier.setup else None
    if record.setup == setup:
        return record.changed
    _check_seen(record, asked.after)
    return _kept(_Choice(setup=setup, by=asked.by, of=earlier.of if earlier else 0), record, towns, records, now)


@dataclass(frozen=True, kw_only=True)
class _Choice:
    """`of` is the version that is taken back to; None where it is chosen anew."""

    setup: TownSetup | None
    by: str
    of: int | None = None


def _record(town: str, by: str, towns: LivingTowns, records: TownRecords) -> TownRecord:
    if town not in towns:
        raise NotFound
    if wrong := _wrong_author(by):
        raise InvalidField(fields={"by": wrong})
    return records.load(town)


def _wrong_author(by: str) -> FieldError | None:
    if not by.strip():
        return field_error("required")
    if len(by) > LONGEST_AUTHOR:
        return field_error("too-long", most=LONGEST_AUTHOR)
    return None if is_printable(by) else field_error("unprintable")


def _check_seen(record: TownRecord, after: int) -> None:
    if record.version != after:
        raise TownChangedMeanwhile(str(record.version))


def _kept(choice: _Choice, record: TownRecord, towns: LivingTowns, records: TownRecords, now: datetime) -> ChangedTown:
    if choice.setup is not None:
        towns.if_served(record.town, choice.setup)
    before, after = (each or towns.setup_of_file(record.town) for each in (record.setup, choice.setup))
    kept = records.change(
        record, setup=choice.setup, by=choice.by, of=choice.of, changed=differences(before, after), now=now
    )
    towns.take(kept.changed)
    return kept.changed

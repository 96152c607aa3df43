"""Guarantees do not hang on an operator's address."""

from typing import Any

import pytest
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from services.chassis.database import WRITE_MS, address, connect

HOSTS = "127.0.0.1:1,127.0.0.1:2"

GUARANTEES = (WriteConcern(w="majority", j=True, wtimeout=WRITE_MS), ReadConcern("majority"), ReadPreference.PRIMARY)


def promised(uri: str) -> tuple[Any, ...]:
    with connect(uri, appname="test") as client:
        collection = client["a"]["b"]
        return collection.write_concern, collection.read_concern, collection.read_preference


@pytest.mark.parametrize(
    "options",
    [
        "",
        "?w=0",
        "?w=1&journal=false",
        "?w=2&wtimeoutms=1",
        "?readConcernLevel=local",
        "?readConcernLevel=available&readPreference=secondaryPreferred",
        "?readPreference=nearest&maxStalenessSeconds=90",
        "?retryWrites=false&retryReads=false",
        "?replicaSet=rs0&W=1&Journal=false&ReadConcernLevel=local",
        "?socketTimeoutMS=0&serverSelectionTimeoutMS=9999999&connectTimeoutMS=0",
    ],
)
def test_an_address_cannot_weaken_what_is_promised(options: str) -> None:
    assert promised(f"mongodb://{HOSTS}/{options}") == GUARANTEES


def test_an_address_cannot_take_away_retries_and_time_limits() -> None:
    weak = "?retryWrites=false&retryReads=false&socketTimeoutMS=0&serverSelectionTimeoutMS=9999999&connectTimeoutMS=0"
    with connect(f"mongodb://{HOSTS}/{weak}", appname="test") as client:
        options = client.options

        assert (options.retry_writes, options.retry_reads, options.server_selection_timeout) == (True, True, 5.0)
        assert (options.pool_options.socket_timeout, options.pool_options.connect_timeout) == (20.0, 5.0)


def test_what_is_written_is_read_back_with_a_majority(mongo_uri: str, database_prefix: str) -> None:
    with connect(mongo_uri, appname="test") as client:
        things = client[database_prefix].things
        things.insert_one({"_id": 1})

        assert things.find_one({"_id": 1}) == {"_id": 1}
        assert things.read_concern == ReadConcern("majority")


@pytest.mark.parametrize(
    "uri",
    ["mongodb://", "http://secret@host", "mongodb://user:secret@", "mongodb://h/?readPreferenceTags=dc:secret"],
)
def test_an_address_that_is_none_is_told_without_being_shown(uri: str) -> None:
    with pytest.raises(ValueError, match="mongodb://host") as error:
        address(uri)

    assert "secret" not in str(error.value)

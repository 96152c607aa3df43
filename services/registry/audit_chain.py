"""The chain of an access log: what was written once cannot be changed, taken out or slipped in unseen.

Entries are linked into blocks, one chain a town. A block holds the digest of each of its entries and that of the block
before it, and is signed with the registry's own key (Ed25519, as its events are). Nobody without that key can rewrite
what a later block, or a noted digest of the last one, stands on.

An entry has a proof that a registry wrote it, by which it comes into a block: its digest, locked for its id. Whoever
has the store alone can write none, so that what they put there stays in no block.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.contracts.delivery import Unacceptable

FIRST = ""
"""Instead of a digest, where no block is before."""

MOST_LINKED = 500
"""Entries of one block."""

LINKED_WITHIN = timedelta(minutes=1)
"""What is older and in no block is told: every process links every ten seconds."""

BESIDE = timedelta(hours=1)
"""After the first block what is in no chain may be of a process of 0.9, which runs beside those that link."""

NOT_OF_THE_ENTRY = frozenset({"block", "unlinked_since", "expire_at"})
"""Fields of a stored entry that say where it stands, not what was looked at."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """`entries` are ids with their digests; `previous` is the digest of the block before; `number` counts from 1.
    `expire_at`, when the store takes it away, is not signed."""

    town: str
    number: int
    previous: str
    made_at: datetime
    entries: tuple[tuple[str, str], ...]
    signature: str = ""
    expire_at: datetime | None = None

    @property
    def body(self) -> bytes:
        """What is signed."""
        return _canonical(
            {
                "town": self.town,
                "number": self.number,
                "previous": self.previous,
                "made_at": self.made_at,
                "entries": [list(each) for each in self.entries],
            }
        )

    @property
    def digest(self) -> str:
        """What the next block stands on."""
        return hashlib.sha256(self.body + self.signature.encode()).hexdigest()


class Signer(Protocol):
    """The registry's key."""

    def sign(self, body: bytes) -> str:
        """A signature with the key's id."""


class Verifier(Protocol):
    """The public keys, retired ones too."""

    def signer(self, body: bytes, signature: object) -> str:
        """The service that signed. Raises Unacceptable."""


class Locker(Protocol):
    """Keys that registries and operators have, and nobody who has the store alone."""

    def lock_data(self, data: dict[str, Any], *, bound_to: str) -> str:
        """A token."""

    def unlock_data(self, token: str, *, bound_to: str) -> dict[str, Any]:
        """Raises Unacceptable, and TryLater where the key is not here."""


def digest_of_entry(stored: Mapping[str, Any]) -> str:
    """Of an entry as it is stored, whichever version wrote it."""
    return hashlib.sha256(
        _canonical({name: value for name, value in stored.items() if name not in NOT_OF_THE_ENTRY})
    ).hexdigest()


def proof_of(entry: Mapping[str, Any], *, locker: Locker) -> str:
    """That who has the key wrote this entry, to be stored with it as `proof`."""
    return locker.lock_data({"digest": digest_of_entry(_unproven(entry))}, bound_to=entry["_id"])


def is_proven(entry: Mapping[str, Any], *, locker: Locker) -> bool:
    """Raises TryLater where the key is not here."""
    try:
        proven = locker.unlock_data(str(entry.get("proof", "")), bound_to=entry["_id"])
    except Unacceptable:
        return False
    return proven == {"digest": digest_of_entry(_unproven(entry))}


def _unproven(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "proof"}


def next_block(
    last: Block | None, entries: Sequence[Mapping[str, Any]], *, town: str, key: Signer, now: datetime
) -> Block:
    """The block that links these entries of a town behind its last one."""
    block = Block(
        town=town,
        number=last.number + 1 if last else 1,
        previous=last.digest if last else FIRST,
        made_at=now.replace(microsecond=now.microsecond // 1000 * 1000),  # as the store keeps it
        entries=tuple((each["_id"], digest_of_entry(each)) for each in entries),
    )
    return Block(**{**block.__dict__, "signature": key.sign(block.body)})


@dataclass(kw_only=True)
class Findings:
    """What a chain shows. `faults` names each; `head` is the digest of the last block, to be noted elsewhere: only it
    tells that the last blocks are gone, with all of their entries. `unchained` are entries of 0.9, from
    before the chain and its first hour."""

    blocks: int = 0
    entries: int = 0
    unlinked: int = 0
    unchained: int = 0
    head: str = FIRST
    faults: list[str] = field(default_factory=list)


def examine(
    blocks: Iterable[Block],
    *,
    entries_of: Callable[[Block], Mapping[str, Mapping[str, Any]]],
    outside: Callable[[Collection[int]], Iterable[Mapping[str, Any]]],
    keys: Verifier,
    kept: timedelta,
    noted: str | None = None,
    now: datetime,
) -> Findings:
    """Whether a town's blocks, in their order, hold together with what is stored.

    `entries_of` are the stored entries that a block names or that name it, by id, and `outside` those that name none of
    the blocks of these numbers; `kept` is how long entries are, and a day longer a block after the next one was made.
    What is gone by then is no fault. `noted` is the beginning of the digest of a block that was the last one once.
    """
    found, before = Findings(), None
    holds_noted, began, numbers = noted is None, now, set()
    for block in blocks:
        found.blocks += 1
        numbers.add(block.number)
        if before is None:
            began = block.made_at
            found.faults += _faults_before(block, may_be_gone=block.made_at + kept + timedelta(days=1) < now)
        found.faults += _faults_of(block, before, keys)
        found.faults += _hastened(f"block {block.number}", block.expire_at, until=block.made_at + kept)
        stored, named = entries_of(block), dict(block.entries)
        found.entries += len(named)
        found.faults += _faults_within(block, stored, named, may_be_gone=block.made_at + kept < now)
        for id, entry in stored.items():
            if isinstance(entry.get("at"), datetime):
                found.faults += _hastened(f"entry {id}", entry.get("expire_at"), until=entry["at"] + kept)
        before, found.head = block, block.digest
        holds_noted = holds_noted or block.digest.startswith(noted or FIRST)
    if not holds_noted:
        found.faults.append("the block whose digest was noted is not there as it was")
    for entry in outside(numbers):
        if "block" in entry:
            found.faults.append(f"entry {entry['_id']} is in block {entry['block']}, which is not there")
        elif not isinstance(entry.get("at"), datetime):
            found.faults.append(f"entry {entry['_id']} is of no moment")
        elif "unlinked_since" in entry:
            found.unlinked += 1
            found.faults += _faults_waiting(entry, now=now)
        elif entry["at"] < began + BESIDE:
            found.unchained += 1
        else:
            found.faults.append(f"entry {entry['_id']} is in no block, and later than the chain's first hour")
    return found


def _faults_before(first: Block, *, may_be_gone: bool) -> Iterator[str]:
    if first.number == 1:
        if first.previous != FIRST:
            yield "block 1 stands on another"
    elif not may_be_gone:
        yield "block 1 is missing" if first.number == 2 else f"blocks 1 to {first.number - 1} are missing"


def _faults_waiting(entry: Mapping[str, Any], *, now: datetime) -> Iterator[str]:
    at, since = entry["at"], entry["unlinked_since"]
    if not isinstance(since, datetime) or max(at, since) > now + LINKED_WITHIN:
        yield f"entry {entry['_id']} is in no block, and of a time to come"
    elif min(at, since) + LINKED_WITHIN < now:
        yield f"entry {entry['_id']} is in no block since {min(at, since):%Y-%m-%d %H:%M:%S}"


def _hastened(what: str, expire_at: object, *, until: datetime) -> Iterator[str]:
    """The store takes away what says so, and who may write there may let it."""
    if not isinstance(expire_at, datetime):
        yield f"{what} has no day on which it goes"
    elif expire_at < until:
        yield f"{what} would go before its time, on {expire_at:%Y-%m-%d}"


def _faults_of(block: Block, before: Block | None, keys: Verifier) -> Iterator[str]:
    try:
        signer = keys.signer(block.body, block.signature)
    except Unacceptable as refused:
        yield f"block {block.number} is {refused.reason}"
    else:
        if signer != "registry":
            yield f"block {block.number} is signed by {signer}"
    if before is None:
        return
    if block.number != before.number + 1:
        yield f"block {before.number + 1} is missing"
    elif block.previous != before.digest:
        yield f"block {block.number} does not stand on block {before.number} as it is"


def _faults_within(
    block: Block, stored: Mapping[str, Mapping[str, Any]], named: Mapping[str, str], *, may_be_gone: bool
) -> Iterator[str]:
    for id, digest in named.items():
        if id not in stored:
            if not may_be_gone:
                yield f"entry {id} of block {block.number} is gone"
        elif digest_of_entry(stored[id]) != digest:
            yield f"entry {id} of block {block.number} was changed"
    for id in stored.keys() - named.keys():
        yield f"entry {id} says that it is in block {block.number}, and is not"


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def _plain(value: Any) -> str:
    """Others than moments only somebody else wrote."""
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else repr(value)

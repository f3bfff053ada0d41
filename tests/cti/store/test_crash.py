"""Power cuts and errors at every single operation of the disk.

After each the store opens, is whole, and holds exactly the changes up to some commit; every
commit that somebody was told of is among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from random import Random

import pytest

from cti.kept import Changes
from cti.store import Store, StoreError
from cti.store import store as module
from tests.cti.store.rows import Contents, after, contents, made_up
from tests.support.disk import Disk

SCRIPT = made_up(10)
SEEDS = range(3)


@pytest.fixture(autouse=True)
def _short_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the log be written back every few commits, so that a script meets that too."""
    pragmas(monkeypatch, wal_autocheckpoint="12")


def pragmas(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    monkeypatch.setattr(module, "PRAGMAS", tuple((dict(module.PRAGMAS) | values).items()))


class Life:
    """What became known outside of the lives of one store."""

    def __init__(self, script: list[Changes]) -> None:
        self.script = script
        self.states = [Contents()]
        for changes in script:
            self.states.append(after(self.states[-1], changes))
        self.told = 0
        """Changes of which it was told that they are stored."""
        self.store_id = ""
        """Told once the store was open."""

    def live(self, disk: Disk, most: int = 1000) -> None:
        """Open the store and write on, until the disk does no more."""
        try:
            with opened(disk) as store:
                self.store_id = self.store_id or store.load().store_id
                for changes in self.script[self.told : self.told + most]:
                    store.write(changes)
                    self.told += 1
        except StoreError:
            pass

    def objection(self, disk: Disk) -> str | None:
        """Look at the store after a power cut, and say what is wrong with it."""
        disk.cut()
        try:
            with opened(disk) as store:
                faults = store.check()
                state, found = store.load(), contents(store)
        except StoreError as error:
            return f"does not open: {error.reason}"
        if faults:
            return f"damaged: {faults}"
        if self.store_id and state.store_id != self.store_id:
            return "another store"
        if found not in self.states:
            return "not what it was after any commit"
        place = self.states.index(found)
        if place < self.told:
            return f"{self.told} commits told, {place} there"
        if place > self.told + 1:
            return f"{place} commits there, {self.told} told"
        self.told = place
        return None


_draws = count(1)


def drawn(octets: int) -> bytes:
    return next(_draws).to_bytes(octets, "big")


@contextmanager
def opened(disk: Disk) -> Iterator[Store]:
    store = Store("hq", "hq", disk.connect, drawn)
    try:
        yield store
    finally:
        with suppress(StoreError):  # the disk is dead
            store.close()


def operations() -> int:
    """Count the operations of the script, its open and close among them."""
    disk = Disk()
    life = Life(SCRIPT)
    life.live(disk)
    assert life.told == len(SCRIPT)
    return disk.operations


def crashes(seed: int, *, lies: bool = False) -> list[str]:
    """Cut the power at each operation, and give what the checker objects to."""
    objections = []
    for place in range(1, operations() + 1):
        disk = Disk(seed, lies=lies)
        disk.stop_at = place
        life = Life(SCRIPT)
        life.live(disk)
        if (objection := life.objection(disk)) is not None:
            objections.append(f"operation {place}: {objection}")
    return objections


@pytest.mark.parametrize("seed", SEEDS)
def test_a_power_cut_at_any_operation_loses_nothing_that_was_told(seed: int) -> None:
    assert crashes(seed) == []


def test_life_after_life_ends_in_a_power_cut() -> None:
    draw = Random(0)  # noqa: S311
    most = operations()
    for seed in range(150):
        disk, life = Disk(seed), Life(SCRIPT)
        for _ in range(4):
            disk.stop_at = disk.operations + draw.randrange(1, most)
            life.live(disk, draw.randrange(1, 8))
            assert life.objection(disk) is None, seed


def test_an_error_at_any_operation_is_made_good_by_trying_again() -> None:
    for place in range(1, operations() + 1):
        disk, life = Disk(), Life(SCRIPT)
        disk.fail_at = frozenset((place, place + 1))
        for _ in range(4):
            life.live(disk)
        assert life.told == len(SCRIPT), place
        assert life.objection(disk) is None, place


def test_an_error_at_any_operation_is_made_good_by_the_store_that_met_it() -> None:
    """The writer has one store, and writes what failed again and again."""
    for place in range(1, operations() + 1):
        disk, life = Disk(), Life(SCRIPT)
        try:
            with opened(disk) as store:
                disk.fail_at = frozenset((place,))
                for changes in SCRIPT:
                    for _ in range(3):
                        try:
                            store.write(changes)
                        except StoreError:
                            continue
                        life.told += 1
                        break
        except StoreError:
            continue
        assert life.told == len(SCRIPT), place
        assert life.objection(disk) is None, place


def test_a_full_disk_takes_everything_when_there_is_room_again() -> None:
    script = made_up(20)
    disk, life = Disk(), Life(script)
    refused: set[str] = set()
    with opened(disk) as store:
        for number, changes in enumerate(script):
            disk.full = number % 3 == 1
            try:
                store.write(changes)
            except StoreError as error:
                refused.add(error.reason)
                disk.full = False
                store.write(changes)
            life.told += 1
    assert refused == {"no space left on the disk"}
    assert life.objection(disk) is None


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_the_checker_objects_to_commits_that_are_not_synced(
    monkeypatch: pytest.MonkeyPatch, synchronous: str
) -> None:
    pragmas(monkeypatch, synchronous=synchronous)
    assert crashes(0)


def test_the_checker_objects_to_a_disk_that_lies() -> None:
    assert crashes(0, lies=True)

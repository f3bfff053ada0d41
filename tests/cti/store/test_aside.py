"""Damaged stores are set aside with all that belongs to them; others are refused."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from msgspec import structs

from cti import moment
from cti.kept import KeptMessage, Kind, Row
from cti.store import Store, StoreError
from cti.store.aside import open_store
from tests.cti.store.rows import contents, made_up

NOW = 1_700_000_000 * moment.SECOND


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hq.sqlite"


def damaged(path: Path) -> bytes:
    store = Store(path, "hq")
    for changes in made_up(5):
        store.write(changes)
    store.close()
    octets = path.read_bytes()
    spoiled = octets[:4096] + b"\xff" * (len(octets) - 4096)
    path.write_bytes(spoiled)
    path.with_name("hq.sqlite-wal").write_bytes(b"a log")
    return spoiled


def test_a_good_store_is_opened(path: Path) -> None:
    store = Store(path, "hq")
    for changes in made_up(5):
        store.write(changes)
    before, store_id = contents(store), store.load().store_id
    store.close()
    opened = open_store(path, "hq", NOW)
    assert opened.aside is None
    assert opened.start.store_id == store_id
    assert contents(opened.store) == before
    opened.store.close()
    assert list(path.parent.iterdir()) == [path]


def test_a_damaged_store_is_set_aside_whole_and_another_is_begun(path: Path) -> None:
    spoiled = damaged(path)
    opened = open_store(path, "hq", NOW)
    assert opened.aside is not None
    assert opened.aside.reason.startswith("damaged: ")
    kept, log = (Path(name) for name in opened.aside.files)
    assert kept.name == "hq.sqlite.damaged-20231114T221320"
    assert log.name == "hq.sqlite.damaged-20231114T221320-wal"
    assert (kept.read_bytes(), log.read_bytes()) == (spoiled, b"a log")
    assert opened.start.calls == ()
    opened.store.close()


def test_offsets_of_the_new_store_are_above_all_that_the_old_one_gave(path: Path) -> None:
    damaged(path)
    opened = open_store(path, "hq", NOW)
    assert opened.store.outbox().offset == NOW // 1_000_000
    change = structs.replace(
        made_up(1)[0], messages=(KeptMessage(1, NOW // 1_000_000 + 1, b"x"),), mark=None
    )
    opened.store.write(change)
    opened.store.close()
    again = open_store(path, "hq", NOW * 2)
    assert again.aside is None
    assert again.store.outbox().offset == NOW // 1_000_000 + 1
    again.store.close()


def test_nothing_that_was_set_aside_before_is_written_over(path: Path) -> None:
    names: set[str] = set()
    for _ in range(3):
        damaged(path)
        opened = open_store(path, "hq", NOW)
        opened.store.close()
        assert opened.aside is not None
        names.update(opened.aside.files)
    assert len(names) == 6
    assert all(Path(name).exists() for name in names)


def test_a_row_that_cannot_be_read_sets_the_store_aside_too(path: Path) -> None:
    store = Store(path, "hq")
    row = Row(Kind.DEVICE, "201", b'{"device_id":201}')
    store.write(structs.replace(made_up(1)[0], rows=(row,)))
    store.close()
    opened = open_store(path, "hq", NOW)
    assert opened.aside is not None
    assert "device 201" in opened.aside.reason
    opened.store.close()


def test_what_is_no_database_is_set_aside(path: Path) -> None:
    path.write_text("[daemon]\n" * 200)
    opened = open_store(path, "hq", NOW)
    assert opened.aside is not None
    assert Path(opened.aside.files[0]).read_text() == "[daemon]\n" * 200
    opened.store.close()


def refused(path: Path, switch_id: str = "hq") -> None:
    before = path.read_bytes()
    with pytest.raises(StoreError):
        open_store(path, switch_id, NOW)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*damaged*"))


def test_a_store_of_another_switch_is_refused(path: Path) -> None:
    Store(path, "hq").close()
    refused(path, "branch")


def test_a_newer_store_is_refused(path: Path) -> None:
    Store(path, "hq").close()
    db = apsw.Connection(str(path))
    db.pragma("user_version", 99)
    db.close()
    refused(path)


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE mine (a)")
    db.close()
    refused(path)


def test_a_store_that_is_in_use_is_refused(path: Path) -> None:
    store = Store(path, "hq")
    with pytest.raises(StoreError, match="in use"):
        open_store(path, "hq", NOW)
    assert not list(path.parent.glob("*damaged*"))
    store.close()


def test_a_place_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError):
        open_store(tmp_path / "folder", "hq", NOW)
    assert (tmp_path / "folder").is_dir()


def test_a_damaged_store_that_cannot_be_renamed_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiled = damaged(path)

    def rename(*_: object) -> None:
        raise PermissionError(13, "planted")

    monkeypatch.setattr("cti.store.aside.os.rename", rename)
    with pytest.raises(StoreError, match="cannot be set aside"):
        open_store(path, "hq", NOW)
    assert path.read_bytes() == spoiled

"""The store as a file: what is in it is given back, and what cannot be used is refused."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cti.identity import StartingState
from cti.kept import Changes, KeptDevice, KeptMessage, Kind, Row
from cti.store import Store, StoreError, schema
from cti.store.messages import Outbox
from tests.cti.store.rows import Contents, after, contents, made_up
from tests.support.disk import Disk


def changes(*rows: Row, at: int = 1, **more: Any) -> Changes:
    members: dict[str, Any] = {"floor": 0, "epochs": {}, "incarnations": {}, "forgotten": ()}
    return Changes(at=at, rows=rows, **(members | more))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hq.sqlite"


def test_a_new_store_is_empty_and_has_an_id_of_its_own(path: Path) -> None:
    store = Store(path, "hq", draw=lambda count: b"\xab" * count)
    assert store.load() == StartingState("ab" * 16, {}, {})
    store.close()
    again = Store(path, "hq")
    assert again.load().store_id == "ab" * 16
    again.close()
    other = Store(path.with_name("other.sqlite"), "hq")
    assert other.load().store_id != "ab" * 16
    other.close()


def test_the_file_and_its_folder_are_for_their_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = Store(tmp_path / "a" / "b" / "hq.sqlite", "hq")
    finally:
        os.umask(old)
    store.write(changes(at=5))
    files = list((tmp_path / "a" / "b").iterdir())
    assert {file.name for file in files} == {"hq.sqlite", "hq.sqlite-wal"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    store.close()


@given(st.integers(0, 1000), st.sets(st.integers(1, 12)))
def test_what_was_written_is_given_back_over_any_number_of_lives(seed, ends) -> None:
    disk = Disk()
    store = Store("hq", "hq", disk.connect)
    known = Contents()
    for number, one in enumerate(made_up(12, seed)):
        store.write(one)
        known = after(known, one)
        if number in ends:
            store.close()
            store = Store("hq", "hq", disk.connect)
        assert contents(store) == known
        store.write(one)  # once more does no harm
        assert contents(store) == known
    store.close()


def test_objects_keep_the_order_in_which_they_were_first_heard_of(path: Path) -> None:
    def row(key: str, version: int) -> Row:
        return Row(
            Kind.DEVICE, key, b'{"device_id":"%s","version":%d}' % (key.encode(), version)
        )

    store = Store(path, "hq")
    store.write(changes(row("b", 1), row("a", 1), row("c", 1)))
    store.write(changes(row("a", 2), Row(Kind.DEVICE, "c", None), row("d", 1)))
    store.write(changes(row("c", 1), row("b", 2)))
    assert [(one.device_id, one.version) for one in store.load().devices] == [
        ("b", 2),
        ("a", 2),
        ("d", 1),
        ("c", 1),
    ]
    store.close()


def test_counters_keep_the_order_of_their_last_use(path: Path) -> None:
    store = Store(path, "hq")
    store.write(changes(incarnations={"1": 1, "2": 1, "3": 1}))
    store.write(changes(incarnations={"1": 2}, forgotten=("2",), floor=1))
    state = store.load()
    assert list(state.incarnations.items()) == [("3", 1), ("1", 2)]
    assert state.floor == 1
    store.close()


# Refusals.


def refused(path: Path, switch: str = "hq") -> str:
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Store(path, switch)
    assert caught.value.path == str(path)
    assert str(caught.value) == f"{path}: {caught.value.reason}"
    assert path.read_bytes() == before
    return caught.value.reason


def test_a_store_that_is_in_use_is_refused(path: Path) -> None:
    store = Store(path, "hq")
    with pytest.raises(StoreError, match="in use by another process"):
        Store(path, "hq")
    script = "import sys; from cti.store import Store; Store(sys.argv[1], 'hq')"
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=False
    )
    assert "in use by another process" in done.stderr
    store.write(changes(at=7))
    store.close()


def test_a_store_of_another_switch_is_refused(path: Path) -> None:
    Store(path, "hq").close()
    assert refused(path, "branch").startswith("belongs to switch 'hq', not 'branch'")


def test_a_newer_store_is_refused(path: Path) -> None:
    Store(path, "hq").close()
    db = apsw.Connection(str(path))
    db.pragma("user_version", 99)
    db.close()
    assert (
        refused(path) == "has schema 99, only up to 2 is known here: a newer release wrote it"
    )


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE mine (a)")
    db.commit()
    db.close()
    assert refused(path) == "a database of another program"


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("[daemon]\n" * 200)
    assert refused(path).startswith("not a database")


def test_a_damaged_file_is_refused_whichever_page_it_is(path: Path) -> None:
    store = Store(path, "hq")
    for one in made_up(5):
        store.write(one)
    store.close()
    good = path.read_bytes()
    with sqlite3.connect(path) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (unused,) = db.execute("PRAGMA freelist_count").fetchone()
    db.close()
    accepted = 0
    for place in range(0, len(good), size):
        path.write_bytes(good[:place] + b"\xff" * size + good[place + size :])
        try:
            Store(path, "hq").close()
        except StoreError:
            told = refused(path)
            assert told.startswith(("damaged: ", "not a database"))
            assert told.endswith("to begin anew; calls then get new ids")
        else:
            accepted += 1
    assert len(good) // size > 10
    assert accepted <= unused


def test_a_row_that_cannot_be_read_is_told_by_its_key(path: Path) -> None:
    store = Store(path, "hq")
    store.write(changes(Row(Kind.DEVICE, "201", b'{"device_id":201}')))
    with pytest.raises(StoreError, match="damaged: device 201: "):
        store.load()
    assert len(store.check()) == 1
    store.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"hq\.sqlite: "):
        Store(tmp_path / "file" / "hq.sqlite", "hq")
    (tmp_path / "sub").mkdir()
    with pytest.raises(StoreError, match=r"sub: "):
        Store(tmp_path / "sub", "hq")


def test_nobody_begins_a_store_by_looking(path: Path) -> None:
    path.touch()
    with pytest.raises(StoreError, match="empty"):
        Store(path, None)
    assert path.read_bytes() == b""


# Migrations.


def test_an_older_store_is_brought_to_the_last_schema(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(path, "hq")
    store.write(changes(Row(Kind.DEVICE, "201", b'{"device_id":"201","version":3}'), at=9))
    store_id = store.load().store_id
    store.close()

    def second(db: apsw.Connection) -> None:
        db.execute("ALTER TABLE store ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, second))
    store = Store(path, "hq")
    assert store.summary().schema == len(schema.MIGRATIONS)
    state = store.load()
    assert (state.store_id, state.at) == (store_id, 9)
    assert state.devices == (KeptDevice("201", 3),)
    store.close()
    new = Store(path.with_name("new.sqlite"), "hq")
    assert new.summary().schema == len(schema.MIGRATIONS)
    new.close()


def test_a_store_without_messages_and_commands_gets_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        Store(path, "hq").close()
    with apsw.Connection(str(path)) as db:
        db.execute("UPDATE store SET at = 9")
    db.close()
    store = Store(path, "hq")
    assert (store.load().at, store.outbox(), store.commands()) == (9, Outbox(), ())
    store.write(structs.replace(changes(at=10), messages=(KeptMessage(1, 1, b"one"),)))
    assert store.ahead(0, 10) == [KeptMessage(1, 1, b"one")]
    store.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(path, "hq")
    store.write(changes(at=9))
    store.close()

    def second(db: apsw.Connection) -> None:
        db.execute("DROP TABLE epoch")
        db.execute("ALTER TABLE nothing ADD COLUMN colour")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, second))
        with pytest.raises(StoreError, match="nothing"):
            Store(path, "hq")
    store = Store(path, "hq")
    assert store.summary().schema == len(schema.MIGRATIONS)
    assert store.load().at == 9
    store.close()


@given(st.binary(max_size=200), st.integers(0, 60_000))
def test_octets_written_over_a_store_are_noticed_or_harmless(octets, place) -> None:
    """No damage does more than a ``StoreError``."""
    disk = Disk()
    store = Store("hq", "hq", disk.connect)
    for one in made_up(5):
        store.write(one)
    store.close()
    content = disk.files["hq"]
    content.write(octets, min(place, len(content.seen)))
    try:
        store = Store("hq", None, disk.connect)
    except StoreError:
        return
    try:
        store.check()
        store.load()
        store.summary()
    except StoreError:
        pass
    finally:
        store.close()

"""``cti store``: what it shows, and how it fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cti import facts as f
from cti.kept import Changes
from cti.main import main
from cti.store import Store
from tests.support.switchboard import Board


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a store with one live call, one that ended, and an agent."""
    board = Board()
    board.on(f.Originated, "1", "201")
    board.on(f.Alerting, "1", "202", calling="201")
    board.on(f.Originated, "2", "203")
    board.on(f.Cleared, "2", "203")
    board.tell(f.AgentLoggedOn(agent="7", device=f.NativeDevice("201"), group=None))
    path = tmp_path / "hq.sqlite"
    store = Store(path, "hq", draw=lambda count: b"\xab" * count)
    counters, _ = board.tracker.book.identities.changes()
    rows = tuple(board.tracker.keeper.changes())
    store.write(Changes(10**18, 0, {"main": 12}, counters, (), rows))
    store.close()
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["store", *map(str, words)])


def test_show(file: Path) -> None:
    done = run("show", file)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[:-1] == [
        f"switch hq, store {'ab' * 16}, schema 2",
        "last change 2001-09-09T01:46:40.000000000Z",
        "link main: epoch 12",
        "last offset 0; 0 messages",
        "0 of them the broker has not; 0 commands",
        "2 counted call identifiers",
        "1 agent",
        "2 calls",
        "3 devices",
        "1 log on",
    ]
    assert lines[-1].startswith("call c")
    assert lines[-1].endswith(": 201 connected, 202 alerting")


def test_show_of_a_store_that_nothing_was_written_to(tmp_path: Path) -> None:
    Store(tmp_path / "hq.sqlite", "hq").close()
    assert "last change never" in run("show", tmp_path / "hq.sqlite").output


def test_check(file: Path) -> None:
    done = run("check", file)
    assert (done.exit_code, done.output) == (0, "ok\n")


def test_check_of_a_row_that_cannot_be_read(file: Path) -> None:
    octets = file.read_bytes()
    file.write_bytes(octets.replace(b'{"agent_id":"7"', b'{"agent_id":777'))
    done = run("check", file)
    assert done.exit_code == 1
    assert f"{file}: damaged: agent 7: " in done.stderr


@pytest.mark.parametrize("verb", ["check", "show"])
def test_what_cannot_be_opened(tmp_path: Path, file: Path, verb: str) -> None:
    done = run(verb, tmp_path / "none.sqlite")
    assert (done.exit_code, done.stderr) == (
        2,
        f"cti store: {tmp_path / 'none.sqlite'}: no such file\n",
    )
    assert not (tmp_path / "none.sqlite").exists()
    store = Store(file, "hq")
    done = run(verb, file)
    assert done.exit_code == 2
    assert "in use by another process" in done.stderr
    store.close()


def test_a_copy_is_whole_and_has_an_id_of_its_own(file: Path, tmp_path: Path) -> None:
    to = tmp_path / "copy.sqlite"
    done = run("backup", file, to)
    assert (done.exit_code, done.output) == (0, f"{to} is whole\n")
    assert to.stat().st_mode & 0o777 == 0o600
    assert not to.with_name("copy.sqlite-wal").exists()
    one, other = Store(file, "hq"), Store(to, "hq")
    first, second = one.load(), other.load()
    assert first.store_id != second.store_id
    assert first.calls == second.calls != ()
    assert first.incarnations == second.incarnations
    one.close()
    other.close()


def test_no_copy_while_a_daemon_has_it_and_none_over_a_file(file: Path, tmp_path: Path) -> None:
    to = tmp_path / "copy.sqlite"
    store = Store(file, "hq")
    done = run("backup", file, to)
    assert done.exit_code == 2
    assert "in use by another process" in done.output
    assert not to.exists()
    store.close()
    to.write_text("mine")
    done = run("backup", file, to)
    assert done.exit_code == 2
    assert done.output == f"cti store: {to}: File exists\n"
    assert to.read_text() == "mine"
    assert run("backup", file, tmp_path / "no" / "x").exit_code == 2

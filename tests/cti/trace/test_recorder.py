"""The recorder: files that replay, bounded, and a disk that disturbs nobody."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from structlog.testing import capture_logs

from cti.identity import StartingState
from cti.moment import SECOND
from cti.trace.recorder import RETRY, Recorder
from cti.trace.records import (
    Header,
    Kind,
    Record,
    TraceError,
    load,
    read,
    write,
    write_header,
)

NOON = 1_800_000_000 * SECOND
START = StartingState("store", {"main": 4}, {"0102": 2})


class Link:
    """What the Engine knows, growing as it does."""

    def __init__(self) -> None:
        self.epoch = 4
        self.seq = 0

    def header(self) -> Header:
        start = StartingState("store", {"main": self.epoch}, {"0102": 2})
        return Header("hq", "main", "csta", {"dialect": "panasonic"}, start, seq=self.seq)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def loaded(path: Path) -> tuple[Header | None, list[Record]]:
    with path.open() as lines:
        return load(lines, path.name)


def test_a_recording_reads_as_a_trace(tmp_path):
    folder = tmp_path / "new" / "traces"
    recorder = Recorder(folder, Link().header)
    records = [
        Record(NOON, Kind.UP),
        Record(NOON + SECOND, Kind.IN, b"\x00\x01\xff"),
        Record(NOON + SECOND, Kind.OUT, b""),
        Record(NOON + 2 * SECOND, Kind.DOWN),
    ]
    for record in records:
        recorder.record(record.kind, record.at, record.octets)
    recorder.close()
    (path,) = files(folder)
    assert path.name == "hq_main_20270115T080000-000.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    header, found = loaded(path)
    assert found == records
    assert header == Header("hq", "main", "csta", {"dialect": "panasonic"}, START)
    assert path.read_text().startswith('{"trace":1,')


def test_every_line_is_there_at_once(tmp_path):
    """A crash of the process loses nothing that was recorded."""
    recorder = Recorder(tmp_path, Link().header)
    recorder.record(Kind.UP, NOON)
    (path,) = files(tmp_path)
    assert path.read_bytes().endswith(b'"dir":"up"}\n')


def test_no_file_before_something_is_said(tmp_path):
    recorder = Recorder(tmp_path, Link().header)
    recorder.close()
    assert files(tmp_path) == []


def test_a_file_ends_at_its_size_and_the_next_goes_on(tmp_path):
    link = Link()
    recorder = Recorder(tmp_path, link.header, size=500)
    recorder.record(Kind.UP, NOON)
    link.epoch, link.seq = 5, 1  # what the Engine made of it
    recorder.record(Kind.IN, NOON + 1000, b"a" * 200)
    recorder.record(Kind.IN, NOON + 2000, b"b" * 10)
    recorder.record(Kind.DOWN, NOON + 3000)
    first, second = files(tmp_path)
    assert [record.octets for record in loaded(first)[1]] == [b"", b"a" * 200]
    header, records = loaded(second)
    assert header is not None
    assert header.part == 2
    assert header.start.epochs == {"main": 4}  # its ``up`` makes it 5 again
    assert header.seq == 1
    assert [(record.kind, record.octets) for record in records] == [
        (Kind.UP, b""),
        (Kind.IN, b"b" * 10),
        (Kind.DOWN, b""),
    ]
    assert "goes on from another file" in second.read_text()


def test_a_new_connection_needs_no_mark(tmp_path):
    link = Link()
    recorder = Recorder(tmp_path, link.header, size=100)
    for at in range(2):
        recorder.record(Kind.UP, NOON + at)
        recorder.record(Kind.DOWN, NOON + at)
    _, last = files(tmp_path)
    header, records = loaded(last)
    assert header is not None
    assert header.start.epochs == {"main": 4}
    assert "goes on" not in last.read_text()
    assert records[-1].kind is Kind.DOWN


def test_old_files_go(tmp_path):
    others = ["hq_second_20200101T000000-000.jsonl", "notes.txt", "hq_main_x.jsonl"]
    for name in others:
        (tmp_path / name).write_text("")
    recorder = Recorder(tmp_path, Link().header, size=1, files=3, days=7)
    for number in range(6):
        recorder.record(Kind.IN, NOON + number * SECOND, b"x")
    ours = [path for path in files(tmp_path) if path.name not in others]
    assert len(ours) == 3
    assert len(files(tmp_path)) == 6
    old = tmp_path / "hq_main_20270108T075959-000.jsonl"  # a second more than 7 days
    old.write_text("")
    recorder = Recorder(tmp_path, Link().header, files=100, days=7)
    recorder.record(Kind.IN, NOON, b"x")
    assert not old.exists()
    assert len(files(tmp_path)) == 7
    assert recorder.errors == 0


def test_a_file_that_cannot_be_removed_is_counted(tmp_path):
    (tmp_path / "hq_main_20200101T000000-000.jsonl").mkdir()
    recorder = Recorder(tmp_path, Link().header)
    recorder.record(Kind.IN, NOON, b"x")
    assert recorder.errors == 1
    assert recorder.lost == 0


class Disk:
    """``os.write`` that fails as told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.real = os.write
        self.error: int | None = None
        self.room: int | None = None
        monkeypatch.setattr(os, "write", self.write)

    def write(self, file: int, octets: bytes) -> int:
        if self.error is not None:
            raise OSError(self.error, os.strerror(self.error))
        return self.real(file, octets if self.room is None else octets[: self.room])


@pytest.mark.parametrize("short", [True, False])
def test_a_full_disk_is_told_once_and_tried_again(tmp_path, monkeypatch, short):
    link = Link()
    recorder = Recorder(tmp_path, link.header)
    disk: Any = Disk(monkeypatch)
    with capture_logs() as lines:
        recorder.record(Kind.UP, NOON)
        if short:
            disk.room = 5
        else:
            disk.error = errno.ENOSPC
        for second in range(120):
            recorder.record(Kind.IN, NOON + second * SECOND, b"x")
        disk.room = disk.error = None
        link.epoch = 5
        recorder.record(Kind.IN, NOON + 2 * RETRY, b"y")
    assert [(line["log_level"], line["event"]) for line in lines] == [
        ("error", "recording failed"),
        ("info", "recording again"),
    ]
    assert recorder.errors == 2
    assert recorder.lost == 120
    assert len(files(tmp_path)) == 2  # none of the attempts between
    header, records = loaded(files(tmp_path)[-1])
    assert header is not None
    assert header.start.epochs == {"main": 4}
    assert [record.kind for record in records] == [Kind.UP, Kind.IN]
    assert records[-1].octets == b"y"


def test_a_folder_that_is_none(tmp_path):
    (tmp_path / "file").write_text("")
    recorder = Recorder(tmp_path / "file", Link().header)
    with capture_logs() as lines:
        recorder.record(Kind.UP, NOON)
        recorder.record(Kind.IN, NOON, b"x")
    recorder.close()
    assert recorder.lost == 2
    assert len(lines) == 1


@given(
    some.lists(
        some.tuples(some.sampled_from(Kind), some.integers(0, 10**9), some.binary()),
        max_size=30,
    ),
    some.integers(1, 2000),
)
def test_nothing_is_lost_whatever_the_size(tmp_path_factory, said, size):
    folder = tmp_path_factory.mktemp("traces")
    recorder = Recorder(folder, Link().header, size=size, files=1000)
    records = []
    for kind, at, octets in said:
        marks = kind in (Kind.UP, Kind.DOWN)
        record = Record(NOON + at * 1000, kind, b"" if marks else octets)
        records.append(record)
        recorder.record(record.kind, record.at, record.octets)
    recorder.close()
    found = []
    for number, path in enumerate(sorted(files(folder), key=_part), 1):
        header, lines = loaded(path)
        assert header is not None
        assert header.part == number
        texts = path.read_text().splitlines()
        found += lines[1:] if "goes on" in texts[1] else lines
    assert found == records
    assert recorder.errors == recorder.lost == 0


def _part(path: Path) -> int:
    header, _ = loaded(path)
    assert header is not None
    return header.part


# The header, as records.py reads it.


def test_header_and_no_header():
    header = Header("hq", "main", "csta", {"dialect": "x"}, START, part=3)
    record = Record(1000, Kind.IN, b"\x01")
    assert load(["", write_header(header), write(record)]) == (header, [record])
    assert load([write(record)]) == (None, [record])
    assert load([]) == (None, [])
    assert list(read([write_header(header), write(record)])) == [record]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"trace": 2, "switch": "hq", "link": "main", "driver": "csta"}', "version 2"),
        ('{"trace": 1, "switch": "hq"}', "link"),
        ('{"trace": 1, "switch": 5, "link": "main", "driver": "csta"}', "switch"),
        ('{"trace": 1, "switch": "a", "link": "b", "driver": "c", "color": 1}', "color"),
    ],
)
def test_a_wrong_header_is_named(line, reason):
    with pytest.raises(TraceError, match=reason) as caught:
        load(["", line], "day.jsonl")
    assert caught.value.line == 2


def test_a_header_stands_only_in_front():
    header = write_header(Header("hq", "main", "csta"))
    with pytest.raises(TraceError) as caught:
        load([write(Record(1000, Kind.UP)), header])
    assert caught.value.line == 2


def test_a_header_is_json_that_others_can_read():
    line = msgspec.json.decode(write_header(Header("hq", "main", "csta", {}, START)))
    assert line == {
        "trace": 1,
        "switch": "hq",
        "link": "main",
        "driver": "csta",
        "config": {},
        "start": {
            "store_id": "store",
            "epochs": {"main": 4},
            "incarnations": {"0102": 2},
        },
        "part": 1,
        "stack": {},
        "seq": 0,
    }

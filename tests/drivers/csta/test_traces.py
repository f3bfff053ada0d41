"""Two recorded days of real switches, replayed: every event, and the first hundred messages."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from cti import engine as en
from cti.trace.records import Kind, read
from cti.trace.replay import Replay
from tests.support import golden

pytestmark = pytest.mark.vectors

TRACES = [
    pytest.param("panasonic-kx-2016-12-01", "panasonic", id="panasonic"),
    pytest.param("hipath3000-2012-12-29", "hipath3000", id="hipath3000"),
]


def replayed(vectors: Path, name: str, dialect: str) -> tuple[Replay, list[en.Action]]:
    with (vectors / "traces" / f"{name}.jsonl").open() as file:
        records = list(read(file, name))
    run = Replay("csta", {"dialect": dialect})
    return run, list(run.run(records))


def events(actions: list[en.Action]) -> list[Any]:
    return [action.event for action in actions if isinstance(action, en.Publish)]


@pytest.mark.parametrize(("name", "dialect"), TRACES)
def test_a_recorded_day_gives_the_golden_events_twice(vectors, name, dialect) -> None:
    run, actions = replayed(vectors, name, dialect)
    lines = b"".join(msgspec.json.encode(event) + b"\n" for event in events(actions))
    golden.compare(f"golden/{name}.events.jsonl", lines.decode())
    _, again = replayed(vectors, name, dialect)
    assert b"".join(msgspec.json.encode(event) + b"\n" for event in events(again)) == lines
    assert run.summary["undecodable"] == 0
    assert run.summary["unmapped"] == 0
    assert run.summary["anomalies"] == 0


@pytest.mark.parametrize(("name", "dialect"), TRACES)
def test_the_first_hundred_messages_mean_what_the_table_says(vectors, name, dialect) -> None:
    text = (golden.ROOT / "golden" / f"{name}.first100.md").read_text()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if re.match(r"\| ( |\d+ )", line)
    ]
    assert max(int(row[0]) for row in rows if row[0]) == 100
    expected = [
        (int(row[0]) if row[0] else None, event)
        for row in rows
        for event in row[5].split("<br>")
        if event
    ]
    _, actions = replayed(vectors, name, dialect)
    numbers = frame_numbers(vectors, name)
    found = list(shown(events(actions), numbers))
    assert found[: len(expected)] == expected
    rest = found[len(expected) :]
    assert all(frame is None or frame > 100 for frame, _ in rest)


def shown(told: list[Any], numbers: list[int]):
    """Show events as the table writes them, each with the frame it came from."""
    base = last = 0
    epoch = None
    for event in told:
        name = str(event.__struct_config__.tag)
        if epoch is not None and event.epoch != epoch:
            base += last
        epoch, last = event.epoch, event.seq
        frame = numbers[base + event.seq - 1] if event.seq else None
        words = [name]
        match name:
            case "link.state":
                words.append(event.state.value)
                if event.state.value != "up":
                    frame = None
            case "switch.status":
                words.append(event.status.value)
            case "monitor.started" | "monitor.failed":
                words.append(event.device_id or "?")
            case "device.hook_changed":
                words += [event.device_id, str(event.on_hook)]
            case _ if name.startswith("connection."):
                words.append(event.device_id)
                if event.cause is not UNSET:
                    words.append(event.cause.value)
            case _:
                pass
        yield frame, " ".join(words)


def frame_numbers(vectors: Path, name: str) -> list[int]:
    """Give the number in the trace of each frame of the switch."""
    numbers, count = [], 0
    with (vectors / "traces" / f"{name}.jsonl").open() as file:
        for record in read(file, name):
            octets = record.octets
            while octets:
                count += 1
                if record.kind is Kind.IN:
                    numbers.append(count)
                if octets[0] == 0x26:
                    size = 3 + (int.from_bytes(octets[1:3], "big") & 0x7FFF)
                else:
                    size = 2 + int.from_bytes(octets[:2], "big")
                octets = octets[size:]
    return numbers

"""Real messages of an OmniPCX and of an MD110, replayed."""

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cti import engine as en
from cti.trace.records import read
from cti.trace.replay import Replay
from tests.support import golden

pytestmark = pytest.mark.vectors

CALL = (
    "monitorStart_3001_001",
    "monitorStart_result_001",
    "systemStatus_heartbeat_b_001",
    "ev_delivered_001",
    "ev_established_001",
    "ev_connectionCleared_001",
    "systemStatus_heartbeat_001",
    "monitorStop_001",
    "monitorStop_result_001",
)
TRACES = [
    pytest.param("omnipcx", [f"real_oxe_{name}" for name in CALL], id="omnipcx"),
    pytest.param("md110", ["real_ericsson_ev_forwarding_001"], id="md110"),
]


def recording(vectors: Path, names: list[str], *, greeting: bool) -> str:
    """Write a recording of single messages, one a second, framed as they were."""
    lines = (vectors / "csta" / "real.jsonl").read_text().splitlines()
    rows = {(row := json.loads(line))["name"]: row for line in lines}
    octets: list[tuple[str, str]] = [("out", "42"), ("in", "50")] if greeting else []
    for name in names:
        row = rows[name]
        sent = row["meaning"]["direction"].startswith("client")
        size = len(row["hex"]) // 2
        octets.append(("out" if sent else "in", f"{size:04x}{row['hex']}"))
    told: list[dict[str, Any]] = [{"dir": "up"}]
    told += [{"dir": way, "hex": text} for way, text in octets]
    return "\n".join(
        json.dumps({"t": f"2015-11-29T22:45:{second:02d}", **one})
        for second, one in enumerate(told)
    )


@pytest.mark.parametrize(("dialect", "names"), TRACES)
def test_real_messages_give_the_golden_events(vectors, dialect, names) -> None:
    text = recording(vectors, names, greeting=dialect == "omnipcx")
    run = Replay("csta", {"dialect": dialect})
    actions = list(run.run(list(read(io.StringIO(text), dialect))))
    told = [action.event for action in actions if isinstance(action, en.Publish)]
    lines = b"".join(msgspec.json.encode(event) + b"\n" for event in told)
    golden.compare(f"golden/{dialect}.events.jsonl", lines.decode())
    assert run.summary["messages"] == len(names)
    assert (run.summary["undecodable"], run.summary["unmapped"]) == (0, 0)
    assert run.summary["anomalies"] == 0


def names_of(actions: list[Any]) -> list[str]:
    told = [action.event for action in actions if isinstance(action, en.Publish)]
    return [str(event.__struct_config__.tag) for event in told]


@pytest.mark.parametrize(("dialect", "names"), TRACES)
def test_the_phase_is_told_by_the_messages(vectors, dialect, names) -> None:
    text = recording(vectors, names, greeting=False)
    records = list(read(io.StringIO(text), dialect))
    run, known = Replay("csta", {"dialect": "auto"}), Replay("csta", {"dialect": dialect})
    assert names_of(list(run.run(records))) == names_of(list(known.run(records)))
    assert run.summary["anomalies"] == run.summary["undecodable"] == 0


def test_the_phase_of_a_day_of_phase_three_is_told_by_its_messages(vectors) -> None:
    with (vectors / "traces" / "panasonic-kx-2016-12-01.jsonl").open() as file:
        records = list(read(file, "panasonic"))
    run = Replay("csta", {"dialect": "auto"})
    assert len(names_of(list(run.run(records)))) > 400
    assert run.summary["anomalies"] == run.summary["undecodable"] == 0

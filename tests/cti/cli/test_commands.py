"""The commands as their users call them: processes with pipes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OFFICE = ROOT / "tests" / "traces" / "csta3-small-office.jsonl"
ASSOCIATION = {"AARQ", "AARE", "RLRQ", "RLRE", "ABRT"}
SHOWN = ("pdu", "operation", "value")
CTI = Path(sys.executable).with_name("cti")


def cti(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(CTI), *words], input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def test_version_tells_where_each_package_comes_from() -> None:
    run = cti("--version")
    assert run.returncode == 0
    lines = dict(line.split(": ", 1) for line in run.stdout.splitlines()[1:])
    assert set(lines) == {"cti", "protocols", "drivers", "sim"}


def test_help_lists_the_commands() -> None:
    run = cti("--help")
    for command in ("decode", "encode", "replay"):
        assert command in run.stdout


def test_drivers_are_listed_with_what_has_to_be_known_of_them() -> None:
    lines = cti("drivers").stdout.splitlines()
    assert "csta: csta3-ber" in lines
    notice = lines[lines.index("meridian: meridian-link-style") + 1].strip()
    assert notice.startswith("Meridian-Link-style; octets assigned by this project; replace")


def test_decode_shows_lines_and_encode_writes_them_back() -> None:
    records = [json.loads(line) for line in OFFICE.read_text().splitlines()]
    hexes = [record["hex"][4:] for record in records if "hex" in record][:1]
    run = cti("decode", "csta3", stdin="\n".join(hexes) + "\n\n")
    assert run.returncode == 0
    assert [json.loads(line)["pdu"] for line in run.stdout.splitlines()] == ["AARQ"]
    back = cti("encode", "csta3", stdin=run.stdout)
    assert back.returncode == 0
    assert back.stdout.split() == hexes


def test_lines_that_do_not_decode_say_where_and_the_status_is_1() -> None:
    run = cti("decode", "csta3", stdin="zz\na1\na10b0201010201\na2 03 02 01 01\n")
    assert run.returncode == 1
    first, second, third, good = map(json.loads, run.stdout.splitlines())
    assert set(first) == set(second) == set(third) == {"error", "offset", "clause"}
    assert "hex" in first["error"]
    assert second["offset"] == 1
    assert good["pdu"] == "returnResult"


def test_lines_that_cannot_be_encoded_say_why_and_the_status_is_1() -> None:
    run = cti("encode", "csta3", stdin='{\n{"pdu":"invoke"}\n{"pdu":"nothing","value":1}\n[]\n')
    assert run.returncode == 1
    assert [set(json.loads(line)) for line in run.stdout.splitlines()] == [{"error"}] * 4


def test_an_unknown_protocol_names_the_known_ones() -> None:
    run = cti("decode", "smoke")
    assert run.returncode == 2
    assert "acse, asai, csta1, csta2, csta3" in run.stderr


@pytest.mark.vectors
@pytest.mark.parametrize("file", ["real.jsonl", "encoded.jsonl"])
def test_vectors_through_the_commands(vectors, file) -> None:
    rows = [json.loads(line) for line in (vectors / "csta" / file).read_text().splitlines()]
    for codec, phases in (("csta3", ("III", "any")), ("acse", ("III", "any"))):
        chosen = [row for row in rows if row["phase"] in phases]
        if codec == "acse":
            chosen = [
                row for row in chosen if "ARLRQAAREAARQABRT".find(row["meaning"]["pdu"]) >= 0
            ]
        if not chosen:
            continue
        run = cti("decode", codec, stdin="\n".join(row["hex"] for row in chosen))
        assert run.returncode == 0
        told = [json.loads(line) for line in run.stdout.splitlines()]
        wanted = [
            {
                key: row["meaning"][key]
                for key in ("pdu", "operation", "value")
                if key in row["meaning"]
            }
            for row in chosen
        ]
        assert told == wanted
        back = cti("encode", codec, stdin="\n".join(json.dumps(one) for one in wanted))
        assert back.returncode == 0
        assert back.stdout.split() == [row["hex"] for row in chosen]


def test_replay_shows_a_table_and_a_summary() -> None:
    run = cti("replay", str(OFFICE), "--driver", "csta")
    assert run.returncode == 0
    assert run.stdout.splitlines()[0].startswith("time")
    assert "call.transferred" in run.stdout
    assert run.stderr.strip().startswith("46 messages, ")
    assert ", 0 undecodable, 0 unmapped, 0 anomalies, " in run.stderr


def test_replay_writes_json_lines_the_same_each_time() -> None:
    first = cti("replay", str(OFFICE), "--driver", "csta", "--json", "--switch", "hq")
    second = cti("replay", str(OFFICE), "--driver", "csta", "--json", "--switch", "hq")
    assert first.stdout == second.stdout
    events = [json.loads(line) for line in first.stdout.splitlines()]
    assert {event["switch_id"] for event in events} == {"hq"}
    assert [event["event"] for event in events[-2:]] == ["link.state", "queue.updated"]


def test_replay_goes_on_after_what_does_not_decode_and_the_status_is_1(tmp_path) -> None:
    lines = OFFICE.read_text().splitlines()
    lines.insert(8, '{"t":"2026-03-02T09:00:01","dir":"in","hex":"0003a10101"}')
    trace = tmp_path / "odd.jsonl"
    trace.write_text("\n".join(lines))
    run = cti("replay", str(trace), "--driver", "csta")
    assert run.returncode == 1
    assert "1 undecodable" in run.stderr
    assert "undecodable: " in run.stderr
    assert " at octet " in run.stderr
    assert "call.transferred" in run.stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--driver", "acme"), "no driver 'acme'; installed: asai, csta, meridian"),
        (("--driver", "csta", "--dialect", "acme"), "panasonic, phase1, phase2, standard"),
    ],
)
def test_replay_refuses_what_it_does_not_have(words, reason) -> None:
    run = cti("replay", str(OFFICE), *words)
    assert run.returncode == 2
    assert reason in run.stderr


def test_replay_names_the_wrong_line_of_a_trace(tmp_path) -> None:
    trace = tmp_path / "broken.jsonl"
    trace.write_text('{"t": 1, "dir": "up"}\n{"t": 1, "dir": "in", "hex": "0"}\n')
    run = cti("replay", str(trace), "--driver", "csta")
    assert run.returncode == 2
    assert f"{trace}:2: " in run.stderr


def test_the_shipped_trace_is_what_its_maker_writes() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tests.support.office"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert made.stdout == OFFICE.read_text()

"""Documents tell the truth: commands run, tables match the code."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cti.model.events import EVENTS as MODEL_EVENTS
from cti.model.states import LEGAL_TRANSITIONS, Origin
from drivers.csta.capabilities import LACKING, MAPPED
from drivers.csta.dialects import DIALECTS, Dialect
from drivers.csta.phase12.events import EVENTS as EARLY_EVENTS
from drivers.csta.reader import NOT_NORMALIZED
from protocols.csta.phase3.schema import EVENTS, OPERATIONS
from protocols.csta.phase12.schema import EVENTS as EARLY_GROUPS
from protocols.csta.phase12.schema import PHASE1, PHASE2
from protocols.csta.phase12.schema.events import EVENT_TYPES
from tests.support import golden

ROOT = Path(__file__).resolve().parents[1]


def commands(path: Path) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", path.read_text(), re.DOTALL)
    return [
        line.removeprefix("$ ")
        for block in blocks
        for line in block.splitlines()
        if line.startswith("$ ")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("command", commands(ROOT / "README.md"))
def test_every_command_of_the_readme_runs(command) -> None:
    bin_ = Path(sys.executable).parent
    command = command.replace(".venv/bin/", f"{bin_}/")
    run = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "MAKEFLAGS": ""},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout


def test_the_readme_shows_what_the_demo_prints() -> None:
    shown = re.findall(r"^\d\d:\d\d:.*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    trace = ROOT / "tests" / "traces" / "csta3-small-office.jsonl"
    cti = Path(sys.executable).with_name("cti")
    run = subprocess.run(
        [cti, "replay", trace, "--driver", "csta"], capture_output=True, text=True, check=True
    )
    assert len(shown) > 3
    assert set(shown) <= set(run.stdout.splitlines())


def test_the_table_of_legal_steps_is_that_of_the_code() -> None:
    rows = re.findall(
        r"^\| (\w+) \| ([\w, ]+) \|$", (ROOT / "docs/model.md").read_text(), re.MULTILINE
    )
    told = {name: words for name, words in rows if name in {s.value for s in LEGAL_TRANSITIONS}}
    assert set(told) == {state.value for state in LEGAL_TRANSITIONS}
    for state, following in LEGAL_TRANSITIONS.items():
        if told[state.value] == "any":
            assert len(following) == 7
        else:
            assert set(told[state.value].split(", ")) == {one.value for one in following}


def test_every_origin_is_explained() -> None:
    text = (ROOT / "docs" / "model.md").read_text()
    assert all(f"| `{origin.value}` |" in text for origin in Origin)


def test_the_readme_names_every_dialect() -> None:
    text = (ROOT / "README.md").read_text()
    assert all(f"`{name}`" in text for name in DIALECTS)


MEANS = {
    "bridged": "connection.bridged",
    "callCleared": "call.cleared",
    "conferenced": "call.conferenced",
    "connectionCleared": "connection.cleared",
    "delivered": "connection.alerting",
    "digitsDialed": "call.digits",
    "diverted": "connection.diverted",
    "established": "connection.connected",
    "failed": "connection.failed",
    "held": "connection.held",
    "networkCapabilitiesChanged": "call.data_changed",
    "networkReached": "connection.network_reached",
    "offered": "connection.offered",
    "originated": "connection.originated",
    "queued": "connection.queued",
    "retrieved": "connection.retrieved",
    "serviceInitiated": "connection.initiated",
    "transferred": "call.transferred",
    "callInformation": "call.data_changed",
    "charging": "call.charged",
    "digitsGeneratedEvent": "call.digits",
    "hookswitch": "device.hook_changed",
    "messageWaiting": "device.mwi_changed",
    "agentBusy": "agent.state_changed",
    "agentLoggedOn": "agent.logged_on",
    "agentLoggedOff": "agent.logged_off",
    "agentNotReady": "agent.state_changed",
    "agentReady": "agent.state_changed",
    "agentWorkingAfterCall": "agent.state_changed",
    "doNotDisturb": "device.dnd_changed",
    "forwarding": "device.forwarding_changed",
    "backInService": "device.in_service",
    "deviceCapabilityChanged": "device.capabilities_changed",
    "outOfService": "device.out_of_service",
    "partiallyInService": "device.capabilities_changed",
}


def supported(dialect: Dialect, verb: str) -> str:
    if verb in LACKING.get(dialect.phase.standard, ()):
        return "-"
    if verb in dialect.unsupported:
        return "refused"
    return "known" if verb in dialect.native else "to be tried"


def test_the_conformance_page_of_csta_is_current() -> None:
    lines = [
        "# CSTA: what is supported",
        "",
        "Phases I (ECMA-180), II (ECMA-218) and III (ECMA-285) in BER over TCP, live and for",
        "recorded links. *Codec*: read and written; what is not listed is kept as octets and",
        "written back. *Event*: what the model makes of it. This page is written by",
        "`make golden`.",
        "",
        "| item | status | supported | test |",
        "| --- | --- | --- | --- |",
        "| framing, two octets of length | vendor | yes | tests/protocols/stacks |",
        "| framing, 0x26 and length (HiPath 3000) | vendor | yes | tests/protocols/stacks |",
        "| greeting B and P, EXIT (OmniPCX) | vendor | yes | tests/protocols/stacks |",
        "| ROSE invoke, result, error, reject | mandatory | yes | tests/protocols/rose |",
        "| ACSE AARQ, AARE, RLRQ, RLRE, ABRT | mandatory | codec | tests/protocols/acse |",
        "| indefinite length, segmented strings | optional | slow path | tests/protocols/ber |",
        "| voice unit events of the third edition | optional | codec | tests/protocols/csta |",
        "| lists of what there is | optional | kept as octets | tests/protocols/csta |",
        "",
        "## Services of phase III",
        "",
        "| operation | code | module | argument | result |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.name} | {one.code} | {one.clause} | {'codec' if one.argument else '-'} "
        f"| {'codec' if one.result else '-'} |"
        for one in OPERATIONS
    ]
    lines += ["", "## Services of phases I and II", ""]
    lines += ["| operation | code | module | I | II |", "| --- | --- | --- | --- | --- |"]
    first = {one.code for one in PHASE1}
    lines += [
        f"| {one.name} | {one.code} | {one.clause} | {'codec' if one.code in first else '-'} "
        f"| codec |"
        for one in PHASE2
    ]
    lines += ["", "## Dialects", "", "| dialect | phase | known from |", "| --- | --- | --- |"]
    lines += [
        f"| {one.name} | {one.phase.standard} | {one.evidence} |" for one in DIALECTS.values()
    ]
    lines += ["", "## Commands", "", "Known to work by traffic, to be tried, refused, or not"]
    lines += ["in the phase of the dialect (-).", ""]
    lines += [f"| verb | {' | '.join(DIALECTS)} |", f"| --- |{' --- |' * len(DIALECTS)}"]
    for verb in sorted(MAPPED):
        words = (supported(one, verb) for one in DIALECTS.values())
        lines.append(f"| {verb} | {' | '.join(words)} |")
    lines += ["", "## Events of phase III", ""]
    lines += ["| group | event | codec | event of the model |"]
    lines += ["| --- | --- | --- | --- |"]
    for group, names in EVENTS.items():
        for name in names:
            means = "not normalized" if name in NOT_NORMALIZED else f"`{MEANS[name]}`"
            lines.append(f"| {group} | {name} | yes | {means} |")
    lines += ["", "## Events of phases I and II", ""]
    lines += ["Those of phase III with the same meaning stand for them.", ""]
    lines += ["| event | number in phase I | group in phase II | event of phase III |"]
    lines += ["| --- | --- | --- | --- |"]
    numbers = {name: number for number, (name, _) in EVENT_TYPES.items()}
    groups = {name: group for group, names in EARLY_GROUPS.items() for name in names}
    for name, (_, later, _) in EARLY_EVENTS.items():
        lines.append(
            f"| {name} | {numbers.get(name, '-')} | {groups.get(name, '-')} | {later} |"
        )
    assert set(MEANS.values()) <= set(MODEL_EVENTS)
    golden.compare("../docs/conformance/csta.md", "\n".join(lines) + "\n")

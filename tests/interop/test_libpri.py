"""LAPD and Q.931 against libpri: primary and basic access, user and network, with losses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.site import wait_for
from tests.interop.processes import Lab, Libpri, joined, libpri

__all__ = ["libpri"]
pytestmark = [pytest.mark.slow, pytest.mark.vectors]

ACCESSES = [
    pytest.param(("--role", "user", "--tei", "0"), ("--role", "nt"), id="primary, user"),
    pytest.param(("--role", "network", "--tei", "0"), ("--role", "te"), id="primary, network"),
    pytest.param(("--role", "user", "--k", "1"), ("--role", "nt", "--bri", "ptmp"),
                 id="basic, user of a bus"),
    pytest.param(("--role", "network", "--k", "1"), ("--role", "te", "--bri", "ptmp"),
                 id="basic, network of a bus"),
    pytest.param(("--role", "user", "--tei", "0"), ("--role", "nt", "--bri", "ptp"),
                 id="basic, point to point"),
]  # fmt: skip


def up(lab: Lab, far: Libpri) -> None:
    """Wait until the data link is up, whoever sets it up."""
    if "user" in lab.words:
        lab.tell("establish")
    elif "te" in far.words and "ptmp" in far.words:
        lab.hear("tei assigned")
    else:
        lab.tell("establish")
    lab.hear("establish ")


def cause(message: dict[str, Any]) -> int:
    (told,) = (one for one in message["elements"] if one["element"] == "cause")
    return int(told["value"])


def incoming_call(lab: Lab, far: Libpri, number: str) -> None:
    """Libpri calls; we answer; libpri clears."""
    before, lines = len(lab.messages()), len(far.lines)
    far.tell(f"setup {number} 5559999")
    setup = lab.message("SETUP", before)
    called = [one for one in setup["elements"] if one["element"] == "called_party_number"]
    assert called[0]["digits"] == number
    answer = {"reference": setup["reference"], "flag": True, "length": setup.get("length", 1)}
    channel = [one for one in setup["elements"] if one["element"] == "channel_identification"]
    lab.send({"message": "CALL_PROCEEDING", **answer, "elements": channel})
    lab.send({"message": "ALERTING", **answer})
    far.event("RINGING", lines)
    lab.send({"message": "CONNECT", **answer})
    far.event("ANSWER", lines)
    far.tell("hangup 16")
    assert cause(lab.message("DISCONNECT", before)) == 16
    lab.send({"message": "RELEASE", **answer})
    lab.message("RELEASE_COMPLETE", before)


def outgoing_call(lab: Lab, far: Libpri, number: str, *, primary: bool) -> None:
    """We call; libpri, told to, answers; we clear."""
    before, lines = len(lab.messages()), len(far.lines)
    head = {"reference": 5, "length": 2 if primary else 1}
    channel: dict[str, Any] = {"element": "channel_identification", "exclusive": True}
    if primary:
        channel |= {"primary": True, "channels": [3]}
    lab.send({
        "message": "SETUP", **head,
        "elements": [
            {"element": "bearer_capability", "capability": 0, "layer1": "03"},
            channel,
            {"element": "called_party_number", "digits": number, "plan": 1},
            {"element": "sending_complete"},
        ],
    })  # fmt: skip
    ring = far.event("RING", lines)
    assert ring["called"] == number
    connect = lab.message("CONNECT", before)
    assert connect["flag"]
    lab.send({"message": "CONNECT_ACKNOWLEDGE", **head})
    lab.send({
        "message": "DISCONNECT", **head, "elements": [{"element": "cause", "value": 16}]
    })  # fmt: skip
    far.event("HANGUP", lines)
    lab.message("RELEASE", before)
    lab.send({"message": "RELEASE_COMPLETE", **head})


@pytest.mark.parametrize(("ours", "theirs"), ACCESSES)
def test_the_data_link_comes_up_and_carries_calls(
    libpri: Path, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    with joined(libpri, ours, (*theirs, "--answer")) as (lab, far):
        up(lab, far)
        if "ptmp" in theirs:
            assert lab.hear("tei assigned") == "tei assigned tei=64"
        broadcast = "ptmp" in theirs and "user" in ours  # its SETUP is a UI frame to all
        if not broadcast:
            incoming_call(lab, far, "5551234")
        if "ptmp" not in theirs or "user" in ours:
            outgoing_call(lab, far, "5554321", primary="--bri" not in theirs)


@pytest.mark.parametrize(("ours", "theirs"), ACCESSES[:2])
def test_a_link_that_is_released_comes_up_again(
    libpri: Path, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    with joined(libpri, ours, theirs) as (lab, far):
        up(lab, far)
        far.event("DCHAN_UP")
        lines, theirs_before = len(lab.lines), len(far.lines)
        lab.tell("release")
        lab.hear("release confirm", lines)
        far.event("DCHAN_DOWN", theirs_before)
        lab.hear("establish indication", lines)  # libpri sets it up after a second
        far.event("DCHAN_UP", theirs_before)


def test_a_network_that_falls_silent_is_noticed_and_found_again(libpri: Path) -> None:
    timers = ("--timer", "T200=0.2", "--timer", "T203=0.5", "--n200", "2")
    with joined(libpri, ("--role", "user", "--tei", "0", *timers), ("--role", "nt")) as (
        lab,
        far,
    ):
        up(lab, far)
        lines = len(lab.lines)
        far.tell("mute tx")
        error = lab.hear("mdl-error indication sapi=0 tei=0 error=I", lines)
        assert error
        lab.hear("release indication sapi=0 tei=0 cause=unanswered", lines)
        far.tell("mute off")
        lab.hear("establish indication", lines)


@pytest.mark.parametrize(("ours", "theirs"), ACCESSES)
@pytest.mark.parametrize("seed", ["1", "2"])
def test_everything_arrives_once_and_in_order_through_losses(
    libpri: Path, ours: tuple[str, ...], theirs: tuple[str, ...], seed: str
) -> None:
    """Both sides lose a tenth; T200 is short, so that the test is.

    What is sent while the link is set up anew may be lost, and is told: it is sent again.
    """
    bad = ("--loss", "0.1", "--seed", seed, "--timer", "T200=0.3", "--n200", "8")
    worse = ("--loss", "8", "--seed", seed, "--t200", "300", "--n200", "8")
    with joined(libpri, (*ours, *bad), (*theirs, *worse)) as (lab, far):
        up(lab, far)
        head = {"length": 1 if "--bri" in theirs else 2}
        for first in range(20, 120, 20):
            wanted, lines = list(range(first, first + 20)), len(lab.lines)
            for reference in wanted:  # of no call: each is answered
                lab.send({"message": "STATUS_ENQUIRY", "reference": reference, **head})

            def anew(lines: int = lines) -> bool:
                told = ("establish", "release", "refused", "mdl-error", "tei removed")
                return any(line.startswith(told) for line in lab.lines[lines:])

            def answered(first: int = first) -> list[int]:
                heard = [one["reference"] for one in lab.messages() if one.get("flag")]
                return [one for one in heard if first <= one < first + 20]

            wait_for(lambda: answered() == wanted or anew(), "every answer")  # noqa: B023
            assert answered() == sorted(set(answered()))
            if answered() == wanted:
                return
            if any(line.startswith("release") for line in lab.lines[lines:]):
                lab.hear("establish ", lines)
        raise AssertionError(f"never all of them: {lab.lines}")

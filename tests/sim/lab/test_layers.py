"""The laboratory's layers: commands in, primitives out, on a good wire and on a bad one."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.lab.pair import Pair, layer


def test_lapb_is_set_up_carries_data_and_is_taken_down() -> None:
    pair = Pair(layer("lapb"), layer("lapb", "--role", "dce"))
    for line in ("establish", "data 0102", "data ff", "release"):
        pair.tell(0, line)
        pair.run(1.0)
    assert pair.said[0] == ["establish confirm", "release confirm"]
    assert pair.said[1] == [
        "establish indication",
        "data indication 0102",
        "data indication ff",
        "release indication cause=peer",
    ]


def test_what_a_layer_cannot_do_is_refused_or_an_error() -> None:
    pair = Pair(layer("lapb"), layer("lapb", "--role", "dce"))
    pair.tell(0, "data 00")
    assert pair.said[0] == ["refused data state=disconnected"]
    for line, reason in (("data 0", "hexadecimal"), ("jump", "jump: not"), ("data", "not")):
        with pytest.raises(ValueError, match=reason):
            pair.tell(0, line)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("lapb", "--timer", "T9=1"), "the timers are T1, T2, T3, T4"),
        (("lapb", "--timer", "T1=x"), "NAME=SECONDS"),
        (("lapb", "--k", "8"), "k = 8"),
        (("plp", "--channels", "7"), "LOW-HIGH"),
        (("x25", "--timer", "x25.T21=0"), "more than no time"),
    ],
)
def test_options_are_checked(words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        layer(*words)


@pytest.mark.parametrize("kind", ["plp", "x25"])
def test_a_call_from_set_up_to_clear(kind: str) -> None:
    pair = Pair(layer(kind, "--negotiate"), layer(kind, "--role", "dce", "--calling", "99"))
    for which, line in (
        (0, "establish"),
        (0, "call 5678 c0ffee"),
        (0, "data 0102"),
        (1, "qdata 03"),
        (0, "interrupt 2a"),
        (0, "ddata 04"),
        (1, "reset 0 17"),
        (0, "data " + "55" * 2000),
        (0, "clear 0 5"),
    ):
        pair.tell(which, line)
        pair.run(5.0)
    one, two = ([line for line in said if "link" not in line] for said in pair.said)
    assert one[-7:] == [
        "call request lcn=32",
        "call confirm lcn=32 size=1024/1024 window=7/7",
        "qdata indication lcn=32 03",
        "interrupt confirm lcn=32",
        "delivery confirm lcn=32",
        "reset indication lcn=32 cause=00 diagnostic=17",
        "clear confirm lcn=32",
    ]
    assert two[-7:] == [
        "call indication lcn=32 called=5678 calling= facilities=420a0a430707 c0ffee",
        "data indication lcn=32 0102",
        "interrupt indication lcn=32 2a",
        "data indication lcn=32 04",
        "reset confirm lcn=32",
        "data indication lcn=32 " + "55" * 2000,
        "clear indication lcn=32 cause=00 diagnostic=5",
    ]


def test_a_call_may_wait_for_a_person() -> None:
    pair = Pair(layer("plp"), layer("plp", "--role", "dce", "--manual"))
    pair.tell(0, "establish")
    pair.run(1.0)
    pair.tell(0, "call -")
    pair.run(1.0)
    assert not pair.heard(0, "call confirm")
    pair.tell(1, "accept")
    pair.run(1.0)
    assert pair.heard(0, "call confirm")


def test_a_permanent_circuit_needs_no_call() -> None:
    pair = Pair(layer("x25", "--pvc", "1", "--channels", "2-3"),
                layer("x25", "--role", "dce", "--pvc", "1", "--channels", "2-3"))  # fmt: skip
    pair.tell(0, "establish")
    pair.run(1.0)
    pair.tell(0, "data 01")
    pair.run(1.0)
    assert pair.said[1][-1] == "data indication lcn=1 01"


SEEDS = st.integers(0, 2**32)


@given(SEEDS, st.sampled_from(["8", "128"]))
def test_lapb_brings_everything_once_and_in_order_or_says_reset(seed: int, modulo: str) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    words = ("--modulo", modulo, "--k", str(dice.randint(1, 7)), "--timer", "T1=0.5",
             "--timer", "T2=0.05", "--n2", "20")  # fmt: skip
    pair = Pair(layer("lapb", *words), layer("lapb", "--role", "dce", *words), dice)
    pair.bad = dice.choice([0.02, 0.1, 0.2])
    pair.tell(0, "establish")
    pair.run(30.0)
    for number in range(20):
        for which in (0, 1):
            pair.tell(which, f"data {number:02x}")
        pair.run(dice.random())
    pair.bad = 0.0
    pair.run(120.0)
    for which in (0, 1):
        _whole_or_reset(pair, which, "data indication")
        assert len(pair.heard(0, "establish")) == 1


@given(SEEDS, st.sampled_from(["plp", "x25"]))
def test_a_call_brings_everything_once_and_in_order_or_says_reset(seed: int, kind: str) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    timers = [("T20", 2), ("T21", 2), ("T22", 2), ("T23", 2), ("T10", 2), ("T11", 2),
              ("T12", 2), ("T13", 2), ("T24", 1), ("T25", 5), ("T2", 0.05)]  # fmt: skip
    prefix = "" if kind == "plp" else "x25."
    words = [word for name, value in timers for word in ("--timer", f"{prefix}{name}={value}")]
    if kind == "x25":
        words += ["--timer", "T1=0.5", "--timer", "T2=0.05", "--n2", "20"]
    pair = Pair(layer(kind, *words), layer(kind, "--role", "dce", *words), dice)
    pair.tell(0, "establish")
    pair.run(1.0)
    pair.tell(0, "call 1")
    pair.run(1.0)
    pair.bad = dice.choice([0.02, 0.1])
    for number in range(12):
        for which in (0, 1):
            pair.tell(which, f"data {f'{number:02x}' * dice.choice([1, 300])}")
        pair.run(dice.random())
    pair.bad = 0.0
    pair.run(400.0)
    for which in (0, 1):
        _whole_or_reset(pair, which, "data indication lcn=32")


def _whole_or_reset(pair: Pair, which: int, beginning: str) -> None:
    """Between two resets what arrives ascends without a gap; without one, all arrives."""
    runs: list[list[int]] = [[]]
    for line in pair.said[which]:
        if line.startswith(beginning):
            runs[-1].append(int(line.removeprefix(beginning).strip()[:2], 16))
        elif any(word in line for word in ("reset", "restart", "release", "clear", "refused")):
            runs.append([])
    refused = any("refused" in line for line in pair.said[1 - which])
    for run in runs:
        if not refused:
            assert run == list(range(run[0], run[0] + len(run))) if run else True
        assert all(one < other for one, other in itertools.pairwise(run))
    if len(runs) == 1 and not refused:
        sent = [line for line in pair.said[1 - which] if "reset" in line or "clear" in line]
        if not sent:
            assert len(runs[0]) in (12, 20)

"""LAPD in the laboratory: commands in, primitives out, on a good wire and on a bad one."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.lab.pair import Pair, layer

USER = ("lapd", "--ri", "1")
NETWORK = ("lapd", "--role", "network")
FIXED = ("--tei", "0")
SETUP = "0801010504038090a3"


def test_a_terminal_is_given_its_tei_and_works() -> None:
    pair = Pair(layer(*USER), layer(*NETWORK))
    pair.run(1.0)
    for line in ("establish", "data 0102", "unitdata 03", "xid 04", "release"):
        pair.tell(0, line)
        pair.run(1.0)
    pair.tell(1, "unitdata 05")
    pair.run(1.0)
    assert pair.said[0] == [
        "tei assigned tei=64",
        "establish confirm sapi=0 tei=64",
        "xid confirm sapi=0 tei=64",
        "release confirm sapi=0 tei=64",
        "unitdata indication sapi=0 tei=127 05",
    ]
    assert pair.said[1] == [
        "tei assigned tei=64",
        "establish indication sapi=0 tei=64",
        "data indication sapi=0 tei=64 0102",
        "unitdata indication sapi=0 tei=64 03",
        "xid indication sapi=0 tei=64 04",
        "release indication sapi=0 tei=64 cause=peer",
    ]


def test_a_point_to_point_access_needs_no_tei_management() -> None:
    pair = Pair(layer(*USER, *FIXED), layer(*NETWORK, *FIXED))
    for which, line in ((1, "establish"), (1, "data ff"), (1, "unitdata 01"), (0, "busy")):
        pair.tell(which, line)
        pair.run(1.0)
    pair.tell(1, "data 02")
    pair.run(1.5)
    pair.tell(0, "ready")
    pair.run(1.5)
    assert pair.said[1] == ["establish confirm sapi=0 tei=0"]
    assert pair.said[0][1:] == [
        "establish indication sapi=0 tei=0",
        "data indication sapi=0 tei=0 ff",
        "unitdata indication sapi=0 tei=0 01",
        "data indication sapi=0 tei=0 02",
    ]


def test_messages_of_q931_go_as_json_and_as_octets() -> None:
    pair = Pair(layer(*USER, *FIXED), layer(*NETWORK, *FIXED, "--q931"))
    pair.tell(0, "establish")
    pair.run(1.0)
    setup = {"message": "SETUP", "reference": 1, "elements": [
        {"element": "bearer_capability", "capability": 0, "layer1": "03"}]}  # fmt: skip
    pair.tell(0, f"q931 {json.dumps(setup)}")
    pair.tell(0, f"q931 {SETUP}")
    pair.tell(0, "data 00")
    pair.run(1.0)
    assert pair.heard(1, "data indication sapi=0 tei=0") == [SETUP, SETUP, "00"]
    shown = [line for line in pair.said[1] if line.startswith("q931 ")]
    assert [json.loads(line.removeprefix("q931 ")) for line in shown[:2]] == [setup, setup]
    assert shown[2].startswith("q931 dropped 00: message ends inside its header")


def test_a_network_means_the_terminal_that_was_chosen() -> None:
    pair = Pair(layer(*USER, "--tei", "5"), layer(*NETWORK))
    pair.tell(1, "tei 5")
    pair.tell(1, "establish")
    pair.run(1.0)
    assert "establish confirm sapi=0 tei=5" in pair.said[1]
    pair.tell(1, "remove 5")
    pair.run(1.0)
    assert "tei removed tei=5" in pair.said[0]


def test_teis_are_checked_and_removed() -> None:
    pair = Pair(layer(*USER), layer(*NETWORK))
    pair.tell(0, "establish")
    pair.run(1.0)
    pair.tell(1, "check")
    pair.run(5.0)
    assert "tei removed tei=64" not in pair.said[1]
    pair.tell(1, "remove")
    pair.run(1.0)
    assert pair.said[0][-2:] == [
        "tei removed tei=64",
        "release indication sapi=0 tei=127 cause=tei-removed",
    ]


def test_another_sapi_is_another_connection() -> None:
    saps = ("--sapi", "0", "--sapi", "16")
    pair = Pair(layer(*USER, *FIXED, *saps), layer(*NETWORK, *FIXED, *saps))
    for line in ("sapi 16", "establish", "data 10"):
        pair.tell(0, line)
        pair.run(1.0)
    assert pair.said[1] == [
        "establish indication sapi=16 tei=0",
        "data indication sapi=16 tei=0 10",
    ]


def test_what_cannot_be_is_refused_or_an_error() -> None:
    pair = Pair(layer(*USER), layer(*NETWORK))
    pair.tell(0, "data 00")
    pair.tell(0, "check")
    assert pair.said[0] == [
        "refused data state=tei-unassigned",
        "refused check state=tei-unassigned",
    ]
    pair.hear(0, b"\x01")
    assert pair.said[0][-1].startswith("dropped 01")
    for line in (
        "data 0",
        "tei x",
        "tei 128",
        "jump",
        "q931",
        "q931 {",
        'q931 {"message":"x"}',
    ):
        with pytest.raises(ValueError, match=r"."):
            pair.tell(0, line)


def test_a_terminal_that_nobody_answers_says_so() -> None:
    pair = Pair(layer(*USER), layer(*NETWORK))
    pair.bad = 1.0
    pair.tell(0, "establish")
    pair.run(20.0)
    assert pair.said[0] == [
        "tei failed",
        "release indication sapi=0 tei=127 cause=no-tei",
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("lapd", "--tei", "x"), "auto or a number"),
        (("lapd", "--tei", "64"), "tei = 64"),
        (("lapd", "--k", "0"), "k = 0"),
        (("lapd", "--sapi", "63"), "sapi = 63"),
        (("lapd", "--timer", "T1=1"), "the timers are T200, T201, T202, T203"),
    ],
)
def test_options_are_checked(words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        layer(*words)


@given(st.integers(0, 2**32))
def test_data_arrive_once_and_in_order_on_a_bad_wire(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    more = (*FIXED, "--duplicating", "--n200", "20")
    pair = Pair(layer(*USER, *more), layer(*NETWORK, *more), dice)
    pair.tell(0, "establish")
    pair.run(1.0)
    pair.bad = 0.1
    for number in range(20):
        pair.tell(0, f"data {number:02x}")
        pair.run(dice.random())
    pair.bad = 0.0
    pair.run(60.0)
    anew = any(line.startswith("mdl-error") for line in pair.said[0] + pair.said[1])
    heard = pair.heard(1, "data indication sapi=0 tei=0")
    assert heard == sorted(set(heard))
    assert anew or len(heard) == 20

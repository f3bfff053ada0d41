"""Permanent circuits over XOT: the set-up, its refusals, and the circuit after it."""

from __future__ import annotations

from typing import Any

import pytest

from protocols.stacks import primitives as st
from protocols.stacks import xot
from tests.protocols.stacks.ends import Ends

PVC = {"initiator": "Serial0", "initiator_channel": 5, "responder": "Serial1"}


def ends(there: dict[str, Any], here: dict[str, Any] | None = None) -> Ends:
    """Join a calling and an answering end."""
    calling = {"pvc": PVC, **(here or {})}
    return Ends(xot(calling), xot({"role": "answering", "pvc": PVC, **there}))


def test_both_reset_the_circuit_and_it_carries_pdus() -> None:
    pair = ends({})
    pair.up()
    pair.run(2.0)
    # Worked out from RFC 1613: GFI 1, type F5, version 81, status 00, names and channels,
    # windows 2, sizes 2^7.
    offer = "0000001d 1000 f5 81 00 07 0005 07 0001 02 02 07 07 53657269616c30 53657269616c31"
    assert pair.sent[0] == (0, bytes.fromhex(offer))
    assert pair.sent[1] == (1, bytes.fromhex(offer))
    resets = [which for which, octets in pair.sent if octets[6] == 0x1B]
    assert resets == [1, 0]
    assert pair.kinds(0) == pair.kinds(1) == ["Established"]
    pair.send(0, b"there")
    pair.send(1, b"back" * 100)
    pair.run(2.0)
    assert pair.received(1) == [b"there"]
    assert pair.received(0) == [b"back" * 100]


@pytest.mark.parametrize(
    ("there", "status", "reason"),
    [
        (
            {"pvc": {**PVC, "responder": "Serial9"}},
            0x16,
            "no circuit from b'Serial0' 5 to b'Serial1'",
        ),
        ({"window": 3}, 0x18, "window, packet size or modulo are not the same"),
        ({"modulo": 128}, 0x18, "window, packet size or modulo are not the same"),
    ],
)
def test_a_circuit_that_is_not_known_is_refused(
    there: dict[str, Any], status: int, reason: str
) -> None:
    pair = ends(there)
    pair.up()
    pair.run(2.0)
    (refused,) = pair.seen[1]
    assert refused == st.Fault("call", f"permanent circuit: {reason}", fatal=True)
    (fault,) = pair.seen[0]
    assert isinstance(fault, st.Fault)
    assert fault.fatal
    assert fault.detail.endswith(f"({status:02x})")
    assert not pair.running


def test_a_set_up_that_nobody_answers_is_given_up() -> None:
    pair = ends({})
    pair.give(0, st.TransportUp())
    pair.run(60.0)
    assert pair.seen[0] == [
        st.Fault("call", "permanent circuit: nobody answers the set-up", fatal=True)
    ]


@pytest.mark.parametrize("octets", ["00000003 1000f5", "00000010 1000 f5 80" + "00" * 12])
def test_a_set_up_that_cannot_be_read_ends_the_connection(octets: str) -> None:
    for role in ("calling", "answering"):
        stack = xot({"pvc": PVC, "role": role})
        stack.handle(st.TransportUp())
        actions = stack.handle(st.OctetsReceived(bytes.fromhex(octets)))
        assert isinstance(actions[-1], st.Fault)
        assert actions[-1].fatal


def test_nothing_passes_before_the_set_up_and_no_set_up_after_it() -> None:
    pair = ends({})
    pair.give(1, st.TransportUp())
    pair.give(1, st.OctetsReceived(bytes.fromhex("00000004 10010061")))
    pair.give(1, st.Send(b"early"))
    assert pair.kinds(1) == ["unsent"]
    pair.give(0, st.TransportUp())
    pair.run(2.0)
    pair.give(1, st.OctetsReceived(pair.sent[0][1]))
    assert pair.seen[1][-1] == st.Fault("dropped", "set-up of a permanent circuit")
    call = xot({})
    call.handle(st.TransportUp())
    actions = call.handle(st.OctetsReceived(pair.sent[0][1]))
    assert actions == [st.Fault("dropped", "set-up of a permanent circuit")]


def test_its_keys_are_checked() -> None:
    with pytest.raises(st.OptionError, match="no such key; known here: initiator") as caught:
        xot({"pvc": {**PVC, "window": 1}})
    assert caught.value.key == "pvc.window"

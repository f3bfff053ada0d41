"""Every composed verb in every state of a telephone, on switches that do not have the verb.

What must work and what must not is the same as on a switch that has it. A command that did not
succeed has changed nothing.
"""

from __future__ import annotations

import msgspec
import pytest

from drivers.csta.dialects import DIALECTS as PROFILES
from protocols.csta.phase3.codec import Operation
from sim.kit import matrix
from sim.plan import ExchangePlan
from tests.support.pair import DIALECTS, Pair

LACKING = {
    "alternate": Operation.ALTERNATE_CALL,
    "consult": Operation.CONSULTATION_CALL,
    "reconnect": Operation.RECONNECT_CALL,
    "blind_transfer": Operation.SINGLE_STEP_TRANSFER,
    "clear_call": Operation.CLEAR_CALL,
    "pickup": Operation.DIRECTED_PICKUP_CALL,
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("verb", LACKING)
def test_a_composed_verb_does_what_the_verb_does(
    verb: str, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = PROFILES[dialect]
    without = known.unsupported | set(LACKING)
    profile = msgspec.structs.replace(known, unsupported=without)
    monkeypatch.setitem(PROFILES, dialect, profile)

    def join(plan: ExchangePlan) -> Pair:
        pair = Pair(plan, dialect=dialect, without=tuple(LACKING.values()))
        pair.connect()
        pair.wait(1)
        support = pair.capabilities.commands[verb]
        assert support.support == "emulated"
        assert support.steps
        return pair

    assert matrix.row(verb, join) == []

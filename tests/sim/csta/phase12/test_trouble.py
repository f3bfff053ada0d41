"""Whatever arrives, a link of phase I or II answers it, rejects it or ends in order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.rose.apdus import Invoke
from protocols.stacks.framing import frame
from sim.csta.dialects import DIALECTS, Phase
from sim.csta.monitors import actual
from sim.csta.phase12.events import TOLD, TOLD_FIRST
from sim.csta.phase12.filters import read_filter, written_filter
from sim.csta.phase12.mischief import EarlyApdus
from sim.csta.settings import Settings
from sim.exchange import verbs
from sim.mischief import Of, PduFault, PduKind
from tests.protocols.csta import phases
from tests.sim.csta.phase12.client import EARLY, Client

EVENT_REPORT = 21
UNANSWERED = (33, 35)
"""Choice and end of a route: only errors answer them."""
FILTERED = sorted(
    TOLD
    | {"autoAnswer", "microphoneMute", "speakerMute", "speakerVolume"}
    | {"backInService", "outOfService"}
)


@pytest.mark.parametrize("dialect", EARLY)
def test_no_event_is_left_that_the_phase_does_not_have(dialect: str) -> None:
    row = DIALECTS[dialect]
    told = TOLD if row.phase is Phase.II else TOLD_FIRST
    everything = Client("phase2").row.never | TOLD
    assert everything - row.never == told


@given(st.sets(st.sampled_from(FILTERED)))
def test_a_filter_of_phase_2_is_what_was_asked_for(names: set[str]) -> None:
    shown = actual(frozenset(names))
    assert read_filter(written_filter(shown, first=False)) == shown


@pytest.mark.parametrize("kind", [one for one in PduKind if one is not PduKind.REFUSE])
@pytest.mark.parametrize("dialect", EARLY)
def test_a_spoilt_event_is_followed_by_good_ones(dialect: str, kind: PduKind) -> None:
    fault = PduFault(kind, at=1, of=Of.EVENTS, seconds=1.0)
    client = Client(dialect, settings=Settings(pdu_faults=(fault,)))
    client.associate()
    client.monitor("201")
    spoilt = client.told(client.bench.do(verbs.GoOffHook("201")))
    spoilt += client.told(client.bench.advance(2.0))
    letters = EarlyApdus(DIALECTS[dialect].phase)
    for pdu in spoilt if kind is not PduKind.INDEFINITE else ():
        letters.kind(bytes.fromhex(pdu))  # each can be read
    (good,) = client.do(verbs.HangUp("201"))
    assert good["pdu"] == "invoke"
    assert good["value"]["opcode"] == 21


@given(st.sampled_from(EARLY), phases.SEEDS)
def test_every_request_with_any_values_is_answered(dialect: str, seed: int) -> None:
    client = Client(dialect)
    client.associate()
    client.do(verbs.MakeCall("201", "202"))
    phase = phases.BY_NAME["II" if dialect == "phase2" else "I"]
    draw = random.Random(seed)  # noqa: S311 - the seed makes the same request again
    code = draw.choice([one for one in phase.operations if one != EVENT_REPORT])
    argument = phase.value(phase.codec.rose.arguments[code].name, draw)
    pdu = phase.codec.encode(Invoke(9, code, argument))
    heard = client.told(client.bench.feed(frame(client.header, pdu)))
    answers = [one[:2] for one in heard if one[:2] != "a1"]
    assert answers in (["a2"], ["a3"], ["a4"]) or (code in UNANSWERED and not answers)


@given(st.sampled_from(EARLY), st.binary(max_size=60))
def test_any_octets_leave_a_link_that_answers_or_has_ended(dialect: str, octets: bytes) -> None:
    client = Client(dialect)
    client.associate()
    client.bench.feed(frame(client.header, octets))
    asked = bytes.fromhex("a1 09 02 01 07 02 01 34 0a 01 02")
    heard = client.bench.feed(frame(client.header, asked))
    assert heard.endswith(bytes.fromhex("a2 0a 02 01 07 30 05 02 01 34 05 00")) or (
        client.bench.closed
    )

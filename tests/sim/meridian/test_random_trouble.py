"""Hours of people, requests and outages at random: each request has one answer."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.meridian import _codec_meridian as m
from protocols.meridian.codec import place
from protocols.meridian.values import Kind
from sim.exchange import verbs
from sim.exchange.words import AgentState
from sim.ledger import Ledger
from sim.meridian.bench import VARIANTS
from tests.sim.meridian.client import SETS, Host
from tests.sim.meridian.test_damage import HOSTS

DEVICES = (*SETS, "6000", "7000")
NUMBERS = (*SETS, "5005", "6000", "7000", "90201111111", "5999")
CALLED = ("5550001", "5550004", "5556000", "5557000")
REQUESTS = [body for body in HOSTS if place(body)[1] is Kind.REQ]


def people(draw: Random) -> Any:
    one, other = draw.choice(SETS), draw.choice(NUMBERS)
    return draw.choice(
        [
            *(verbs.Dial(one, other), verbs.GoOffHook(one), verbs.Answer(one)),
            *(verbs.Answer(one), verbs.HangUp(one), verbs.Hold(one), verbs.Retrieve(one)),
            verbs.Consult(one, other, conference=draw.random() < 0.5),
            *(verbs.Transfer(one), verbs.Conference(one), verbs.BlindTransfer(one, other)),
            *(verbs.Deflect(one, other), verbs.Pickup(one, draw.choice(SETS))),
            *(verbs.LogOn(one, "1234"), verbs.LogOff(one), verbs.SendDigits(one, "12")),
            verbs.SetAgentState(one, AgentState.READY),
            verbs.SetDoNotDisturb(one, draw.random() < 0.5),
            *(verbs.TrunkRings(draw.choice(CALLED), "0301"), verbs.ExternalHangsUp("T/1")),
        ]
    )


def request(draw: Random) -> Any:
    """Make a request about something that is often there."""
    body: Any = draw.choice(REQUESTS)
    fields: dict[str, Any] = {}
    for name in body.__struct_fields__:
        if name == "device_tn":
            fields[name] = None
        elif name == "device_dn" and body.device_dn is not None:
            fields[name] = draw.choice(SETS)
        elif name in ("called_dn", "forward_dn") and draw.random() < 0.8:
            fields[name] = draw.choice(NUMBERS)
        elif name in ("call_id", "route_ref", "session_id"):
            fields[name] = draw.randint(1, 4)
        elif name == "acd_dn" and isinstance(body, m.DNRegister | m.DNRelease | m.QueueStatus):
            fields[name] = draw.choice(("6000", "7000"))
    return msgspec.structs.replace(body, **fields)


def ask(draw: Random, host: Host) -> None:
    body = request(draw)
    if isinstance(body, m.AppRegister | m.AppRelease):
        return
    heard = host.ask(body)
    answers = [one for one in heard if place(one)[1] in (Kind.ACK, Kind.NAK)]
    assert len(answers) == 1, (body, heard)
    assert answers == heard[:1], "the answer comes before what the request leads to"
    assert place(answers[0])[0] is place(body)[0]


def trouble(draw: Random, host: Host) -> None:
    host.say(
        *draw.choice(
            [
                *(["aml", "down"], ["aml", "up"], ["aml", "down", "5"], ["flow", "stop"]),
                *(["flow", "resume"], ["restart"], ["cut"]),
            ]
        )
    )


def play(seed: int, variant: str) -> None:
    draw = Random(seed)  # noqa: S311 - the seed makes the same hour again
    host = Host(VARIANTS[variant]).register(devices=DEVICES)
    for _ in range(150):
        match draw.randrange(12):
            case 0:
                host.wait(draw.choice([0.5, 4.0, 12.0]))
            case 1 if draw.random() < 0.3:
                trouble(draw, host)
            case 2 | 3 | 4 | 5:
                ask(draw, host)
            case _:
                host.do(people(draw))
        if not host.bench.connected:
            host.say("aml", "up")
            host.say("flow", "resume")
            host.association = 0
            host.register(devices=DEVICES)
    ledger = Ledger()
    for at, action in host.bench.happened:
        ledger.take(at, action)
    assert ledger.end().calls == host.bench.view().calls


@pytest.mark.parametrize("variant", VARIANTS)
@given(seed=st.integers(0, 2**32))
def test_hours_of_trouble(variant: str, seed: int) -> None:
    play(seed, variant)

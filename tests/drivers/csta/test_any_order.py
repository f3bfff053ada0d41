"""Whatever happens in whatever order: actions only, one outcome a token, no timer left."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from cti import driver as dr
from cti.driver import NativeTarget
from cti.model import commands as cm
from drivers.csta.exchange import RequestTimer
from tests.drivers.csta.script import (
    ABRT,
    RLRE,
    RLRQ,
    Link,
    aare,
    cleared,
    error,
    hookswitch,
    invoke,
    monitor_started,
    reject,
    result,
    system_status,
)
from tests.drivers.csta.verbs import RESULTS, VERBS

LOGIN = {"name": "AMHOST", "password": "secret"}
CONFIGS = [
    {"dialect": "panasonic", "devices": ["201", "202", "203"]},
    {"dialect": "hipath3000", "login": LOGIN, "devices": ["201"]},
    {"dialect": "standard", "devices": ["201", "202"], "outstanding": 2},
    {"dialect": "standard", "devices": ["201", "202"], "resync": {"features": True}},
    {"dialect": "panasonic", "devices": ["201"], "resync": {"rate": 5, "gap": 1}},
]
IDS = st.integers(1, 12)
STATUSES = st.sampled_from(
    ["normal", "disabled", "messagesLost", "overloadReached", "initializing", "enabled"]
)
REFERENCES = st.sampled_from(["0001", "0002", "0003", "0004"])
KEYS = st.sampled_from([None, "", "0001", "0002", "zz", "000B", "0x00.", "é"])
NATIVES = st.builds(NativeTarget, KEYS, KEYS, KEYS, KEYS, KEYS)


class AnyOrder(RuleBasedStateMachine):
    """A driver, a switch without manners, and a desk without patience."""

    def __init__(self) -> None:
        super().__init__()
        self.link = Link(open_it=False, devices=["201"])
        self.given = 0

    @initialize(config=st.sampled_from(CONFIGS), opened=st.booleans())
    def begin(self, config: dict[str, Any], opened: bool) -> None:
        self.link = Link(open_it=opened, **config)

    @rule(
        event=st.sampled_from(
            [dr.LinkUp(), dr.LinkDown("cut"), dr.StopRequested(), dr.ResyncRequested("asked")]
        )
    )
    def life(self, event: dr.Event) -> None:
        self.link.event(event)
        if isinstance(event, dr.LinkDown):
            assert self.link.timers == {}
            assert len(self.link.outcomes) == self.link.tokens

    @rule(pdu=st.sampled_from([aare(), aare(1), ABRT, RLRE, RLRQ]))
    def association(self, pdu: bytes) -> None:
        self.link.receive(pdu)

    @rule(number=IDS, reference=REFERENCES)
    def monitor(self, number: int, reference: str) -> None:
        self.link.receive(monitor_started(number, reference))

    @rule(number=IDS)
    def monitor_refused(self, number: int) -> None:
        self.link.receive(error(number, "operation", "invalidDeviceID"))

    @rule(number=IDS, verb=st.sampled_from(sorted(RESULTS)))
    def answer(self, number: int, verb: str) -> None:
        self.link.receive(result(number, VERBS[verb][2], RESULTS[verb][0]))

    @rule(number=IDS, problem=st.integers(0, 3))
    def refuse(self, number: int, problem: int) -> None:
        self.link.receive(reject(number, "invoke", problem))

    @rule(status=STATUSES)
    def status(self, status: str) -> None:
        self.link.receive(system_status(7, status))

    @rule(number=IDS, reference=REFERENCES, call=st.booleans())
    def in_parts(self, number: int, reference: str, call: bool) -> None:
        told = {"serviceCrossRefID": {"octets": reference}}
        self.link.receive(result(number, 75 if call else 74, told))

    @rule(reference=REFERENCES, call=st.booleans(), last=st.booleans())
    def part(self, reference: str, call: bool, last: bool) -> None:
        entries = RESULTS["snapshot_call" if call else "snapshot_device"][0]
        told = {"serviceCrossRefID": {"octets": reference}, "lastSegment": last, **entries}
        self.link.receive(invoke(9, 76 if call else 77, told))

    @rule(reference=REFERENCES)
    def report(self, reference: str) -> None:
        self.link.receive(hookswitch(reference, "201"))

    @rule(reference=REFERENCES, call=KEYS.filter(bool))
    def cleared(self, reference: str, call: str) -> None:
        self.link.receive(cleared(reference, call.encode().hex(), "201"))

    @rule(octets=st.binary(max_size=40))
    def noise(self, octets: bytes) -> None:
        self.link.receive(octets)

    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        if self.link.timers:
            self.link.expire(data.draw(st.sampled_from(sorted(self.link.timers, key=repr))))

    @rule(number=IDS)
    def stale_timer(self, number: int) -> None:
        if RequestTimer(number) not in self.link.timers:
            assert self.link.driver.handle(dr.TimerExpired(RequestTimer(number))) == []

    @rule(verb=st.sampled_from(sorted(VERBS)), native=st.none() | NATIVES)
    def command(self, verb: str, native: NativeTarget | None) -> None:
        target, args, _, _ = VERBS[verb]
        members = {"device": "201", **args}
        kept = {k: v for k, v in members.items() if k in cm.VERBS[verb].__struct_fields__}
        self.link.give(verb, cm.VERBS[verb](**kept), native or target)

    @rule(device=st.sampled_from(["201", "204", "205"]), start=st.booleans())
    def watch(self, device: str, start: bool) -> None:
        if start:
            self.link.command("monitor_start", device=device, ttl_s=60)
        else:
            self.link.command("monitor_stop", device=device)

    @rule(point=st.sampled_from(["400", "401", "é"]), on=st.booleans())
    def serve(self, point: str, on: bool) -> None:
        if on:
            self.link.command("route_register", route_point=point, ttl_s=60)
        else:
            self.link.command("route_unregister", route_point=point)

    @rule(number=IDS, reference=REFERENCES)
    def registered(self, number: int, reference: str) -> None:
        told = {"routeRegisterReqID": {"octets": reference}}
        self.link.receive(result(number, 248, told))

    @rule(number=IDS)
    def done(self, number: int) -> None:
        for opcode in (73, 250):
            self.link.receive(result(number, opcode))

    @rule(reference=REFERENCES)
    def unregistered(self, reference: str) -> None:
        self.link.receive(invoke(9, 249, {"routeRegisterReqID": {"octets": reference}}))

    @rule(reference=REFERENCES, opcode=st.sampled_from([32, 35]))
    def route(self, reference: str, opcode: int) -> None:
        self.link.receive(invoke(9, opcode, {"crossRefIdentifier": {"octets": reference}}))

    @invariant()
    def only_actions(self) -> None:
        assert all(isinstance(action, dr.Action) for action in self.link.actions)

    def exhaust(self) -> None:
        """Answer nothing any more: whatever is asked, a resynchronisation ends."""
        for _ in range(1_000):
            due = [t for t in self.link.timers if t == "resync_pace" or hasattr(t, "invoke_id")]
            if not due:
                break
            self.link.expire(due[0])
        assert not self.link.resyncing

    @override
    def teardown(self) -> None:
        self.exhaust()
        self.link.event(dr.LinkDown("the end"))
        assert self.link.timers == {}
        assert set(self.link.outcomes) == set(range(1, self.link.tokens + 1))


TestAnyOrder = AnyOrder.TestCase


@pytest.mark.vectors
@given(data=st.data())
def test_damaged_real_messages_never_stop_a_live_driver(vectors, data) -> None:
    pdus = [
        bytes.fromhex(json.loads(line)["hex"])
        for line in (vectors / "csta" / "real.jsonl").read_text().splitlines()
    ]
    link = Link(**data.draw(st.sampled_from(CONFIGS)))
    for _ in range(6):
        pdu = bytearray(data.draw(st.sampled_from(pdus)))
        for _ in range(data.draw(st.integers(0, 3))):
            pdu[data.draw(st.integers(0, len(pdu) - 1))] = data.draw(st.integers(0, 255))
        assert all(isinstance(one, dr.Action) for one in link.receive(bytes(pdu)))
    link.event(dr.LinkDown("cut"))
    assert link.timers == {}

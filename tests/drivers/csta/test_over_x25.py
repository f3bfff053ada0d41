"""CSTA over X.25 on one still clock: calls, a reset of the circuit, a line that goes bad."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from importlib.resources import files
from typing import Any

import pytest
from typing_extensions import override

from drivers.csta import CstaDriver
from protocols.stacks import primitives as st
from protocols.stacks import x25_serial, xot
from protocols.stacks.framing import Framer, Header, frame
from sim.csta.bench import Bench
from sim.exchange import verbs
from sim.exchange.verbs import Event
from sim.kit import pair
from sim.plan import read_plan


class Carried:
    """A simulated switch whose PDUs go through the answering end of a message link."""

    def __init__(self, bench: Bench, make: Any, keys: dict[str, Any]) -> None:
        self.bench = bench
        self.stack: st.Stack = make({"role": "answering", **keys})
        self._framer = Framer(Header.LENGTH16)
        self._due: list[tuple[float, int, Hashable]] = []
        self._running: dict[Hashable, int] = {}
        self._serial = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bench, name)

    def connect(self) -> bool:
        self._octets(st.TransportUp())
        return self.bench.connect()

    def disconnect(self) -> None:
        self.bench.disconnect()
        self._octets(st.TransportDown("cut"))

    def feed(self, octets: bytes) -> bytes:
        return self._octets(st.OctetsReceived(octets))

    def do(self, event: Event) -> bytes:
        return self._sent(self.bench.do(event))

    def advance(self, seconds: float) -> bytes:
        end = self.bench.now + seconds
        sent = self._sent(self.bench.advance(seconds))
        while self._due and self._due[0][0] <= end:
            _, serial, timer = heapq.heappop(self._due)
            if self._running.get(timer) == serial:
                del self._running[timer]
                sent += self._octets(st.TimerExpired(timer))
        return sent

    def next_due(self) -> float | None:
        due = [self._due[0][0]] if self._due else []
        own = self.bench.next_due()
        return min([*due, *([] if own is None else [own])], default=None)

    def _sent(self, framed: bytes) -> bytes:
        pdus, wrong = self._framer.feed(framed)
        assert wrong is None
        return b"".join(self._octets(st.Send(pdu)) for pdu in pdus)

    def _octets(self, event: st.Event) -> bytes:
        sent = b""
        for action in self.stack.handle(event):
            match action:
                case st.Transmit(octets):
                    sent += octets
                case st.StartTimer(timer):
                    self._serial += 1
                    self._running[timer] = self._serial
                    due = self.bench.now + self.stack.timers[timer]
                    heapq.heappush(self._due, (due, self._serial, timer))
                case st.StopTimer(timer):
                    self._running.pop(timer, None)
                case st.Received(pdu):
                    sent += self._sent(self.bench.feed(frame(Header.LENGTH16, pdu)))
                case _:
                    pass
        return sent


def over(name: str) -> tuple[pair.Pair, Carried]:
    """Join driver and switch by a message link, and bring them up."""

    class Driver(CstaDriver):
        @override
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            self.stack = name

    plan = read_plan((files("sim.csta") / "office.toml").read_text())
    make, keys = (xot, {}) if name == "xot" else (x25_serial, {"interface": "dce"})
    bench = Carried(Bench(plan, "standard", fit=True), make, keys)
    made = pair.Pair(Driver, {"dialect": "standard"}, bench, pair.monitored(plan))
    assert made.connect()
    made.wait(10)
    assert made.state == "up"
    return made, bench


@pytest.mark.parametrize("name", ["xot", "x25_serial"])
def test_a_call_is_seen_from_its_beginning_to_its_end(name: str) -> None:
    made, _ = over(name)
    made.do(verbs.Dial("201", "202"))
    made.wait(1)
    made.do(verbs.Answer("202"))
    made.wait(1)
    made.do(verbs.HangUp("202"))
    made.wait(30)
    named = [event["event"] for event in made.events]
    for event in ("call.created", "connection.alerting", "connection.connected"):
        assert event in named
    assert named.count("call.cleared") == 1
    assert not made.notes


def test_a_reset_of_the_circuit_has_the_driver_learn_everything_again() -> None:
    made, bench = over("xot")
    made.do(verbs.Dial("201", "202"))
    made.wait(1)
    lost = bench.bench.do(verbs.Answer("202"))  # the circuit is reset before this is through
    assert lost
    made.hear(bench.feed(bytes.fromhex("00000004 1001 0a 00")))  # P(S) out of order
    made.wait(30)
    assert made.notes == ["fault.lost: X.25 reset: by the other end (00), diagnostic 1"]
    states = [event["state"] for event in made.events if event["event"] == "link.state"]
    assert states[-2:] == ["degraded", "up"]
    answered = [event for event in made.events if event["event"] == "connection.connected"]
    assert answered[-1]["device_id"] == "202"

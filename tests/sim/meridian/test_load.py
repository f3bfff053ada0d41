"""Traffic of many calls: what is told of each set adds up to what truly is at the exchange."""

from __future__ import annotations

from typing import Any

import pytest

from protocols.meridian import _codec_meridian as m
from protocols.meridian import header
from protocols.meridian.codec import Codec, Message
from protocols.meridian.profile import DEFAULT
from protocols.meridian.values import Role, Service, StatusEvent
from sim.exchange.views import ExchangeView
from sim.exchange.words import LegState
from sim.load import Load, busy_plan
from sim.meridian.hub import Hub, fitted
from sim.meridian.office import Options
from sim.outputs import Transmit
from sim.play import Play

E = StatusEvent
ENDS = (E.DISCONNECTED, E.UNRINGING)


class Set:
    """One set, by what the link told of it alone."""

    def __init__(self) -> None:
        self.off_hook = False
        self.ringing: dict[int, str | None] = {}
        """Calls that ring, with who calls."""
        self.held: set[int] = set()

    def take(self, body: Any) -> None:
        match body:
            case m.CallOffered(call_id=call) | m.StatusChange(E.RINGING, call_id=int(call)):
                assert call not in self.ringing
                self.ringing[call] = body.calling_dn
            case m.StatusChange(status_event=event, call_id=int(call)):
                self._status(event, call)
            case _:
                pass

    def _status(self, event: StatusEvent, call: int) -> None:
        match event:
            case E.ON_HOOK | E.OFF_HOOK:
                assert self.off_hook is (event is E.ON_HOOK), "the hook changes each time"
                self.off_hook = event is E.OFF_HOOK
            case E.ACTIVE:
                self.ringing.pop(call, None)
            case E.UNRINGING:
                del self.ringing[call]
            case E.HOLD | E.TRANSFER_INITIATION | E.CONFERENCE_INITIATION:
                assert call not in self.held
                self.held.add(call)
            case E.RETRIEVE:
                self.held.remove(call)
            case _:
                pass
        if event in ENDS:
            self.held.discard(call)


class Watcher:
    """A host that registered every set."""

    def __init__(self, hub: Hub, play: Play) -> None:
        self.codec = Codec(DEFAULT, Role.HOST)
        self.sets: dict[str, Set] = {}
        self._hub, self._play = hub, play
        number, outputs = hub.connect()
        assert number is not None
        self._number = number
        play.put(outputs)
        self.send(m.AppRegister("SL16", "TEST", tuple(Service), poll_interval=0xFFFF))
        for station in hub.stage.exchange.plan.stations:
            self.sets[station.number] = Set()
            self.send(m.DNRegister(device_dn=station.number))
        self.heard = 0

    def send(self, body: Any) -> None:
        message = Message(body, 0 if isinstance(body, m.AppRegister) else 1, 1, 0)
        self._play.put(self._hub.receive(self._number, self.codec.encode(message)))
        self.listen()

    def listen(self) -> None:
        octets = b"".join(one.octets for one in self._play.take() if isinstance(one, Transmit))
        while octets:
            size = header.total(octets)
            body: Any = self.codec.decode(octets[:size]).body
            octets = octets[size:]
            if isinstance(body, m.CallOffered):
                self.sets[str(body.position_id)].take(body)
                self.heard += 1
            elif isinstance(body, m.StatusChange) and body.device_dn:
                if body.status_event is E.TRANSFER_COMPLETED_TO:
                    self.goes_on(self.sets[body.device_dn], body.call_id or 0)
                self.sets[body.device_dn].take(body)
                self.heard += 1

    def goes_on(self, here: Set, call: int) -> None:
        """Let a set that rings for who transfers ring for the call that was on hold there."""
        for old, calling in here.ringing.items():
            if call in self.sets[calling or ""].held:
                here.ringing = {
                    call if one == old else one: who for one, who in here.ringing.items()
                }
                return


def agrees(sets: dict[str, Set], view: ExchangeView) -> None:
    """Compare hooks, what rings and what is on hold."""
    for station in view.stations:
        here, told = dict(station.connections), sets[station.number]
        ringing = {call for call, state in here.items() if state is LegState.ALERTING}
        assert told.ringing.keys() == ringing, station
        held = {call for call, state in here.items() if state is LegState.HELD}
        assert held <= told.held, station
        talks = (LegState.CONNECTED, LegState.HELD, LegState.INITIATED)
        if any(state in talks for state in here.values()):
            assert told.off_hook, station
        elif not here:
            assert not told.off_hook, station


@pytest.mark.parametrize("seed", range(4))
def test_hooks_and_ringing_of_every_set_are_always_known(seed: int) -> None:
    hub = Hub(fitted(busy_plan()), Options())
    play = Play(hub, Load(seed, 1.0, 300.0), still=False)
    watcher = Watcher(hub, play)
    while not play.over:
        due = play.next_due()
        assert due is not None
        play.advance(due)
        watcher.listen()
        agrees(watcher.sets, hub.stage.exchange.snapshot())
    assert watcher.heard > 300
    assert len(play.ledger) > 50
    assert not any(one.off_hook or one.ringing for one in watcher.sets.values())

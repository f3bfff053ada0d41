"""A host made by hand: messages sent to a bench, and what the switch sends read back."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from protocols.meridian import _codec_meridian as m
from protocols.meridian import header
from protocols.meridian.codec import Codec, Message, place
from protocols.meridian.profile import DEFAULT, Profile
from protocols.meridian.values import Cause, Kind, Reason, Role, Service, StatusEvent
from sim.exchange.verbs import Event
from sim.meridian.bench import Bench
from sim.meridian.office import Options
from sim.outputs import Settings
from sim.plan import read_plan

OFFICE: Final = """
[exchange]
transfer_call_id = "primary"

[[station]]
number = "5001"

[[station]]
number = "5002"

[[station]]
number = "5003"

[[station]]
number = "5004"
kind = "analog"

[[station]]
number = "5005"
controllable = false

[[agent]]
id = "1234"

[[agent]]
id = "1235"

[[group]]
number = "6000"
members = ["1234", "1235"]
ring = 10.0

[[route_point]]
number = "7000"
default = "6000"

[[trunk_group]]
name = "T"
access = "9"
members = 3
did = { 5550001 = "5001", 5556000 = "6000", 5557000 = "7000", 5550004 = "5004" }

[[external]]
number = "0201111111"
alert_after = 1.0
answer_after = 3.0

[[external]]
number = "0203333333"
behaviour = "no answer"
"""
SERVICES: Final = tuple(Service)
SETS: Final = ("5001", "5002", "5003", "5004")


class Host:
    """One host on one link; everything the switch sends is kept in ``got``."""

    def __init__(
        self,
        options: Options | None = None,
        settings: Settings | None = None,
        *,
        profile: Profile = DEFAULT,
        packets: bool = False,
        office: str = OFFICE,
    ) -> None:
        plan = read_plan(office)
        self.bench = Bench(plan, options, settings, profile=profile, packets=packets)
        self.codec = Codec(profile, Role.HOST)
        self.packets = packets
        self.association = 0
        self.reference = 0
        self.customer: int | None = 0
        self.got: list[Any] = []

    def hear(self, sent: bytes) -> list[Any]:
        """Read what the switch sent: messages."""
        heard: list[Any] = []
        while sent:
            length = header.total(sent)
            heard.append(self.codec.decode(sent[:length]))
            sent = sent[length:]
        self.got += heard
        return heard

    def raw(self, octets: bytes) -> list[Any]:
        return self.hear(self.bench.feed(octets))

    def octets(self, body: Any, reference: int = 0) -> bytes:
        return self.codec.encode(Message(body, self.association, reference, self.customer))

    def ask(self, body: Any) -> list[Any]:
        """Send a request; give the bodies of all that comes at once, the answer first."""
        self.reference = self.reference % 0xFFFF + 1
        heard = self.raw(self.octets(body, self.reference))
        if heard and place(heard[0].body)[1] in (Kind.ACK, Kind.NAK):
            assert heard[0].reference == self.reference
        return [one.body for one in heard]

    def tell(self, body: Any) -> list[Any]:
        """Send an indication."""
        return [one.body for one in self.raw(self.octets(body))]

    def connect(self) -> None:
        assert self.bench.connect()

    def register(self, *services: Service, devices: tuple[str, ...] = SETS) -> Host:
        """Connect, register, and register devices, queues and CDNs."""
        self.connect()
        self.reference += 1
        asked = m.AppRegister("SL16", "TEST", services or SERVICES)
        (answer,) = self.raw(self.octets(asked, self.reference))
        assert isinstance(answer.body, m.AppRegisterAck), answer
        self.association = answer.association
        for device in devices:
            acd = device[0] in "67"
            body = m.DNRegister(acd_dn=device) if acd else m.DNRegister(device_dn=device)
            (ack,) = self.ask(body)
            assert isinstance(ack, m.DNRegisterAck), ack
        self.got.clear()
        return self

    def do(self, event: Event) -> list[Any]:
        return [one.body for one in self.hear(self.bench.do(event))]

    def wait(self, seconds: float) -> list[Any]:
        return [one.body for one in self.hear(self.bench.advance(seconds))]

    def say(self, *words: str) -> list[Any]:
        answer, octets = self.bench.say(list(words))
        assert answer["ok"], answer
        return [one.body for one in self.hear(octets)]

    def call(self, device: str) -> int:
        """Give the call at a device that began last."""
        calls = [
            call.call
            for call in self.bench.view().calls
            if any(party.device == device for party in call.parties)
        ]
        return max(calls)


def told(bodies: list[Any]) -> list[str]:
    """Write messages short: a status event as ``5001 ringing``, others by their names."""
    return [short(body) for body in bodies]


def short(body: Any) -> str:
    match body:
        case m.StatusChange(status_event=event):
            return f"{_who(body)} {event.value}"
        case m.SetFeatureNotification(feature_code=feature):
            return f"{_who(body)} {feature.value}"
        case m.Nak(message, cause):
            return f"{message.value} refused: {_why(cause)}"
        case m.Ack(message):
            return f"{message.value} done"
        case m.InvalidMessageReceived(cause=cause):
            return f"invalid: {_why(cause)}"
        case m.CallOffered() | m.CallAnswered() | m.CallReleased():
            return f"{_who(body)} {type(body).__name__}"
        case _:
            return type(body).__name__


def _who(body: Any) -> str:
    named = getattr(body, "device_dn", None) or getattr(body, "position_id", None)
    if named is None and body.route_member is not None:
        return f"T/{body.route_member.member}"
    return str(named)


def _why(cause: Cause) -> str:
    return cause.reason.value if isinstance(cause.reason, Reason) else str(cause.reason)


def status(bodies: list[Any], event: StatusEvent) -> m.StatusChange:
    """Give the one status event of a kind."""
    (found,) = [
        one for one in bodies if isinstance(one, m.StatusChange) and one.status_event is event
    ]
    return found


def plain(body: Any) -> Any:
    """Leave out the time."""
    return msgspec.structs.replace(body, time_stamp=None)

"""A hand-made adjunct on a link with a simulated switch, for tests."""

from __future__ import annotations

from typing import Any

from protocols.asai import components as c
from protocols.asai import messages as m
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY
from protocols.asai.messages import Codec, Message, MessageType
from protocols.asai.names import DomainType, EventName, Operation
from protocols.q931 import values as q
from sim.asai.bench import Bench
from sim.exchange.verbs import Event
from sim.outputs import Settings
from sim.plan import ExchangePlan, read_plan
from tests.sim.small import SMALL_WITH_VDN

CODEC = Codec(LABORATORY)
NORMAL = q.Cause(16)
PLAN = read_plan(SMALL_WITH_VDN)


def extension(number: str) -> v.Domain:
    return v.Domain(DomainType.EXTENSION, number)


def split(number: str) -> v.Domain:
    return v.Domain(DomainType.SPLIT, number)


def vdn(number: str) -> v.Domain:
    return v.Domain(DomainType.VDN, number)


def called(number: str) -> q.CalledPartyNumber:
    return q.CalledPartyNumber(digits=number)


def calling(number: str) -> q.CallingPartyNumber:
    return q.CallingPartyNumber(digits=number)


def all_of(message: Message, kind: Any) -> list[Any]:
    """Give the elements of a type, from the component or beside it."""
    told: Any = message.facility
    inside = getattr(told, "elements", ())
    return [*m.every(inside, kind), *m.every(message.elements, kind)]


def one(message: Message, kind: Any) -> Any:
    (found,) = all_of(message, kind)
    return found


def cause(message: Message) -> tuple[int, int]:
    """Give coding and value of the cause of a message."""
    found = one(message, q.Cause)
    return found.coding, found.value


def event(message: Message) -> EventName | None:
    """Give the event of a report; None for any other message."""
    told = message.facility
    if isinstance(told, c.Invoke) and told.operation is Operation.EVENT_REPORT:
        name: EventName = one(message, v.SpecificEvent).event
        return name
    return None


class Adjunct:
    """The adjunct's side of one link that is established, unless ``start`` is false."""

    def __init__(
        self,
        plan: ExchangePlan = PLAN,
        dialect: Any = "r6r",
        settings: Settings | None = None,
        *,
        start: bool = True,
    ) -> None:
        self.bench = Bench(plan, dialect, settings)
        self.length = self.bench.hub.dialect.crv_length
        self.crv = 32
        self.invokes: dict[int, int] = {}
        assert self.bench.connect()
        self.greeting = self.heard()
        if start:
            self.start()
        self.bench.notes.clear()

    def start(self) -> list[Message]:
        """Answer RESTart and heartbeat."""
        dialect = self.bench.hub.dialect
        indicator = q.RestartIndicator(7)
        if not dialect.starts:
            self.send(MessageType.RESTART, 0, elements=(indicator,))
            return self.ask(Operation.HEARTBEAT)
        told = (indicator, v.Version(dialect.versions[0]))
        (beat,) = self.send(MessageType.RESTART_ACKNOWLEDGE, 0, flag=True, elements=told)
        return self.answer_heartbeat(beat)

    def answer_heartbeat(self, beat: Message) -> list[Message]:
        assert isinstance(beat.facility, c.Invoke)
        told = c.ReturnResult(beat.facility.invoke_id)
        return self.send(MessageType.RELEASE_COMPLETE, beat.crv, told, flag=True)

    def heard(self) -> list[Message]:
        """Give what the last move had the switch send."""
        heard = []
        for octets in self.bench.sent:
            message = CODEC.decode(octets)
            assert CODEC.encode(message) == octets
            heard.append(message)
        return heard

    def raw(self, octets: bytes) -> list[Message]:
        self.bench.feed(octets)
        return self.heard()

    def send(
        self,
        kind: int,
        crv: int,
        facility: c.Facility | None = None,
        *,
        elements: tuple[Any, ...] = (),
        flag: bool = False,
    ) -> list[Message]:
        return self.raw(CODEC.encode(Message(kind, crv, flag, facility, elements, self.length)))

    def do(self, *events: Event) -> list[Message]:
        """Let things happen; give what the switch sends of all of them."""
        heard = []
        for happening in events:
            self.bench.do(happening)
            heard += self.heard()
        return heard

    def wait(self, seconds: float) -> list[Message]:
        self.bench.advance(seconds)
        return self.heard()

    def say(self, *words: str) -> list[Message]:
        answer, _ = self.bench.say(list(words))
        assert answer["ok"], answer
        return self.heard()

    def ask(self, operation: Operation | int, *elements: Any) -> list[Message]:
        """Open an association with a request; ``crv`` is its value."""
        self.crv += 1
        self.invokes[self.crv] = 1
        told = c.Invoke(1, operation, elements)
        return self.send(MessageType.REGISTER, self.crv, told)

    def opened(self, operation: Operation | int, *elements: Any) -> int:
        """Open an association, which must be accepted; give its value."""
        (first, *_) = self.ask(operation, *elements)
        assert first.kind is MessageType.FACILITY, first
        assert first.crv == self.crv
        assert first.flag
        return self.crv

    def further(
        self, crv: int, operation: Operation | int, *elements: Any, flag: bool = False
    ) -> list[Message]:
        """Ask for something on an association that is open."""
        self.invokes[crv] = self.invokes.get(crv, -1) + 2
        told = c.Invoke(self.invokes[crv], operation, elements)
        return self.send(MessageType.FACILITY, crv, told, flag=flag)

    def refused(self, operation: Operation | int, *elements: Any) -> tuple[int, int]:
        """Ask for something that is refused at its opening; give the cause."""
        (answer,) = self.ask(operation, *elements)
        assert answer.kind is MessageType.RELEASE_COMPLETE
        return cause(answer)

    def control(self, number: str) -> int:
        return self.opened(Operation.DOMAIN_CONTROL, extension(number))

    def notify(self, domain: v.Domain) -> int:
        return self.opened(Operation.EVENT_NOTIFICATION_REQUEST, domain)


def events(heard: list[Message], crv: int | None = None) -> list[str]:
    """Name the events of an association, or of all."""
    return [
        str(name)
        for message in heard
        if (name := event(message)) is not None and crv in (None, message.crv)
    ]


def party(number: int) -> v.PartyIdentifier:
    return v.PartyIdentifier(number)


def call(number: int) -> v.CallIdentity:
    return v.CallIdentity(number)

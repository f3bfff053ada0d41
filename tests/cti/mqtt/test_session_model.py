"""The whole service against a server in memory, on a wire that is cut at any moment."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.params import Params
from tests.cti.mqtt.support import World

STEPS = st.one_of(
    st.tuples(st.just("put"), st.integers(1, 12)),
    st.tuples(st.just("to server"), st.integers(1, 60) | st.just(500)),
    st.tuples(st.just("to client"), st.integers(1, 20) | st.just(500)),
    st.tuples(st.just("answer"), st.integers(1, 5)),
    st.tuples(
        st.just("cut"),
        st.tuples(st.integers(0, 8), st.integers(0, 120), st.booleans(), st.integers(1, 8)),
    ),
    st.tuples(st.just("wait"), st.sampled_from([0, 0.5, 10])),
    st.tuples(st.just("pause"), st.booleans()),
    st.tuples(st.just("flow"), st.just(0)),
    st.tuples(st.just("restore"), st.just(0)),
)


class Recording(MemoryOutbox):
    """An outbox that notes what was reported delivered."""

    def __init__(self):
        super().__init__(100_000, 10**9)
        self.payloads = {}
        self.delivered = []

    def put(self, message):
        token = super().put(message)
        self.payloads[token] = message.payload
        return token

    def acknowledged(self, token):
        self.delivered.append(token)
        super().acknowledged(token)


class Model(World):
    def __init__(self, window, receive_maximum):
        super().__init__(
            params=Params("d1", window=window),
            source=Recording(),
            receive_maximum=receive_maximum,
        )
        self.own_window = window
        self.accepted = []
        self.service.start()
        self.broker.connection()

    @property
    def open(self):
        return bool(self.networks[0].transports) and self.transport.open

    def step(self, what, how):
        match what:
            case "put":
                for _ in range(how):
                    number = len(self.accepted)
                    self.accepted.append((f"t{number % 3}", b"%06d" % number))
                    self.put(self.accepted[-1][1], topic=self.accepted[-1][0])
                self.turn()
            case "to server" if self.open:
                self.broker.feed(self.transport.take(how))
            case "to client" if self.open:
                octets, self.broker.to_client = (
                    self.broker.to_client[:how],
                    self.broker.to_client[how:],
                )
                if octets:
                    self.transport.deliver(octets)
            case "answer":
                self.broker.answer(how)
            case "cut" if self.open:
                # In the midst of messages some octets still get through; the next server
                # may keep the session or not, and may allow less.
                count, octets, kept, receive_maximum = how
                self.step("put", count)
                self.broker.feed(self.transport.take(octets))
                self.transport.cut()
                self.broker.session = self.broker.session and kept
                self.broker.receive_maximum = receive_maximum
                self.broker.connection()
            case "flow" if self.open:
                self.exchange()
            case "restore":
                while not self.open:
                    self.step("wait", 10)
                self.exchange()
            case "wait":
                attempts = self.networks[0].attempts
                self.turn(how)
                if self.networks[0].attempts > attempts:
                    self.broker.connection()
            case "pause" if self.open and self.transport.producer is not None:
                if how:
                    self.transport.producer.pauseProducing()
                else:
                    self.transport.producer.resumeProducing()
            case _:
                pass
        self.check()

    def check(self):
        limit = min(self.own_window, self.broker.receive_maximum)
        assert len(self.broker.unanswered) <= limit
        delivered = {self.outbox.payloads[token] for token in self.outbox.delivered}
        assert delivered <= self.broker.acknowledged

    def heal(self):
        while not self.open:
            self.step("wait", 10)
        if self.transport.producer is not None:
            self.transport.producer.resumeProducing()
        self.settle()


# A run takes a few milliseconds, and the rare sequences are the ones that matter.
@settings(max_examples=max(400, settings().max_examples))
@given(
    st.lists(STEPS, min_size=20, max_size=80),
    st.integers(1, 8),
    st.integers(1, 8),
)
def test_everything_arrives_in_order_and_nothing_is_claimed(steps, window, receive_maximum):
    world = Model(window, receive_maximum)
    for what, how in steps:
        world.step(what, how)
    world.heal()
    world.check()
    # At least once, and in order per topic as far as first arrivals go.
    assert list(dict.fromkeys(world.broker.arrived).keys()) == world.accepted
    # Each is reported delivered once, and nothing is left behind.
    assert sorted(world.outbox.delivered) == list(range(1, len(world.accepted) + 1))
    assert len(world.outbox) == 0
    assert world.service.status.unacknowledged == 0
    assert world.service.counters.faults == 0


def test_the_wire_of_this_test_can_lose_a_session_and_resume_one():
    """Both kinds of reconnection happen in the model: what the property relies on."""
    for kept, resent in ((True, 3), (False, 0)):
        world = Model(8, 8)
        world.exchange()
        world.put(b"1", b"2", b"3")
        world.exchange()
        world.step("cut", (0, 0, kept, 8))
        world.heal()
        assert world.service.counters.resent == resent
        assert world.broker.acknowledged == {b"1", b"2", b"3"}
        assert len(world.broker.arrived) == 6

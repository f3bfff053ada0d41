"""Whatever comes in whatever order: the driver raises nothing, and everything ends once."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cti import driver as dr
from cti.driver import NativeTarget
from cti.model.commands import VERBS, Command
from drivers.meridian import MeridianDriver
from drivers.meridian.arguments import WRITTEN
from protocols.meridian import _codec_meridian as c
from protocols.meridian.codec import Codec, Message
from protocols.meridian.profile import DEFAULT
from protocols.meridian.values import Kind
from tests.protocols.meridian.strategies import PLACES, body

CODEC = Codec(DEFAULT)
NUMBERS = st.integers(1, 4)
KEYS = st.sampled_from(["201", "202", "500"])
WHO = {"device_dn", "calling_dn", "called_dn", "other_dn", "acd_dn", "position_id"}


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Draw a message with few devices, calls and references, so that they meet."""
    told = draw(st.sampled_from(PLACES).flatmap(lambda place: body(*place)))
    fields: dict[str, Any] = {}
    for name in getattr(told, "__struct_fields__", ()):
        if getattr(told, name) is not None and name in WHO:
            fields[name] = draw(KEYS)
        elif getattr(told, name) is not None and name == "call_id":
            fields[name] = draw(NUMBERS)
    if fields:
        told = type(told)(**{n: getattr(told, n) for n in told.__struct_fields__} | fields)
    association = draw(st.sampled_from([0, 7, 7, 7]))
    return CODEC.encode(Message(told, association, draw(st.integers(0, 8)), 0))


ARGS: dict[str, dict[str, Any]] = {
    "make_call": {"to": "202"}, "consult": {"to": "202"}, "blind_transfer": {"to": "202"},
    "set_dnd": {"on": True}, "login": {"agent": "1"}, "redirect": {"call": "c", "to": "203"},
    "answer": {}, "transfer": {}, "conference": {}, "clear_connection": {},
}  # fmt: skip


@st.composite
def commands(draw: st.DrawFn) -> tuple[str, dict[str, Any], NativeTarget]:
    verb = draw(st.sampled_from([*ARGS, "monitor_start", "route_select"]))
    native = NativeTarget(
        *(draw(KEYS), str(draw(NUMBERS)), str(draw(NUMBERS)), str(draw(NUMBERS))),
        str(draw(NUMBERS)),
    )
    match verb:
        case "route_select":
            return verb, {"route": "r", "to": "203"}, native
        case "monitor_start":
            return verb, {"device": draw(KEYS), "ttl_s": 9}, native
        case _:
            return verb, {"device": draw(KEYS), **ARGS[verb]}, native


STEPS = st.lists(
    st.one_of(
        messages(),
        commands(),
        st.sampled_from(["up", "up", "down", "stop", "timer", "timer", "resync", "ack", "ack"]),
        st.binary(max_size=30),
    ),
    max_size=60,
)


def acknowledged(sent: list[bytes]) -> bytes | None:
    """Answer the request that was sent last."""
    for octets in reversed(sent):
        message = CODEC.decode(octets)
        if octets[5] == DEFAULT.kinds[Kind.REQ]:
            if isinstance(message.body, c.AppRegister):
                return CODEC.encode(Message(c.AppRegisterAck(), 7, message.reference))
            if isinstance(message.body, c.DNRegister):
                told = c.DNRegisterAck(message.body.device_dn, acd_dn=message.body.acd_dn)
                return CODEC.encode(Message(told, 7, message.reference))
    return None


@given(STEPS)
def test_any_order(steps: list[Any]) -> None:
    driver = MeridianDriver({"devices": ["201", "202"]})
    timers: dict[Any, None] = {}
    sent: list[bytes] = []
    ended: Counter[int] = Counter()
    token = 0

    def give(event: dr.Event) -> None:
        for action in driver.handle(event):
            match action:
                case dr.StartTimer(timer):
                    timers[timer] = None
                case dr.StopTimer(timer):
                    timers.pop(timer, None)
                case dr.Outcome(one):
                    ended[one] += 1
                case dr.SendPdu(pdu):
                    CODEC.decode(pdu)
                    sent.append(pdu)

    for step in steps:
        match step:
            case bytes():
                give(dr.PduReceived(step))
            case "up":
                give(dr.LinkUp())
            case "down":
                give(dr.LinkDown("cut"))
                assert not timers
            case "stop":
                give(dr.StopRequested())
            case "resync":
                give(dr.ResyncRequested("asked"))
            case "ack":
                if (octets := acknowledged(sent)) is not None:
                    give(dr.PduReceived(octets))
            case "timer":
                if timers:
                    timer = next(iter(timers))
                    del timers[timer]
                    give(dr.TimerExpired(timer))
            case (verb, args, native):
                token += 1
                known = VERBS[verb](**args)
                command = Command(
                    command_id="1", verb=verb, switch_id="hq", args=known, requester="t"
                )
                give(dr.CommandRequested(token, command, native))
    give(dr.LinkDown("end"))
    assert not timers
    assert ended == Counter(dict.fromkeys(range(1, token + 1), 1))


@given(st.lists(st.tuples(st.booleans(), messages() | st.binary(max_size=20)), max_size=40))
def test_an_observer_takes_anything_and_sends_nothing(steps: list[tuple[bool, bytes]]) -> None:
    driver = MeridianDriver({}, observing=True)
    driver.handle(dr.LinkUp())
    for by_host, octets in steps:
        driver.begins_connection(octets, sent=by_host)
        actions = driver.handle(dr.PduSent(octets) if by_host else dr.PduReceived(octets))
        assert not [one for one in actions if isinstance(one, dr.SendPdu)]


def test_every_verb_of_these_tests_is_one_of_the_link() -> None:
    assert ARGS.keys() <= WRITTEN

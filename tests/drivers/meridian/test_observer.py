"""A recorded link: what both sides said, without a word of our own."""

from cti import driver as dr
from cti import facts as f
from cti.driver import NativeTarget
from cti.model.commands import Command, EndState, SetDnd
from cti.model.states import LinkState, SystemStatus
from drivers.meridian import MeridianDriver
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Codec, Message
from protocols.meridian.profile import DEFAULT
from protocols.meridian.values import MessageType, Reason
from tests.drivers.meridian.script import short

CODEC = Codec(DEFAULT)
REGISTER = c.AppRegister("SL16", "DEMO", (v.Service.INBOUND,))


class Record:
    def __init__(self) -> None:
        self.driver = MeridianDriver({}, observing=True)
        self.driver.handle(dr.LinkUp())

    def sent(self, body: c.Body, reference: int) -> list[dr.Action]:
        return self.driver.handle(dr.PduSent(CODEC.encode(Message(body, 7, reference))))

    def heard(self, body: c.Body, reference: int = 0) -> list[dr.Action]:
        return self.driver.handle(dr.PduReceived(CODEC.encode(Message(body, 7, reference))))

    def asked(self, body: c.Body, answer: c.Body) -> list[dr.Action]:
        assert self.sent(body, 5) == []
        return self.heard(answer, 5)


def facts(actions: list[dr.Action]) -> list[tuple[object, ...]]:
    return [short(one.fact) for one in actions if isinstance(one, dr.Report)]


def test_registration_and_release_are_the_state_of_the_link() -> None:
    record = Record()
    assert record.asked(REGISTER, c.AppRegisterAck()) == [dr.StateChanged(LinkState.UP)]
    down = record.asked(c.AppRelease(), c.AppReleaseAck())
    assert down == [dr.StateChanged(LinkState.DOWN, "association released")]
    refused = c.Nak(MessageType.APP_REGISTER, v.Cause(Reason.BAD_PASSWORD))
    down = record.asked(REGISTER, refused)
    assert down == [dr.StateChanged(LinkState.DOWN, "registration refused: bad_password")]


def test_devices_are_those_that_the_client_registered() -> None:
    record = Record()
    told = record.asked(c.DNRegister("201"), c.DNRegisterAck("201"))
    assert facts(told) == [("MonitorStarted", "reported")]
    told = record.asked(c.DNRelease("201"), c.Ack(MessageType.DN_RELEASE))
    assert facts(told) == [("MonitorStopped", "reported")]
    refused = c.Nak(MessageType.DN_REGISTER, v.Cause(Reason.BAD_DN))
    assert facts(record.asked(c.DNRegister("209"), refused)) == [("MonitorFailed", "reported")]


def test_calls_are_read_as_on_a_live_link() -> None:
    record = Record()
    told = record.asked(c.MakeCall("202", "201"), c.MakeCallAck(7))
    assert facts(told) == [("CallMade", "reported")]
    told = record.heard(c.StatusChange(v.StatusEvent.OFF_HOOK, "201"))
    assert facts(told)[1:] == [
        ("Initiated", "201", "7", "inferred"),
        ("Originated", "201", "7", "inferred"),
    ]
    told = record.heard(c.StatusChange(v.StatusEvent.ACTIVE, "202", call_id=7))
    assert facts(told) == [("Connected", "202", "7", "reported")]
    told = record.asked(c.FastTransfer(7, "203", "202"), c.Ack(MessageType.FAST_TRANSFER))
    assert facts(told) == [("Merged", "transfer", "202", "203", "7", None, "inferred")]


def test_routes_and_sessions() -> None:
    record = Record()
    record.heard(c.RouteRequest("600", 7), 77)
    told = record.asked(c.RouteCall(77, 7, "203"), c.Ack(MessageType.ROUTE_CALL))
    assert facts(told) == [("RouteTaken", "reported"), ("RouteOver", "reported")]
    record.asked(c.OpenSession(7), c.OpenSessionAck(3))
    assert facts(record.heard(c.DigitsCollected(3, "12"))) == [("DigitsTold", "reported")]


def test_an_outage_is_the_status_of_the_switch() -> None:
    (action,) = Record().heard(c.LinkStatus(v.LinkState.AML_DOWN))
    assert isinstance(action, dr.Report)
    assert action.fact == f.SystemStatusTold(status=SystemStatus.DISABLED)


def test_a_window_that_is_over_is_read_too() -> None:
    record = Record()
    record.heard(c.StatusChange(v.StatusEvent.RINGING, "201", call_id=7, calling_dn="202"))
    (start,) = record.heard(c.StatusChange(v.StatusEvent.UNRINGING, "201", call_id=7))
    assert isinstance(start, dr.StartTimer)
    told = record.driver.handle(dr.TimerExpired(start.timer))
    assert facts(told) == [("Cleared", "201", "7", "inferred")]


def test_a_command_is_refused() -> None:
    command = Command(
        command_id="1", verb="set_dnd", switch_id="hq",
        args=SetDnd(device="201", on=True), requester="t",
    )  # fmt: skip
    (action,) = Record().driver.handle(dr.CommandRequested(1, command, NativeTarget()))
    assert isinstance(action, dr.Outcome)
    assert action.result.status is EndState.REJECTED


def test_a_connection_begins_with_app_register() -> None:
    driver = Record().driver
    octets = CODEC.encode(Message(REGISTER, 0, 1))
    assert driver.begins_connection(octets, sent=True)
    assert not driver.begins_connection(octets, sent=False)
    assert not driver.begins_connection(octets[:5], sent=True)
    assert not driver.begins_connection(CODEC.encode(Message(c.LinkPoll(), 7, 1)), sent=True)

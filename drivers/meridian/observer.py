"""Observing a recorded link: what both sides said, and what the switch told by it.

An observer sends nothing. It takes references, devices and sessions from what it sees.
"""

from __future__ import annotations

from cti import driver as dr
from cti import facts as f
from cti.model.capabilities import Capabilities
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState, Origin, SystemStatus
from drivers.meridian import mapping
from drivers.meridian.capabilities import Known
from drivers.meridian.errors import words
from drivers.meridian.reading import Reading
from drivers.meridian.requests import Asked, Requests
from drivers.meridian.scene import ConsultTimer, TransferTimer, UnringTimer
from drivers.meridian.settings import Settings
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Codec, Message, MessageError, place
from protocols.meridian.values import Kind, Role


class Observer:
    """One recorded link."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._from_link = Codec(settings.profile, Role.HOST)
        self._from_host = Codec(settings.profile, Role.LINK)
        self._asked = Requests(self._from_link, settings.customer, 0)
        self._reading = Reading(settings)
        self.capabilities: Capabilities = Known(settings, observing=True).document

    def handle(self, event: dr.Event) -> list[dr.Action]:
        """Take one event and return what is to be done about it, in order."""
        match event:
            case dr.PduReceived(octets):
                return self._read(self._from_link, octets, sent=False)
            case dr.PduSent(octets):
                return self._read(self._from_host, octets, sent=True)
            case dr.LinkUp():
                self._forget()
                return [dr.StateChanged(LinkState.OPENING)]
            case dr.LinkDown():
                self._forget()
                return []
            case dr.TimerExpired(UnringTimer() | ConsultTimer() | TransferTimer() as timer):
                return self._reading.expired(timer)
            case dr.CommandRequested(token, command):
                detail = f"{command.verb}: the link is only observed"
                error = Error(ErrorClass.UNSUPPORTED, detail)
                return [dr.Outcome(token, Result(EndState.REJECTED, error=error))]
            case dr.TimerExpired() | dr.StopRequested() | dr.ResyncRequested():
                return []

    def _forget(self) -> None:
        self._asked.forget()
        self._reading.forget()

    def _read(self, codec: Codec, octets: bytes, *, sent: bool) -> list[dr.Action]:
        try:
            message = codec.decode(octets)
        except MessageError as error:
            kind = dr.AnomalyKind.UNDECODABLE
            return [dr.Anomaly(kind, error.message, error.offset, error.clause)]
        type_, kind_ = place(message.body)
        if sent:
            if kind_ is Kind.REQ:
                self._asked.note(type_, message.body, message.reference, None)
            return []
        if kind_ in (Kind.ACK, Kind.NAK):
            return self._answered(message)
        match message.body:
            case c.LinkPoll() | c.FlowControl() | c.InvalidMessageReceived():
                return []
            case c.LinkStatus(link_state=state):
                return self._aml(state)
            case body:
                return self._reading.read(body, message.reference)

    def _aml(self, state: v.LinkState) -> list[dr.Action]:
        down = state is v.LinkState.AML_DOWN
        self._reading.forget()
        status = SystemStatus.DISABLED if down else SystemStatus.NORMAL
        return [dr.Report(f.SystemStatusTold(status=status), "LinkStatus")]

    def _answered(self, message: Message) -> list[dr.Action]:
        asked = self._asked.answered(message.reference, message.body)
        if asked is None:
            return []
        if isinstance(message.body, c.Nak):
            return self._refused(asked, message.body)
        reading, told = self._reading, message.body
        match asked.body:
            case c.AppRegister():
                return [dr.StateChanged(LinkState.UP)]
            case c.AppRelease():
                return [dr.StateChanged(LinkState.DOWN, "association released")]
            case c.DNRegister(device_dn=dn, acd_dn=acd):
                reading.scene.learn(told)
                key = dn or acd
                if key is None:
                    return []
                device = mapping.device(key)
                fact = f.MonitorStarted(monitor=key, device=device)
                return [dr.Report(fact, "DNRegister")]
            case c.DNRelease(device_dn=dn, acd_dn=acd):
                key = dn or acd
                return [dr.Report(f.MonitorStopped(monitor=key), "DNRelease")] if key else []
            case (
                c.MakeCall(device_dn=str(device), called_dn=to)
                | c.InitiateTransfer(device_dn=str(device), called_dn=to)
                | c.InitiateConference(device_dn=str(device), called_dn=to)
            ):
                call = getattr(told, "call_id", None)
                if call is None:
                    return []
                held = None if isinstance(asked.body, c.MakeCall) else str(asked.body.call_id)
                return reading.made(device, str(call), to, asked.message.value, held=held)
            case c.FastTransfer(device_dn=str(device), call_id=call, called_dn=to):
                return reading.blind(device, str(call), to)
            case c.RouteCall(route_ref=route, called_dn=to):
                return reading.taken(str(route), to)
            case c.OpenSession(call_id=call) if isinstance(told, c.OpenSessionAck):
                reading.opened(told.session_id, str(call))
            case _:
                pass
        return []

    def _refused(self, asked: Asked, told: c.Nak) -> list[dr.Action]:
        why = words(told.cause, self._settings.profile)
        match asked.body:
            case c.AppRegister():
                return [dr.StateChanged(LinkState.DOWN, f"registration refused: {why}")]
            case c.DNRegister(device_dn=dn, acd_dn=acd) if dn or acd:
                device = mapping.device(dn or acd or "")
                fact = f.MonitorFailed(
                    device=device, error="refused", native=why, origin=Origin.REPORTED
                )
                return [dr.Report(fact, "DNRegister")]
            case _:
                return []

"""Indications of the switch in the terms of facts, and what host requests add to them."""

from __future__ import annotations

from typing import Any, Final

from cti import driver as dr
from cti import facts as f
from cti.facts import MergeKind
from cti.model.causes import Cause
from cti.model.data import Forwarding, ForwardingKind
from cti.model.objects import CallNumbers
from cti.model.states import AgentState, ConnectionState, Origin
from drivers.meridian import mapping, merging, status
from drivers.meridian.scene import ConsultTimer, Scene, TransferTimer, UnringTimer, Window
from drivers.meridian.settings import Settings
from protocols.meridian import _codec_meridian as c
from protocols.meridian.values import Feature, FeatureState

_S = ConnectionState
SESSIONS: Final = 1000
"""Voice sessions and routes that are remembered; beyond that the oldest go."""

_STATES: Final = {
    Feature.NOT_READY: (AgentState.NOT_READY, AgentState.READY),
    Feature.READY: (AgentState.READY, AgentState.NOT_READY),
    Feature.WALKAWAY: (AgentState.NOT_READY, AgentState.READY),
    Feature.RETURN_FROM_WALKAWAY: (AgentState.READY, AgentState.NOT_READY),
}
"""State of an agent when a feature is set, and when it is taken back."""


class Reading:
    """What one link told so far, and what its messages mean."""

    def __init__(self, settings: Settings) -> None:
        self.scene = Scene(settings)
        self.routes: dict[str, str] = {}
        """Open route requests: the link's reference to the call."""
        self.sessions: dict[int, str] = {}
        """Voice sessions to their calls."""

    def forget(self) -> None:
        """Drop calls, routes and sessions: nobody knows any more."""
        self.scene.forget_calls()
        self.routes.clear()
        self.sessions.clear()

    def read(self, body: c.Body, reference: int) -> list[dr.Action]:
        """Tell what an indication means."""
        scene = self._begin(type(body).__name__)
        match body:
            case c.StatusChange(status_event=event):
                scene.message = f"StatusChange:{event}"
                status.status(scene, body)
            case c.CallOffered():
                self._offered(body)
            case c.CallAnswered() | c.CallReleased():
                self._answered(body)
            case c.SetFeatureNotification():
                self._feature(body)
            case c.RouteRequest():
                self._route(body, reference)
            case c.CallAbandoned():
                self._abandoned(body)
            case c.DigitsCollected(session_id=session, digits=digits):
                self._digits(session, digits)
            case c.SessionEnded(session_id=session):
                self.sessions.pop(session, None)
            case _:
                scene.odd("nothing that the model knows")
        return scene.out

    def expired(self, timer: Window) -> list[dr.Action]:
        """Take that a window is over."""
        scene = self._begin("")
        match timer:
            case UnringTimer():
                scene.abandoned(timer.call, timer.device)
            case ConsultTimer(key):
                scene.consulting.pop(key, None)
            case TransferTimer(call):
                merging.nobody_left(scene, call)
        return scene.out

    def _begin(self, message: str) -> Scene:
        self.scene.out, self.scene.message = [], message
        return self.scene

    # Calls.

    def _offered(self, body: c.CallOffered) -> None:
        """Take a call that is presented to an ACD set, or to its ACD DN if no set is named."""
        scene, call, members = self.scene, str(body.call_id), mapping.common(body)
        caller = scene.caller(call, body)
        device = scene.device(body)
        if caller is not None and caller.form is f.DeviceForm.STATIC:
            scene.originate(call, caller, body.acd_dn, {"ts_switch": members["ts_switch"]})
        elif caller is not None and scene.pictures.state(call, caller.key) is None:
            scene.pictures.put(call, caller, _S.CONNECTED)
        members["cause"] = Cause.DISTRIBUTION
        if device is None:
            queue = self.scene.own(body.acd_dn)
            scene.tell(f.Queued(device=queue, queue=queue, calling=caller, **members))
            scene.pictures.put(call, queue, _S.QUEUED)
            return
        scene.caught(call, device, Cause.FORWARD_NO_ANSWER)
        scene.leave_queue(call, device)
        scene.tell(f.Alerting(device=device, calling=caller, **members))
        scene.pictures.put(call, device, _S.ALERTING)

    def _answered(self, body: c.CallAnswered | c.CallReleased) -> None:
        scene, call, members = self.scene, str(body.call_id), mapping.common(body)
        device = scene.device(body)
        if device is None:
            return
        if isinstance(body, c.CallAnswered):
            scene.caught(call, device, Cause.PICKUP)
            scene.leave_queue(call, device)
            scene.tell(f.Connected(device=device, **members))
            scene.pictures.put(call, device, _S.CONNECTED)
        elif scene.pictures.state(call, device.key) is not None:
            # Told after a transfer, or beside a status event, it says nothing new.
            scene.tell(f.Cleared(device=device, cause=Cause.NORMAL, **members))
            scene.gone(call, device.key)

    def _abandoned(self, body: c.CallAbandoned) -> None:
        """Take that the caller of a controlled call is gone."""
        scene, call = self.scene, str(body.call_id)
        for route in [route for route, of in self.routes.items() if of == call]:
            del self.routes[route]
            scene.tell(f.RouteOver(route=route, reason="abandoned"))
        if scene.pictures.parties(call):
            scene.tell(f.CallEnded(call=call, cause=Cause.ABANDONED))
            scene.pictures.end(call)

    # Agents and features.

    def _feature(self, body: c.SetFeatureNotification) -> None:
        scene, feature = self.scene, body.feature_code
        device = scene.device(body)
        if device is None:
            return
        on = body.feature_state is not FeatureState.OFF
        stamp = mapping.moment_of(body)
        who: dict[str, Any] = {
            "agent": body.agent_id or scene.agents.get(device.key),
            "device": device,
            "group": self.scene.own(body.acd_dn) if body.acd_dn else None,
            "ts_switch": stamp,
        }
        told: dict[str, Any] = {"device": device, "ts_switch": stamp}
        match feature:
            case Feature.LOGIN | Feature.LOGOUT:
                if (feature is Feature.LOGIN) is on:
                    scene.tell(f.AgentLoggedOn(**who))
                    scene.agents[device.key] = who["agent"]
                else:
                    scene.tell(f.AgentLoggedOff(**who))
                    scene.agents.pop(device.key, None)
            case Feature.MAKE_SET_BUSY:
                if on and device.key in scene.agents:  # the key that logs an agent off
                    scene.tell(f.AgentLoggedOff(**who, origin=Origin.INFERRED))
                    del scene.agents[device.key]
                scene.tell(f.DeviceFact(dnd=on, **told))
            case Feature.CALL_FORWARD_ALL:
                forwarding = Forwarding(ForwardingKind.ALL, on)
                scene.tell(f.DeviceFact(forwarding=forwarding, **told))
            case Feature.MESSAGE_WAITING:
                scene.tell(f.DeviceFact(mwi=on, **told))
            case Feature.ACTIVITY_CODE | Feature.EMERGENCY:
                scene.odd(f"{feature} has no word in the model")
            case _:
                state = _STATES[feature][0 if on else 1]
                if feature is Feature.WALKAWAY:
                    who["reason"] = feature.value
                scene.tell(f.AgentStateTold(state=state, **who))

    # Routes and voice sessions.

    def _route(self, body: c.RouteRequest, reference: int) -> None:
        call, route = str(body.call_id), str(reference)
        self.routes[route] = call
        if len(self.routes) > SESSIONS:
            del self.routes[next(iter(self.routes))]
        common = mapping.common(body)
        told = f.RouteAsked(
            route=route,
            route_point=self.scene.own(body.acd_dn),
            call=call,
            numbers=common.get("numbers", CallNumbers()),
            timeout_s=self.scene.settings.profile.timers_s.t_route_default,
        )
        self.scene.tell(told)

    def _digits(self, session: int, digits: str) -> None:
        call = self.sessions.get(session)
        if call is None:
            self.scene.odd(f"session {session} is not known")
            return
        self.scene.tell(f.DigitsTold(call=call, device=None, digits=digits))

    def opened(self, session: int, call: str) -> None:
        """Take that a voice session of a call is open."""
        self.sessions[session] = call
        if len(self.sessions) > SESSIONS:
            del self.sessions[next(iter(self.sessions))]

    # What the answers to requests add.

    def made(
        self, device: str, call: str, dialled: str, message: str, *, held: str | None = None
    ) -> list[dr.Action]:
        """Take the call that a request made: off-hook and accepted, it is on its way.

        ``held`` is the call that was put on hold for it.
        """
        scene = self._begin(message)
        at = mapping.device(device)
        if held is not None:
            status.hold_to_consult(scene, held, at, {"call": held})
        scene.tell(f.CallMade(call=call))
        state = scene.pictures.state(call, device)
        if device in scene.consulting or device in scene.off_hook or state is _S.INITIATED:
            scene.originate(call, at, dialled, {})
        elif state is None:
            scene.making[device] = call
            scene.dialled[call] = dialled
        return scene.out

    def blind(self, device: str, call: str, to: str) -> list[dr.Action]:
        """Take that a blind transfer was accepted: the set leaves its call."""
        scene = self._begin("FastTransfer")
        if scene.pictures.state(call, device) is not None:
            at, other = mapping.device(device), mapping.device(to)
            merging.merge(scene, MergeKind.TRANSFER, at, call, None, other, call)
        return scene.out

    def taken(self, route: str, to: str) -> list[dr.Action]:
        """Take that a route was accepted: CDN control is over."""
        scene = self._begin("RouteCall")
        if self.routes.pop(route, None) is not None:
            scene.tell(f.RouteTaken(route=route, destination=mapping.device(to)))
            scene.tell(f.RouteOver(route=route, reason="ended"))
        return scene.out

    def given_back(self, route: str) -> list[dr.Action]:
        """Take that a route is left to the switch."""
        scene = self._begin("")
        if self.routes.pop(route, None) is not None:
            told = f.RouteOver(route=route, reason="ended", origin=Origin.SYNTHETIC)
            scene.tell(told)
        return scene.out

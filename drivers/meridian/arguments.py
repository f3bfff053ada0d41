"""Commands as requests of the link, one message each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from msgspec import UNSET, Struct

from cti.driver import NativeTarget
from cti.model import commands as cm
from cti.model.data import ForwardingKind
from cti.model.errors import Error, ErrorClass
from cti.model.states import AgentState
from drivers.meridian import mapping
from drivers.meridian.reading import Reading
from drivers.meridian.settings import Settings
from protocols.errors import EncodeError
from protocols.meridian import _codec_meridian as c
from protocols.meridian import text
from protocols.meridian.codec import place
from protocols.meridian.values import Feature, FeatureState, Kind, MessageType, RouteMember

_TRUNK: Final = re.compile(r"(\d+)/(\d+)")


class Request(Struct, frozen=True, gc=False):
    """What is to be asked of the link."""

    body: c.Body
    call: str | None = None
    """Call that the request is about; of the result, where the answer names none."""
    to: str = ""
    """Number to be called."""
    route: str | None = None
    """Route that is answered."""
    urgent: bool = False
    ignored: tuple[str, ...] = ()
    """Arguments that the link has no place for."""


class Unwritable(Exception):  # noqa: N818 - an answer, not a failure of this program
    """A command that has no request, with the error to answer."""

    def __init__(self, kind: ErrorClass, detail: str, field: str) -> None:
        super().__init__(detail)
        self.error = Error(kind, detail, field)


class Target:
    """What a command aims at, as elements of messages."""

    def __init__(
        self, asked: cm.Command, native: NativeTarget, settings: Settings, reading: Reading
    ) -> None:
        self.args: Any = asked.args
        self.native = native
        self.settings = settings
        self.reading = reading
        named = getattr(asked.args, "device", None)
        self.key: str | None = native.device or (named if isinstance(named, str) else None)

    @property
    def device(self) -> dict[str, Any]:
        """Give the device: by its DN, its TN, or its trunk."""
        if not self.key:
            raise Unwritable(ErrorClass.INVALID_ARGUMENT, "no device is named", "args.device")
        if (tn := mapping.tn_of(self.key)) is not None:
            return {"device_tn": tn}
        if found := _TRUNK.fullmatch(self.key):
            return {"route_member": RouteMember(*map(int, found.groups()))}
        return {"device_dn": self.key}

    @property
    def set(self) -> dict[str, Any]:
        """Give the device, which must be a set."""
        told = self.device
        if "route_member" in told:
            detail = f"{self.key} is a trunk"
            raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.device")
        return told

    def call(self, native: str | None, field: str = "args.call") -> int:
        """Give a call's number."""
        if native is None:
            raise Unwritable(ErrorClass.INVALID_OBJECT, "no call is named", field)
        if not native.isdecimal():
            raise Unwritable(ErrorClass.INVALID_OBJECT, f"{native} is no call", field)
        return int(native)

    @property
    def route(self) -> tuple[str, int, int]:
        """Give the route, its number, and its call's."""
        route = self.native.route or ""
        call = self.reading.routes.get(route)
        if call is None:
            detail = f"{route or 'nothing'} is no open route of this link"
            raise Unwritable(ErrorClass.INVALID_OBJECT, detail, "args.route")
        return route, int(route), int(call)


def _make_call(t: Target) -> Request:
    body = c.MakeCall(called_dn=t.args.to, **t.set)
    given = ("account", "auth", "correlator", "uui", "mode")
    ignored = [name for name in given if getattr(t.args, name) is not UNSET]
    if t.args.priority:
        ignored.append("priority")
    return Request(body, to=t.args.to, ignored=tuple(ignored))


def _consult(t: Target) -> Request:
    conference = t.args.purpose is cm.ConsultPurpose.CONFERENCE
    kind = c.InitiateConference if conference else c.InitiateTransfer
    body = kind(call_id=t.call(t.native.call), called_dn=t.args.to, **t.set)
    ignored = () if t.args.uui is UNSET else ("uui",)
    return Request(body, call=t.native.call, to=t.args.to, ignored=ignored)


def _blind_transfer(t: Target) -> Request:
    body = c.FastTransfer(call_id=t.call(t.native.call), called_dn=t.args.to, **t.set)
    return Request(body, call=t.native.call, to=t.args.to)


def _feature(t: Target, feature: Feature, *, on: bool | None = None, **more: Any) -> Request:
    state = None if on is None else (FeatureState.ON if on else FeatureState.OFF)
    return Request(c.SetFeature(feature_code=feature, feature_state=state, **t.set, **more))


def _set_agent_state(t: Target) -> Request:
    match t.args.state:
        case AgentState.READY:
            request = _feature(t, Feature.READY)
        case AgentState.NOT_READY:
            keep = True if t.settings.dialect.keep_call else None
            request = _feature(t, Feature.NOT_READY, keep_call=keep)
        case AgentState.LOGGED_OFF:
            request = _feature(t, Feature.LOGOUT)
        case state:
            detail = f"no feature makes an agent {state}"
            raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.state")
    names = ("agent", "reason", "queue", "password")
    given = tuple(name for name in names if getattr(t.args, name) is not UNSET)
    return Request(request.body, ignored=given)


def _login(t: Target) -> Request:
    agent = t.args.agent if t.settings.dialect.agent_ids else None
    names = ("password", "queue", "state")
    ignored = [name for name in names if getattr(t.args, name) is not UNSET]
    if agent is None:
        ignored.append("agent")
    return Request(_feature(t, Feature.LOGIN, agent_id=agent).body, ignored=tuple(ignored))


def _set_forwarding(t: Target) -> Request:
    if t.args.kind is not ForwardingKind.ALL:
        detail = f"a host cannot set forwarding of kind {t.args.kind}"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.kind")
    to = None if t.args.to is UNSET else t.args.to
    return _feature(t, Feature.CALL_FORWARD_ALL, on=t.args.active, forward_dn=to)


def _route_select(t: Target) -> Request:
    route, reference, call = t.route
    body = c.RouteCall(route_ref=reference, call_id=call, called_dn=t.args.to)
    ignored = () if t.args.uui is UNSET else ("uui",)
    return Request(body, route=route, to=t.args.to, urgent=True, ignored=ignored)


_TREATMENTS: Final[dict[str, Callable[..., c.Body]]] = {
    "ringback": c.GiveRingback,
    "silence": c.GiveSilence,
    "music": c.GiveMusic,
}


def _route_treatment(t: Target) -> Request:
    treatment = _TREATMENTS.get(t.args.treatment)
    if treatment is None:
        detail = f"the link gives no {t.args.treatment} before a call is routed"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.treatment")
    _, reference, call = t.route
    return Request(treatment(route_ref=reference, call_id=call), urgent=True)


def _redirect(t: Target) -> Request:
    """Route a call that waits for a decision at a controlled DN."""
    found = [route for route, call in t.reading.routes.items() if call == t.native.call]
    if not found:
        detail = "the call does not wait for a route at a controlled DN"
        raise Unwritable(ErrorClass.STATE_CONFLICT, detail, "args.call")
    number = t.call(t.native.call)
    body = c.RouteCall(route_ref=int(found[0]), call_id=number, called_dn=t.args.to)
    return Request(body, route=found[0], to=t.args.to, urgent=True)


_SESSION: Final = frozenset(
    {
        *(MessageType.APP_REGISTER, MessageType.APP_RELEASE, MessageType.DN_REGISTER),
        *(MessageType.DN_RELEASE, MessageType.LINK_POLL),
    }
)
"""Requests that only the driver itself makes."""


def _private(t: Target) -> Request:
    """Send any other request: ``{"message": "ProvideTone", "body": {...}}``."""
    payload = {"kind": "REQ", **t.args.payload}
    body = text.from_json(payload).body
    message, kind = place(body)
    trunk = message is MessageType.PROVIDE_TONE and not t.settings.dialect.trunk_functions
    if kind is not Kind.REQ or message in _SESSION or trunk:
        detail = f"{message} {kind} is not sent on this link"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.payload")
    call = getattr(body, "call_id", None)
    return Request(body, call=None if call is None else str(call))


_WRITERS: Final[dict[str, Callable[[Target], Request]]] = {
    "make_call": _make_call,
    "answer": lambda t: Request(c.AnswerCall(call_id=t.call(t.native.call), **t.set)),
    "hold": lambda t: Request(c.Hold(call_id=t.call(t.native.call), **t.set)),
    "retrieve": lambda t: Request(c.Retrieve(call_id=t.call(t.native.call), **t.set)),
    "consult": _consult,
    "transfer": lambda t: Request(c.CompleteTransfer(**t.set), call=t.native.held),
    "conference": lambda t: Request(c.CompleteConference(**t.set), call=t.native.held),
    "blind_transfer": _blind_transfer,
    "clear_connection": lambda t: Request(
        c.ReleaseCall(call_id=t.call(t.native.call), **t.device)
    ),
    "redirect": _redirect,
    "set_agent_state": _set_agent_state,
    "login": _login,
    "logout": lambda t: _feature(t, Feature.LOGOUT),
    "set_forwarding": _set_forwarding,
    "set_dnd": lambda t: _feature(t, Feature.MAKE_SET_BUSY, on=t.args.on),
    "set_mwi": lambda t: _feature(t, Feature.MESSAGE_WAITING, on=t.args.on),
    "query_queue": lambda t: Request(c.QueueStatus(acd_dn=t.native.device or t.args.queue)),
    "route_select": _route_select,
    "route_treatment": _route_treatment,
    "private": _private,
}
WRITTEN: Final = frozenset(_WRITERS)
"""Verbs that are requests of the link."""


def request_of(
    asked: cm.Command, native: NativeTarget, settings: Settings, reading: Reading
) -> Request:
    """Write a command; raise ``Unwritable``."""
    try:
        return _WRITERS[asked.verb](Target(asked, native, settings, reading))
    except EncodeError as error:
        field = "args.payload" if asked.verb == "private" else "args"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, str(error), field) from None

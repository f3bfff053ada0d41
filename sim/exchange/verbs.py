"""Events of the exchange: what people do, what a computer asks, what happens outside.

A person and a computer use the same verbs: ``Hold("201")`` is somebody at the set of 201,
``Request("7", Hold("201", call=5))`` a computer that wants an answer under token 7. Where a
verb has a ``call`` of 0, the exchange takes the call that the person at the set would mean.
"""

from __future__ import annotations

from msgspec import Struct

from sim.exchange.timers import Timer
from sim.exchange.words import AgentState, Forwarding, Treatment


class _Event(Struct, frozen=True, gc=False, tag=True, tag_field="do"):
    """Common form of all events, so that scenario files can name them."""


class GoOffHook(_Event, frozen=True, gc=False):
    """Lift the handset: answer what rings, follow a prompt, or get dial tone."""

    device: str


class Dial(_Event, frozen=True, gc=False):
    """Dial a whole number after dial tone; an idle set goes off-hook first."""

    device: str
    digits: str


class MakeCall(_Event, frozen=True, gc=False):
    """Call a number from a set."""

    device: str
    to: str
    data: bytes = b""
    """Correlator data: travels with the call and is shown to every computer."""
    user_data: bytes = b""
    account: bytes = b""
    prompt: bool = False
    """Whether a computer wants the set to ring first, whatever its kind."""


class MakePredictiveCall(_Event, frozen=True, gc=False):
    """Call a number for a group or route point, which gets the call once it is answered."""

    device: str
    to: str
    seconds: float = 0.0
    """Time for the answer; 0 for the timer table's."""
    machines: bool = True
    """Whether a call that a machine answers goes on to the group, or is ended."""
    data: bytes = b""
    user_data: bytes = b""
    account: bytes = b""


class Answer(_Event, frozen=True, gc=False):
    """Take a ringing call."""

    device: str
    call: int = 0


class HangUp(_Event, frozen=True, gc=False):
    """End one connection: by default the one the set is talking or listening on."""

    device: str
    call: int = 0
    user_data: bytes = b""
    """What the others are told with it."""


class ClearCall(_Event, frozen=True, gc=False):
    """End a call for everybody."""

    call: int


class Hold(_Event, frozen=True, gc=False):
    """Put the active call on hold."""

    device: str
    call: int = 0


class Retrieve(_Event, frozen=True, gc=False):
    """Return to a held call, by default the one held last."""

    device: str
    call: int = 0


class Alternate(_Event, frozen=True, gc=False):
    """Swap the active and the held call."""

    device: str
    held: int = 0
    active: int = 0


class Reconnect(_Event, frozen=True, gc=False):
    """Drop the active call and return to the held one."""

    device: str
    held: int = 0
    active: int = 0


class Consult(_Event, frozen=True, gc=False):
    """Hold the active call and call somebody else."""

    device: str
    to: str
    call: int = 0
    data: bytes = b""
    user_data: bytes = b""
    account: bytes = b""
    conference: bool = False
    """Whether it is begun for a conference, where the set has a key of its own for that."""


class Transfer(_Event, frozen=True, gc=False):
    """Join the other parties of the held and the active call and leave."""

    device: str
    held: int = 0
    active: int = 0


class BlindTransfer(_Event, frozen=True, gc=False):
    """Send the active call to a number and leave."""

    device: str
    to: str
    call: int = 0


class Conference(_Event, frozen=True, gc=False):
    """Join the held and the active call and stay."""

    device: str
    held: int = 0
    active: int = 0


class SingleStepConference(_Event, frozen=True, gc=False):
    """Bring another set into a call at once; ``device`` is the party that asks."""

    device: str
    to: str
    call: int = 0


class Deflect(_Event, frozen=True, gc=False):
    """Send a call elsewhere that rings, waits or is being routed at ``device``."""

    device: str
    to: str
    call: int = 0


class Pickup(_Event, frozen=True, gc=False):
    """Take a call that rings at another set."""

    device: str
    target: str
    call: int = 0


class GroupPickup(_Event, frozen=True, gc=False):
    """Take the call that rings longest in one's pickup group."""

    device: str


class Park(_Event, frozen=True, gc=False):
    """Leave the active call in a park slot."""

    device: str
    slot: str
    call: int = 0


class Unpark(_Event, frozen=True, gc=False):
    """Take the call out of a park slot."""

    device: str
    slot: str


class SendDigits(_Event, frozen=True, gc=False):
    """Send tones on the active call."""

    device: str
    digits: str
    call: int = 0


class AssociateData(_Event, frozen=True, gc=False):
    """Give a call data in place of what it carries; ``None`` leaves a kind as it is."""

    call: int
    data: bytes | None = None
    user_data: bytes | None = None
    account: bytes | None = None


class LogOn(_Event, frozen=True, gc=False):
    """An agent starts to work at a set."""

    device: str
    agent: str
    password: str = ""


class LogOff(_Event, frozen=True, gc=False):
    """The agent at a set stops working; during a distributed call, after it."""

    device: str


class SetAgentState(_Event, frozen=True, gc=False):
    """The agent at a set becomes ready, not ready or working after call."""

    device: str
    state: AgentState
    reason: str = ""
    """Free text, such as a code for lunch."""
    manual: bool = False
    """Ready for one call: behind it the agent works until he or she says otherwise."""


class GetAgentState(_Event, frozen=True, gc=False):
    """Ask for the agent at a set."""

    device: str


class SetForwarding(_Event, frozen=True, gc=False):
    """Switch a forwarding on or off."""

    device: str
    kind: Forwarding
    on: bool
    to: str = ""


class SetDoNotDisturb(_Event, frozen=True, gc=False):
    """Refuse calls, or take them again."""

    device: str
    on: bool


class SetMessageWaiting(_Event, frozen=True, gc=False):
    """Light or darken the lamp."""

    device: str
    on: bool


class SnapshotDevice(_Event, frozen=True, gc=False):
    """Ask for the connections of a device."""

    device: str


class SnapshotCall(_Event, frozen=True, gc=False):
    """Ask for the connections of a call."""

    call: int


class RouteRegister(_Event, frozen=True, gc=False):
    """A computer starts or stops to serve a route point."""

    device: str
    on: bool


class RouteSelect(_Event, frozen=True, gc=False):
    """Answer a route request with a destination."""

    route: int
    to: str
    data: bytes = b""
    user_data: bytes = b""
    collect: int = 0
    """Digits to take from the caller before; 0 for none."""
    seconds: float = 0.0
    """Time for them; 0 for the timer table's."""


class RouteTreat(_Event, frozen=True, gc=False):
    """Let a caller hear something at a route point; no time runs for the answer any more."""

    route: int
    treatment: Treatment


class RouteEnd(_Event, frozen=True, gc=False):
    """Answer a route request without a destination."""

    route: int


BasicVerb = (
    GoOffHook
    | Dial
    | MakeCall
    | MakePredictiveCall
    | Consult
    | Answer
    | HangUp
    | ClearCall
    | SendDigits
    | AssociateData
)
KeyVerb = (
    Hold
    | Retrieve
    | Alternate
    | Reconnect
    | Transfer
    | BlindTransfer
    | Conference
    | SingleStepConference
)
RedirectVerb = Deflect | Pickup | GroupPickup | Park | Unpark
DeviceVerb = (
    LogOn
    | LogOff
    | SetAgentState
    | GetAgentState
    | SetForwarding
    | SetDoNotDisturb
    | SetMessageWaiting
)
RouteVerb = RouteRegister | RouteSelect | RouteTreat | RouteEnd
LookVerb = SnapshotDevice | SnapshotCall
Verb = BasicVerb | KeyVerb | RedirectVerb | DeviceVerb | RouteVerb | LookVerb


class TrunkRings(_Event, frozen=True, gc=False):
    """The network offers a call."""

    called: str
    """Number as the network gives it."""
    calling: str = ""
    """Empty when the caller is not known."""
    group: str = ""
    """Trunk group; empty for the one whose table has the number."""


class ExternalAnswers(_Event, frozen=True, gc=False):
    """The outside party of an outgoing trunk answers."""

    trunk: str


class ExternalHangsUp(_Event, frozen=True, gc=False):
    """The outside party of a trunk hangs up."""

    trunk: str


class Restart(_Event, frozen=True, gc=False):
    """The exchange fails and begins anew."""


class Request(_Event, frozen=True, gc=False):
    """A computer asks; exactly one ``Accepted`` or ``Refused`` with the token answers."""

    token: str
    verb: Verb


class TimerExpired(_Event, frozen=True, gc=False):
    """A timer that the exchange started ran out."""

    timer: Timer


WorldEvent = TrunkRings | ExternalAnswers | ExternalHangsUp | Restart
Event = Verb | WorldEvent | Request | TimerExpired

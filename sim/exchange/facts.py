"""Actions of the exchange: what happened, in order, and the answers to requests.

Each fact about a call carries the call after it happened: numbers, data, every party with
its state. A face needs no memory of its own to tell the state of a connection. A call starts
with its first fact and ends with ``CallCleared`` or by being merged into another call.
"""

from __future__ import annotations

from msgspec import Struct

from sim.exchange.timers import StartTimer, StopTimer
from sim.exchange.verbs import Event
from sim.exchange.views import AgentView, CallView, DeviceView, Party
from sim.exchange.words import (
    AgentState,
    Cause,
    Forwarding,
    Reason,
    RouteOutcome,
    Supervision,
    Treatment,
)


class CallFact(Struct, frozen=True, gc=False, kw_only=True, tag=True, tag_field="fact"):
    """What all facts about a connection or call have in common."""

    call: int
    device: str
    """The device it happened to; the releasing device when a call is cleared."""
    cause: Cause
    calling: str
    called: str
    """Number that was called first; a forwarding does not change it."""
    last_redirection: str
    """Device that sent the call on last; empty for none."""
    trunk: str
    """Trunk member by which the call came in; empty for none."""
    data: bytes
    """Correlator data."""
    user_data: bytes
    account: bytes
    parties: tuple[Party, ...]
    """Every connection of the call after this fact."""
    serial: int = 0
    """Order in which calls began: unlike the id it never comes again."""
    collected: str = ""
    """Digits that a vector took from the caller."""


class ServiceInitiated(CallFact, frozen=True, gc=False, kw_only=True):
    """A set has dial tone, or is asked to go off-hook."""

    prompting: bool = False


class Originated(CallFact, frozen=True, gc=False, kw_only=True):
    """The call leaves its originator, a station or an incoming trunk."""

    dialled: str


class NetworkReached(CallFact, frozen=True, gc=False, kw_only=True):
    """An outgoing trunk (``device``) has the number."""

    dialled: str
    supervision: Supervision
    """What will be learnt of the answer. With none the line is through already."""


class RouteRequested(CallFact, frozen=True, gc=False, kw_only=True):
    """The call waits at a route point (``device``) for a computer."""

    route: int
    seconds: float
    """Time for the answer."""
    in_vector: bool = False
    """Whether the call was there before: a step of a vector asks."""


class VectorEntered(CallFact, frozen=True, gc=False, kw_only=True):
    """The call is at a VDN (``device``), whose vector says what becomes of it."""


class DigitsCollected(CallFact, frozen=True, gc=False, kw_only=True):
    """A VDN (``device``) took digits from the caller."""

    digits: str


class Queued(CallFact, frozen=True, gc=False, kw_only=True):
    """The call waits at a group or park slot (``device``)."""

    waiting: int
    """Calls waiting there, this one included."""
    in_front: int


class Delivered(CallFact, frozen=True, gc=False, kw_only=True):
    """A set rings, or the far end of a trunk does."""

    group: str = ""
    """Group that chose the set; empty for none."""


class Established(CallFact, frozen=True, gc=False, kw_only=True):
    """A party answered or was put through."""


class Treated(CallFact, frozen=True, gc=False, kw_only=True):
    """The caller hears something at the route point (``device``); nobody's state changes."""

    route: int
    treatment: Treatment


class Held(CallFact, frozen=True, gc=False, kw_only=True):
    """A set put the call on hold."""

    conference: bool = False
    """Whether a consultation for a conference begins with it."""


class Retrieved(CallFact, frozen=True, gc=False, kw_only=True):
    """A set took the call from hold."""


class Diverted(CallFact, frozen=True, gc=False, kw_only=True):
    """The call was taken from ``device``, which has no connection any more."""

    to: str


class Failed(CallFact, frozen=True, gc=False, kw_only=True):
    """A connection cannot go on; a busy set gets a connection that says so."""


class NotDelivered(CallFact, frozen=True, gc=False, kw_only=True):
    """A redirection found no one while several parties talk; nobody's state changes.

    ``device`` is the number that led nowhere.
    """


class DigitsSent(CallFact, frozen=True, gc=False, kw_only=True):
    """A party sent tones."""

    digits: str


class DataAssociated(CallFact, frozen=True, gc=False, kw_only=True):
    """The call carries other data; ``device`` is the one it began at."""


class ConnectionCleared(CallFact, frozen=True, gc=False, kw_only=True):
    """A party is off the call."""


class CallCleared(CallFact, frozen=True, gc=False, kw_only=True):
    """The call has no party left."""


class Moved(Struct, frozen=True, gc=False):
    """What became of one connection when calls were merged."""

    device: str
    old_call: int
    new_call: int
    """0 when the connection ended."""


class Merged(CallFact, frozen=True, gc=False, kw_only=True):
    """Two calls became ``call``; common part of transfer and conference.

    ``primary`` is the call that was held, ``secondary`` the consultation (0 in one step).
    """

    primary: int
    secondary: int
    added: str
    """Device transferred to, or added to the conference."""
    moved: tuple[Moved, ...]


class Transferred(Merged, frozen=True, gc=False, kw_only=True):
    """``device`` joined two calls and left, or sent a call on in one step.

    In one step ``added`` is the number called; the facts of its delivery follow.
    """


class Conferenced(Merged, frozen=True, gc=False, kw_only=True):
    """``device`` joined two calls and stays, or brought in ``added`` in one step."""


class RouteEnded(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """A route request is over."""

    route: int
    call: int
    device: str
    outcome: RouteOutcome
    destination: str
    """Where the call goes; empty when it ended."""


class TrunkSeized(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """A trunk member is on a call."""

    trunk: str
    call: int


class TrunkFreed(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """A trunk member is idle."""

    trunk: str


class AgentLoggedOn(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """An agent works at a set; ``AgentStateChanged`` follows."""

    agent: str
    device: str
    groups: tuple[str, ...]


class AgentLoggedOff(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """An agent left a set."""

    agent: str
    device: str
    groups: tuple[str, ...]


class AgentStateChanged(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """An agent has a new state, or a new reason for it, or a new state to come."""

    agent: str
    device: str
    state: AgentState
    reason: str
    pending: AgentState | None
    groups: tuple[str, ...]
    manual: bool = False


class ForwardingChanged(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """A forwarding was switched."""

    device: str
    kind: Forwarding
    on: bool
    to: str


class DoNotDisturbChanged(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """Do not disturb was switched."""

    device: str
    on: bool


class MessageWaitingChanged(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """The lamp was switched."""

    device: str
    on: bool


class Restarted(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """The exchange began anew: no call and no route request is left, ids start at 1.

    Nothing else is told of what is gone. Settings of sets outlast it.
    """

    agents: tuple[AgentView, ...]
    """Agents who are logged on still; all others are not."""


class Done(Struct, frozen=True, gc=False):
    """What a verb that was carried out gives back."""

    call: int = 0
    """Call that the verb made or left; 0 where it made none."""
    pending: bool = False
    """It takes effect when the agent's call ends."""
    view: AgentView | CallView | DeviceView | None = None


class Accepted(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """A request is carried out; its facts follow."""

    token: str
    call: int = 0
    pending: bool = False
    view: AgentView | CallView | DeviceView | None = None


class Refused(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """A request changed nothing."""

    token: str
    reason: Reason


class Ignored(Struct, frozen=True, gc=False, tag=True, tag_field="fact"):
    """What a person, the outside or a timer did has no effect."""

    event: Event
    reason: Reason


Fact = (
    ServiceInitiated
    | Originated
    | NetworkReached
    | RouteRequested
    | VectorEntered
    | DigitsCollected
    | Treated
    | Queued
    | Delivered
    | Established
    | Held
    | Retrieved
    | Diverted
    | Failed
    | NotDelivered
    | DigitsSent
    | DataAssociated
    | ConnectionCleared
    | CallCleared
    | Transferred
    | Conferenced
    | RouteEnded
    | TrunkSeized
    | TrunkFreed
    | AgentLoggedOn
    | AgentLoggedOff
    | AgentStateChanged
    | ForwardingChanged
    | DoNotDisturbChanged
    | MessageWaitingChanged
    | Restarted
)
Action = Fact | Accepted | Refused | Ignored | StartTimer | StopTimer

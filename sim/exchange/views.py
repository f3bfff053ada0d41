"""What can be seen of the exchange at one moment, as values."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

from sim.exchange.words import AgentState, Forwarding, LegState


class Party(Struct, frozen=True, gc=False):
    """One connection: a device on a call."""

    device: str
    state: LegState
    number: str = ""
    """Outside number behind a trunk; the own number of everything else."""
    agent: str = ""
    """Agent who was logged on when the connection began."""
    place: int = 0
    """Order in which parties came onto the call; nobody else on it ever has the same."""


class CallData(Struct, frozen=True, gc=False):
    """What computers gave a call to carry; empty for nothing."""

    correlator: bytes = b""
    user: bytes = b""
    account: bytes = b""

    def over(self, other: CallData) -> CallData:
        """Give this data, and of ``other`` what this lacks."""
        return CallData(
            self.correlator or other.correlator,
            self.user or other.user,
            self.account or other.account,
        )


NO_DATA: Final = CallData()


class CallView(Struct, frozen=True, gc=False, tag=True, tag_field="view"):
    """One call."""

    call: int
    calling: str
    called: str
    last_redirection: str
    trunk: str
    """Trunk member by which the call came in; empty for none."""
    data: bytes
    """Correlator data."""
    parties: tuple[Party, ...]
    user_data: bytes = b""
    account: bytes = b""
    serial: int = 0
    """Order in which calls began: unlike the id it never comes again."""


class DeviceView(Struct, frozen=True, gc=False, tag=True, tag_field="view"):
    """Connections at one device, as (call, state)."""

    device: str
    connections: tuple[tuple[int, LegState], ...]


class StationView(Struct, frozen=True, gc=False):
    """Settings and connections of one station."""

    number: str
    connections: tuple[tuple[int, LegState], ...] = ()
    forwarding: dict[Forwarding, str] = field(default_factory=dict)
    do_not_disturb: bool = False
    message_waiting: bool = False
    agent: str = ""


class AgentView(Struct, frozen=True, gc=False, tag=True, tag_field="view"):
    """One agent."""

    agent: str
    device: str = ""
    """Empty when logged off."""
    state: AgentState = AgentState.LOGGED_OFF
    reason: str = ""
    pending: AgentState | None = None
    """State after the present call, if one was asked for."""
    groups: tuple[str, ...] = ()
    manual: bool = False
    """Ready for one call at a time."""


class Sight(Struct, frozen=True, gc=False):
    """What can be seen of one device and one call: enough to answer a question about them."""

    device: str = ""
    calls: tuple[CallView, ...] = ()
    """Calls at the device by their ids, and the call that was asked about."""
    station: StationView | None = None
    agents: tuple[AgentView, ...] = ()
    """Who is logged on at the station, or in the group, in the order of the plan."""


class QueueView(Struct, frozen=True, gc=False):
    """Calls that wait at a group or park slot, oldest first."""

    number: str
    calls: tuple[int, ...] = ()


class TrunkView(Struct, frozen=True, gc=False):
    """One trunk member."""

    trunk: str
    call: int = 0
    """0 when idle."""


class RouteView(Struct, frozen=True, gc=False):
    """One open route request."""

    route: int
    call: int
    device: str


class ExchangeView(Struct, frozen=True, gc=False):
    """The whole truth, each list in the order of the plan or of the ids."""

    calls: tuple[CallView, ...]
    stations: tuple[StationView, ...]
    agents: tuple[AgentView, ...]
    queues: tuple[QueueView, ...]
    trunks: tuple[TrunkView, ...]
    routes: tuple[RouteView, ...]
    timers: int
    """Timers that run."""

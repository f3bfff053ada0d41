"""What differs between switches, as data with its evidence.

Evidence is ``trace`` (seen in recorded traffic of the switch), ``client`` (a public client of
that switch shows it), ``standard`` (ECMA-269/285 says so) or ``assumed`` (nobody has seen it;
chosen so that a simulator has something to do).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

import msgspec
from msgspec import Struct

from protocols.csta.phase3._codec_phase3 import EventCause
from protocols.csta.phase3.codec import Operation
from sim.exchange.words import Cause, SetKind
from sim.plan import ExchangePlan


class Phase(Enum):
    """What the link speaks."""

    I = "I"  # noqa: E741 - the standard's number
    APPLICATION_LINK = "I, Application Link"
    """As an MD110 speaks it: one failure has another tag."""
    II = "II"
    III = "III"


class Framing(Enum):
    """Name of the stack of ``protocols.stacks`` below the face."""

    LENGTH16 = "length16"
    HIPATH = "hipath"
    OMNIPCX = "omnipcx"


class CallIds(Enum):
    """Form of a callID."""

    BINARY = "binary"
    """Two octets, most significant first."""
    HEX_TEXT = "hex text"
    """Four ASCII hex digits."""


class Trunks(Enum):
    """How a trunk member is named."""

    NUMBER = "number"
    """deviceNumber of four octets; its connections carry it too."""
    LINE = "line"
    """deviceNumber of four octets; its connections have a dynamicID."""
    OTHER = "other"
    """Octets of its name; its connections have a dynamicID."""
    DIALLED = "dialled"
    """Its name as a dialling number; its connections have a dynamicID."""


class BadNumber(Enum):
    """What is told of a number that leads nowhere."""

    AS_DIALLED = "as dialled"
    """originated and failed with the number, destNotObtainable."""
    NOT_KNOWN = "not known"
    """originated and failed with a called device notKnown, destNotObtainable."""
    NOT_ORIGINATED = "not originated"
    """failed alone, called device notKnown, invalidNumberFormat."""


class Order(Enum):
    """Which monitors hear of one event first."""

    SUBJECT_FIRST = "subject first"
    """The device that it happened to, then the others."""
    CALLER_FIRST = "caller first"
    """Delivered and established: in the order of the call; else the subject first."""


class Dialect(Struct, frozen=True, gc=False, kw_only=True):
    """One switch family."""

    name: str
    phase: Phase = Phase.III
    framing: Framing = Framing.LENGTH16
    contexts: tuple[str, ...] = ("1.3.12.0.218",)
    """Application contexts that the switch accepts; all phase III switches use phase II's."""
    versions: tuple[int, ...]
    """Bits of cSTAVersion that the switch accepts, best first."""
    version_bits: int
    """Length of the string that carries the answer."""
    information_reference: str | None
    """Direct reference of the user information in the answer."""
    acceptance_diagnostic: int
    """acse-service-user diagnostic of an accepted association."""
    associates: bool = True
    """Whether a link begins with an AARQ, or is there at once."""
    login: bool = False
    """Whether name and password are asked for."""
    status_every: float = 120.0
    """Seconds between SystemStatus reports; 0 for the first one alone."""
    status_misses: int = 3
    """Unanswered reports after which the link is closed at the next; 0 for never."""
    counter_goes_on: bool = False
    """Invoke ids go on over associations, and the first SystemStatus has 1 besides."""
    anonymous_rejects: bool = False
    """Whether what cannot be read is an unrecognized APDU without an invoke id."""
    rejects_unknown_results: bool = True
    """Whether a result to no invoke is rejected (return result problem 0) or ignored."""
    cross_reference_base: int
    cross_reference_octets: int
    monitor_limit: int = 1000
    answers_filter: bool = True
    """Whether MonitorStart is answered with the filter in force."""
    never: frozenset[str] = frozenset()
    """Events that this switch does not report; set bits in every filter."""
    unsupported: frozenset[int] = frozenset()
    """Operations that are rejected as unrecognized."""
    call_ids: CallIds = CallIds.BINARY
    trunks: Trunks
    public_numbers: bool = False
    """Whether numbers of callers outside are told apart from the numbers of devices."""
    private_numbers: bool = False
    """Whether events name devices by numbers of a private plan."""
    dynamic_connections: bool = False
    """Whether every connection has a dynamicID, of four octets."""
    order: Order = Order.SUBJECT_FIRST
    originating_connection: bool = False
    """Whether delivered and established name the caller's connection."""
    no_redirection: str = "notRequired"
    """Alternative of lastRedirectionDevice when there was none."""
    bad_number: BadNumber = BadNumber.AS_DIALLED
    call_data: bool = True
    """Whether events have room for correlator and user data."""
    linkage: bool = False
    """Whether call control events carry call linkage data."""
    time_stamps: bool = False
    """Whether events carry a security time stamp."""
    hookswitch: bool = False
    ringer: bool = False
    """Whether a ringing set reports its ringer, with the call's id as private data."""
    call_monitors: bool = False
    compound_states: bool = True
    """Whether SnapshotDevice gives every connection's state, or one simple call state."""
    reroutes: bool = True
    """Whether a route that cannot be taken is asked for again, or the dialogue ends."""
    beats: bool = False
    """HiPath heartbeat by Escape."""
    system_data: bool = False
    """Panasonic system data by Escape: answered without data."""
    causes: Mapping[tuple[str, Cause], EventCause]
    """Causes that differ from the common table, by event and cause of the exchange."""
    set_kind: SetKind | None = None
    """Kind of every set of a plan that is made for this switch."""
    prompts: bool = False
    """Sets of a plan made for this switch are asked to go off-hook on a make call."""
    evidence: Mapping[str, str]
    """Field -> where it is known from."""


_UNUSED: Final = frozenset(
    {
        *("bridged", "digitsDialed", "networkCapabilitiesChanged", "offered"),
        *("charging", "telephonyTonesGeneratedEvent", "serviceCompletionFailure"),
        *("mediaAttached", "mediaDetached"),
        *("buttonInformation", "buttonPress", "displayUpdated", "lampMode"),
        *("microphoneGain", "microphoneMute", "speakerMute", "speakerVolume"),
        *("autoAnswer", "autoWorkMode", "callBack", "callBackMessage"),
        *("callerIDStatus", "routeingMode"),
        *("backInService", "outOfService", "deviceCapabilityChanged", "partiallyInService"),
    }
)
"""Events that the exchange has no occasion for."""

STANDARD: Final = Dialect(
    name="standard",
    versions=(14, 4, 3, 2),
    version_bits=16,
    information_reference="1.3.12.0.285.200",
    acceptance_diagnostic=0,
    cross_reference_base=1,
    cross_reference_octets=4,
    never=_UNUSED | {"hookswitch", "ringerStatus"},
    trunks=Trunks.OTHER,
    call_monitors=True,
    causes={},
    evidence={
        "information_reference": "standard",
        "status_every": "assumed: as Panasonic",
        "cross_reference_octets": "assumed: any length is allowed",
        "never": "assumed",
        "trunks": "standard: devices that nobody can dial are of the form other",
        "causes": "standard",
        "compound_states": "standard",
    },
)

PANASONIC: Final = Dialect(
    name="panasonic",
    versions=(4,),
    version_bits=16,
    information_reference="1.3.12.0.285.200",
    acceptance_diagnostic=1,
    rejects_unknown_results=False,
    cross_reference_base=0x01110004,
    cross_reference_octets=4,
    never=frozenset(
        {
            *(
                "callCleared",
                "digitsDialed",
                "bridged",
                "networkCapabilitiesChanged",
                "offered",
            ),
            *("charging", "digitsGeneratedEvent", "telephonyTonesGeneratedEvent"),
            *("mediaAttached", "mediaDetached"),
            *("buttonInformation", "displayUpdated", "hookswitch", "lampMode"),
            "microphoneGain",
            *("callerIDStatus", "doNotDisturb", "routeingMode"),
            "deviceCapabilityChanged",
        }
    ),
    unsupported=frozenset({Operation.GET_AGENT_STATE}),
    call_ids=CallIds.HEX_TEXT,
    trunks=Trunks.NUMBER,
    order=Order.CALLER_FIRST,
    bad_number=BadNumber.NOT_ORIGINATED,
    ringer=True,
    reroutes=False,
    system_data=True,
    causes={
        ("originated", Cause.MAKE_CALL): EventCause.NEW_CALL,
        ("held", Cause.NORMAL): EventCause.NEW_CALL,
        ("retrieved", Cause.NORMAL): EventCause.NEW_CALL,
        ("failed", Cause.NUMBER_UNOBTAINABLE): EventCause.INVALID_NUMBER_FORMAT,
    },
    set_kind=SetKind.ANALOG,
    evidence={
        "framing": "trace",
        "versions": "trace",
        "version_bits": "trace",
        "information_reference": "trace",
        "acceptance_diagnostic": "trace",
        "status_every": "trace",
        "status_misses": "assumed: the trace has a link that begins anew after unanswered "
        "reports, and one that outlives several",
        "rejects_unknown_results": "trace: wrong invoke ids draw no answer",
        "cross_reference_base": "trace: the same two references after every association",
        "cross_reference_octets": "trace",
        "never": "trace: the filter that answers MonitorStart",
        "unsupported": "trace",
        "call_ids": "trace",
        "trunks": "trace",
        "order": "trace",
        "bad_number": "trace",
        "ringer": "trace",
        "causes": "trace for failed, assumed for the rest",
        "set_kind": "trace: who is left behind fails with cause blocked",
        "system_data": "client asks; the answer is assumed",
    },
)

HIPATH3000: Final = Dialect(
    name="hipath3000",
    framing=Framing.HIPATH,
    versions=(3,),
    version_bits=4,
    information_reference=None,
    acceptance_diagnostic=0,
    login=True,
    status_every=0.0,
    status_misses=0,
    counter_goes_on=True,
    rejects_unknown_results=False,
    cross_reference_base=0,
    cross_reference_octets=2,
    answers_filter=False,
    never=_UNUSED | {"callCleared", "ringerStatus"},
    trunks=Trunks.DIALLED,
    originating_connection=True,
    no_redirection="notKnown",
    bad_number=BadNumber.NOT_KNOWN,
    linkage=True,
    time_stamps=True,
    hookswitch=True,
    compound_states=False,
    reroutes=False,
    beats=True,
    causes={("originated", Cause.MAKE_CALL): EventCause.NEW_CALL},
    prompts=True,
    evidence={
        "framing": "trace",
        "versions": "trace",
        "version_bits": "trace",
        "information_reference": "trace",
        "acceptance_diagnostic": "trace",
        "login": "trace and client",
        "status_every": "trace: none but the first",
        "counter_goes_on": "trace",
        "cross_reference_base": "trace",
        "cross_reference_octets": "trace",
        "answers_filter": "trace",
        "trunks": "assumed",
        "order": "trace",
        "originating_connection": "trace for delivered, assumed for established",
        "no_redirection": "trace",
        "bad_number": "trace",
        "linkage": "trace",
        "time_stamps": "trace",
        "hookswitch": "trace",
        "compound_states": "assumed",
        "beats": "trace",
        "causes": "trace",
        "prompts": "trace: originated follows when the user lifts the handset",
    },
)

_LATER: Final = frozenset({"digitsGeneratedEvent", "hookswitch", "ringerStatus"})
"""Events of the exchange that phases I and II do not have."""

PHASE2: Final = Dialect(
    name="phase2",
    phase=Phase.II,
    versions=(1,),
    version_bits=5,
    information_reference="1.3.12.0.218.200",
    acceptance_diagnostic=0,
    cross_reference_base=1,
    cross_reference_octets=4,
    never=_UNUSED | _LATER,
    trunks=Trunks.LINE,
    public_numbers=True,
    call_monitors=True,
    call_data=False,
    causes={},
    evidence={
        "contexts": "trace",
        "versions": "trace: bits of the phase's own version",
        "information_reference": "trace",
        "status_every": "assumed: as Panasonic",
        "cross_reference_octets": "trace of an OmniPCX",
        "trunks": "assumed: a deviceNumber, as no digits lead there; dynamicID: trace of an "
        "OmniPCX, for every device",
        "public_numbers": "standard: a dialling number is a device's",
        "call_data": "standard, as far as it is public: tags of further fields are not known",
    },
)

PHASE1: Final = msgspec.structs.replace(
    PHASE2,
    name="phase1",
    phase=Phase.I,
    contexts=("1.3.12.0.180",),
    versions=(0,),
    information_reference=None,
    cross_reference_octets=1,
    monitor_limit=255,
    never=_UNUSED | _LATER | {"agentBusy"},
    evidence={
        "contexts": "client",
        "versions": "standard",
        "information_reference": "assumed: only that of phase II is known",
        "status_every": "assumed: as Panasonic",
        "cross_reference_octets": "trace of an MD110",
        "trunks": "assumed: as phase II",
        "public_numbers": "standard",
        "never": "standard",
        "call_data": "standard",
    },
)

OMNIPCX: Final = msgspec.structs.replace(
    PHASE2,
    name="omnipcx",
    framing=Framing.OMNIPCX,
    contexts=("1.3.12.0.218", "1.3.12.0.180"),
    status_every=30.0,
    anonymous_rejects=True,
    cross_reference_base=0x0142F900,
    never=PHASE2.never | {"callCleared", "doNotDisturb", "forwarding", "messageWaiting"},
    private_numbers=True,
    dynamic_connections=True,
    time_stamps=True,
    evidence={
        "framing": "manual and clients",
        "contexts": "client: either goes with the user information of phase II",
        "versions": "client offers phases I and II; which is chosen is assumed",
        "version_bits": "client",
        "information_reference": "trace",
        "status_every": "trace: from time to time; how often is assumed",
        "anonymous_rejects": "trace",
        "rejects_unknown_results": "assumed",
        "cross_reference_base": "trace",
        "cross_reference_octets": "trace",
        "never": "trace: the filter that answers MonitorStart",
        "trunks": "assumed",
        "public_numbers": "standard",
        "private_numbers": "trace",
        "dynamic_connections": "trace; that each device has its own is assumed",
        "time_stamps": "trace",
        "call_data": "trace, as far as it goes",
    },
)

OMNIPCX_OFFICE: Final = msgspec.structs.replace(
    PHASE1,
    name="omnipcx_office",
    framing=Framing.OMNIPCX,
    contexts=("1.3.12.0.180.1", "1.3.12.0.180"),
    evidence={
        **PHASE1.evidence,
        "framing": "manual",
        "contexts": "client",
        "cross_reference_octets": "assumed",
    },
)

MD110: Final = msgspec.structs.replace(
    PHASE1,
    name="md110",
    phase=Phase.APPLICATION_LINK,
    associates=False,
    status_every=0.0,
    evidence={
        "framing": "client",
        "associates": "client: it sends no AARQ",
        "status_every": "assumed: none",
        "cross_reference_octets": "trace",
        "never": "client",
        "trunks": "assumed",
        "public_numbers": "standard",
        "call_data": "client",
    },
)

DIALECTS: Final = {
    row.name: row
    for row in (
        *(STANDARD, PANASONIC, HIPATH3000),
        *(PHASE2, OMNIPCX, PHASE1, OMNIPCX_OFFICE, MD110),
    )
}


def fitted(plan: ExchangePlan, dialect: Dialect) -> ExchangePlan:
    """Give a plan the kind of sets that the switch of a dialect has."""
    stations = tuple(
        msgspec.structs.replace(
            station,
            kind=dialect.set_kind or station.kind,
            prompts=dialect.prompts or station.prompts,
        )
        for station in plan.stations
    )
    return msgspec.structs.replace(plan, stations=stations)

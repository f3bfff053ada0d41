"""What differs between switches that speak CSTA, as data with its evidence."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

from protocols.csta.phase3 import _codec_phase3 as c


class CallIds(StrEnum):
    """What the octets of a call identifier are."""

    BINARY = "binary"
    ASCII = "ascii"


class Phase(StrEnum):
    """Which of the standards a link speaks."""

    I = "csta1-ber"  # noqa: E741 - the standard's number
    APPLICATION_LINK = "csta1-applink"
    """Phase I as the Application Link of an Ericsson MD110 speaks it."""
    II = "csta2-ber"
    III = "csta3-ber"

    @property
    def standard(self) -> str:
        """Number of the phase."""
        return {Phase.II: "II", Phase.III: "III"}.get(self, "I")

    @property
    def protocol(self) -> str:
        """Protocol and encoding."""
        return Phase.I.value if self is Phase.APPLICATION_LINK else self.value


class LoginForm(StrEnum):
    """How the computing function says who it is."""

    NONE = "none"
    OPTIONAL = "optional"
    """Name and password where they are configured, in the form of the HiPath family."""
    SENDER = "sender"
    """Name and password, always."""


class Beats(StrEnum):
    """Who keeps the association alive, and how."""

    SWITCH_STATUS = "switch_status"
    """The switch repeats its system status by itself."""
    ESCAPE = "escape"
    """The switch sends Escape at a period that the client asks for once."""
    ASK = "ask"
    """The client asks for the system status when it heard nothing for a period."""


class Heartbeat(Struct, frozen=True, gc=False):
    """How a dead association is found."""

    by: Beats
    period: float
    """Seconds between two beats."""
    silence: float
    """Seconds without any message after which the association is taken for dead."""
    evidence: str


Functions = tuple[str, str, str, str, str]
"""Services of phases I and II as bits: of the switching function, event reports, of the
computing function, of both, status reporting (ECMA-218 application context)."""

AGENT_STATES: Final = (0, 1, 2, 4, 4)
"""Numbers of phase III for notReady, null, ready, workNotReady, workReady (ECMA-180)."""


class Dialect(Struct, frozen=True, gc=False):
    """Habits of one family of switches."""

    name: str
    vendor: str
    product: str
    stack: str
    """Framing of the link (group ``cti.stacks``)."""
    call_ids: CallIds
    trunks: frozenset[int]
    """Upper 16 bits of device numbers that name a trunk; empty where none is known."""
    evidence: str
    """Trace or document that shows it."""
    heartbeat: Heartbeat
    phase: Phase = Phase.III
    detects: bool = False
    """Whether the messages of the switch tell the phase; ``phase`` is the latest then."""
    associates: bool = True
    """Whether the link begins with an AARQ."""
    context: str = "1.3.12.0.218"
    """Application context; every phase III system seen names that of phase II, too."""
    functions: tuple[Functions, Functions] | None = None
    """Services that are required and that can be supplied: the user information of phases I
    and II. None is that of phase III."""
    agent_states: tuple[int, ...] = AGENT_STATES
    """States of phase III by the numbers that this switch has in phases I and II."""
    greeting: bytes = b""
    """Text that stands in the AARQ where others have name and password."""
    releases: bool = True
    """Whether the association is released with an APDU, and not just by closing."""
    login: LoginForm = LoginForm.OPTIONAL
    protocol_version: str | None = None
    """Versions of X.227 in the AARQ, as bits; None sends none."""
    direct_reference: str | None = "1.3.12.0.285.200"
    """Identifier of the CSTA user information; None sends none."""
    version_bits: str = "00001"
    """Editions of the standard that are offered (ECMA-285 CSTAVersion, bit 4: edition 2)."""
    private_versions: tuple[int, ...] | None = None
    """Versions of the vendor's private data that are offered."""
    answers_escape: bool = True
    """Whether an Escape of the switch gets a result."""
    monitor_filter: c.MonitorFilter | None = None
    """Filter that asks for all events; None sends none, which asks for all as well."""
    native: frozenset[str] = frozenset()
    """Verbs that traffic shows to work."""
    unsupported: frozenset[str] = frozenset()
    """Verbs that traffic shows to be refused."""


_UNSUPPRESSED: Final = c.MonitorFilter(
    call_control="0" * 18,
    call_associated="0" * 7,
    media_attachment="0" * 7,
    physical_device_feature="0" * 15,
    logical_device_feature="0" * 14,
    maintenance="0" * 7,
    voice_unit="0" * 7,
    private="0" * 7,
)

STANDARD: Final = Dialect(
    name="standard",
    vendor="",
    product="",
    stack="length16",
    call_ids=CallIds.BINARY,
    trunks=frozenset(),
    evidence="ECMA-285; two octets of length before each APDU are what most switches send",
    heartbeat=Heartbeat(
        by=Beats.ASK,
        period=60.0,
        silence=120.0,
        evidence="ECMA-269 request system status; a refusal is an answer as well",
    ),
)

PANASONIC: Final = Dialect(
    name="panasonic",
    vendor="Panasonic",
    product="KX",
    stack="length16",
    call_ids=CallIds.ASCII,  # four hex digits as text
    trunks=frozenset({0x0131, 0x0155}),
    evidence="trace panasonic-kx-2016-12-01; captures of the same client",
    heartbeat=Heartbeat(
        by=Beats.SWITCH_STATUS,
        period=120.0,
        silence=240.0,
        evidence="system status normal comes about 120 s after the last one in the captures",
    ),
    login=LoginForm.NONE,
    protocol_version="1",
    version_bits="0000100000000000",
    monitor_filter=_UNSUPPRESSED,
    native=frozenset({"monitor_start"}),
    unsupported=frozenset({"query_agent"}),  # operation 304: reject, invoke problem 1
)

HIPATH3000: Final = Dialect(
    name="hipath3000",
    vendor="Siemens",
    product="HiPath 3000",
    stack="hipath",
    call_ids=CallIds.BINARY,  # two octets, counted up
    trunks=frozenset(),
    evidence="trace hipath3000-2012-12-29",
    heartbeat=Heartbeat(
        by=Beats.ESCAPE,
        period=30.0,
        silence=60.0,
        evidence="Escape every 30 s in the trace; asked for as published clients do",
    ),
    login=LoginForm.SENDER,
    direct_reference=None,
    version_bits="0001011000000000",  # bits 3, 5 and 6; the switch answers bit 3
    answers_escape=False,
    native=frozenset({"make_call", "monitor_start"}),
)

_REQUIRED: Final = ("1" * 21, "1" * 38, "1" * 5, "1" * 2, "1" * 5)
_SUPPLIED: Final = ("", "", "1" * 5, "1" * 2, "")
_STATUS: Final = Heartbeat(
    by=Beats.ASK,
    period=60.0,
    silence=120.0,
    evidence="ECMA-180 system status: either side may send it, and the other answers",
)

PHASE1: Final = Dialect(
    name="phase1",
    vendor="",
    product="",
    stack="length16",
    call_ids=CallIds.BINARY,
    trunks=frozenset(),
    evidence="ECMA-180",
    heartbeat=_STATUS,
    phase=Phase.I,
    context="1.3.12.0.180",
    functions=(_REQUIRED, _SUPPLIED),
    login=LoginForm.NONE,
    protocol_version="1",
    direct_reference=None,
    version_bits="1",
)

PHASE2: Final = structs.replace(
    PHASE1,
    name="phase2",
    evidence="ECMA-218",
    phase=Phase.II,
    context="1.3.12.0.218",
    direct_reference="1.3.12.0.218.200",
    version_bits="01",
)

AUTO: Final = structs.replace(
    PHASE2,
    name="auto",
    evidence="tags in which the phases differ; the association in the form of the oldest",
    heartbeat=STANDARD.heartbeat,
    phase=Phase.III,
    detects=True,
    direct_reference=None,
    version_bits="11111",
)

OMNIPCX: Final = structs.replace(
    PHASE2,
    name="omnipcx",
    vendor="Alcatel-Lucent",
    product="OmniPCX Enterprise",
    stack="omnipcx",
    evidence="trace of 2015 in the source of a public client; public monitors for this switch",
    heartbeat=Heartbeat(
        by=Beats.ASK,
        period=20.0,
        silence=60.0,
        evidence="public monitors send a system status every 15 to 20 s; so does the switch",
    ),
    context="1.3.12.0.180",  # with the user information of phase II
    version_bits="11000",
    releases=False,
    native=frozenset({"monitor_start", "monitor_stop"}),
)

OMNIPCX_OFFICE: Final = structs.replace(
    PHASE1,
    name="omnipcx_office",
    vendor="Alcatel-Lucent",
    product="OmniPCX Office",
    stack="omnipcx",
    evidence="manual of the product for the greeting; a public client for the association",
    heartbeat=OMNIPCX.heartbeat,
    context="1.3.12.0.180.1",
    releases=False,
)

MD110: Final = structs.replace(
    PHASE1,
    name="md110",
    vendor="Ericsson",
    product="MD110 Application Link",
    evidence="grammar of a public client for Application Link 2.0 to 4.0; one real event",
    phase=Phase.APPLICATION_LINK,
    associates=False,
    releases=False,
    agent_states=(1, 0, 2, 4, 4),  # logOut, notReady, ready, workNotReady, workReady
    unsupported=frozenset({"clear_call"}),
)

HIPATH4000: Final = Dialect(
    name="hipath4000",
    vendor="Siemens",
    product="HiPath 4000",
    stack="length16",
    call_ids=CallIds.BINARY,
    trunks=frozenset(),
    evidence="login of a public client for the CSTA adaptor, V6",
    heartbeat=STANDARD.heartbeat,
    login=LoginForm.NONE,
    greeting=b"CAP-I",
    version_bits="00001000",
)

DIALECTS: Final = {
    dialect.name: dialect
    for dialect in (
        *(AUTO, STANDARD, PANASONIC, HIPATH3000, HIPATH4000),
        *(PHASE1, PHASE2, OMNIPCX, OMNIPCX_OFFICE, MD110),
    )
}

"""What differs between switches that speak CSTA, as data with its evidence."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct

from protocols.csta.phase3 import _codec_phase3 as c


class CallIds(StrEnum):
    """What the octets of a call identifier are."""

    BINARY = "binary"
    ASCII = "ascii"


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


APPLICATION_CONTEXT: Final = "1.3.12.0.218"
"""Of phase II; every phase III system seen names it too."""

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

DIALECTS: Final = {dialect.name: dialect for dialect in (STANDARD, PANASONIC, HIPATH3000)}

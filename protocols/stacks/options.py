"""Configuration of the stacks that have keys: bounds, and what X.25 is made of.

Every mistake is an ``OptionError`` that names the key below the table of the stack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from protocols.errors import EncodeError
from protocols.lapb import frames
from protocols.lapb import primitives as lapb
from protocols.stacks.interface import frame_bits
from protocols.stacks.primitives import OptionError
from protocols.timers import TimerSpec
from protocols.x25 import packets
from protocols.x25 import primitives as x25
from protocols.x25.errors import PacketError
from protocols.x25.facilities import (
    CallOptions,
    Facility,
    FastSelect,
    PacketSize,
    ThroughputClass,
    WindowSize,
    decode_facilities,
)

_Digits = Annotated[str, Meta(pattern=r"^[0-9]{0,15}$")]
_Hex = Annotated[str, Meta(pattern=r"^([0-9a-fA-F]{2})*$")]
_Interface = Annotated[str, Meta(pattern=r"^[!-~]{1,64}$")]
_Channel = Annotated[int, Meta(ge=1, le=4095)]
_Size = Literal[16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
_Speed = Literal[75, 150, 300, 600, 1200, 2400, 4800, 9600, 19200, 48000, 64000]
_THROUGHPUT: Final = {
    speed: code
    for code, speed in enumerate(
        (75, 150, 300, 600, 1200, 2400, 4800, 9600, 19200, 48000, 64000), start=3
    )
}
_AT: Final = re.compile(r"(.*) - at `\$\.?(.*)`")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*)`")


class Lapb(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of the data link: the table ``lapb``."""

    interface: Literal["dte", "dce"] | None = None
    """Addresses of this end; those of the packet layer when left out."""
    mode: Literal["active", "passive", "inviting"] = "active"
    """``active`` sends SABM, ``passive`` waits for it, ``inviting`` asks for it with DM."""
    modulo: Literal[8, 128] = 8
    k: Annotated[int, Meta(ge=1, le=127)] = 7
    """I frames that may be unacknowledged."""
    n2: Annotated[int, Meta(ge=1, le=100)] = 10
    """Transmissions of a frame that is not answered."""
    t3: bool = False
    """The link counts as lost after T3 without any frame."""
    timers: dict[str, float] = {}
    """Seconds of T1 to T4."""


class Circuit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of every stack over X.25."""

    role: Literal["calling", "answering"] = "calling"
    """Who sets the call up."""
    called: _Digits = ""
    """Address that is called; answering: only calls to it are accepted."""
    calling: _Digits = ""
    """Our own address; answering: only calls from it are accepted."""
    user_data: _Hex = ""
    """Call user data in hexadecimal; answering: calls must begin with it."""
    fast_select: bool = False
    reverse_charging: bool = False
    throughput: _Speed | None = None
    """Throughput class of both directions, in bits a second."""
    facilities: _Hex = ""
    """Further facilities of the call, in hexadecimal as they are coded."""
    modulo: Literal[8, 128] = 8
    """Of the packet layer."""
    packet_size: _Size = 128
    window: Annotated[int, Meta(ge=1, le=127)] = 2
    negotiate: bool = False
    """The call offers packet size and window; else both ends have agreed on them before."""
    longest: Annotated[int, Meta(ge=128, le=1_000_000)] = 65_535
    """Octets of the longest message, in either direction."""
    queue: Annotated[int, Meta(ge=1, le=100_000)] = 1000
    """Messages that wait to be sent."""
    again: Annotated[float, Meta(ge=1, le=3600)] = 10.0
    """Seconds before a call or link that failed is tried again."""
    timers: dict[str, float] = {}
    """Seconds of the packet layer's timers, T2 and T10 to T26."""


class Interface(Circuit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of a stack with a DTE/DCE interface below it: a line of its own."""

    interface: Literal["dte", "dce"] = "dte"
    permanent: Annotated[int, Meta(ge=1, le=4095)] | None = None
    """Logical channel of a permanent circuit; there is no call then."""
    channels: str = "1-32"
    """Two-way logical channels, LOW-HIGH."""
    incoming: str = ""
    """One-way logical channels for calls to the DTE."""
    outgoing: str = ""
    """One-way logical channels for calls from the DTE."""
    lapb: Lapb = Lapb()


class Serial(Interface, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of ``x25_serial``."""

    accm: Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}$")] = "00000000"
    """Control octets that are escaped on the line: bit n of the number stands for octet n."""


class XotPvc(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A permanent circuit over XOT: the table ``pvc``. Both ends name the same two ends."""

    initiator: _Interface
    """Name of the interface of the side that opens the connection."""
    initiator_channel: _Channel = 1
    responder: _Interface
    responder_channel: _Channel = 1


class Xot(Circuit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of ``xot``."""

    pvc: XotPvc | None = None
    """The permanent circuit, where there is no call."""


class Meridian(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys of ``meridian``."""

    longest: Annotated[int, Meta(ge=16, le=65_535)] = 1024
    """Octets of the longest message, in either direction."""


class Plan(Struct, frozen=True):
    """The one circuit of a stack: what to call, what to accept."""

    calling: bool
    request: x25.ConnectRequest
    permanent: int | None
    queue: int
    longest: int


def read(options: Mapping[str, Any], kind: type[Struct]) -> Any:
    """Check keys and values; raise ``OptionError``."""
    try:
        return msgspec.convert(dict(options), kind)
    except msgspec.ValidationError as error:
        text, key = str(error), ""
        if found := _AT.fullmatch(text):
            text, key = found[1], found[2]
        if unknown := _UNKNOWN.fullmatch(text):
            tables: dict[str, type[Struct]] = {"lapb": Lapb, "pvc": XotPvc}
            inner = msgspec.structs.fields(tables.get(key, kind))
            known = ", ".join(sorted(field.encode_name for field in inner))
            key = f"{key}.{unknown[1]}" if key else unknown[1]
            raise OptionError(key, f"no such key; known here: {known}") from None
        text = text[:1].lower() + text[1:].replace("`", "")
        raise OptionError(key.replace("[...]", ""), text) from None


def plan(keys: Circuit, *, negotiate: bool = False) -> Plan:
    """Make the plan of the circuit; raise ``OptionError``."""
    user_data = bytes.fromhex(keys.user_data)
    limit = packets.MAX_USER_DATA if keys.fast_select else 16
    if len(user_data) > limit:
        hint = "" if keys.fast_select else ", 128 with fast_select"
        raise OptionError("user_data", f"{len(user_data)} octets: at most {limit}{hint}")
    facilities = _facilities(keys, negotiate=negotiate or keys.negotiate)
    request = x25.ConnectRequest(1, keys.called, keys.calling, facilities, user_data)
    try:
        packets.encode(packets.Call(1, keys.called, keys.calling, facilities, user_data))
    except EncodeError as error:
        raise OptionError("facilities", str(error)) from None
    permanent = keys.permanent if isinstance(keys, Interface) else None
    if isinstance(keys, Xot) and keys.pvc is not None:
        permanent = 1  # any: it means nothing on the wire
    return Plan(keys.role == "calling", request, permanent, keys.queue, keys.longest)


def _facilities(keys: Circuit, *, negotiate: bool) -> tuple[Facility, ...]:
    found: list[Facility] = []
    if keys.fast_select or keys.reverse_charging:
        select = FastSelect.UNRESTRICTED if keys.fast_select else FastSelect.NO
        found.append(CallOptions(select, keys.reverse_charging))
    if keys.throughput is not None:
        code = _THROUGHPUT[keys.throughput]
        found.append(ThroughputClass(code, code))
    if negotiate:
        found.append(PacketSize(keys.packet_size, keys.packet_size))
        found.append(WindowSize(keys.window, keys.window))
    try:
        found += decode_facilities(bytes.fromhex(keys.facilities))
    except PacketError as error:
        raise OptionError("facilities", str(error)) from None
    return tuple(found)


def packet_params(keys: Circuit, *, xot: bool = False) -> x25.Params:
    """Make the parameters of the packet layer; raise ``OptionError``."""
    modulo = packets.Modulo.M8 if keys.modulo == 8 else packets.Modulo.M128
    if keys.window >= modulo.size:
        raise OptionError("window", f"{keys.window}: at most {modulo.size - 1} modulo 8")
    offered = xot or keys.negotiate
    role = x25.Role.DTE
    spans = {"incoming": x25.Range(), "channels": x25.Range(), "outgoing": x25.Range()}
    permanent: tuple[int, ...] = ()
    if isinstance(keys, Interface):
        role = x25.Role(keys.interface)
        permanent = () if keys.permanent is None else (keys.permanent,)
        spans = {name: _span(name, getattr(keys, name)) for name in spans}
        if keys.permanent is not None:  # the circuit is all there is
            spans = dict.fromkeys(spans, x25.Range())
        _ordered(spans)
    return x25.Params(
        role=role,
        modulo=modulo,
        permanent=permanent,
        incoming=spans["incoming"],
        two_way=spans["channels"],
        outgoing=spans["outgoing"],
        packet_size=128 if offered else keys.packet_size,
        window=2 if offered else keys.window,
        max_packet_size=max(keys.packet_size, 128 if offered else 16),
        max_window=max(keys.window, 2 if offered else 1),
        answer_always=xot,
        t25=True,
        max_message=keys.longest,
        # A message in packets of the smallest size.
        queue=keys.longest // 16 + 1,
    )


def _span(key: str, text: str) -> x25.Range:
    if not text:
        return x25.Range()
    low, dash, high = text.partition("-")
    if not (dash and low.isdecimal() and high.isdecimal()):
        raise OptionError(key, f"{text!r} is not LOW-HIGH")
    span = x25.Range(int(low), int(high))
    if not 1 <= span.low <= span.high <= packets.MAX_LCN:
        raise OptionError(key, f"{text!r} is not in 1 to {packets.MAX_LCN}, in order")
    return span


def _ordered(spans: Mapping[str, x25.Range]) -> None:
    """Check that incoming, two-way and outgoing channels follow one another (annex A)."""
    top, below = 0, ""
    for name, span in spans.items():
        if span.low > span.high:
            continue
        if span.low <= top:
            raise OptionError(
                name, f"begins at {span.low}, not behind {below} that end at {top}"
            )
        top, below = span.high, name


def lapb_params(keys: Interface) -> lapb.Params:
    """Make the parameters of the data link; raise ``OptionError``."""
    modulo = frames.Modulo(keys.lapb.modulo)
    if keys.lapb.k >= modulo.value:
        raise OptionError("lapb.k", f"{keys.lapb.k}: at most {modulo.value - 1} modulo 8")
    return lapb.Params(
        role=lapb.Role(keys.lapb.interface or keys.interface),
        mode=lapb.Mode(keys.lapb.mode),
        modulo=modulo,
        k=keys.lapb.k,
        n1=frame_bits(max(keys.packet_size, 128)),
        n2=keys.lapb.n2,
        t3=keys.lapb.t3,
    )


def lengths(
    key: str, given: Mapping[str, float], specs: Mapping[Any, TimerSpec]
) -> dict[Any, float]:
    """Give the seconds of all timers by timer; raise ``OptionError``."""
    seconds: dict[Any, float] = {timer: spec.default for timer, spec in specs.items()}
    named: dict[str, Enum] = {str(timer.value): timer for timer in specs}
    for name, value in given.items():
        timer = named.get(name)
        if timer is None:
            raise OptionError(f"{key}.{name}", f"no such timer; there are {', '.join(named)}")
        spec = specs[timer]
        if not spec.minimum <= value <= spec.maximum:
            bounds = f"{spec.minimum:g} to {spec.maximum:g} s"
            raise OptionError(f"{key}.{name}", f"{value:g} is not in {bounds} ({spec.purpose})")
        seconds[timer] = value
    return seconds

"""What the packet layers of the laboratory share: commands in, lines out."""

from __future__ import annotations

import argparse
from typing import Final

from protocols.errors import EncodeError
from protocols.x25 import packets
from protocols.x25.facilities import CallOptions, Facility, FastSelect, encode_facilities
from protocols.x25.primitives import (
    TIMERS,
    Action,
    Allocated,
    BusyRequest,
    ConnectConfirm,
    ConnectIndication,
    ConnectRequest,
    ConnectResponse,
    DataIndication,
    DataRequest,
    DeliveryConfirm,
    DiagnosticIndication,
    DisconnectConfirm,
    DisconnectIndication,
    DisconnectRequest,
    Event,
    Fault,
    Ignored,
    InterruptConfirm,
    InterruptIndication,
    InterruptRequest,
    LayerDown,
    LayerReady,
    Params,
    Range,
    ReadyRequest,
    Refused,
    ResetConfirm,
    ResetIndication,
    ResetRequest,
    RestartIndication,
    RestartRequest,
    Role,
    SendPacket,
    StartTimer,
    StopTimer,
)
from sim.lab.contract import octets_of

WORDS: Final = {
    "call": "DTE [CUD]: call an address, `-` for none, with call user data in HEX",
    "accept": "accept the call that came (with --manual)",
    "clear": "[CAUSE DIAGNOSTIC]: clear the call, or refuse it",
    "data": "HEX: send a message; `qdata` with the Q bit, `ddata` with the D bit",
    "interrupt": "HEX: send 1 to 32 octets past all data",
    "reset": "[CAUSE DIAGNOSTIC]: reset the circuit",
    "restart": "restart the packet layer",
    "busy": "take no more data for now",
    "ready": "take data again",
    "lcn": "N: choose the channel that the other commands mean",
}
SPECS: Final = {timer.value: spec for timer, spec in TIMERS.items()}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    group = parser.add_argument_group("packet layer")
    group.add_argument("--packet-modulo", type=int, choices=[8, 128], default=8)
    group.add_argument("--window", type=int, default=2, help="without negotiation")
    group.add_argument("--packet-size", type=int, default=128, help="without negotiation")
    group.add_argument("--max-window", type=int, default=7)
    group.add_argument("--max-packet-size", type=int, default=1024)
    group.add_argument("--negotiate", action="store_true", help="calls offer the greatest")
    group.add_argument("--fast-select", action="store_true", help="calls are fast select")
    group.add_argument("--calling", default="", metavar="DTE", help="our own address")
    group.add_argument("--channels", default="1-32", metavar="LOW-HIGH", help="two-way calls")
    group.add_argument("--pvc", type=int, metavar="N", help="a permanent circuit")
    group.add_argument("--manual", action="store_true", help="calls wait for `accept`")


def params(options: argparse.Namespace, *, t24: bool = False) -> Params:
    """Make the parameters; raise ``ValueError``."""
    low, _, high = options.channels.partition("-")
    if not (low.isdecimal() and high.isdecimal()):
        raise ValueError(f"--channels {options.channels}: LOW-HIGH is expected")
    return Params(
        role=Role(options.role),
        modulo=packets.Modulo.M8 if options.packet_modulo == 8 else packets.Modulo.M128,
        permanent=() if options.pvc is None else (options.pvc,),
        two_way=Range(int(low), int(high)),
        packet_size=options.packet_size,
        window=options.window,
        max_packet_size=max(options.packet_size, options.max_packet_size),
        max_window=max(options.window, options.max_window),
        negotiate=options.negotiate,
        t24=t24,
        t25=True,
    )


class User:
    """Who uses the packet layer: a person with one channel at a time."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.lcn: int = options.pvc or 0
        """The channel that commands mean; 0 while there is none."""
        self._calling: str = options.calling
        self._manual: bool = options.manual
        self._facilities: tuple[Facility, ...] = ()
        if options.fast_select:
            self._facilities = (CallOptions(FastSelect.UNRESTRICTED),)

    def event(self, words: list[str]) -> Event | None:
        """Make the request of a command, ``None`` if nothing else happens; may raise."""
        match words:
            case ["call", called, *rest] if len(rest) <= 1:
                return self._call(called.replace("-", ""), _octets(*rest))
            case ["accept"]:
                return ConnectResponse(self.lcn)
            case ["clear"]:
                return DisconnectRequest(self.lcn)
            case ["clear", cause, diagnostic]:
                return DisconnectRequest(self.lcn, _number(cause), _number(diagnostic))
            case ["reset"]:
                return ResetRequest(self.lcn)
            case ["reset", cause, diagnostic]:
                return ResetRequest(self.lcn, _number(cause), _number(diagnostic))
            case ["restart"]:
                return RestartRequest()
            case ["data" | "qdata" | "ddata" as kind, octets]:
                data = _octets(octets)
                return DataRequest(self.lcn, data, kind == "qdata", kind == "ddata")
            case ["interrupt", octets]:
                return InterruptRequest(self.lcn, _octets(octets))
            case ["busy"]:
                return BusyRequest(self.lcn)
            case ["ready"]:
                return ReadyRequest(self.lcn)
            case ["lcn", number]:
                self.lcn = _number(number, packets.MAX_LCN)
                return None
            case _:
                raise ValueError(f"{' '.join(words)}: not understood")

    def _call(self, called: str, user_data: bytes) -> ConnectRequest:
        request = ConnectRequest(
            1, called, self._calling, self._facilities, user_data, d_bit=True
        )
        try:
            packets.encode(packets.Call(1, called, self._calling, (), user_data))
        except EncodeError as error:
            raise ValueError(str(error)) from None
        return request

    def heard(self, action: Action) -> tuple[list[str], Event | None]:
        """Give the lines that tell of a primitive, and what is asked for at once."""
        follow: Event | None = None
        match action:
            case Allocated(_, lcn):
                self.lcn = lcn
            case ConnectIndication(lcn) if not self._manual:
                self.lcn = lcn
                follow = ConnectResponse(lcn)
            case ConnectIndication(lcn):
                self.lcn = lcn
            case ConnectConfirm(lcn):
                self.lcn = lcn
            case _:
                pass
        return said(action), follow


def said(action: Action) -> list[str]:
    """Give the line that tells of a primitive, if one does."""
    match action:
        case RestartIndication(cause, diagnostic):
            return [f"restart indication {_why(cause, diagnostic)}"]
        case LayerReady():
            return ["layer ready"]
        case LayerDown():
            return ["layer down"]
        case Allocated(_, lcn):
            return [f"call request lcn={lcn}"]
        case ConnectIndication(lcn, call):
            addresses = f"called={call.called} calling={call.calling}"
            facilities = encode_facilities(call.facilities).hex()
            data = call.user_data.hex()
            return [f"call indication lcn={lcn} {addresses} facilities={facilities} {data}"]
        case ConnectConfirm(lcn, accepted, circuit):
            sizes = f"size={circuit.size_out}/{circuit.size_in}"
            windows = f"window={circuit.window_out}/{circuit.window_in}"
            data = accepted.user_data.hex()
            return [f"call confirm lcn={lcn} {sizes} {windows} {data}"]
        case DisconnectIndication(lcn, cause, diagnostic, clear):
            data = clear.user_data.hex() if clear else ""
            return [f"clear indication lcn={lcn} {_why(cause, diagnostic)} {data}"]
        case DisconnectConfirm(lcn):
            return [f"clear confirm lcn={lcn}"]
        case ResetIndication(lcn, cause, diagnostic):
            return [f"reset indication lcn={lcn} {_why(cause, diagnostic)}"]
        case ResetConfirm(lcn):
            return [f"reset confirm lcn={lcn}"]
        case DataIndication(lcn, data, q_bit):
            return [f"{'q' if q_bit else ''}data indication lcn={lcn} {data.hex()}"]
        case DeliveryConfirm(lcn):
            return [f"delivery confirm lcn={lcn}"]
        case InterruptIndication(lcn, data):
            return [f"interrupt indication lcn={lcn} {data.hex()}"]
        case InterruptConfirm(lcn):
            return [f"interrupt confirm lcn={lcn}"]
        case DiagnosticIndication(packet):
            heads = packet.explanation.hex()
            return [f"diagnostic indication diagnostic={packet.diagnostic} {heads}"]
        case Fault(lcn, diagnostic):
            return [f"fault lcn={lcn} diagnostic={diagnostic}"]
        case Refused(event):
            return [f"refused {type(event).__name__.removesuffix('Request').lower()}"]
        case SendPacket() | StartTimer() | StopTimer() | Ignored():
            return []


def _why(cause: int, diagnostic: int) -> str:
    return f"cause={cause:02x} diagnostic={diagnostic}"


def _octets(*words: str) -> bytes:
    return b"".join(map(octets_of, words))


def _number(word: str, limit: int = 255) -> int:
    if not (word.isdecimal() and int(word) <= limit):
        raise ValueError(f"{word}: decimal, 0 to {limit} is expected")
    return int(word)

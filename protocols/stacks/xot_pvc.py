"""Set-up of a permanent circuit over XOT (RFC 1613): who sends what, and what is agreed to.

The side that opened the connection offers; the other answers with the same fields and a
status. Both reset the circuit when it is up.
"""

from __future__ import annotations

from msgspec import structs

from protocols.errors import DecodeError
from protocols.stacks.options import Xot, XotPvc
from protocols.xot.pvc import PvcSetup, Status, decode, encode


def offer(keys: Xot, pvc: XotPvc) -> PvcSetup:
    """Make the packet that the calling side begins with."""
    size = keys.packet_size.bit_length() - 1
    return PvcSetup(
        pvc.initiator.encode(),
        pvc.initiator_channel,
        pvc.responder.encode(),
        pvc.responder_channel,
        window_in=keys.window,
        window_out=keys.window,
        size_in=size,
        size_out=size,
        gfi=1 if keys.modulo == 8 else 2,
    )


def answered(octets: bytes) -> str | None:
    """Read the answer to an offer; give why the circuit is not up, None if it is."""
    try:
        status = decode(octets).status
    except DecodeError as error:
        return f"answer to the set-up: {error}"
    if status == Status.UP:
        return None
    names = {one.value: one.name.replace("_", " ").lower() for one in Status}
    return f"{names.get(status, 'status')} ({status:02x})"


def answer(keys: Xot, pvc: XotPvc, octets: bytes) -> tuple[bytes, str | None]:
    """Judge an offer; give the answer to send, and why it is refused, None if it is not."""
    try:
        offered = decode(octets)
    except DecodeError as error:
        return b"", f"set-up: {error}"
    status, reason = _judged(offer(keys, pvc), offered)
    return encode(structs.replace(offered, status=status)), reason


def _judged(own: PvcSetup, offered: PvcSetup) -> tuple[Status, str | None]:
    circuit = (own.initiator, own.initiator_lcn, own.responder, own.responder_lcn)
    theirs = (
        offered.initiator,
        offered.initiator_lcn,
        offered.responder,
        offered.responder_lcn,
    )
    if circuit != theirs:
        names = f"{offered.initiator!r} {offered.initiator_lcn}"
        return Status.NO_SUCH_PVC, f"no circuit from {names} to {offered.responder!r}"
    own_flow = (own.window_in, own.window_out, own.size_in, own.size_out, own.gfi)
    flow = (
        offered.window_in,
        offered.window_out,
        offered.size_in,
        offered.size_out,
        offered.gfi,
    )
    if own_flow != flow:
        return Status.FLOW_VALUES_DIFFER, "window, packet size or modulo are not the same"
    return Status.UP, None

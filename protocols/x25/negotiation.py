"""Packet and window sizes of a call (ITU-T X.25 (10/96) 6.12).

Either side may move an offered value only towards the standard one: 128 octets, window 2.
In the facilities "from calling" is what the caller sends.
"""

from __future__ import annotations

from protocols.x25.facilities import Facility, PacketSize, WindowSize
from protocols.x25.primitives import Circuit, Params

_SIZE = 128
_WINDOW = 2


def offer(facilities: tuple[Facility, ...], params: Params) -> tuple[Facility, ...]:
    """Add to the facilities of a call what this end offers and the user did not choose."""
    if not params.negotiate:
        return facilities
    wanted: list[Facility] = []
    if _packet_size(facilities) is None:
        wanted.append(PacketSize(params.max_packet_size, params.max_packet_size))
    if _window_size(facilities) is None:
        wanted.append(WindowSize(params.max_window, params.max_window))
    return (*wanted, *facilities)


def agree(
    call: tuple[Facility, ...], accepted: tuple[Facility, ...], params: Params
) -> Circuit | None:
    """Settle the sizes of a call that the peer accepted; ``None`` if it went too far."""
    size, window = _packet_size(call), _window_size(call)
    their_size = _packet_size(accepted) or size or _default_size(params)
    their_window = _window_size(accepted) or window or _default_window(params)
    if not _may_answer(size or _default_size(params), their_size):
        return None
    if not _may_answer_window(window or _default_window(params), their_window):
        return None
    if max(their_window.from_called, their_window.from_calling) >= params.modulo.size:
        return None
    return Circuit(
        size_out=their_size.from_calling,
        size_in=their_size.from_called,
        window_out=their_window.from_calling,
        window_in=their_window.from_called,
    )


def answer(
    call: tuple[Facility, ...], wanted: tuple[Facility, ...], params: Params
) -> tuple[tuple[Facility, ...], Circuit] | None:
    """Choose the sizes of an incoming call: the facilities of the answer and the circuit.

    ``wanted`` are the facilities that the user gives with the answer; ``None`` if they hold
    sizes that the offer does not allow.
    """
    offered, offered_window = _packet_size(call), _window_size(call)
    size, window = offered or _default_size(params), offered_window or _default_window(params)
    chosen = _packet_size(wanted) or PacketSize(
        _towards(size.from_called, params.max_packet_size, _SIZE),
        _towards(size.from_calling, params.max_packet_size, _SIZE),
    )
    chosen_window = _window_size(wanted) or WindowSize(
        _towards(window.from_called, params.max_window, _WINDOW),
        _towards(window.from_calling, params.max_window, _WINDOW),
    )
    if not _may_answer(size, chosen) or not _may_answer_window(window, chosen_window):
        return None
    told: list[Facility] = []
    if params.answer_always or chosen != size or offered is not None:
        told.append(chosen)
    if params.answer_always or chosen_window != window or offered_window is not None:
        told.append(chosen_window)
    rest = [each for each in wanted if not isinstance(each, PacketSize | WindowSize)]
    circuit = Circuit(
        size_out=chosen.from_called,
        size_in=chosen.from_calling,
        window_out=chosen_window.from_called,
        window_in=chosen_window.from_calling,
    )
    return (*told, *rest), circuit


def _packet_size(facilities: tuple[Facility, ...]) -> PacketSize | None:
    return next((each for each in facilities if isinstance(each, PacketSize)), None)


def _window_size(facilities: tuple[Facility, ...]) -> WindowSize | None:
    return next((each for each in facilities if isinstance(each, WindowSize)), None)


def _default_size(params: Params) -> PacketSize:
    return PacketSize(params.packet_size, params.packet_size)


def _default_window(params: Params) -> WindowSize:
    return WindowSize(params.window, params.window)


def _towards(offered: int, limit: int, standard: int) -> int:
    """Keep an offer that is within the limit, else lower it as far as allowed and needed."""
    return offered if offered <= limit else max(limit, min(offered, standard))


def _between(offered: int, answered: int, standard: int) -> bool:
    return min(offered, standard) <= answered <= max(offered, standard)


def _may_answer(offered: PacketSize, answered: PacketSize) -> bool:
    return _between(offered.from_called, answered.from_called, _SIZE) and _between(
        offered.from_calling, answered.from_calling, _SIZE
    )


def _may_answer_window(offered: WindowSize, answered: WindowSize) -> bool:
    return _between(offered.from_called, answered.from_called, _WINDOW) and _between(
        offered.from_calling, answered.from_calling, _WINDOW
    )

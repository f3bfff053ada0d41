"""Level L0: a link that comes, goes, falls silent, is refused and talks nonsense.

Each check takes a pair that was never connected and says what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from protocols.stacks.primitives import OctetsReceived
from sim.kit.pair import Pair

_SOON: Final = 60.0
"""Seconds within which a link must be up once its transport is."""
_ORDERLY: Final = 30.0
"""Seconds for an end in order."""
_SILENCE: Final = 7200.0
"""Seconds within which a driver must notice that the switch says nothing."""


def comes_up(pair: Pair) -> list[str]:
    """Connect; the link must be up and have said so in the model's words."""
    if wrong := _up(pair):
        return wrong
    told = [one["state"] for one in pair.events if one["event"] == "link.state"]
    allowed = ["connecting", "opening", "syncing", "up"]
    places = [allowed.index(state) if state in allowed else -1 for state in told]
    if -1 in places or places != sorted(set(places)):
        return [f"states on the way up: {', '.join(told)}"]
    return _sound(pair)


def comes_again(pair: Pair) -> list[str]:
    """Cut the link time and again: each time it must come up, at the same cost."""
    costs, epochs = [], []
    for _ in range(6):
        before = pair.sent
        if wrong := _up(pair):
            return wrong
        costs.append(pair.sent - before)
        epochs.append(pair.link.epoch)
        pair.disconnect()
        if pair.state != "down":
            return [f"{pair.state} after a cut, not down"]
        if pair.engine.next_due is not None:
            return ["a timer runs on while the link is cut"]
        pair.wait(2.0)
    if epochs != sorted(set(epochs)):
        return [f"epochs {epochs} do not grow"]
    if max(costs) > 2 * costs[0]:
        return [f"octets to come up grow: {costs}"]
    return _sound(pair)


def notices_silence(pair: Pair) -> list[str]:
    """Let the switch fall silent: the driver must notice, and come again afterwards."""
    if wrong := _up(pair):
        return wrong
    answer = pair.operate(["stall", "on"])
    if not answer.get("ok"):
        return [f"the face cannot be silent: {answer}"]
    waited = 0.0
    while pair.state not in ("down", "blocked") and waited < _SILENCE:
        pair.wait(10.0)
        waited += 10.0
    if pair.state != "down":
        return [f"{pair.state} after {waited:g} s of silence"]
    pair.disconnect()
    pair.operate(["stall", "off"])
    pair.notes.clear()  # a link below may have said why it was given up
    return _up(pair) or _sound(pair)


def outlives_refusal(pair: Pair) -> list[str]:
    """Refuse the connection at first."""
    pair.operate(["refuse", "on"])
    for _ in range(3):
        if pair.connect():
            return ["connected to a switch that refuses"]
        if pair.state != "down":
            return [f"{pair.state} after a refused connection, not down"]
    pair.operate(["refuse", "off"])
    return _up(pair) or _sound(pair)


def outlives_nonsense(pair: Pair) -> list[str]:
    """Send octets that are no message; the link may end, but must come again."""
    if wrong := _up(pair):
        return wrong
    for octets in (b"\x00\x00", bytes(range(256)), b"\xff" * 4096, b"\x00\x05abc"):
        pair.give(OctetsReceived(octets))
        pair.wait(1.0)
    if pair.link.connected:
        pair.disconnect()
    pair.notes.clear()
    return _up(pair) or _sound(pair)


def stops_in_order(pair: Pair) -> list[str]:
    """Ask the driver to end; it must, and leave no timer."""
    if wrong := _up(pair):
        return wrong
    pair.stop()
    waited = 0.0
    while pair.state != "down" and waited < _ORDERLY:  # then the daemon closes the transport
        pair.wait(0.5)
        waited += 0.5
    if pair.state != "down":
        return [f"{pair.state} {waited:g} s after it was asked to stop"]
    if pair.link.connected:
        pair.disconnect("stopped")
    return ["a timer runs on after the end"] if pair.engine.next_due is not None else []


CHECKS: Final[dict[str, Callable[[Pair], list[str]]]] = {
    "comes up": comes_up,
    "comes again after cuts": comes_again,
    "notices silence": notices_silence,
    "outlives refusal": outlives_refusal,
    "outlives nonsense": outlives_nonsense,
    "stops in order": stops_in_order,
}


def _up(pair: Pair) -> list[str]:
    """Open the link and wait until it is up; degraded is usable too."""
    if not pair.connect():
        return ["the switch did not let the link stand"]
    waited = 0.0
    while pair.state not in ("up", "degraded") and waited < _SOON:
        pair.wait(0.5)
        waited += 0.5
    if pair.state not in ("up", "degraded"):
        return [
            f"{pair.standing} {waited:g} s after the connection; odd: {pair.notes or 'nothing'}"
        ]
    return []


def _sound(pair: Pair) -> list[str]:
    return [*pair.fold.problems, *pair.notes, *pair.problems]

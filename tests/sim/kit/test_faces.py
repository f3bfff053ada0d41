"""What the installed faces say of themselves."""

from __future__ import annotations

from typing import Any

from cti.model.commands import VERBS
from sim.face import faces
from sim.kit import levels, matrix
from sim.scenarios import reference


def members(path: str, pattern: dict[str, Any]) -> set[str]:
    """Name the members of an expected event, and theirs."""
    found = {f"{path}.{name}" for name in pattern}
    for name, one in pattern.items():
        found |= members(f"{path}.{name}", one) if isinstance(one, dict) else set()
    return found


def test_what_a_face_cannot_express_is_something_that_the_kit_tries() -> None:
    needs = {need for level in levels.MUST_HAVE.values() for need in level}
    tried = reference().keys() | needs | set(VERBS)
    tried |= {f"state {state}" for state in matrix.STATES}
    for scenario in reference().values():
        for pattern in (one for step in scenario.steps for one in step.events or ()):
            named = {pattern["event"], *members(pattern["event"], pattern)}
            tried |= named | {f"{scenario.number} {name}" for name in named}
    for name, face in faces().items():
        for variant in face.variants:
            untold = face.inexpressible(variant)
            assert untold.keys() <= tried, (name, variant)
            assert all(untold.values()), "each has its reason"


def test_a_face_makes_a_switch_for_streams_and_for_packets() -> None:
    for face in faces().values():
        for packets in (False, True):
            bench = face.bench(matrix.plan(), face.variants[0], packets=packets)
            assert bench.connect()
            assert bench.feed(b"") == b""
            assert not bench.view().calls

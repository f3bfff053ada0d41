"""What differs between releases of the switch, as data with its evidence.

Evidence is a page of a manual (S1, S2, S3 as in ``sim.asai``) or ``assumed`` where no readable
page says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from protocols.asai.names import VersionName


class Dialect(Struct, frozen=True, gc=False, kw_only=True):
    """One release."""

    name: str
    versions: tuple[VersionName, ...]
    """Link versions that it has, highest first."""
    crv_length: int = 1
    """Octets of a call reference value on its links, 1 or 2."""
    starts: bool = True
    """Whether it sends RESTart when a link comes up, or waits for the adjunct's."""
    notifications: int = 3
    """Most notification associations for one VDN or split."""
    controllers: int = 2
    """Most domain control associations for one station."""
    single_step: bool = True
    """Whether it has 3P Single-Step Conference."""
    ucid: bool = True
    """Whether events carry a universal call id."""
    node: int = 1
    """Network node of its universal call ids."""
    heartbeat_every: float = 120.0
    """Seconds from the answer to one heartbeat to the next one; 0 for none after the first."""
    bare_refusal: bool = True
    """A refused opening is a RELease COMplete with a bare cause, or one with a return error."""
    drops_last: bool = True
    """Whether a station's own drop is told to its domain when nobody else is left."""
    evidence: Mapping[str, str]
    """Field -> where it is known from."""


R6R: Final = Dialect(
    name="r6r",
    versions=(VersionName.V3, VersionName.V2, VersionName.V1),
    notifications=6,
    controllers=4,
    evidence={
        "versions": "S2 11-6 for the choice; which release has which is assumed",
        "crv_length": "S3 706",
        "starts": "S2 11-6: either side may",
        "notifications": "S2: 6 on the large model",
        "controllers": "S2: 2 or 4",
        "single_step": "S2: from R6",
        "ucid": "assumed: S2 has it in R6",
        "heartbeat_every": "assumed",
        "bare_refusal": "S1 5-67; that it holds for every opening is assumed",
        "drops_last": "assumed: Call Ended, which takes its place, is not told to domains",
    },
)
R5SI: Final = replace(
    R6R,
    name="r5si",
    versions=(VersionName.V2, VersionName.V1),
    notifications=3,
    controllers=2,
    single_step=False,
    ucid=False,
    bare_refusal=False,
    drops_last=False,
)
R8R: Final = replace(
    R6R, name="r8r", versions=(VersionName.V4, *R6R.versions), crv_length=2, starts=False
)
DIALECTS: Final = {row.name: row for row in (R6R, R5SI, R8R)}


def longest_user_data(version: VersionName) -> int:
    """Give how many octets of user-user data a link carries (S1 ch. 4)."""
    return 96 if version is VersionName.V4 else 32

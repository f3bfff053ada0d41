"""What differs between releases of the switch, as data with its evidence (S2)."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from protocols.asai.names import VersionName


class Dialect(Struct, frozen=True, gc=False):
    """One release, or a family of them."""

    name: str
    release: str
    versions: tuple[VersionName, ...]
    """Link versions that are offered, lowest first."""
    redirect: bool
    """3P Redirect: from G3V4."""
    single_step_conference: bool
    """3P Single-Step Conference: from Release 6."""
    uui: int
    """Octets of user-user data: 96 from Release 8 with link version 4, 32 before."""
    monitors_per_domain: int
    """Event notifications of one VDN or split: 3, and 6 on R6r; told to whoever asks why one
    more is refused."""
    evidence: str


_V = VersionName

G3V3: Final = Dialect(
    name="g3v3",
    release="G3V3",
    versions=(_V.V1,),
    redirect=False,
    single_step_conference=False,
    uui=32,
    monitors_per_domain=3,
    evidence="555-230-220 issue 7: what came with which release",
)
G3V4: Final = replace(G3V3, name="g3v4", release="G3V4", versions=(_V.V1, _V.V2), redirect=True)
R5: Final = replace(G3V4, name="r5", release="Release 5")
R6: Final = replace(
    R5,
    name="r6",
    release="Release 6",
    versions=(_V.V1, _V.V2, _V.V3),
    single_step_conference=True,
)
R6R: Final = replace(R6, name="r6r", release="Release 6r", monitors_per_domain=6)
R8: Final = replace(
    R6, name="r8", release="Release 8", versions=(_V.V1, _V.V2, _V.V3, _V.V4), uui=96
)
DIALECTS: Final = {one.name: one for one in (G3V3, G3V4, R5, R6, R6R, R8)}

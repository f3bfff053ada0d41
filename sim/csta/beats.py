"""Heartbeat of the HiPath family: Escape invokes of the switch, at a period the client asks.

The content is private to Siemens. Its first octets say what it is about; activation carries
the period in seconds, and each beat the switch's date and time of day.
"""

from __future__ import annotations

from typing import Final

from protocols.csta.phase3 import _codec_phase3 as csta

SIEMENS: Final = "1.3.12.2.1107.15"
_ACTIVATION: Final = bytes.fromhex("1a0406c4220403002304")
_BEAT: Final = bytes.fromhex("1a0406c422040200")


def period(argument: csta.EscapeArgument) -> int | None:
    """Give the seconds between beats that an Escape asks for; ``None`` if it asks for none."""
    match argument.private_data:
        case ("hipath", csta.HiPathPrivateData(oid, data)) if oid == SIEMENS:
            if data.startswith(_ACTIVATION) and len(data) == len(_ACTIVATION) + 2:
                return int.from_bytes(data[-2:], "little")
            return None
        case _:
            return None


def beat(at: str) -> csta.CSTAPrivateData:
    """Make one beat; ``at`` is the time as yyyymmddhhmmss, anything else counts as midnight."""
    digits = at[:14] if at[:14].isdecimal() and len(at) >= 14 else "20000101000000"
    year, month, day = int(digits[2:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:14])
    date = bytes((0xB8, 6, 0xFF, day, month, year))
    clock = bytes((0xB9, 6, 0xFF, hour, minute, second))
    return ("hipath", csta.HiPathPrivateData(SIEMENS, _BEAT + date + clock))

"""What a session is given at its start."""

from __future__ import annotations

import msgspec

from cti.mqtt.packets import Secret


class Params(msgspec.Struct, frozen=True, gc=False):
    """What a session asks of the server, and the times it allows; ``ValueError`` if wrong."""

    client_id: str
    username: str | None = None
    password: Secret | None = None
    clean_start: bool = False
    """Whether the first connection ends a session that the server still has."""
    session_expiry_interval: int = 3600
    keep_alive: int = 15
    dead_after: float = 22.0
    """Seconds of silence after which the connection counts as dead; above ``keep_alive``."""
    connack_timeout: float = 10.0
    receive_maximum: int = 64
    maximum_packet_size: int = 20 * 1024
    """Octets of the largest packet that the server may send."""
    window: int = 1000
    """QoS 1 messages that may be unacknowledged, if the server allows as many."""

    def __post_init__(self) -> None:
        if not 1 <= self.keep_alive <= 65535:
            raise ValueError(f"keep_alive {self.keep_alive} is not in 1 to 65535")
        if self.dead_after <= self.keep_alive:
            raise ValueError(f"dead_after {self.dead_after} is not above keep_alive")
        if not 1 <= self.receive_maximum <= 65535:
            raise ValueError(f"receive_maximum {self.receive_maximum} is not in 1 to 65535")
        if not 1 <= self.window <= 60_000:  # leaves Packet Identifiers for SUBSCRIBE
            raise ValueError(f"window {self.window} is not in 1 to 60000")
        if not 0 <= self.session_expiry_interval <= 0xFFFFFFFF:
            raise ValueError(f"session_expiry_interval {self.session_expiry_interval}")
        if not 128 <= self.maximum_packet_size <= 268_435_460:
            raise ValueError(f"maximum_packet_size {self.maximum_packet_size} is below 128")

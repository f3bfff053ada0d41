"""Brokers for the demo and for tests: programs on a loopback port, never for production."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

_RUMQTTD: Final = """
id = 0
[router]
id = 0
max_connections = 64
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
[v5.1]
name = "v5"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = 262144
max_inflight_count = 100
"""


class Broker(NamedTuple):
    """A broker that is installed."""

    name: str
    program: tuple[str, ...]
    """Words to which the path of a configuration is added."""
    file: str
    """Name of its configuration."""
    config: Callable[[int], str]
    """Gives the configuration for a port."""


def _mosquitto() -> Broker | None:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        return None
    return Broker("mosquitto", (program, "-c"), "mosquitto.conf", _mosquitto_config)


def _mosquitto_config(port: int) -> str:
    return f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"


def _iotcore() -> Broker | None:
    if importlib.util.find_spec("iotcore") is None:
        return None
    program = (sys.executable, "-m", "iotcore", "--config")
    return Broker("iotcore", program, "rumqttd.toml", lambda port: _RUMQTTD.format(port=port))


_FINDERS: Final = {"mosquitto": _mosquitto, "iotcore": _iotcore}
NAMES: Final = tuple(_FINDERS)
"""Known brokers, the best first."""


def find(name: str | None = None) -> Broker | None:
    """Find a broker by its name, or the first that is installed; None if there is none."""
    for one in NAMES if name is None else (name,):
        if (found := _FINDERS[one]()) is not None:
            return found
    return None


def command(broker: Broker, folder: Path, port: int) -> list[str]:
    """Write the configuration of a broker to ``folder``; return the words that start it."""
    file = folder / f"{port}-{broker.file}"
    file.write_text(broker.config(port))
    return [*broker.program, str(file)]

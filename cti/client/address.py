"""Where the broker is."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

DEFAULT: Final = os.environ.get("CTI_BROKER") or "mqtt://localhost:1883"
"""The broker where none is named."""


class Broker(Struct, frozen=True):
    """One broker."""

    host: str
    port: int
    tls: bool
    username: str | None

    @classmethod
    def of(cls, text: str | Broker) -> Broker:
        """Read ``mqtt://[user@]host[:port]`` or ``mqtts://...``; raise ``ValueError``."""
        if isinstance(text, Broker):
            return text
        try:
            url = urlsplit(text)
            port = url.port
        except ValueError as error:
            raise ValueError(f"{text!r}: {error}") from None
        if url.scheme not in ("mqtt", "mqtts") or not url.hostname:
            raise ValueError(f"{text!r} is not mqtt://host:port")
        tls = url.scheme == "mqtts"
        name = unquote(url.username) if url.username else None
        return cls(url.hostname, port or (8883 if tls else 1883), tls, name)

    @property
    def text(self) -> str:
        """The broker as people write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

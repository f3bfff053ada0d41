"""Endpoints: what an address of the configuration connects to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.endpoints import HostnameEndpoint, UNIXClientEndpoint, wrapClientTLS

from cti.config import words
from cti.config.sections import Link, Tls
from cti.transport.hdlc import HdlcEndpoint
from cti.transport.stream import Listener, Settings, Transport


def stream_for(
    reactor: Any, link: Link, random: Callable[[], float]
) -> Callable[[Listener], Transport]:
    """Give what makes the transport of a configured link, once its listener is there.

    Raise ``ValueError`` for a TLS file that cannot serve its purpose.
    """
    endpoint = endpoint_for(reactor, link.address, link.tls, link.connect_timeout)
    settings = Settings(
        connect_timeout=link.connect_timeout,
        minimum=link.reconnect.minimum,
        maximum=link.reconnect.maximum,
        blocked=link.reconnect.blocked,
    )
    tls = link.tls is not None
    return lambda listener: Transport(endpoint, listener, reactor, random, settings, tls=tls)


def endpoint_for(reactor: Any, address: str, tls: Tls | None, timeout: float) -> Any:
    """Make the endpoint of an address; raise ``ValueError`` for an address or a TLS file."""
    match words.link_address(address):
        case words.Unix(path):
            unix: Any = UNIXClientEndpoint
            return unix(reactor, path, timeout=timeout)
        case words.Serial() as line:
            from cti.transport.serial import SerialEndpoint

            return SerialEndpoint(reactor, line)
        case words.Hdlc(interface):
            return HdlcEndpoint(reactor, interface)
        case words.Misdn() | words.Udp() | words.Unixgram() as channel:
            from cti.transport.dchannel import DChannelEndpoint

            return DChannelEndpoint(reactor, channel, timeout)
        case words.Tcp(host, port):
            endpoint: Any = HostnameEndpoint(reactor, host, port, timeout=timeout)
            if tls is None:
                return endpoint
            from cti.mqtt import addresses

            files = addresses.Tls(
                tls.ca_file, tls.certificate_file, tls.key_file, tls.server_name
            )
            return wrapClientTLS(addresses.tls_options(files, host), endpoint)

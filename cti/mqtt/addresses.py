"""Where the servers are: addresses, TLS, and trying one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import crypto
from twisted.internet import ssl
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped] # has no stubs

_END = b"-----END CERTIFICATE-----"


class Address(msgspec.Struct, frozen=True, gc=False):
    """One server."""

    host: str
    port: int
    tls: bool = False

    @property
    def text(self) -> str:
        """The address as people and Server References write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Tls(msgspec.Struct, frozen=True, gc=False):
    """How to know the server and how to be known; at least TLS 1.2, names always checked."""

    ca_file: str | None = None
    """PEM certificates to trust; the system's when there is none."""
    certificate_file: str | None = None
    """Our own PEM certificate, with its chain behind it."""
    key_file: str | None = None
    """PEM key without a pass phrase."""
    server_name: str | None = None
    """Name that the certificate must carry, where it is not the host of the address."""


class Server(msgspec.Struct, frozen=True):
    """An address and the Twisted endpoint that reaches it."""

    text: str
    endpoint: Any


def servers_for(
    reactor: Any, addresses: Sequence[Address], tls: Tls | None = None, timeout: float = 5.0
) -> list[Server]:
    """Make the endpoints; raise ``ValueError`` for a file that cannot serve its purpose.

    There is no way back from TLS to plain text, whatever is wrong with the files.
    """
    servers = []
    for address in addresses:
        endpoint: Any = HostnameEndpoint(reactor, address.host, address.port, timeout=timeout)
        if address.tls:
            endpoint = wrapClientTLS(tls_options(tls or Tls(), address.host), endpoint)
        servers.append(Server(address.text, endpoint))
    return servers


def tls_options(tls: Tls, host: str) -> Any:
    """Make what ``wrapClientTLS`` wants; raise ``ValueError`` that names the wrong file."""
    extra: dict[str, Any] = {"raiseMinimumTo": ssl.TLSVersion.TLSv1_2}
    if (tls.certificate_file is None) != (tls.key_file is None):
        raise ValueError("certificate_file and key_file belong together")
    if tls.certificate_file is not None and tls.key_file is not None:
        own, *chain = _certificates(tls.certificate_file, "certificate_file")
        extra |= {"certificate": own.original, "privateKey": _key(tls.key_file)}
        extra["extraCertChain"] = [certificate.original for certificate in chain]
    # Twisted leaves both functions without annotations.
    platform_trust: Any = ssl.platformTrust
    trust_in: Any = ssl.trustRootFromCertificates
    trust = (
        platform_trust()
        if tls.ca_file is None
        else trust_in(_certificates(tls.ca_file, "ca_file"))
    )
    return ssl.optionsForClientTLS(
        tls.server_name or host, trustRoot=trust, extraCertificateOptions=extra
    )


def _certificates(path: str, key: str) -> list[Any]:
    try:
        *blocks, _ = Path(path).read_bytes().split(_END)
        certificates = [ssl.Certificate.loadPEM(block + _END + b"\n") for block in blocks]
    except (OSError, ValueError, crypto.Error) as error:
        raise ValueError(f"{key} {path}: {error}") from error
    if not certificates:
        raise ValueError(f"{key} {path}: no PEM certificate")
    return certificates


def _key(path: str) -> crypto.PKey:
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
        return crypto.PKey.from_cryptography_key(key)  # type: ignore[arg-type] # RSA, EC, Ed
    except (OSError, ValueError, TypeError) as error:
        # The text of a parser's error could hold part of the key.
        raise ValueError(f"key_file {path}: {type(error).__name__}") from error


@implementer(IStreamClientEndpoint)
class Rotation:
    """Several servers behind one endpoint: one at a time, the next one when told."""

    def __init__(
        self,
        servers: Sequence[Server],
        begun: Callable[[], None],
        failed: Callable[[Failure], None],
    ) -> None:
        if not servers:
            raise ValueError("no server address")
        self._servers = list(servers)
        self._place = 0
        self._begun = begun
        self._failed = failed

    def __len__(self) -> int:
        return len(self._servers)

    @property
    def address(self) -> str:
        """The server whose turn it is."""
        return self._servers[self._place].text

    def next(self) -> None:
        """Let the next attempt go to the next server."""
        self._place = (self._place + 1) % len(self._servers)

    def prefer(self, reference: str) -> bool:
        """Let the next attempt go to a server that is named by a Server Reference (4.11).

        Gives whether one of the names is in our own list; no other is ever followed.
        """
        for name in reference.split():
            for place, server in enumerate(self._servers):
                if name in (server.text, server.text.rpartition(":")[0]):
                    self._place = place
                    return True
        return False

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 # Twisted's name
        """Connect to the server whose turn it is."""
        self._begun()
        attempt: Deferred[Any] = self._servers[self._place].endpoint.connect(protocolFactory)
        return attempt.addErrback(self._note)

    def _note(self, failure: Failure) -> Failure:
        self._failed(failure)
        return failure

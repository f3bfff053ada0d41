"""Reaching somebody, layer by layer: name, TCP, TLS and the certificate that is shown."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from cti.config.sections import Tls
from cti.doctor.findings import Fault, Finding

PATIENCE: Final = 5.0
"""Seconds for each step."""
SOON: Final = timedelta(days=14)
"""A certificate that ends within it is a fault: nobody wants to learn it at the end."""

_REFUSED: Final = "nobody listens there: is it running, and is the port right?"
_SILENT: Final = "no answer: a firewall, a wrong address, or the machine is off"


class UnreachableError(Exception):
    """Somebody cannot be reached; the finding says at which layer and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.told)
        self.finding = finding


def tcp(about: str, host: str, port: int, fault: Fault) -> socket.socket:
    """Connect; raise ``UnreachableError``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        cure = "look at the name in the configuration, and at the name service (resolv.conf)"
        told = f"name: {host!r} is not known"
        raise UnreachableError(Finding(about, told, fault, cure)) from None
    why: OSError = OSError("no address")
    for family, kind, number, _, address in found:
        sock = socket.socket(family, kind, number)
        sock.settimeout(PATIENCE)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            why = error
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise UnreachableError(Finding(about, f"TCP: {_words(why)}", fault, _advice(why)))


def unix(about: str, path: str, fault: Fault) -> socket.socket:
    """Connect to a UNIX socket; raise ``UnreachableError``."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(PATIENCE)
    try:
        sock.connect(path)
    except OSError as error:
        sock.close()
        told = f"socket: {_words(error)}"
        raise UnreachableError(Finding(about, told, fault, _advice(error))) from None
    return sock


def secured(
    about: str, sock: socket.socket, host: str, tls: Tls, fault: Fault
) -> ssl.SSLSocket:
    """Put TLS on a connection; raise ``UnreachableError``, and close it then."""
    name = tls.server_name or host
    try:
        return _context(tls).wrap_socket(sock, server_hostname=name)
    except ssl.SSLCertVerificationError as error:
        sock.close()
        why = error.verify_message.rstrip(".")
        dates = "expired" in why or "not yet valid" in why
        kind = Fault.CERTIFICATE if dates else fault
        finding = Finding(about, f"TLS: {why}", kind, _verify_advice(why, name))
        raise UnreachableError(finding) from None
    except (OSError, ssl.SSLError) as error:
        sock.close()
        cure = "does it speak TLS on this port, and does it want our certificate?"
        raise UnreachableError(Finding(about, f"TLS: {_words(error)}", fault, cure)) from None


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.certificate_file is not None:
        context.load_cert_chain(tls.certificate_file, tls.key_file)
    return context


def presented(about: str, sock: ssl.SSLSocket) -> Iterator[Finding]:
    """Look at the dates of the certificate that the peer showed."""
    octets = sock.getpeercert(binary_form=True)
    if octets:
        yield from dated(f"{about}, its certificate", [x509.load_der_x509_certificate(octets)])


def certificate_file(key: str, path: str) -> Iterator[Finding]:
    """Look at the dates of the certificates in a file."""
    about = f"{key} {path}"
    try:
        found = x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        cure = "a PEM file of certificates is wanted"
        yield Finding(about, str(error), Fault.CERTIFICATE, cure)
    else:
        yield from dated(about, found)


def dated(about: str, certificates: list[x509.Certificate]) -> Iterator[Finding]:
    """Judge the dates of certificates: that which ends first counts."""
    now = datetime.now(UTC)
    begins = max(one.not_valid_before_utc for one in certificates)
    ends = min(one.not_valid_after_utc for one in certificates)
    day = f"{ends:%Y-%m-%d}"
    if begins > now:
        cure = "is the clock of this machine right?"
        told = f"not valid before {begins:%Y-%m-%d}"
        yield Finding(about, told, Fault.CERTIFICATE, cure)
    elif ends <= now:
        cure = "have it issued anew; the bridge reads it at its start"
        yield Finding(about, f"expired on {day}", Fault.CERTIFICATE, cure)
    elif ends - now < SOON:
        cure = "have it issued anew before that day"
        yield Finding(about, f"expires on {day}", Fault.CERTIFICATE, cure)
    else:
        yield Finding(about, f"valid until {day}")


def _words(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {PATIENCE:g} s"
    return (error.strerror or str(error) or type(error).__name__).lower()


def _advice(error: OSError) -> str:
    match error:
        case ConnectionRefusedError() | FileNotFoundError():
            return _REFUSED
        case PermissionError():
            return "this user may not: try as the user of the service"
        case _:
            return _SILENT


def _verify_advice(why: str, name: str) -> str:
    if "expired" in why:
        return "its certificate has to be issued anew; or is the clock of this machine wrong?"
    if "match" in why:
        return f"the certificate is not for {name!r}: tls.server_name says for whom it is"
    return "is tls.ca_file that of whoever issued its certificate?"

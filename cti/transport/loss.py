"""Why there is no connection, in a word to count by and a clause for people."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet import error
from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure


class LineError(OSError):
    """A device cannot be opened, or is gone; says which and why."""


class Cause(StrEnum):
    """Why there is no connection: what to count by."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    UNKNOWN_HOST = "unknown_host"
    CLOSED = "closed"
    RESET = "reset"
    TLS = "tls"
    DEVICE = "device"
    """A serial line or interface that is missing, barred, in use or gone."""
    OURS = "ours"
    """We closed it, or gave the attempt up."""
    OTHER = "other"


class Loss(Struct, frozen=True, gc=False):
    """A connection that is gone, or an attempt that failed."""

    cause: Cause
    reason: str
    """For people: one clause."""


_ERRORS: Final = {
    errno.ECONNREFUSED: (Cause.REFUSED, "connection refused"),
    errno.ENOENT: (Cause.REFUSED, "no such socket"),
    errno.ENETUNREACH: (Cause.UNREACHABLE, "network unreachable"),
    errno.EHOSTUNREACH: (Cause.UNREACHABLE, "host unreachable"),
    errno.ENETDOWN: (Cause.UNREACHABLE, "network is down"),
    errno.EHOSTDOWN: (Cause.UNREACHABLE, "host is down"),
    errno.ETIMEDOUT: (Cause.TIMED_OUT, "timed out: peer does not answer"),
    errno.ECONNRESET: (Cause.RESET, "reset by the peer"),
    errno.EPIPE: (Cause.RESET, "reset by the peer"),
}


def failure_of(why: Exception) -> Failure:
    """Wrap a reason as Twisted wants it."""
    make: Any = Failure
    failure: Failure = make(why)
    return failure


def loss_of(failure: Failure) -> Loss:
    """Say in plain words why an attempt failed or a connection is gone."""
    value: Any = failure.value
    if isinstance(value, LineError):
        return Loss(Cause.DEVICE, str(value))
    number = _errno(value)
    if number in _ERRORS:
        return Loss(*_ERRORS[number])
    match value:
        case error.ConnectionDone():
            return Loss(Cause.CLOSED, "closed by the peer")
        case error.ConnectionAborted() | CancelledError() | error.ConnectingCancelledError():
            return Loss(Cause.OURS, "given up")
        case error.TimeoutError() | error.TCPTimedOutError():
            return Loss(Cause.TIMED_OUT, "timed out: no answer to the attempt to connect")
        case error.ConnectionRefusedError():
            return Loss(Cause.REFUSED, "connection refused")
        case error.NoRouteError():
            return Loss(Cause.UNREACHABLE, "network unreachable")
        case error.DNSLookupError() | error.UnknownHostError():
            return Loss(Cause.UNKNOWN_HOST, "host name not found")
        case VerificationError():
            return Loss(Cause.TLS, "TLS: certificate is for another name")
        case SSL.Error(args=([(_, _, str(words_of)), *_],)):
            return Loss(Cause.TLS, f"TLS: {words_of}")
        case SSL.Error():
            return Loss(Cause.TLS, "TLS: protocol error")
        case error.ConnectionLost():
            # Twisted does not say which of the two a failed read was.
            return Loss(Cause.RESET, "reset by the peer, or it no longer answers")
        case _:
            text = os.strerror(number).lower() if number else failure.getErrorMessage()
            return Loss(Cause.OTHER, text or type(value).__name__)


def _errno(value: Any) -> int:
    """Find the number of the operating system behind an error; 0 if there is none."""
    candidates = (value, *value.args) if isinstance(value, BaseException) else (value,)
    for one in candidates:
        number = getattr(one, "osError", None) or getattr(one, "errno", None)
        if isinstance(number, int):
            return number
    return 0

"""The pages for probes: ``/healthz``, ``/readyz``, ``/metrics`` and ``/info``; GET, no more.

They stand on loopback or a UNIX socket: nobody is asked who he is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from twisted.protocols.policies import WrappingFactory
from twisted.web.resource import Resource
from twisted.web.server import Site
from typing_extensions import override

from cti.health.metrics import Metrics
from cti.health.report import Report, sick, status, unready

CONNECTIONS: Final = 16
"""Connections at once; further ones are closed."""
IDLE: Final = 5.0
"""Seconds after which a connection that says nothing is closed."""

_JSON: Final = b"application/json"
_TEXT: Final = b"text/plain"


_Answer = tuple[int, bytes, bytes]
"""Status, content type and body."""
_Resource: Any = Resource  # Twisted's web server has no types


class _Pages(_Resource):  # type: ignore[misc]
    """All pages: what is not one of them is not there."""

    isLeaf = True  # noqa: N815 # Twisted's name

    def __init__(self, pages: dict[bytes, Callable[[], _Answer]]) -> None:
        super().__init__()
        self._pages = pages

    def render(self, request: Any) -> bytes:
        """Answer one request."""
        page = self._pages.get(request.path)
        if page is None:
            answer = 404, _TEXT, b"not found\n"
        elif request.method not in (b"GET", b"HEAD"):
            request.setHeader(b"allow", b"GET, HEAD")
            answer = 405, _TEXT, b"GET only\n"
        else:
            answer = page()
        code, kind, body = answer
        request.setResponseCode(code)
        request.setHeader(b"content-type", kind)
        request.setHeader(b"cache-control", b"no-store")
        return body if request.method != b"HEAD" else b""


class _Quiet(Site):
    """A site that logs no request: probes come every few seconds."""

    @override
    def log(self, request: Any) -> None:
        pass


class _Limited(WrappingFactory):
    """A site with few connections at once."""

    @override
    def buildProtocol(self, addr: Any) -> Any:
        return super().buildProtocol(addr) if len(self.protocols) < CONNECTIONS else None


def _probe(trouble: list[str], report: Report) -> _Answer:
    body = {"ok": not trouble, "reasons": trouble, "status": status(report)}
    return (503 if trouble else 200), _JSON, msgspec.json.encode(body) + b"\n"


def site(report: Callable[[], Report], metrics: Metrics) -> Any:
    """Make the factory of the pages, for ``listenTCP`` and ``listenUNIX``."""

    def healthy() -> _Answer:
        now = report()
        return _probe(sick(now), now)

    def ready() -> _Answer:
        now = report()
        return _probe(unready(now), now)

    def measured() -> _Answer:
        return 200, CONTENT_TYPE_LATEST.encode(), generate_latest(metrics.registry)

    def info() -> _Answer:
        return 200, _JSON, msgspec.json.encode(report()) + b"\n"

    pages: Any = _Pages(
        {b"/healthz": healthy, b"/readyz": ready, b"/metrics": measured, b"/info": info}
    )
    quiet: Any = _Quiet
    limited: Any = _Limited
    return limited(quiet(pages, timeout=IDLE))

"""The log: structlog straight to octets, with Twisted's and the standard library's logs in it.

JSON lines, with systemd's priority prefix if wanted, or lines for a terminal. ``configure``
comes first, loggers are bound after it: those bound before keep what was configured then.
``apply`` changes levels later, for all loggers.

Areas are the names of loggers, such as ``cti.mqtt``; a level holds for the areas below too.
One area may write ``LINES`` lines in a second, and say the same ``SAME`` times in ``SPAN``
seconds; what is beyond that is counted in one line.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final
from weakref import WeakSet

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger
from twisted import logger as twisted_logger
from typing_extensions import override

from cti import moment
from cti.clock import Clock
from cti.config.sections import Log
from cti.safe import SECRETS

LINES: Final = 200
"""Lines of one area in one second."""
SAME: Final = 5
"""Lines that say the same within ``SPAN``; further ones are counted."""
SPAN: Final = 10.0
"""Seconds."""
_TOGETHER: Final = 1_000
"""Different lines within ``SPAN`` that are told apart."""

_PRIORITIES: Final = {
    "debug": b"<7>",
    "info": b"<6>",
    "warning": b"<4>",
    "error": b"<3>",
    "critical": b"<2>",
}
_DIGITS: Final = re.compile(r"\+?[0-9]{6,}")
"""What may be somebody's number; extensions are shorter."""
_NO_NUMBERS: Final = frozenset(
    {"t", "level", "area", "command", "call", "id", "boot", "store_id", "file", "listen"}
)
"""Members that hold no digits of anybody."""
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
"""Characters that would change how a line looks, or end it."""
_QUIET: Final = ("twisted.application", "twisted.internet")
"""Parts of Twisted whose news is none: the runner tells of connections itself."""


class Limiter:
    """Counts the lines of each area, and tells how many were suppressed."""

    def __init__(self, tell: Callable[[str, str], object], clock: Clock | None) -> None:
        self._tell = tell
        self._clock = clock
        self._second: dict[str, int] = {}
        self._suppressed: dict[str, int] = {}
        self._started = 0.0
        self._waking = False
        self._same: dict[tuple[str, ...], int] = {}
        self._begun = 0.0
        self._ending = False

    def admits(self, area: str, line: Mapping[str, Any]) -> bool:
        """Count one line and say whether it may be written."""
        if self._clock is None:
            return True
        now = self._clock.seconds()
        if not 0 <= now - self._started < 1:
            self._turn(now)
        if self._repeats(area, line, now):
            return False
        count = self._second[area] = self._second.get(area, 0) + 1
        if count <= LINES:
            return True
        self._suppressed[area] = self._suppressed.get(area, 0) + 1
        if not self._waking:
            self._waking = True
            self._clock.callLater(max(0.0, self._started + 1 - now), self._woken)
        return False

    def _woken(self) -> None:
        self._waking = False
        if self._clock is not None:
            self._turn(self._clock.seconds())

    def _turn(self, now: float) -> None:
        suppressed, self._suppressed = self._suppressed, {}
        self._second.clear()
        self._started = now
        for area, count in suppressed.items():
            self._tell(area, f"{count} lines suppressed")

    def _repeats(self, area: str, line: Mapping[str, Any], now: float) -> bool:
        """Tell whether the same was said often enough. Numbers count as the same."""
        if "hex" in line or self._clock is None:
            return False
        if not 0 <= now - self._begun < SPAN:
            self._over(now)
        words = (value for name, value in line.items() if name != "event")
        said = (word for word in (line.get("event"), *words) if isinstance(word, str))
        key = (area, *said)
        if key not in self._same and len(self._same) >= _TOGETHER:
            return False
        count = self._same[key] = self._same.get(key, 0) + 1
        if count == SAME + 1 and not self._ending:
            self._ending = True
            self._clock.callLater(max(0.0, self._begun + SPAN - now), self._ended)
        return count > SAME

    def _ended(self) -> None:
        self._ending = False
        if self._clock is not None:
            self._over(self._clock.seconds())

    def _over(self, now: float) -> None:
        same, self._same, self._begun = self._same, {}, now
        for (area, *words), count in same.items():
            if count > SAME:
                self._tell(area, f"{count - SAME} more times: {' '.join(words)}")


class _Lines:
    """Where lines go. A log that cannot be written stops nothing."""

    __slots__ = ("__weakref__", "_file", "failed", "level", "name")

    def __init__(self, file: BinaryIO, name: str, level: int) -> None:
        self._file = file
        self.name = name
        self.level = level
        """The lowest that is written; it may change."""
        self.failed = 0

    def msg(self, line: bytes) -> None:
        """Write one line."""
        try:
            self._file.write(line + b"\n")
            self._file.flush()
        except (OSError, ValueError):  # ValueError: the file is closed
            self.failed += 1

    log = debug = info = warning = warn = error = critical = exception = msg


class _Chain:
    """What one configuration does to every line."""

    def __init__(self, settings: Log, form: str, file: BinaryIO, clock: Clock | None) -> None:
        self._form = form
        self._file = file
        self._made: WeakSet[_Lines] = WeakSet()
        self.apply(settings)
        self._limiter = Limiter(self._tell, clock)
        self._encoder = msgspec.json.Encoder(enc_hook=repr)
        self._console = structlog.dev.ConsoleRenderer(
            colors=file.isatty(), exception_formatter=structlog.dev.plain_traceback
        )

    def apply(self, settings: Log) -> None:
        """Take other settings; the form stays."""
        self._levels = {area: _number(level) for area, level in settings.areas.items()}
        self._level = _number(settings.level)
        self._kept = settings.digits if settings.numbers == "masked" else None
        for lines in self._made:
            lines.level = self.level(lines.name)

    def level(self, area: str) -> int:
        """Give the lowest level that is written for an area."""
        while area:
            if area in self._levels:
                return self._levels[area]
            area = area.rpartition(".")[0]
        return self._level

    def make(self, *names: Any) -> _Lines:
        """Make what is behind one logger."""
        name = str(names[0]) if names else "cti"
        lines = _Lines(self._file, name, self.level(name))
        self._made.add(lines)
        return lines

    def admit(self, logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        """Drop what is too much."""
        if not self._limiter.admits(logger.name, line):
            raise structlog.DropEvent
        return line

    def _tell(self, area: str, words: str) -> None:
        line = self.dress(area, "warning", {"event": words})
        self.make(area).msg(self.render(None, "warning", line))

    def dress(self, area: str, method: str, line: EventDict) -> EventDict:
        """Put time, level and area in front, and hide what must not be seen."""
        level = {"exception": "error", "warn": "warning"}.get(method, method)
        dressed: EventDict = {"t": moment.text(time.time_ns()), "level": level, "area": area}
        for key, value in line.items():
            dressed[key] = "..." if key in SECRETS else value
        if self._kept is not None:
            for key, value in dressed.items():
                if key not in _NO_NUMBERS:
                    dressed[key] = _masked(value, self._kept)
        return dressed

    def dressed(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        """Do the same as a processor."""
        return self.dress(logger.name, method, line)

    def render(self, _logger: WrappedLogger, _method: str, line: EventDict) -> bytes:
        """Turn a line into octets, without its line end."""
        if self._form == "console":
            return self._for_people(line)
        octets = self._encoder.encode(line)
        if b"\x7f" in octets or not octets.isascii():
            octets = _UNSEEN.sub(_as_json, octets.decode()).encode()
        if self._form == "journal":
            return _PRIORITIES.get(str(line["level"]), b"<6>") + octets
        return octets

    def _for_people(self, line: EventDict) -> bytes:
        shown = {
            key: _UNSEEN.sub(_as_text, value) if isinstance(value, str) else value
            for key, value in line.items()
            if key not in ("t", "exception")
        }
        shown = {"timestamp": str(line["t"])[11:23], **shown}
        if "exception" in line:
            shown["exception"] = line["exception"]
        return str(self._console(None, "", shown)).encode("utf-8", "backslashreplace")


class _Bound(structlog.BoundLoggerBase):
    """A logger that does nothing below the level of its area, which may change."""

    _logger: _Lines

    def debug(self, event: str, **more: Any) -> None:
        """Write what helps to follow one thing through the program."""
        if self._logger.level <= logging.DEBUG:
            self._proxy_to_logger("debug", event, **more)

    def info(self, event: str, **more: Any) -> None:
        """Write what is news."""
        if self._logger.level <= logging.INFO:
            self._proxy_to_logger("info", event, **more)

    def warning(self, event: str, **more: Any) -> None:
        """Write what is worse than before."""
        if self._logger.level <= logging.WARNING:
            self._proxy_to_logger("warning", event, **more)

    def error(self, event: str, **more: Any) -> None:
        """Write what is wrong."""
        if self._logger.level <= logging.ERROR:
            self._proxy_to_logger("error", event, **more)

    def exception(self, event: str, **more: Any) -> None:
        """Write what is wrong, with the exception that is being handled."""
        self.error(event, **{"exc_info": True, **more})

    def critical(self, event: str, **more: Any) -> None:
        """Write what ends the service."""
        if self._logger.level <= logging.CRITICAL:
            self._proxy_to_logger("critical", event, **more)

    warn = warning


def _masked(value: Any, kept: int) -> Any:
    """Hide all but the last digits of what may be a number, at any depth."""
    match value:
        case str():
            return _DIGITS.sub(lambda found: _hidden(found[0], kept), value)
        case dict():
            return {key: _masked(inner, kept) for key, inner in value.items()}
        case list() | tuple():
            return [_masked(inner, kept) for inner in value]
        case _:
            return value


def _hidden(digits: str, kept: int) -> str:
    seen = min(kept, len(digits))
    return "*" * (len(digits) - seen) + digits[len(digits) - seen :]


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _as_json(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _as_text(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1] if ord(found[0]) < 0x100 else _as_json(found)


def _exception(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Write out an exception, without the values of its variables."""
    info = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        line["exception"] = "".join(traceback.format_exception(*info)).rstrip("\n")
    return line


def form_of(settings: Log, *, terminal: bool, environ: Mapping[str, str]) -> str:
    """Give the form of the lines: ``json``, ``journal`` or ``console``."""
    if settings.format != "auto":
        return settings.format
    if terminal:
        return "console"
    return "journal" if "JOURNAL_STREAM" in environ else "json"


def configure(
    settings: Log,
    clock: Clock | None = None,
    *,
    file: BinaryIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Let every log of the process go to ``file``, standard output if none is given.

    Without a clock nothing is suppressed.
    """
    file = sys.stdout.buffer if file is None else file
    environ = os.environ if environ is None else environ
    form = form_of(settings, terminal=file.isatty(), environ=environ)
    global _chain  # noqa: PLW0603 # a process has one log
    chain = _chain = _Chain(settings, form, file, clock)
    structlog.configure(
        processors=[chain.admit, _exception, chain.dressed, chain.render],
        wrapper_class=_Bound,
        logger_factory=chain.make,
        context_class=dict,
        cache_logger_on_first_use=True,
    )
    _bridge_standard_library()
    _bridge_twisted()


_chain: _Chain | None = None


def apply(settings: Log) -> None:
    """Change levels and masking of every logger there is; without ``configure`` nothing is."""
    if _chain is not None:
        _chain.apply(settings)


# The logs of others.


class _Handler(logging.Handler):
    """Hands lines of the standard library's ``logging`` to structlog."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = str(record.msg)
        extra = {"exc_info": record.exc_info} if record.exc_info else {}
        name = logging.getLevelName(min(record.levelno // 10 * 10, 50)).lower()
        _write(record.name, name if name in _PRIORITIES else "debug", text, extra)


def _write(area: str, level: str, text: str, extra: dict[str, Any]) -> None:
    getattr(structlog.get_logger(area), level)(text, **extra)


def _bridge_standard_library() -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(handler)
    root.addHandler(_Handler())
    root.setLevel(logging.DEBUG)  # structlog judges by area
    logging.captureWarnings(True)  # noqa: FBT003 # its only parameter


_begun = False


def _bridge_twisted() -> None:
    global _begun  # noqa: PLW0603 # Twisted begins to log once in a process
    if not _begun:
        _begun = True
        observer: Any = _observe  # an interface of zope's, which no type checker reads
        twisted_logger.globalLogBeginner.beginLoggingTo(
            [observer], redirectStandardIO=False, discardBuffer=False
        )


def _observe(event: Any) -> None:
    """Hand one event of Twisted's log to structlog."""
    area = str(event.get("log_namespace", "twisted"))
    level = event.get("log_level")
    name = "info" if level is None else {"warn": "warning"}.get(level.name, level.name)
    if name == "info" and area.startswith(_QUIET):
        name = "debug"
    failure = event.get("log_failure")
    extra: dict[str, Any] = {}
    if failure is not None:
        extra["exc_info"] = failure.value
    _write(area, name, twisted_logger.formatEvent(event), extra)

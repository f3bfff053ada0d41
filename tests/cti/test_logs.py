"""The log: forms, levels by area, limits, bridges, and what must never be seen."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as some
from twisted.internet.task import Clock
from twisted.logger import Logger, globalLogBeginner
from twisted.python.failure import Failure
from typing_extensions import override

from cti import logs
from cti.config.sections import Log
from cti.mqtt.packets import Secret


class File(io.BytesIO):
    """A file that may be a terminal, and may be full."""

    terminal = False
    full = False

    @override
    def isatty(self) -> bool:
        return self.terminal

    @override
    def write(self, octets: Any) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(octets)


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    monkeypatch.setattr(logs, "_begun", True)  # Twisted's own log of this process stays
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def configured(clock: Any = None, environ: Any = None, **settings: Any) -> File:
    file = File()
    file.terminal = settings.pop("terminal", False)
    logs.configure(Log(**settings), clock, file=file, environ=environ or {})
    return file


def lines(file: File) -> list[Any]:
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_a_line_of_json():
    file = configured()
    structlog.get_logger("cti.runner").bind(link="a").info("link", state="up", n=1)
    (line,) = lines(file)
    assert line.pop("t").endswith("Z")
    assert line == {
        "level": "info",
        "area": "cti.runner",
        "link": "a",
        "event": "link",
        "state": "up",
        "n": 1,
    }


@pytest.mark.parametrize(
    ("terminal", "environ", "form", "wanted"),
    [
        (True, {"JOURNAL_STREAM": "8:1"}, "auto", "console"),
        (False, {"JOURNAL_STREAM": "8:1"}, "auto", "journal"),
        (False, {}, "auto", "json"),
        (True, {}, "json", "json"),
    ],
)
def test_form(terminal, environ, form, wanted):
    assert logs.form_of(Log(format=form), terminal=terminal, environ=environ) == wanted


@pytest.mark.parametrize(
    ("level", "prefix"),
    [("debug", b"<7>{"), ("info", b"<6>{"), ("warning", b"<4>{"), ("error", b"<3>{")],
)
def test_journal_has_a_priority(level, prefix):
    file = configured(format="journal", level="debug")
    getattr(structlog.get_logger("cti"), level)("x")
    assert file.getvalue().startswith(prefix)


def test_levels_by_area():
    file = configured(level="warning", areas={"cti.mqtt": "debug", "cti.mqtt.codec": "error"})
    for area in ("cti", "cti.mqtt", "cti.mqtt.session", "cti.mqtt.codec", "cti.mqttx"):
        structlog.get_logger(area).debug("debug")
        structlog.get_logger(area).warning("warning")
    assert [(line["area"], line["event"]) for line in lines(file)] == [
        ("cti", "warning"),
        ("cti.mqtt", "debug"),
        ("cti.mqtt", "warning"),
        ("cti.mqtt.session", "debug"),
        ("cti.mqtt.session", "warning"),
        ("cti.mqttx", "warning"),
    ]


def test_200_lines_a_second_of_each_area():
    clock = Clock()
    file = configured(clock)
    one, other = structlog.get_logger("one").bind(), structlog.get_logger("other").bind()
    for number in range(250):
        one.info(f"flood {number}")
    other.info("quiet")
    assert len(lines(file)) == 201
    clock.advance(1)
    assert lines(file)[-1]["event"] == "50 lines suppressed"
    assert lines(file)[-1]["area"] == "one"
    one.info("after")
    assert lines(file)[-1]["event"] == "after"
    clock.advance(10)
    assert len(lines(file)) == 203
    assert clock.getDelayedCalls() == []


def test_what_is_said_again_and_again_is_counted():
    clock: Any = Clock()
    file = configured(clock)
    one = structlog.get_logger("one").bind(link="a")
    for number in range(12):
        one.info("link", state="down", epoch=number)
        one.info("octets", hex="00")
        clock.advance(0.1)
    one.info("link", state="up")
    told = [line["event"] for line in lines(file) if "hex" not in line]
    assert told == ["link"] * 6
    assert len(lines(file)) == 6 + 12
    clock.advance(10)
    assert lines(file)[-1]["event"] == "7 more times: link a down"
    assert lines(file)[-1]["area"] == "one"
    one.info("link", state="down")
    assert lines(file)[-1]["state"] == "down"
    clock.advance(100)
    assert clock.getDelayedCalls() == []


def test_levels_change_for_loggers_there_are():
    file = configured(level="warning")
    one, other = structlog.get_logger("cti.one"), structlog.get_logger("cti.other").bind(n=1)
    one.info("before")
    logs.apply(Log(level="error", areas={"cti.one": "debug"}))
    one.debug("one")
    other.warning("other")
    structlog.get_logger("cti.one.more").debug("more")
    assert [line["event"] for line in lines(file)] == ["one", "more"]


def test_numbers_are_masked_where_that_is_asked_for():
    file = configured(numbers="masked", digits=2)
    log = structlog.get_logger("cti")
    log.info(
        "call from +493012345678 to 201", to=["0301234567", {"digits": "123456"}], n=123456
    )
    log.info("x", command="1234567890", detail="2026-11-22 10.0.0.1:33333 12345")
    log.error("fault", input="main OctetsReceived 80303330313233343536a1")
    first, second, third = lines(file)
    assert first["event"] == "call from ***********78 to 201"
    assert first["to"] == ["********67", {"digits": "****56"}]
    assert first["n"] == 123456
    assert second["command"] == "1234567890"
    assert second["detail"] == "2026-11-22 10.0.0.1:33333 12345"
    assert "3334353" not in third["input"]
    logs.apply(Log())
    log.info("0301234567")
    assert lines(file)[-1]["event"] == "0301234567"


@given(some.text(some.sampled_from("+0123456789 x"), max_size=40))
def test_no_six_digits_in_a_row_are_seen(text):
    file = configured(numbers="masked", digits=3)
    structlog.get_logger("cti").info("x", detail=text)
    (line,) = lines(file)
    assert not re.search("[0-9]{6}", line["detail"])
    assert len(line["detail"]) == len(text)


def test_suppressed_lines_are_told_before_the_next():
    clock: Any = Clock()
    file = configured(clock)
    one = structlog.get_logger("one").bind()
    for number in range(201):
        one.info(f"flood {number}")
    clock.rightNow += 5  # the reactor was busy
    one.info("after")
    assert [line["event"] for line in lines(file)[200:]] == ["1 lines suppressed", "after"]


def fail(detail: str) -> None:
    raise ValueError(len(detail))


def test_secrets_are_not_written():
    file = configured()
    log = structlog.get_logger("cti")
    words = {"password": "geheim", "secret": b"geheim", "params": {"p": Secret(b"geheim")}}
    log.info("connect", **words)
    try:
        fail(str(words))
    except ValueError:
        log.exception("failed")
    assert b"geheim" not in file.getvalue()
    first, second = lines(file)
    assert first["password"] == first["secret"] == "..."  # noqa: S105 # the dots
    assert "ValueError: " in second["exception"]


NASTY = "a\r\nb\x1b[31m\x7f\x85\u2028\u202e\u2066\ufeff"


def test_no_text_ends_a_line_or_changes_the_terminal():
    file = configured()
    structlog.get_logger("cti").info(NASTY, name=NASTY)
    text = file.getvalue().decode()
    assert len(text.splitlines()) == 1
    assert not any(ord(character) < 32 for character in text[:-1])
    for character in "\x7f\x85\u2028\u202e\u2066\ufeff":
        assert character not in text
    assert lines(file)[0]["name"] == NASTY
    file = configured(terminal=True)
    structlog.get_logger("cti").info("ok", name=NASTY, nested={"x": NASTY})
    structlog.get_logger("cti").info(NASTY)
    text = file.getvalue().decode()
    assert len(text.splitlines()) == 2
    for character in "\r\x7f\x85\u2028\u202e\u2066\ufeff":
        assert character not in text
    assert "\x1b[31mb" not in text
    assert text.count("[31m") == 3 + text.count("\x1b[31m")


@given(some.text(), some.text())
def test_every_text_is_one_line_of_json(event, value):
    file = configured()
    structlog.get_logger("cti").info(event, value=value.encode("utf-8", "replace").decode())
    assert file.getvalue().count(b"\n") == 1
    if event.isprintable():
        assert lines(file)[0]["event"] == event


def test_console():
    file = configured(terminal=True)
    structlog.get_logger("cti.runner").warning("link", state="up")
    text = file.getvalue().decode()
    assert "link" in text
    assert "state" in text
    assert "cti.runner" in text


def test_a_full_disk_stops_nothing():
    file = configured()
    file.full = True
    structlog.get_logger("cti").info("lost")
    file.full = False
    structlog.get_logger("cti").info("written")
    assert [line["event"] for line in lines(file)] == ["written"]


def test_standard_library_is_bridged():
    file = configured(areas={"their": "debug"})
    logging.getLogger("their.module").debug("%d octets", 5)
    logging.getLogger("other").debug("not wanted")
    (bridge,) = [one for one in logging.getLogger().handlers if isinstance(one, logs._Handler)]
    bridge.emit(logging.LogRecord("other", 40, "", 1, "%d octets", ("five",), None))
    try:
        fail("x")
    except ValueError:
        logging.getLogger("other").exception("failed")
    found = lines(file)
    assert [(line["area"], line["level"], line["event"]) for line in found] == [
        ("their.module", "debug", "5 octets"),
        ("other", "error", "%d octets"),
        ("other", "error", "failed"),
    ]
    assert "ValueError: 1" in found[2]["exception"]


def test_warnings_are_bridged():
    file = configured()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert "DeprecationWarning: old" in lines(file)[0]["event"]


def test_twisted_is_bridged():
    file = configured()
    log = Logger("their.area", observer=logs._observe)  # type: ignore[arg-type] # zope
    log.info("{n} octets", n=5)
    log.warn("odd")  # noqa: G010 # Twisted's name
    try:
        fail("x")
    except ValueError:
        log.failure("failed", Failure())
    Logger("twisted.application.x", observer=logs._observe).info("retry")  # type: ignore[arg-type] # zope
    found = lines(file)
    assert [(line["area"], line["level"], line["event"]) for line in found] == [
        ("their.area", "info", "5 octets"),
        ("their.area", "warning", "odd"),
        ("their.area", "critical", "failed"),
    ]
    assert "ValueError: 1" in found[2]["exception"]


def test_twisted_begins_to_log_once(monkeypatch):
    calls: list[Any] = []
    monkeypatch.setattr(logs, "_begun", False)
    monkeypatch.setattr(
        globalLogBeginner,
        "beginLoggingTo",
        lambda observers, **_: calls.append(observers),
    )
    configured()
    configured()
    assert calls == [[logs._observe]]


def test_a_level_that_is_off_makes_no_line_at_all():
    """Not even its values are looked at."""

    class Costly:
        @override
        def __repr__(self) -> str:
            raise AssertionError("looked at")

    file = configured()
    structlog.get_logger("cti").debug("x", value=Costly())
    assert file.getvalue() == b""

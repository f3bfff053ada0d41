"""``cti check``: what it says, and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cti import driver as dr
from cti.cli.check import check
from tests.cti.config.drivers import Plain

GOOD = """
[mqtt]
brokers = ["mqtt://localhost"]
password_file = "word"
[switch.hq.link.main]
driver = "plain"
dialect = "d"
address = "tcp:pbx:33333"
record = { folder = "traces" }
[switch.hq.monitor]
devices = ["201-203"]
[rights.boss]
verbs = ["*"]
acts = ["2??"]
[log]
octets = ["hq/main"]
"""


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(dr, "load", lambda name: Plain)
    (tmp_path / "word").write_text("geheim\n")
    path: Path = tmp_path / "ctid.toml"
    path.write_text(GOOD)
    return path


def test_a_good_file(file):
    result = CliRunner().invoke(check, [str(file)])
    folder = file.parent
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "daemon ctid, state in /var/lib/cti",
        "mqtt mqtt://localhost, topics below cti/v1",
        "switch hq: 3 devices to watch",
        f"  link main: plain (d) at tcp:pbx:33333, recorded in {folder}/traces",
        "rights: boss",
        "note: the password goes to mqtt://localhost in clear text",
        "note: rights.boss: verbs has '*', which is everything but private and observe",
        "note: the log holds all that hq/main says",
        "ok",
    ]


def test_every_error_and_exit_status_2(file):
    text = GOOD.replace("33333", "0").replace('["*"]', '"*"').replace("201-203", "203-201")
    file.write_text(text)
    result = CliRunner().invoke(check, [str(file)])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"{file}:8: switch.hq.link.main.address: port 0 is not in 1 to 65535",
        f"{file}:11: switch.hq.monitor.devices[0]: '203-201' runs backwards",
        f"{file}:13: rights.boss.verbs: expected array, got str",
        "cti check: 3 errors",
    ]


def test_no_file(tmp_path):
    result = CliRunner().invoke(check, [str(tmp_path / "none.toml")])
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"{tmp_path}/none.toml: No such file or directory",
        "cti check: 1 error",
    ]

"""``cti init`` and ``cti schema``: what they write can be used as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cti.config import load
from cti.main import main


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


def test_what_is_written_with_defaults_is_good(tmp_path: Path) -> None:
    file = tmp_path / "ctid.toml"
    done = run("init", file, "--yes")
    assert (done.exit_code, done.output) == (0, f"{file} is written; next: cti check {file}\n")
    assert file.stat().st_mode & 0o777 == 0o600
    config = load(file)
    assert config.switch["hq"].link["main"].driver == "csta"
    assert config.rights == {}
    assert config.health.listen is None
    checked = run("check", file)
    assert checked.exit_code == 0, checked.output


def test_every_answer_stands_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ctid.toml"
    (tmp_path / "word").write_text("x")
    done = run(
        *("init", file, "--broker", "mqtts://b:1", "--username", 'u"\\', "--name", "d1"),
        *("--password-file", "word", "--switch", "branch", "--address", "unix:/run/pbx"),
        *("--dialect", "panasonic", "--devices", "201-203, 300", "--client", "crm"),
        *("--health", "tcp:127.0.0.1:9470", "--state-dir", "state"),
    )
    assert done.exit_code == 0, done.output
    config = load(file)
    link = config.switch["branch"].link["main"]
    assert (link.address, link.dialect) == ("unix:/run/pbx", "panasonic")
    assert config.switch["branch"].monitor.devices == ("201-203", "300")
    assert config.mqtt.username == 'u"\\'
    assert config.mqtt.password_file == str(tmp_path / "word")
    assert config.rights["crm"].verbs == ("*",)
    assert config.health.listen == "tcp:127.0.0.1:9470"
    assert config.daemon.state_dir == str(tmp_path / "state")


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "ctid.toml"
    file.symlink_to(tmp_path / "elsewhere")
    done = run("init", file, "--yes")
    assert done.exit_code == 2
    assert done.output == f"cti init: {file} is there already, and stays as it is\n"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--broker", "http://b", "mqtt://"),
        ("--address", "tcp:b", "HOST:PORT"),
        ("--devices", "203-201", "backwards"),
        ("--driver", "none", "installed: asai, csta"),
        ("--switch", "daemon", "no name for a switch"),
        ("--health", "tcp:0.0.0.0:1", "loopback"),
        ("--client", "A/B", "no name"),
    ],
)
def test_an_answer_that_is_wrong_writes_nothing(
    tmp_path: Path, option: str, value: str, why: str
) -> None:
    file = tmp_path / "ctid.toml"
    done = run("init", file, option, value)
    assert done.exit_code == 2
    assert why in done.output
    assert not file.exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run("init", tmp_path / "no" / "ctid.toml", "--yes")
    assert done.exit_code == 2
    assert "No such file or directory" in done.output


def test_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal is asked for what the command line does not say; a wrong answer again."""
    import click.testing

    file = tmp_path / "ctid.toml"
    named = click.testing._NamedTextIOWrapper
    monkeypatch.setattr(named, "isatty", lambda _: True, raising=False)
    answers = ["http://b", "mqtt://b", "", "", "x1", "", "", "", "", "", "", "", "", ""]
    done = CliRunner().invoke(
        main, ["init", str(file), "--switch", "hq"], input="\n".join(answers)
    )
    assert done.exit_code == 0, done.output
    assert "Address of the broker [mqtt://127.0.0.1:1883]: http://b" in done.output
    assert "Name of the switch" not in done.output
    assert load(file).mqtt.brokers == ("mqtt://b",)


def test_the_schema_is_written() -> None:
    done = run("schema", "config")
    assert json.loads(done.output)["$schema"].endswith("2020-12/schema")

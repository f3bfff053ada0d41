"""``cti doctor``: what each finding says, without any network."""

from __future__ import annotations

import datetime
import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cti.config import load
from cti.doctor import Fault, Finding, status
from cti.doctor import machine as m
from cti.doctor import reach as r
from cti.kept import Changes
from cti.main import main
from cti.store import Store

BASE = """
[daemon]
state_dir = "state"
[mqtt]
brokers = ["mqtt://127.0.0.1:1"]
password_file = "word"
[switch.hq.link.main]
driver = "csta"
address = "unix:{folder}/pbx"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    word = tmp_path / "word"
    word.write_text("geheim\n")
    word.chmod(0o600)
    path = tmp_path / "ctid.toml"
    path.write_text(BASE.format(folder=tmp_path))
    return path


def doctor(file: Path, *skip: str) -> Result:
    words = [word for one in skip for word in ("--skip", one)]
    return CliRunner().invoke(main, ["doctor", str(file), *words])


def test_the_first_class_of_faults_is_the_status() -> None:
    found = [Finding("a", "x"), Finding("b", "x", Fault.CLOCK), Finding("c", "x", Fault.SWITCH)]
    assert status(found) == 4
    assert status(found[:1]) == 0
    assert Finding("a", "x", Fault.DISK, "do y").text() == "FAULT a: x\n      -> do y"


def test_what_is_not_there_is_named_with_its_layer(file: Path, monkeypatch) -> None:
    monkeypatch.setattr(m, "steered", lambda: True)
    done = doctor(file)
    assert done.exit_code == 3
    lines = done.output.splitlines()
    assert "FAULT broker mqtt://127.0.0.1:1: TCP: connection refused" in lines
    about = f"link hq/main at unix:{file.parent}/pbx"
    assert f"FAULT {about}: socket: no such file or directory" in lines
    assert lines[-1] == "2 faults"
    assert "geheim" not in done.output
    assert doctor(file, "broker").exit_code == 4
    assert doctor(file, "broker", "links").exit_code == 0


def test_a_wrong_configuration_is_the_first_thing(file: Path) -> None:
    file.write_text(file.read_text() + "x = 1\n")
    done = doctor(file)
    assert done.exit_code == 2
    assert "no such key" in done.output
    file.write_text("[")
    assert doctor(file).exit_code == 2


def test_the_clock(file: Path, monkeypatch) -> None:
    config = load(file)
    monkeypatch.setattr(m, "steered", lambda: False)
    (finding,) = m.clock(config)
    assert (finding.fault, "synchron" in finding.told) == (Fault.CLOCK, True)
    folder = file.parent / "state"
    store = Store(folder / "hq.sqlite", "hq")
    store.write(Changes(time.time_ns() + 3_600 * 10**9, 0, {}, {}, (), ()))
    store.close()
    *_, finding = m.clock(config)
    assert finding.told.startswith("behind the store hq.sqlite by 3")
    assert m.steered() in (True, False)


def test_the_disk(file: Path, monkeypatch) -> None:
    config, folder = load(file), file.parent / "state"
    assert [one.fault for one in m.disk(config)] == [None]
    Store(folder / "hq.sqlite", "hq").close()
    Store(folder / "old.sqlite", "old").close()
    told = [one.text() for one in m.disk(config)]
    assert told[-2:] == [
        f"ok    store {folder}/hq.sqlite: is whole",
        f"ok    store {folder}/old.sqlite: no switch of this name is configured; not used",
    ]
    store = Store(folder / "hq.sqlite", "hq")
    assert any("a daemon has it" in one.told for one in m.disk(config))
    store.close()
    (folder / "hq.sqlite").write_bytes(b"x" * 8192)
    assert any(one.fault is Fault.DISK for one in m.disk(config))
    monkeypatch.setattr(m, "FREE", 1 << 62)
    assert next(iter(m.disk(config))).fault is Fault.DISK
    folder.rename(file.parent / "away")
    folder.write_text("no folder")
    assert [one.told for one in m.disk(config)] == ["is no folder"]


def test_secrets_are_for_their_owner(file: Path, monkeypatch) -> None:
    word = file.parent / "word"
    (finding,) = m.secrets(load(file))
    assert finding.fault is None
    word.chmod(0o640)
    (finding,) = m.secrets(load(file))
    assert finding.fault is Fault.PERMISSION
    assert (finding.told, finding.cure) == (
        "others can read it (mode 0640)",
        f"chmod 600 {word}",
    )
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(file.parent))
    (finding,) = m.secrets(load(file))
    assert finding.fault is None  # systemd keeps it
    word.unlink()
    (finding,) = m.secrets(load(file))
    assert finding.fault is Fault.PERMISSION


def certificate(begins: float, ends: float) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + datetime.timedelta(days=begins))
        .not_valid_after(now + datetime.timedelta(days=ends))
        .sign(key, hashes.SHA256())
    )


@pytest.mark.parametrize(
    ("begins", "ends", "fault", "told"),
    [
        (-30, -1, Fault.CERTIFICATE, "expired on"),
        (-30, 13, Fault.CERTIFICATE, "expires on"),
        (-30, 15, None, "valid until"),
        (1, 30, Fault.CERTIFICATE, "not valid before"),
    ],
)
def test_dates_of_certificates(begins, ends, fault, told) -> None:
    (finding,) = r.dated("x", [certificate(begins, ends)])
    assert finding.fault is fault
    assert finding.told.startswith(told)


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("no")
    (finding,) = r.certificate_file("mqtt.tls.ca_file", str(path))
    assert finding.fault is Fault.CERTIFICATE


def test_devices_of_lines(file: Path, tmp_path: Path) -> None:
    def link(address: str) -> Finding:
        text = BASE.format(folder=tmp_path).replace(f"unix:{tmp_path}/pbx", address)
        file.write_text(text)
        from cti.doctor.links import links

        (finding,) = links(load(file), None)
        return finding

    missing = link("serial:/dev/none")
    assert (missing.fault, missing.told) == (Fault.SWITCH, "no such file or directory")
    assert link(f"serial:{file}").told == "no device"
    master, slave = os.openpty()
    name = os.ttyname(slave)
    assert link(f"serial:{name}").fault is None
    os.close(master)
    os.close(slave)
    assert link("hdlc:none0").fault in (Fault.SWITCH, Fault.PERMISSION)

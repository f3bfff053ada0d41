"""Ten faults: the log, the probes, the metrics and the doctor each name the cause.

Real processes throughout. Two faults need a seam: the disk is full by a limit on the size of
files (RLIMIT_FSIZE), and the clock jumps in a daemon whose ``time.time_ns`` a test has put
forward; the machine's own clock stays alone.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import resource
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.conftest import Site
from tests.integration.site import (
    BIN,
    Broker,
    Process,
    free_port,
    metric,
    page,
    wait_for,
    write_config,
)

pytestmark = pytest.mark.slow


_DOCTOR = (str(BIN / "cti"), "doctor")


class Ward:
    """A daemon with health pages, and the doctor."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.listen = f"unix:{folder}/health.sock"
        self.more = f'[health]\nlisten = "{self.listen}"\n'
        self.config = folder / "ctid.toml"
        self._stack = stack

    def start(self, *words: str) -> Process:
        """Start the daemon, or a program that is one."""
        process = Process(*(words or (str(BIN / "ctid"),)), str(self.config))
        self._stack.callback(process.end)
        return process

    def reasons(self, path: str = "/readyz") -> str:
        """Give what a probe is told to be wrong; empty when nothing is."""
        with suppress(OSError):
            return " ".join(json.loads(page(self.listen, path)[1])["reasons"])
        return ""

    def doctor(self, status: int, *words: str, limit: int | None = None) -> None:
        """Have the doctor name a fault."""
        done = self.ask(limit)
        faults = [line for line in done.stdout.splitlines() if line.startswith("FAULT")]
        assert done.returncode == status, done.stdout + done.stderr
        assert any(all(word in line for word in words) for line in faults), done.stdout

    def ask(self, limit: int | None = None) -> subprocess.CompletedProcess[str]:
        """Ask the doctor; the clock of a test machine is nobody's fault."""
        shell = "" if limit is None else f"ulimit -f {limit}; "
        return subprocess.run(
            ["sh", "-c", f'{shell}exec "$@"', "sh", *_DOCTOR, self.config, "--skip", "clock"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def refused(self, *words: str) -> None:
        """Have the daemon refuse to start, and say why; there is nothing to probe then."""
        process = self.start()
        for word in words:
            process.expect(word)
        assert process.over() == 2


@pytest.fixture
def ward(tmp_path: Path, stack: ExitStack) -> Ward:
    return Ward(tmp_path, stack)


def test_1_wrong_port(site: Site, ward: Ward) -> None:
    write_config(ward.folder, site.broker.port, free_port(), more=ward.more)
    line = json.loads(ward.start().expect('"state":"down"'))
    assert (line["reason"], line["layer"]) == ("connection refused", "transport")
    wait_for(lambda: "refused (transport)" in ward.reasons(), "readyz")
    assert metric(ward.listen, "cti_link_losses_total", cause="refused") >= 1
    ward.doctor(4, "link hq/main", "TCP: connection refused")


def test_2_wrong_login(site: Site, ward: Ward) -> None:
    switch = site.switch("--dialect", "hipath3000")
    secret = ward.folder / "secret"
    secret.write_text("wrong")
    secret.chmod(0o600)
    extra = 'dialect = "hipath3000"\nlogin = { name = "AMHOST", password_file = "secret" }'
    write_config(ward.folder, site.broker.port, switch.port, extra=extra, more=ward.more)
    line = json.loads(ward.start().expect('"state":"blocked"'))
    assert line["reason"].startswith("association refused")
    assert (line["layer"], line["again_s"]) == ("association", 300.0)
    wait_for(lambda: "association refused" in ward.reasons(), "readyz")
    assert metric(ward.listen, "cti_link_state", state="blocked") == 1
    ward.doctor(4, "link hq/main", "blocked: association refused")


def test_3_silent_switch(site: Site, ward: Ward, stack: ExitStack) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    stack.callback(server.close)

    def accept() -> None:
        with ExitStack() as held, suppress(OSError):
            while True:
                held.enter_context(server.accept()[0])

    listener = threading.Thread(target=accept, daemon=True)
    listener.start()
    stack.callback(listener.join, 30)
    stack.callback(server.shutdown, socket.SHUT_RDWR)
    extra = "timers = { association = 1.0 }"
    port = server.getsockname()[1]
    write_config(ward.folder, site.broker.port, port, extra=extra, more=ward.more)
    line = json.loads(ward.start().expect("no answer to the AARQ"))
    assert (line["state"], line["layer"]) == ("down", "association")
    wait_for(lambda: "no answer to the AARQ" in ward.reasons(), "readyz")
    assert metric(ward.listen, "cti_link_messages_total", direction="in") == 0
    assert metric(ward.listen, "cti_link_messages_total", direction="out") >= 1
    wait_for(lambda: metric(ward.listen, "cti_link_state", state="down"), "down")
    ward.doctor(4, "link hq/main", "no answer to the AARQ")


def test_4_broker_refuses(site: Site, ward: Ward, tmp_path: Path, stack: ExitStack) -> None:
    broker = Broker(tmp_path, "mosquitto", extra="allow_anonymous false\n")
    stack.callback(broker.stop)
    write_config(ward.folder, broker.port, site.switch().port, more=ward.more)
    line = json.loads(ward.start().expect('"state":"waiting"'))
    assert "not authorized" in line["reason"].lower()
    wait_for(lambda: "not authorized" in ward.reasons().lower(), "readyz")
    assert ward.reasons("/healthz") == ""
    assert metric(ward.listen, "cti_broker_connected") == 0
    ward.doctor(3, "broker mqtt://", "refused")


def test_5_disk_full(site: Site, ward: Ward) -> None:
    switch, app = site.switch(), site.application()
    write_config(ward.folder, site.broker.port, switch.port, more=ward.more)
    process = ward.start()
    wait_for(lambda: app.link() == "up", "up")
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    switch("dial", "201", "202")
    line = json.loads(process.expect("nothing can be stored"))
    assert "full" in line["reason"].lower() or "I/O" in line["reason"]
    wait_for(lambda: "store of hq" in ward.reasons("/healthz"), "healthz")
    assert metric(ward.listen, "cti_store_healthy") == 0
    assert metric(ward.listen, "cti_store_failures_total") >= 1
    ward.doctor(5, "store of hq")
    ward.doctor(5, "state_dir", "cannot be written to", limit=0)
    resource.prlimit(
        process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )
    process.expect("everything is stored again")
    wait_for(lambda: ward.reasons("/healthz") == "", "well")
    app.expect("connection.alerting", device_id="202")


def test_6_store_corrupt(site: Site, ward: Ward) -> None:
    write_config(ward.folder, site.broker.port, site.switch().port, more=ward.more)
    (ward.folder / "hq.sqlite").write_bytes(bytes(range(256)) * 64)
    ward.doctor(5, "store", "not a database")
    line = json.loads(ward.start().expect("damaged store set aside"))
    assert "not a database" in line["reason"]
    assert line["files"][0].startswith(str(ward.folder / "hq.sqlite.damaged-"))


_JUMPS = """
import sys, time
from pathlib import Path
real, flag = time.time_ns, Path(sys.argv.pop(1))
time.time_ns = lambda: real() + (86_400_000_000_000 if flag.exists() else 0)
from cti.cli.run import run
run()
"""


def test_7_clock_jumped(site: Site, ward: Ward) -> None:
    write_config(ward.folder, site.broker.port, site.switch().port, more=ward.more)
    flag, app = ward.folder / "jump", site.application()
    process = ward.start(sys.executable, "-c", _JUMPS, str(flag))
    wait_for(lambda: app.link() == "up", "up")
    flag.touch()
    app.ask("query_dnd", device="201")
    line = json.loads(process.expect("system clock was set"))
    assert line["seconds"] == pytest.approx(86_400, abs=5)
    assert metric(ward.listen, "cti_clock_jumps_total") == 1
    # All timers run out at once, that of the heartbeat too: the link may be down for a moment.
    text = wait_for(
        lambda: done.stdout if (done := ward.ask()).returncode == 6 else "",
        "the clock is the only fault",
    )
    assert "FAULT clock: was set 1 time" in text
    assert process.end() == 0
    # The machine's clock is a day behind what the store has seen.
    done = subprocess.run(
        [BIN / "cti", "doctor", ward.config, "--skip", "links"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 6
    assert "behind the store hq.sqlite by 86" in done.stdout


def _certificate(folder: Path, days: int) -> None:
    """Write a certificate for loopback that ends in so many days, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "broker.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "broker.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def test_8_certificate_expired(ward: Ward, tmp_path: Path, stack: ExitStack) -> None:
    _certificate(tmp_path, -1)
    extra = f"certfile {tmp_path}/broker.pem\nkeyfile {tmp_path}/broker.key\n"
    broker = Broker(tmp_path, "mosquitto", extra=f"user root\nallow_anonymous true\n{extra}")
    stack.callback(broker.stop)
    config = write_config(ward.folder, broker.port, free_port(), more=ward.more)
    tls = '[mqtt.tls]\nca_file = "broker.pem"\n\n[switch.hq.link.main]'
    text = config.read_text().replace("mqtt://", "mqtts://")
    config.write_text(text.replace("[switch.hq.link.main]", tls, 1))
    line = json.loads(ward.start().expect('"state":"waiting"'))
    assert "certificate verify failed" in line["reason"]
    wait_for(lambda: "certificate verify failed" in ward.reasons(), "readyz")
    assert metric(ward.listen, "cti_broker_connected") == 0
    ward.doctor(3, "mqtt.tls.ca_file", "expired on")
    ward.doctor(3, "broker mqtts://", "TLS: certificate has expired")


def test_9_unknown_driver(site: Site, ward: Ward) -> None:
    config = write_config(ward.folder, site.broker.port, free_port())
    config.write_text(config.read_text().replace('driver = "csta"', 'driver = "cstaa"'))
    ward.refused("switch.hq.link.main.driver: no driver 'cstaa'")
    ward.doctor(2, "switch.hq.link.main.driver: no driver 'cstaa'; installed: asai, csta")


def test_10_unreadable_secret(site: Site, ward: Ward) -> None:
    extra = 'login = { name = "x", password_file = "secret" }'
    write_config(ward.folder, site.broker.port, free_port(), extra=extra)
    ward.refused("login.password_file", "secret: No such file or directory")
    ward.doctor(2, "login.password_file", "No such file or directory")
    secret = ward.folder / "secret"
    secret.write_text("x")
    secret.chmod(0o644)
    ward.doctor(4, "login.password_file", "others can read it (mode 0644)")


def test_a_broker_without_nodelay_is_named(
    ward: Ward, tmp_path: Path, stack: ExitStack
) -> None:
    """Mosquitto as it is shipped: a request over QoS 1 waits 40 ms on Linux."""
    if shutil.which("mosquitto") is None and not Path("/usr/sbin/mosquitto").exists():
        pytest.skip("not installed: mosquitto")
    broker = Broker(tmp_path, "mosquitto", extra="allow_anonymous true\n")
    stack.callback(broker.stop)
    write_config(ward.folder, broker.port, free_port())
    ward.doctor(3, "a message is back after")

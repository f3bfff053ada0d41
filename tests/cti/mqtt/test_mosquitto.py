"""The service in a process of its own against a real Mosquitto on loopback."""

from __future__ import annotations

import datetime
import ipaddress
import shutil
import signal
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cti.mqtt.processes import MOSQUITTO, Client, Process, Server, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        MOSQUITTO is None or shutil.which("mosquitto_sub") is None,
        reason="mosquitto and mosquitto_sub are not installed",
    ),
]


@pytest.fixture
def run():
    """Start processes and servers that end with the test."""
    started = []

    def start(process):
        started.append(process)
        return process

    yield start
    for process in reversed(started):
        process.end()


def subscriber(server, *topics):
    """Subscribe with a session of its own that outlives the server."""
    arguments = [
        "mosquitto_sub",
        "-p",
        server.port,
        "-V",
        "5",
        "-i",
        "watcher",
        "-c",
        "-q",
        "1",
    ]
    filters = [argument for topic in topics for argument in ("-t", topic)]
    process = Process(*arguments, "-x", "3600", "-F", "%t %p", *filters)
    server.process.until(lambda line: "Sending SUBACK to watcher" in line, "SUBACK")
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_thousand_messages_survive_a_server_that_goes_and_comes_back(run, tmp_path, number):
    server = run(Server(tmp_path, "allow_anonymous true"))
    watcher = run(subscriber(server, "load"))
    client = run(Client(ports=[server.port]))
    client.state("connected", "new session")
    client.say("put 300")
    client.told(delivered=300)
    client.say("put 200")
    server.end(number)
    client.state("waiting")
    client.say("put 300")
    server.start()
    connected = client.state("connected")
    client.say("put 200")
    assert (connected["reconnects"], connected["faults"]) == (1, 0)
    client.told(delivered=1000)
    # A killed server has lost what it held for the watcher, and the watcher's session.
    if number == signal.SIGTERM:
        assert connected["session_present"]
        watcher.until(lambda line: line == "load 1000", "the last message")
        numbers = [int(line.split()[1]) for line in watcher.lines]
        assert list(dict.fromkeys(numbers)) == list(range(1, 1001))
    else:
        assert not connected["session_present"]
    client.say("stop")
    client.state("stopped")


def test_the_next_address_takes_over(run, tmp_path):
    first = run(Server(tmp_path, "allow_anonymous true"))
    second = run(Server(tmp_path, "allow_anonymous true"))
    watcher = run(subscriber(second, "load"))
    client = run(Client(ports=[free_port(), first.port, second.port]))
    client.state("connected")
    client.say("put 50")
    client.told(delivered=50)
    first.process.kick(signal.SIGSTOP)
    client.say("put 50")  # written, never acknowledged
    first.end(signal.SIGKILL)
    client.state("connected", "new session")
    client.told(delivered=100)
    watcher.until(lambda line: line == "load 100", "the last message")
    assert watcher.lines == [f"load {n}" for n in range(51, 101)]


def test_a_refused_login_says_so_and_a_good_one_works(run, tmp_path):
    passwords = tmp_path / "passwords"
    subprocess.run(
        ["mosquitto_passwd", "-b", "-c", str(passwords), "ann", "right"],
        check=True,
        capture_output=True,
    )
    server = run(Server(tmp_path, "allow_anonymous false", f"password_file {passwords}"))
    wrong = run(Client(ports=[server.port], params={"username": "ann", "password": "wrong"}))
    assert "connection refused: not authorized" in wrong.state("waiting")["reason"]
    assert not any("wrong" in line for line in wrong.lines)
    right = run(Client(ports=[server.port], params={"username": "ann", "password": "right"}))
    right.state("connected")


def test_the_will_tells_of_a_kill_and_the_farewell_of_a_stop(run, tmp_path):
    server = run(Server(tmp_path, "allow_anonymous true"))
    watcher = run(subscriber(server, "status"))
    killed = run(Client(ports=[server.port]))
    killed.state("connected")
    watcher.until(lambda line: line == "status online", "birth")
    killed.end(signal.SIGKILL)
    watcher.until(lambda line: line == "status lost", "will")
    stopped = run(Client(ports=[server.port]))
    stopped.state("connected")
    watcher.until(lambda line: line == "status online", "birth")
    stopped.say("stop")
    stopped.state("stopped")
    watcher.until(lambda line: line == "status offline", "farewell")
    server.process.until(lambda line: "Received DISCONNECT from client" in line, "DISCONNECT")
    third = run(Client(ports=[server.port]))
    third.state("connected", "new session")  # the end of the session was asked for
    watcher.until(lambda line: line == "status online", "birth")
    assert watcher.lines == [
        f"status {word}" for word in ("online", "lost", "online", "offline", "online")
    ]


def test_a_frozen_server_is_found_dead(run, tmp_path):
    server = run(Server(tmp_path, "allow_anonymous true"))
    client = run(Client(ports=[server.port], params={"keep_alive": 1, "dead_after": 2.0}))
    client.state("connected")
    server.process.kick(signal.SIGSTOP)
    client.state("waiting", "dead", deadline=5.0)
    server.process.kick(signal.SIGCONT)
    client.state("connected", "session resumed")


def test_a_quiet_connection_is_kept_alive(run, tmp_path):
    server = run(Server(tmp_path, "allow_anonymous true"))
    client = run(Client(ports=[server.port], params={"keep_alive": 1, "dead_after": 2.0}))
    client.state("connected")
    for _ in range(3):
        server.process.until(lambda line: "Received PINGREQ" in line, "PINGREQ")
    client.say("stop")
    client.state("stopped")
    assert not any('"waiting"' in line for line in client.lines)


def test_messages_arrive_and_are_acknowledged(run, tmp_path):
    server = run(Server(tmp_path, "allow_anonymous true"))
    client = run(Client(ports=[server.port]))
    client.state("connected")
    client.say("subscribe command/#")
    client.told(subscribed=[1])
    for qos in ("0", "1", "2"):
        what = ("-t", "command/x", "-m", f"call{qos}")
        subprocess.run(
            ["mosquitto_pub", "-p", str(server.port), "-V", "5", "-q", qos, *what],
            check=True,
            timeout=10,
        )
        client.told(topic="command/x", payload=f"call{qos}")
    server.process.until(lambda line: "Received PUBACK from client" in line, "PUBACK")


# TLS.


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Makes certificates below one root, as PEM files."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign(name, self.key, root=True)
        self.file = self._write(f"{name}.pem", self.certificate)

    def issue(self, name, *addresses):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._write(f"{name}.crt", self._sign(name, key, addresses=addresses))
        path = self.folder / f"{name}.key"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return str(certificate), str(path)

    def _write(self, name, certificate):
        path = self.folder / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _sign(self, name, key, *, root=False, addresses=()):
        now = datetime.datetime.now(datetime.UTC)
        names = [
            x509.IPAddress(ipaddress.ip_address(address))
            if address[0].isdigit()
            else x509.DNSName(address)
            for address in addresses
        ]
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())


def test_tls_with_certificates_on_both_sides(run, tmp_path):
    ours, theirs = Authority(tmp_path, "ours"), Authority(tmp_path, "theirs")
    certificate, key = ours.issue("server", "127.0.0.1", "broker.example")
    own_certificate, own_key = ours.issue("daemon")
    server = run(
        Server(
            tmp_path,
            "allow_anonymous true",
            f"cafile {ours.file}",
            f"certfile {certificate}",
            f"keyfile {key}",
            "require_certificate true",
        )
    )
    own = {"certificate_file": own_certificate, "key_file": own_key}
    good = {"ca_file": str(ours.file), **own}

    def client(**tls):
        return run(Client(ports=[server.port], tls=tls))

    works = client(**good)
    works.state("connected")
    works.say("put 200")
    works.told(delivered=200)
    client(**good, server_name="broker.example").state("connected")
    # Wrong name, wrong authority, no certificate of our own.
    for tls in (
        good | {"server_name": "other.example"},
        good | {"ca_file": str(theirs.file)},
        {"ca_file": str(ours.file)},
    ):
        refused = client(**tls)
        refused.state("waiting")
        refused.state("waiting")
        assert not any('"connected"' in line for line in refused.lines)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("version", "reason"), [("-tls1_1", "protocol"), ("-tls1_2", "no CONNACK")]
)
def test_the_oldest_tls_version_is_1_2(run, tmp_path, version, reason):
    ours, port = Authority(tmp_path, "ours"), free_port()
    certificate, key = ours.issue("server", "127.0.0.1")
    arguments = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", version]
    arguments += ["-cert", certificate, "-key", key, "-cipher", "ALL:@SECLEVEL=0"]
    server = run(Process(*arguments))
    server.until(lambda line: line == "ACCEPT", "start of openssl")
    settings = {"connack_timeout": 1.0}
    client = run(Client(ports=[port], tls={"ca_file": str(ours.file)}, params=settings))
    client.state("waiting", reason)

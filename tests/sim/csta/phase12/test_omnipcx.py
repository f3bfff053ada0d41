"""The habits of an OmniPCX Enterprise: greeting, EXIT, heartbeats, names; and of an MD110.

Vectors marked real are recorded traffic of such a switch.
"""

from __future__ import annotations

import pytest

from protocols.csta.phase12.text import CSTA2
from protocols.stacks.framing import Framer, Header, frame
from sim.csta.bench import Bench
from sim.exchange import verbs
from tests.sim.csta.client import Json, small_office
from tests.sim.csta.phase12.client import aarq

MONITOR_201 = bytes.fromhex("a10d02010102014730058003323031")
"""The real request for 3001, with a number that this switch has."""


class Client:
    """A client of an OmniPCX."""

    def __init__(self) -> None:
        self.bench = Bench(small_office(), "omnipcx")
        assert self.bench.connect()

    def associate(self, context: str = "1.3.12.0.218") -> list[Json]:
        assert self.bench.feed(b"B") == b"P"
        return self.send(aarq(context, "11000"))

    def read(self, sent: bytes) -> list[bytes]:
        frames, wrong = Framer(Header.LENGTH16).feed(sent)
        assert wrong is None
        return frames

    def send(self, pdu: Json) -> list[Json]:
        return [CSTA2.to_json(one) for one in self.raw(CSTA2.from_json(pdu))]

    def raw(self, pdu: bytes) -> list[bytes]:
        return self.read(self.bench.feed(frame(Header.LENGTH16, pdu)))


# Greeting.


def test_the_switch_greets_a_client_that_greets() -> None:
    client = Client()
    assert client.bench.feed(b"") == b""
    request = frame(Header.LENGTH16, CSTA2.from_json(aarq("1.3.12.0.218", "11000")))
    sent = client.bench.feed(b"B" + request)
    assert sent[:1] == b"P"
    assert CSTA2.to_json(client.read(sent[1:])[0])["pdu"] == "AARE"


def test_a_client_that_does_not_greet_is_not_served() -> None:
    client = Client()
    request = frame(Header.LENGTH16, CSTA2.from_json(aarq("1.3.12.0.218", "11000")))
    assert client.bench.feed(request) == b""
    assert client.bench.closed == "the client greets with 00 instead of B"


def test_nothing_is_sent_before_the_greeting() -> None:
    client = Client()
    assert client.bench.operate(client.bench.hub.set_status(4)) == b""


@pytest.mark.parametrize("size", [1, 3, 4])
def test_exit_ends_the_link_however_it_is_cut(size: int) -> None:
    client = Client()
    client.associate()
    for at in range(0, 4, size):
        assert client.bench.feed(b"EXIT"[at : at + size]) == b""
    assert client.bench.closed == "the client says EXIT"


def test_the_switch_says_exit_when_it_ends_the_link() -> None:
    client = Client()
    client.associate()
    sent = client.bench.advance(200.0)  # nobody answers its heartbeats
    assert sent.endswith(b"EXIT")
    assert client.bench.closed == "no answer to SystemStatus"


# Association.


@pytest.mark.parametrize("context", ["1.3.12.0.218", "1.3.12.0.180"])
def test_either_context_goes_with_the_user_information_of_phase_2(context: str) -> None:
    answer, status = Client().associate(context)
    assert answer["value"]["result"] == 0
    assert answer["value"]["applicationContextName"] == context
    single = answer["value"]["userInformation"][0]["single"]
    assert single["value"]["cSTAVersion"] == {"bits": "01000"}
    assert status["value"]["opcode"] == 52


# Messages.


def test_what_cannot_be_read_is_rejected_without_an_invoke_id() -> None:
    """Both vectors are real: a result with swapped octets, and its reject."""
    client = Client()
    client.associate()
    swapped = bytes.fromhex("a20b02022bff30050102340500")
    assert client.raw(swapped) == [bytes.fromhex("a4050500800100")]


def test_a_monitor_has_the_filter_of_the_recorded_switch() -> None:
    """The bits of call, feature, agent and private are real."""
    client = Client()
    client.associate()
    (answer,) = client.raw(MONITOR_201)
    result = CSTA2.to_json(answer)["value"]["result"]["result"]
    assert result["crossRefIdentifier"] == {"octets": "0142f900"}
    shown = result["monitorFilter"]
    assert shown["call"] == {"bits": "10000000000000"}
    assert shown["feature"] == {"bits": "01111111"}
    assert shown["agent"] == {"bits": "000000"}
    assert shown["private"] is False


def test_events_have_private_numbers_dynamic_connections_and_the_time() -> None:
    """As the real delivered event: octets of the switch's own choice differ."""
    client = Client()
    client.associate()
    client.raw(MONITOR_201)
    told = client.read(client.bench.do(verbs.MakeCall("202", "201")))
    (event,) = (CSTA2.to_json(one) for one in told)
    argument = event["value"]["argument"]
    body = argument["eventSpecificInfo"]["value"]["value"]
    assert body["connection"]["device"]["choice"] == "dynamicID"
    assert len(body["connection"]["device"]["value"]["octets"]) == 8
    private = {"choice": "implicitPrivate", "value": "201"}
    assert body["alertingDevice"] == {"choice": "deviceIdentifier", "value": private}
    assert body["callingDevice"]["value"]["choice"] == "implicitPrivate"
    assert body["lastRedirectionDevice"]["choice"] == "notRequired"
    assert b"\x17\x0d260101" in told[0], "two digits of the year, and Z behind"


def test_an_application_link_is_there_without_an_association() -> None:
    bench = Bench(small_office(), "md110")
    assert bench.connect()
    asked = frame(Header.LENGTH16, MONITOR_201)
    (answer,) = Framer(Header.LENGTH16).feed(bench.feed(asked))[0]
    assert answer[:1] == b"\xa2"

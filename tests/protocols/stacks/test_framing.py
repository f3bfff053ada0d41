"""Framing over TCP against real reads, every cut of them, and hostile streams."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.stacks import hipath, length16, meridian
from protocols.stacks.framing import Framer, Header, frame
from protocols.stacks.primitives import (
    Established,
    Fault,
    OctetsReceived,
    OptionError,
    Received,
    Released,
    Send,
    TimerExpired,
    Transmit,
    TransportDown,
    TransportUp,
)

WORKED = [
    pytest.param(Header.LENGTH16, "0003 a10203", ["a10203"], id="one frame"),
    pytest.param(Header.LENGTH16, "0001 aa 0000 0002 bbcc", ["aa", "", "bbcc"], id="three"),
    pytest.param(Header.HIPATH, "26 8002 a100", ["a100"], id="hipath"),
    pytest.param(Header.HIPATH, "26 8101" + "00" * 257, ["00" * 257], id="hipath above 255"),
]


@pytest.mark.parametrize(("header", "stream", "frames"), WORKED)
def test_worked_streams(header, stream, frames) -> None:
    octets = bytes.fromhex(stream)
    assert Framer(header).feed(octets) == ([bytes.fromhex(text) for text in frames], None)
    assert b"".join(frame(header, bytes.fromhex(text)) for text in frames) == octets


@pytest.mark.vectors
def test_real_reads_split_as_given_at_every_cut(vectors) -> None:
    lines = (vectors / "csta" / "streams.jsonl").read_text().splitlines()
    assert lines
    for line in lines:
        vector = json.loads(line)
        octets = bytes.fromhex(vector["hex"])
        expected = [bytes.fromhex(text) for text in vector["meaning"]["frames"]]
        header = Header.HIPATH if octets[0] == 0x26 else Header.LENGTH16
        for cut in range(len(octets) + 1):
            framer = Framer(header)
            first, _ = framer.feed(octets[:cut])
            second, _ = framer.feed(octets[cut:])
            assert first + second == expected
        framer = Framer(header)
        single = [pdu for octet in octets for pdu in framer.feed(bytes([octet]))[0]]
        assert single == expected


@given(
    st.sampled_from(Header),
    st.lists(st.binary(max_size=40), max_size=8),
    st.lists(st.integers(1, 50), max_size=30),
)
def test_cuts_do_not_matter(header, pdus, cuts) -> None:
    octets = b"".join(frame(header, pdu) for pdu in pdus)
    framer, found, at = Framer(header), [], 0
    for cut in [*cuts, len(octets)]:
        frames, wrong = framer.feed(octets[at : at + cut])
        assert wrong is None
        found += frames
        at += cut
    assert found == pdus
    assert framer.held == 0


@given(st.sampled_from(Header), st.lists(st.binary(max_size=200), max_size=20))
def test_any_octets_are_frames_or_one_error_and_the_buffer_is_bounded(header, reads) -> None:
    framer = Framer(header)
    for octets in reads:
        _, wrong = framer.feed(octets)
        assert framer.held <= header.longest + header.size + len(octets)
        if wrong is not None:
            return


def test_one_frame_in_single_octets_costs_linear_joins() -> None:
    octets = frame(Header.LENGTH16, bytes(0xFFFF))
    framer = Framer(Header.LENGTH16)
    for octet in octets[:-1]:
        assert framer.feed(bytes([octet])) == ([], None)
    assert framer.held == len(octets) - 1
    assert framer.feed(octets[-1:]) == ([bytes(0xFFFF)], None)
    assert framer.held == 0


@pytest.mark.parametrize(
    ("stream", "word"),
    [("27 8001 00", "0x27"), ("26 0001 00", "top bit"), ("26 8001 00 ff 8000", "0xff")],
)
def test_a_wrong_hipath_header_is_fatal(stream, word) -> None:
    stack = hipath()
    stack.handle(TransportUp())
    actions = stack.handle(OctetsReceived(bytes.fromhex(stream)))
    assert isinstance(actions[-2], Fault)
    assert actions[-2].fatal
    assert word in actions[-2].detail
    assert actions[-1] == Released("framing lost")
    late = stack.handle(OctetsReceived(b"\x26"))
    assert [action.kind for action in late if isinstance(action, Fault)] == ["late"]


def test_the_stack_frames_both_ways() -> None:
    stack = length16()
    assert stack.handle(TransportUp()) == [Established()]
    assert stack.handle(Send(b"abc")) == [Transmit(b"\x00\x03abc")]
    assert stack.handle(OctetsReceived(b"\x00\x01x\x00")) == [Received(b"x")]
    assert stack.handle(TransportDown("gone")) == [
        Fault("cut", "connection ended inside a frame, 1 octets lost"),
        Released("gone"),
    ]
    assert stack.handle(TransportDown("gone")) == []
    assert stack.timers == {}
    assert stack.handle(TimerExpired("none")) == []


def test_what_cannot_be_sent_is_a_fault() -> None:
    stack = length16()
    assert stack.handle(Send(b"")) == [Fault("unsent", "no connection to send on")]
    stack.handle(TransportUp())
    (fault,) = stack.handle(Send(bytes(0x10000)))
    assert isinstance(fault, Fault)
    assert "65536 octets" in fault.detail
    with pytest.raises(EncodeError):
        frame(Header.HIPATH, bytes(0x8000))


class TestMessagesThatBeginWithTheirLength:
    """The stack of the Meridian Link style; octets of section 9.2 of its reference."""

    register = bytes.fromhex("001c4d0101010000000100000104534c3136030444454d4f04026164")
    nak = bytes.fromhex("000f4d012203000100090000080124")

    def test_every_cut_gives_the_messages_with_their_headers(self) -> None:
        octets = self.register + self.nak
        for cut in range(len(octets) + 1):
            stack = meridian()
            stack.handle(TransportUp())
            actions = [
                *stack.handle(OctetsReceived(octets[:cut])),
                *stack.handle(OctetsReceived(octets[cut:])),
            ]
            assert actions == [Received(self.register), Received(self.nak)]

    def test_a_message_is_its_own_frame(self) -> None:
        stack = meridian()
        stack.handle(TransportUp())
        assert stack.handle(Send(self.nak)) == [Transmit(self.nak)]

    @pytest.mark.parametrize("length", [0, 11, 1025, 0xFFFF])
    def test_a_length_that_cannot_be_closes_the_stream(self, length: int) -> None:
        stack = meridian()
        stack.handle(TransportUp())
        actions = stack.handle(OctetsReceived(self.nak + length.to_bytes(2, "big")))
        assert actions[0] == Received(self.nak)
        assert actions[1:] == [
            Fault(
                "framing", f"message of {length} octets: 12 to 1024 are possible", fatal=True
            ),
            Released("framing lost"),
        ]

    def test_what_is_too_long_is_not_sent(self) -> None:
        stack = meridian({"longest": 100})
        stack.handle(TransportUp())
        (fault,) = stack.handle(Send(bytes(101)))
        assert fault == Fault("unsent", "message of 101 octets: 12 to 100 are possible")

    @pytest.mark.parametrize("options", [{"longest": 5}, {"shortest": 1}])
    def test_a_wrong_key_is_named(self, options) -> None:
        with pytest.raises(OptionError, match=next(iter(options))):
            meridian(options)

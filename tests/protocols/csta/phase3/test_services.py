"""Services and events that no recorded link has, octet by octet."""

import pytest

from protocols.csta.phase3 import _codec_phase3 as phase3
from protocols.csta.phase3.codec import Invoke, Operation, ReturnResult, decode, encode


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    assert len(content) < 128
    return bytes((tag, len(content))) + content


def integer(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def invoke(operation: int, argument: bytes) -> bytes:
    return tlv(0xA1, integer(7), integer(operation), argument)


DEVICE = tlv(0x30, tlv(0x80, b"202"))
CONNECTION = tlv(0x6B, tlv(0x30, tlv(0x80, b"\x00\x01"), tlv(0xA1, DEVICE)))
NUMBER = phase3.DeviceID(("dialingNumber", "202"))
CALL: phase3.ConnectionID = ("both", phase3.ConnectionIDBoth(b"\x00\x01", ("staticID", NUMBER)))
PATH = tlv(0xA0, tlv(4, b"\x09"))

REQUESTS = [
    pytest.param(
        invoke(280, tlv(0x30, DEVICE, tlv(4, b"1"), tlv(0x0A, b"\0"), tlv(0xA2, integer(50)))),
        phase3.SetRingerStatusArgument(NUMBER, b"1", 0, None, ("volAbs", 50)),
        id="setRingerStatus",
    ),
    pytest.param(
        invoke(276, tlv(0x30, DEVICE, tlv(4, b"1"), integer(3), integer(2))),
        phase3.SetLampModeArgument(NUMBER, b"1", 3, lamp_color=2),
        id="setLampMode, colour and no brightness",
    ),
    pytest.param(
        invoke(112, tlv(0x30, PATH, tlv(0x80, b"r"), tlv(4, b"text"))),
        phase3.SendDataArgument(
            ("switchProvided", b"\x09"), io_register_req_id=b"r", io_data=b"text"
        ),
        id="sendData",
    ),
    pytest.param(
        invoke(503, tlv(0x30, tlv(4, b"m"), tlv(0x0A, b"\6"), tlv(0x80, b"A"), CONNECTION)),
        phase3.QueryVoiceAttributeArgument(b"m", 6, "A", CALL),
        id="queryVoiceAttribute",
    ),
    pytest.param(
        invoke(213, tlv(0x30)),
        phase3.SwFunctionDevicesChangedArgument(),
        id="swFunctionDevicesChanged",
    ),
]


@pytest.mark.parametrize(("octets", "argument"), REQUESTS)
def test_a_request(octets, argument):
    found = decode(octets)
    assert isinstance(found, Invoke)
    assert found.argument == argument
    assert isinstance(found.operation, Operation)
    assert encode(found) == octets


def report(event: bytes) -> bytes:
    return invoke(21, tlv(0x30, tlv(0x55, b"\0\1"), tlv(0xA6, event)))


def test_a_voice_unit_event():
    body = tlv(0xA0, CONNECTION, tlv(4, b"m"), tlv(0x83, b"A"), tlv(0x81, b"\x0b\xb8"))
    found = decode(report(body))
    assert isinstance(found, Invoke)
    played = phase3.PlayEvent(CALL, b"m", "A", current_position=3000)
    assert found.argument == phase3.CSTAEventReportArgument(
        b"\0\1", ("voiceUnitEvents", ("play", played))
    )
    assert encode(found) == report(body)


def test_a_voice_unit_event_of_a_later_edition_is_kept():
    body = tlv(0xB1, CONNECTION)
    found = decode(report(body))
    assert isinstance(found, Invoke)
    assert found.argument == phase3.CSTAEventReportArgument(
        b"\0\1", ("voiceUnitEvents", ("unknown", body))
    )
    assert encode(found) == report(body)


def test_what_a_switching_function_can_do():
    """Tag 28 is given twice: the mandatory fields between tell which is which."""
    bits = tlv(3, b"\x07\x80")
    body = tlv(
        0x30,
        *(tlv(0x16, b"site"), tlv(0x16, b"maker"), bits * 5, tlv(0x0A, b"\0")),
        tlv(0x9C, b"\x07\x80"),
        *(tlv(0x0A, b"\1"), tlv(0x30, integer(8) * 12)),
        tlv(0xBC, integer(4) * 6),
        tlv(0xB6, tlv(0xA4, tlv(0x80, b"\x07\x80"))),
        tlv(0x98, b"\x3c"),
    )
    octets = tlv(0xA2, integer(7), tlv(0x30, integer(203), body))
    found = decode(octets)
    assert isinstance(found, ReturnResult)
    told = found.result
    assert isinstance(told, phase3.GetSwitchingFunctionCapsResult)
    assert (told.switching_sub_domain_name, told.manufacturer_name) == ("site", "maker")
    assert told.call_linkage_options == "1"
    assert told.connection_view == 1
    assert told.max_length_parameters.characters_to_send == 8
    assert told.max_length_parameters_continued is not None
    assert told.max_length_parameters_continued.message_info == 4
    assert told.serv_evts_list is not None
    assert told.serv_evts_list.unknown
    assert told.system_status_timer == 60
    assert encode(found) == octets

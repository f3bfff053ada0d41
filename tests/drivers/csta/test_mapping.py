"""Every phase III event of the vectors in the terms of facts, and the tables themselves."""

import json

import pytest
from msgspec import UNSET

from cti import facts as f
from cti.model.causes import Cause, NativeCause
from cti.model.data import CallData
from cti.model.errors import ErrorClass
from cti.model.events import SwitchTime
from cti.model.objects import CallNumbers
from drivers.csta.causes import CAUSES
from drivers.csta.dialects import PANASONIC, STANDARD
from drivers.csta.errors import describe
from drivers.csta.identifiers import call_key, device_of, switch_time, text_of
from drivers.csta.mapping import map_event
from drivers.csta.reader import NOT_NORMALIZED
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Invoke, decode
from protocols.csta.phase3.schema import EVENTS
from tests.support import golden


def test_every_event_that_is_not_normalized_is_one_of_the_standard() -> None:
    known = {name for names in EVENTS.values() for name in names}
    assert known >= NOT_NORMALIZED


def test_every_cause_of_the_table_is_one_of_the_standard() -> None:
    assert set(CAUSES) <= {cause.value for cause in c.EventCause}
    assert set(CAUSES.values()) <= set(Cause)


@pytest.mark.vectors
def test_every_event_of_the_vectors_means_what_the_golden_table_says(vectors) -> None:
    lines = []
    for file in ("encoded.jsonl", "real.jsonl"):
        for line in (vectors / "csta" / file).read_text().splitlines():
            vector = json.loads(line)
            if vector["phase"] != "III" or "cSTAEventReport" not in str(vector["meaning"]):
                continue
            if file == "real.jsonl" and not vector["name"].endswith(("_001", "_002")):
                continue
            pdu = decode(bytes.fromhex(vector["hex"]))
            assert isinstance(pdu, Invoke)
            assert isinstance(pdu.argument, c.CSTAEventReportArgument)
            dialect = PANASONIC if "panasonic" in vector["name"] else STANDARD
            mapped = map_event(pdu.argument.event_specific_info, dialect)
            told = [shown(fact) for fact in mapped.facts] or ["nothing"]
            told += [f"unmapped: {what}" for what in mapped.unmapped]
            lines.append(f"{vector['name']}: {'; '.join(told)}")
    assert len(lines) > 20
    golden.compare("golden/csta3-events.facts.txt", "\n".join(lines) + "\n")


PLAYED = c.PlayEvent(("callID", b"\0\1"), b"m")
VOICE: list[tuple[c.VoiceUnitEvents, tuple[str, ...]]] = [
    (("play", PLAYED), ()),
    (("unknown", bytes.fromhex("b100")), ("event voiceUnitEvents b1",)),
]


@pytest.mark.parametrize(("event", "unmapped"), VOICE)
def test_a_voice_unit_event_is_no_fact(
    event: c.VoiceUnitEvents, unmapped: tuple[str, ...]
) -> None:
    mapped = map_event(("voiceUnitEvents", event), STANDARD)
    assert (mapped.facts, mapped.unmapped) == ((), unmapped)


def shown(fact: f.Facts) -> str:
    words = [type(fact).__name__]
    for member in fact.__struct_fields__:
        value = getattr(fact, member)
        if value is None or value is UNSET or value == fact.__struct_defaults__:
            continue
        match value:
            case f.NativeDevice():
                words.append(f"{member}={value.key}/{value.form.value}")
            case CallNumbers():
                numbers = [
                    f"{role}:{number.raw or number.status.value}"
                    for role in value.__struct_fields__
                    if (number := getattr(value, role)) is not UNSET
                ]
                if numbers:
                    words.append(f"numbers={','.join(numbers)}")
            case CallData():
                kinds = [
                    f"{kind}:{octets!r}"
                    for kind in value.__struct_fields__
                    if (octets := getattr(value, kind)) is not UNSET
                ]
                if kinds:
                    words.append(f"data={','.join(kinds)}")
            case NativeCause():
                words.append(f"native={value.code} {value.name}")
            case SwitchTime():
                words.append(f"at={value.time} {value.zone}")
            case tuple():
                words.append(f"{member}={len(value)}")
            case _:
                words.append(f"{member}={value}")
    return " ".join(words)


def device(choice: str, value) -> c.DeviceID:
    return c.DeviceID((choice, value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "key", "form", "number"),
    [
        (device("dialingNumber", "201"), "201", "static", "201"),
        (device("deviceNumber", 7), "#7", "static", None),
        (device("deviceNumber", 0x01550003), "01550003", "trunk", None),
        (device("implicitPublic", "030"), "030", "static", "030"),
        (device("explicitPublic", ("national", "30")), "30", "static", "30"),
        (device("implicitPrivate", "77"), "77", "static", "77"),
        (device("explicitPrivate", ("localNumber", "77")), "77", "static", "77"),
        (device("other", b"N<7049>7049"), "7049", "static", "7049"),
        (device("other", b"\x00\x01"), "0001", "static", "0001"),
    ],
)
def test_devices_in_each_form(told, key, form, number) -> None:
    found = device_of(told, PANASONIC)
    assert (found.key, found.form) == (key, form)
    assert (found.number.raw if found.number else None) == number or form == "static"


def test_trunks_are_a_matter_of_the_dialect() -> None:
    assert device_of(device("deviceNumber", 0x01550003), STANDARD).form == "static"


def test_different_call_octets_have_different_keys() -> None:
    octets = [b"000B", b"\x00\x0b", b"", b"0x", b"x:", "é".encode(), b"00 B", b"000b"]
    for dialect in (STANDARD, PANASONIC):
        assert len({call_key(one, dialect) for one in octets}) == len(octets)
    assert call_key(b"000B", PANASONIC) == "000B"
    assert call_key(b"\x00\x0b", STANDARD) == "000b"


@pytest.mark.parametrize(
    ("told", "time", "zone"),
    [
        ("20000113004817", "2000-01-13T00:48:17", "unspecified"),
        ("20240506070809Z", "2024-05-06T07:08:09", "UTC"),
        ("20240506070809.5+0100", "2024-05-06T07:08:09.5", "+0100"),
        ("noon", "noon", "unspecified"),
        ("", "", "unspecified"),
    ],
)
def test_times_of_the_switch(told, time, zone) -> None:
    assert (switch_time(told).time, switch_time(told).zone) == (time, zone)


def test_octets_that_are_text_are_shown_as_text() -> None:
    assert text_of(b"4711") == "4711"
    assert text_of(b"\x00\x01") == "0001"
    assert text_of(b"") == ""


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (("operation", c.OperationErrors(6)), ErrorClass.INVALID_ARGUMENT),
        (("operation", c.OperationErrors(12)), ErrorClass.INVALID_OBJECT),
        (("operation", 90), ErrorClass.INVALID_OBJECT),
        (("operation", 120), ErrorClass.UNSUPPORTED),
        (("operation", 160), ErrorClass.INVALID_ARGUMENT),
        (("operation", 999), ErrorClass.UNKNOWN),
        (("security", 1), ErrorClass.NOT_PERMITTED),
        (("stateIncompatibility", 4), ErrorClass.STATE_CONFLICT),
        (("systemResourceAvailability", 7), ErrorClass.RESOURCE_LIMIT),
        (("systemResourceAvailability", 2), ErrorClass.RESOURCE_BUSY),
        (("systemResourceAvailability", 15), ErrorClass.OUT_OF_SERVICE),
        (("subscribedResourceAvailability", 2), ErrorClass.RESOURCE_LIMIT),
        (("performanceManagement", 2), ErrorClass.OVERLOAD),
        (("privateData", 1), ErrorClass.UNKNOWN),
        (("unspecified", None), ErrorClass.UNKNOWN),
        (None, ErrorClass.UNKNOWN),
    ],
)
def test_failures_have_a_class(failure, kind) -> None:
    found, native = describe(failure)
    assert found is kind
    assert native

"""The declared association APDUs against octets, and against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyasn1.type import univ

from protocols.acse.schema import ACSE
from tests.protocols.rose.values import (
    ambiguous_fields,
    decode,
    encode,
    first_tags,
    reachable,
    sample,
)

SPEC = ACSE()
TYPES = reachable(SPEC)

# Made with an independent ASN.1 compiler.
VECTORS = [
    pytest.param(
        "6041a10706052b0c00815a8a020780ac15a213a011a00f040575736572310406736563726574"
        "be1b281906072b0c00821d8148a00ea00c03020338a206020101020102",
        "AARQ",
        {
            "applicationContextName": "1.3.12.0.218",
            "senderAcseRequirements": {"bits": "1"},
            "callingAuthenticationValue": {
                "choice": "external",
                "value": {
                    "single": {
                        "choice": "sender",
                        "value": {
                            "name": {"octets": "7573657231"},
                            "password": {"octets": "736563726574"},
                        },
                    }
                },
            },
            "userInformation": [
                {
                    "directReference": "1.3.12.0.285.200",
                    "single": {
                        "choice": "newDefinition",
                        "value": {
                            "cSTAVersion": {"bits": "00111"},
                            "privateDataVersionList": [1, 2],
                        },
                    },
                }
            ],
        },
        id="AARQ with name and password",
    ),
    pytest.param(
        "6115a10706052b0c00815aa203020101a305a10302010d",
        "AARE",
        {
            "applicationContextName": "1.3.12.0.218",
            "result": 1,
            "resultSourceDiagnostic": {"choice": "serviceUser", "value": 13},
        },
        id="AARE, refused for its authentication",
    ),
    pytest.param("6203800100", "RLRQ", {"reason": 0}, id="RLRQ"),
    pytest.param("6303800100", "RLRE", {"reason": 0}, id="RLRE"),
    # Worked out by hand from X.227: source user, diagnostic no reason given.
    pytest.param(
        "6406800100810101",
        "ABRT",
        {"abortSource": 0, "abortDiagnostic": "noReasonGiven"},
        id="ABRT",
    ),
]


@pytest.mark.parametrize(("octets", "name", "value"), VECTORS)
def test_vector(octets: str, name: str, value: Any) -> None:
    apdu = {"choice": name, "value": value}
    assert decode(bytes.fromhex(octets), SPEC) == apdu
    assert encode(apdu, SPEC).hex() == octets


@pytest.mark.vectors
def test_shared_vectors(vectors: Path) -> None:
    tried = 0
    for file in ("real", "encoded"):
        for line in (vectors / "csta" / f"{file}.jsonl").read_text().splitlines():
            vector = json.loads(line)
            octets, meaning = bytes.fromhex(vector["hex"]), vector["meaning"]
            if vector["phase"] not in ("III", "any") or octets[0] >> 6 != 1:
                continue
            apdu = {"choice": meaning["pdu"], "value": meaning["value"]}
            assert decode(octets, SPEC) == apdu, vector["name"]
            assert encode(apdu, SPEC) == octets, vector["name"]
            tried += 1
    assert tried >= 6


# What stands before an APDU in each trace: its length in the last two octets.
HEADERS = {"panasonic-kx-2016-12-01": 2, "hipath3000-2012-12-29": 3}


@pytest.mark.vectors
@pytest.mark.parametrize("trace", HEADERS)
def test_associations_of_real_switches(vectors: Path, trace: str) -> None:
    """Every AARQ and AARE stands first in its read."""
    header = HEADERS[trace]
    found = set()
    for line in (vectors / "traces" / f"{trace}.jsonl").read_text().splitlines():
        read = bytes.fromhex(json.loads(line).get("hex", ""))
        if len(read) > header and read[header] >> 6 == 1:
            octets = read[header : header + 2 + read[header + 1]]
            apdu = decode(octets, SPEC)
            assert encode(apdu, SPEC) == octets
            found.add(apdu["choice"])
    assert found == ({"AARQ", "AARE"} if header == 2 else {"AARE"})


def test_a_hipath_names_itself_in_its_answer() -> None:
    # Real HiPath 3000: authentication value of an AARE.
    octets = "a21fa01da11b04104845363932532e30302e3032373a363004073032372e303030"
    value = decode(bytes.fromhex(octets), TYPES["AuthenticationValue"]())
    assert value["value"]["single"] == {
        "choice": "responder",
        "value": {
            "softwareStamp": {"octets": b"HE692S.00.027:60".hex()},
            "systemVersion": {"octets": b"027.000".hex()},
        },
    }


@pytest.mark.parametrize("full", [True, False], ids=["every field", "no optional field"])
@pytest.mark.parametrize("name", TYPES)
def test_every_type_survives_the_way_out_and_back(name: str, *, full: bool) -> None:
    spec = TYPES[name]()
    value = sample(spec, full=full)
    assert decode(encode(value, spec), spec) == value


def test_the_first_octet_tells_the_apdu() -> None:
    assert first_tags(SPEC) == {(0x40, number) for number in range(5)}


@pytest.mark.parametrize(
    "name", [name for name, kind in TYPES.items() if issubclass(kind, univ.Sequence)]
)
def test_the_next_tag_tells_the_field(name: str) -> None:
    assert ambiguous_fields(TYPES[name]()) == []

"""Error treatment, a row for each rule of 5.8: what arrives, what is known, what is done.

The table was written from the Recommendation; the page in ``docs/conformance`` is made of the
rows that were run.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.q931 import values as v
from protocols.q931.messages import (
    CallReference,
    Element,
    Message,
    MessageType,
    decode,
    encode,
)
from protocols.q931.table import SPECS
from protocols.q931.treatment import MANDATORY, Outcome, Situation, examine
from tests.protocols.q931.strategies import MESSAGES, VALUES, elements, references
from tests.support import golden

M = MessageType
CALL = Situation(known=True, state=10)
"""An active call; every message fits."""
NARROW = Situation(known=True, state=10, fitting=frozenset({M.DISCONNECT, M.RELEASE}))
NOBODY = Situation()
"""No call has the reference."""
SITUATIONS = {
    "active call": CALL,
    "call that takes DISCONNECT, RELEASE": NARROW,
    "no call": NOBODY,
}

BEARER = "04028890"

ROWS: list[tuple[str, str, str, str, str]] = [
    # clause, what, octets, what is known, what is done
    ("5.8.1", "another protocol discriminator", "0901010504028890", "no call", "ignored"),
    ("5.8.2", "no message type", "080101", "no call", "ignored"),
    ("5.8.3.1", "call reference of 16 octets", "0810" + "01" * 17, "no call", "ignored"),
    ("5.8.3.1", "bits 5 to 8 of octet 2 are set", "08110105", "no call", "ignored"),
    ("5.8.3.1", "call reference of 15 octets", "080f" + "01" * 15 + "05" + BEARER, "no call",
     "processed"),
    ("5.8.3.2 a", "INFORMATION of no call", "0801017b", "no call", "RELEASE COMPLETE 81"),
    ("5.8.3.2 a", "DISCONNECT of no call", "0801014508028090", "no call",
     "RELEASE COMPLETE 81"),
    ("5.8.3.2 a", "STATUS ENQUIRY of no call", "08010175", "no call", "RELEASE COMPLETE 81"),
    ("5.8.3.2 b", "RELEASE of no call", "0801014d", "no call", "RELEASE COMPLETE 81"),
    ("5.8.3.2 c", "RELEASE COMPLETE of no call", "0801015a", "no call", "ignored"),
    ("5.8.3.2 d", "SETUP with flag 1", "08018105" + BEARER, "no call", "ignored"),
    ("5.8.3.2 d", "RESUME with flag 1", "08018126", "no call", "ignored"),
    ("5.8.3.2 e", "SETUP with a reference in use", "08010105" + BEARER, "active call",
     "ignored"),
    ("5.8.3.2 f", "CONNECT with the global reference", "08010007", "no call", "STATUS 81"),
    ("5.8.3.2 f", "RESTART with the global reference", "08010046790187", "no call",
     "processed"),
    ("5.8.3.2", "SETUP with the dummy reference", "080005" + BEARER, "no call", "ignored"),
    ("5.8.3.2", "FACILITY with the dummy reference", "0800621c0191", "no call", "processed"),
    ("5.8.4", "unknown message type", "0801017c", "active call", "STATUS 97 (7c)"),
    ("5.8.4", "national message type", "08010100f7", "active call", "STATUS 97 (00)"),
    ("5.8.4", "message that does not fit the state", "08010101",
     "call that takes DISCONNECT, RELEASE", "STATUS 101 (01)"),
    ("5.8.4", "RELEASE COMPLETE fits every state", "0801015a",
     "call that takes DISCONNECT, RELEASE", "processed"),
    ("5.8.4", "STATUS fits every state", "0801017d0802809e14010a",
     "call that takes DISCONNECT, RELEASE", "processed"),
    ("5.8.5.1", "elements out of order", "08010105" + "700181" + BEARER, "no call",
     "processed"),
    ("5.8.5.2", "an element twice", "080101450802809108028090", "active call", "processed"),
    ("5.8.6.1", "SETUP without bearer capability", "08010105", "no call",
     "RELEASE COMPLETE 96 (04)"),
    ("5.8.6.1", "DISCONNECT without cause", "08010145", "active call", "RELEASE 96 (08)"),
    ("5.8.6.1", "NOTIFY without indicator", "0801016e", "active call", "STATUS 96 (27)"),
    ("5.8.6.1", "CONGESTION CONTROL without both", "08010179", "active call",
     "STATUS 96 (08b0)"),
    ("5.8.6.1", "RELEASE without cause", "0801014d", "active call", "processed"),
    ("5.8.6.1", "STATUS without call state", "0801017d0802809e", "active call", "ignored"),
    ("5.8.6.2", "SETUP, bearer capability wrong", "08010105040100", "no call",
     "RELEASE COMPLETE 100 (04)"),
    ("5.8.6.2", "DISCONNECT, cause wrong", "08010145080100", "active call",
     "RELEASE 100 (08)"),
    ("5.8.6.2", "PROGRESS, indicator wrong", "080101031e0188", "active call",
     "STATUS 100 (1e)"),
    ("5.8.6.2", "SETUP, bearer capability longer than the message", "08010105047f8890",
     "no call", "RELEASE COMPLETE 100 (04)"),
    ("5.8.7.1", "unknown element, comprehension required", "08010107010100", "active call",
     "STATUS 96 (01)"),
    ("5.8.7.1", "the same in SETUP", "08010105" + "010100" + BEARER, "no call",
     "RELEASE COMPLETE 96 (01)"),
    ("5.8.7.1", "the same in RELEASE", "0801014d010100", "active call",
     "RELEASE COMPLETE 96 (01)"),
    ("5.8.7.1", "the same in RELEASE COMPLETE", "0801015a010100", "active call", "processed"),
    ("5.8.7.1", "the same with the dummy reference", "080062010100", "no call", "ignored"),
    ("5.8.7.1", "unknown element", "080101072f0100", "active call",
     "processed, STATUS 99 (2f)"),
    ("5.8.7.1", "unknown element in SETUP", "08010105" + BEARER + "2f0100", "no call",
     "processed"),
    ("5.8.7.1", "element of codeset 6", "0801010796" + "010100", "active call", "processed"),
    ("5.8.7.2", "optional element wrong", "080101071e0188", "active call",
     "processed, STATUS 100 (1e)"),
    ("5.8.7.2", "optional element longer than the message", "080101071e0588", "active call",
     "processed, STATUS 100 (1e)"),
    ("5.8.11", "STATUS of no call, not idle", "0801017d0802809e14010a", "no call",
     "RELEASE COMPLETE 101"),
    ("5.8.11", "STATUS of no call, idle", "0801017d0802809e140100", "no call", "ignored"),
]  # fmt: skip


def words(outcome: Outcome) -> str:
    """Say in the words of the table what is done."""
    done = ["processed"] if outcome.message is not None else []
    for answer in outcome.answers:
        name = MessageType(answer.kind).name.replace("_", " ")
        cause = answer.first(v.Cause)
        assert cause is not None
        told = f" ({cause.diagnostics.hex()})" if cause.diagnostics else ""
        done.append(f"{name} {int(cause.value)}{told}")
    return ", ".join(done) or "ignored"


@pytest.mark.parametrize(
    ("octets", "situation", "done"),
    [pytest.param(*row[2:], id=f"{row[0]} {row[1]}, {row[3]}") for row in ROWS],
)
def test_rule(octets: str, situation: str, done: str) -> None:
    run(octets, situation, done)


def run(octets: str, situation: str, done: str) -> None:
    outcome = examine(bytes.fromhex(octets), SITUATIONS[situation])
    assert words(outcome) == done
    assert done == "processed" or outcome.reason
    for answer in outcome.answers:
        assert decode(encode(answer)) == answer
        assert (
            answer.call_reference == decode(bytes.fromhex(octets)[:4]).call_reference.answer()
        )


def test_status_tells_the_state() -> None:
    (answer,) = examine(bytes.fromhex("0801017c"), CALL).answers
    assert answer.first(v.CallState) == v.CallState(10)


def test_what_a_protocol_above_knows_is_not_remarked() -> None:
    octets = bytes.fromhex("080101070c0180")
    assert words(examine(octets, CALL)) == "STATUS 96 (0c)"
    known = Situation(known=True, state=10, comprehended=frozenset({0x0C}))
    assert words(examine(octets, known)) == "processed"


def test_a_type_that_is_not_implemented_is_refused_or_ignored() -> None:
    nothing = Situation(known=True, types=())
    assert words(examine(bytes.fromhex("0801010f"), nothing)) == "STATUS 97 (0f)"
    assert words(examine(bytes.fromhex("080062"), nothing)) == "ignored"


def test_an_answer_that_ends_the_call_says_so() -> None:
    assert examine(bytes.fromhex("08010145"), CALL).clears
    assert not examine(bytes.fromhex("0801016e"), CALL).clears


HEADED = st.binary(max_size=20).map(b"\x08\x01\x01".__add__)


@given(
    MESSAGES.map(encode) | st.binary(max_size=20) | HEADED,
    st.sampled_from(list(SITUATIONS.values())),
)
def test_any_octets_have_an_outcome(octets: bytes, situation: Situation) -> None:
    outcome = examine(octets, situation)
    for answer in outcome.answers:
        assert decode(encode(answer)) == answer
        assert answer.kind in (M.STATUS, M.RELEASE, M.RELEASE_COMPLETE)
    if outcome.message is not None and outcome.message.kind == M.STATUS:
        assert not outcome.answers


@given(references(), elements())
def test_status_is_never_answered_by_status(
    reference: CallReference, told: tuple[Element, ...]
) -> None:
    message = Message(M.STATUS, reference, told)
    for situation in SITUATIONS.values():
        for answer in examine(encode(message), situation).answers:
            assert answer.kind != M.STATUS


HEAD = """\
# Q.931 and Q.932: what is supported

Q.931 (05/98) and Q.932 (05/98): the codec of all messages and elements, error treatment and
segmentation. Call control, the states of a call, belongs to who uses it. This page is
written by `make golden`.

| clause | item | supported | test |
| --- | --- | --- | --- |
| 4.2 to 4.4 | discriminator, call references of 0 to 15 octets, flag, global and dummy, message types | yes | tests/protocols/q931/test_messages.py |
| 4.5.2 to 4.5.4 | codesets 0 to 7, locking and non-locking shift | yes | test_a_locking_shift_holds_and_a_shift_alone_ends_after_one_element |
| 4.5 | elements of one octet, repeated elements, any order | yes | test_messages.py |
| 4.5 | elements that are not known, or in another form, are written back octet for octet | yes | test_any_octets_decode_to_themselves_or_raise_decode_error |
| Q.932 8.2.3 | facility with profile, extension, interpretation and components | yes | test_facility.py |
| annex H | segmentation, both directions | yes | test_segments.py |
| - | tshark reads what is written | yes | test_tshark_reads_what_we_write |

## Error treatment

| clause | what arrives | for | done |
| --- | --- | --- | --- |
"""  # noqa: E501 - rows of a page


def test_the_conformance_page_is_current() -> None:
    """The page tells the rows that pass, and the rows of the table of elements."""
    lines = HEAD.splitlines()
    for clause, what, octets, situation, done in ROWS:
        run(octets, situation, done)
        lines.append(f"| {clause} | {what} | {situation} | {done} |")
    lines += ["", "## Elements", "", "| id | element | octets | read and written | clause |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for spec in SPECS:
        known = "by its meaning" if spec.value in VALUES else "as octets"
        span = f"{spec.minimum} to {spec.maximum}"
        lines.append(
            f"| {spec.identifier:02X} | {spec.name} | {span} | {known} | {spec.clause} |"
        )
    lines += ["", "## Mandatory elements that are checked", "", "| message | elements |"]
    lines.append("| --- | --- |")
    for kind, needed in MANDATORY.items():
        names: list[Any] = [one.__name__ for one in needed]
        lines.append(f"| {MessageType(kind).name.replace('_', ' ')} | {', '.join(names)} |")
    golden.compare("../docs/conformance/q931.md", "\n".join(lines) + "\n")

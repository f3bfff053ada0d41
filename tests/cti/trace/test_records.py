"""Traces as JSON lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import moment
from cti.trace.records import Kind, Record, TraceError, read, write

MOMENTS = st.integers(0, 4_000_000_000 * moment.SECOND)


@given(st.lists(st.builds(Record, MOMENTS, st.sampled_from([Kind.IN, Kind.OUT]), st.binary())))
def test_what_is_written_is_read(records) -> None:
    assert list(read(write(record) for record in records)) == records


def test_marks_numbers_and_empty_lines() -> None:
    lines = ['{"t": 1.5, "dir": "up"}', "", '{"t": "1970-01-01T00:00:02+00:00", "dir": "down"}']
    assert list(read(lines)) == [
        Record(1_500_000_000, Kind.UP),
        Record(2_000_000_000, Kind.DOWN),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "truncated"),
        ("[]", "object"),
        ('{"dir": "in", "hex": ""}', "t"),
        ('{"t": 1, "dir": "sideways"}', "sideways"),
        ('{"t": 1, "dir": "in", "hex": "0"}', "hexadecimal"),
        ('{"t": 1, "dir": "in", "hex": "zz"}', "hexadecimal"),
        ('{"t": "yesterday", "dir": "in"}', "yesterday"),
        ('{"t": 1e300, "dir": "in"}', "1e+300"),
        ('{"t": 1, "dir": "up", "hex": "00"}', "octets"),
        ('{"t": 1, "dir": "in", "color": 1}', "color"),
        ('{"t": 1, "dir": "up", "note": ' + "[" * 100_000, "recursion"),
        ("\ud800", "surrogate"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(line, reason) -> None:
    good = '{"t": 1, "dir": "up"}'
    with pytest.raises(TraceError) as caught:
        list(read([good, line], "day.jsonl"))
    assert caught.value.line == 2
    assert str(caught.value).startswith("day.jsonl:2: ")
    assert reason in str(caught.value).lower()


@given(st.text())
def test_any_text_is_a_trace_or_a_trace_error(text) -> None:
    try:
        list(read(text.splitlines()))
    except TraceError:
        return

"""Reading plans: good ones, and the place that is wrong in bad ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.exchange.words import GroupKind, MergedId
from sim.plan import Dialling, ExchangePlan, PlanError, read_plan
from tests.sim.small import SMALL

STATION = '[[station]]\nnumber = "201"\n'


def test_a_plan_reads_with_its_defaults():
    plan = read_plan(SMALL)
    assert [station.number for station in plan.stations] == ["201", "202", "203", "204", "205"]
    assert plan.options.merged_id is MergedId.PRIMARY
    assert plan.groups[2].kind is GroupKind.HUNT
    assert plan.trunk_groups[0].did["5550500"] == "500"


def test_numbers_lead_to_devices_or_over_an_access_code():
    plan = read_plan(SMALL)
    leads = Dialling(plan).leads
    assert all(leads(number) for number in ["201", "500", "600", "0999"])
    assert not any(leads(number) for number in ["", "0", "9", "T1/1", "1"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("station = 1", "plan"),
        ("= 1", "plan"),
        ("[[station]]\nnumbr = '1'", "plan"),
        ("[[station]]\nnumber = ''", "plan"),
        (STATION + STATION, "number 201"),
        (STATION + "appearances = 0", "station 201"),
        ("[timers]\nlunch = 3.0", "timers lunch"),
        ("[timers]\nagent_ring = 0.5", "timers agent_ring"),
        ("[[group]]\nnumber = '500'\nring = -1.0", "group 500"),
        ("[[external]]\nnumber = '06'\nanswer_after = -1.0", "external 06"),
        ("[[agent]]\nid = '1'\n[[agent]]\nid = '1'", "agent"),
        ("[[group]]\nnumber = '500'\nmembers = ['901']", "group 500"),
        ("[[group]]\nnumber = '500'\noverflow = '9'", "group 500"),
        ("[[group]]\nnumber = '500'\nkind = 'hunt'\nmembers = ['901']", "group 500"),
        ("[[route_point]]\nnumber = '600'\ndefault = ''", "route_point 600"),
        ("[[trunk_group]]\nname = 'T'\nmembers = 1\ndid = { a = '9' }", "trunk_group T did"),
        (STATION + "[exchange]\ncall_ids = 2", "exchange call_ids"),
        ("[exchange]\nconference_size = 2", "exchange conference_size"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text, place):
    with pytest.raises(PlanError) as caught:
        read_plan(text)
    assert caught.value.place == place


@given(st.text(max_size=200))
def test_any_text_is_a_plan_or_a_plan_error(text):
    try:
        plan = read_plan(text)
    except PlanError:
        return
    assert isinstance(plan, ExchangePlan)

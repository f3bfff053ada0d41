"""The published contract is that of the types, and what the bridge writes keeps to it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from cti.cli.schema import schema, text
from cti.contract import asyncapi, schemas
from cti.model import results
from cti.model.commands import VERBS
from cti.model.errors import Error, ErrorClass, NativeError
from cti.model.events import EVENTS, Event
from cti.northbound import envelope, requests
from cti.northbound.documents import ReplyBody, ReplyStatus
from cti.northbound.topics import Asked, Topics
from tests.support import golden
from tests.support.node import Node, asyncapi_parser

FILES = ("asyncapi", *schemas.GROUPS)
TRACES = sorted((golden.ROOT / "golden").glob("*.events.jsonl"))


@cache
def validator(name: str) -> Draft202012Validator:
    found = schemas.one(name)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_document_is_current(name: str) -> None:
    golden.compare(f"../docs/api/{name}.json", text(name))


@pytest.mark.parametrize("name", FILES)
def test_the_command_prints_it(name: str) -> None:
    run = CliRunner().invoke(schema, [name])
    assert run.exit_code == 0
    assert run.output == (golden.ROOT.parent / "docs" / "api" / f"{name}.json").read_text()


def test_an_unknown_name_is_told() -> None:
    run = CliRunner().invoke(schema, ["make_coffee"])
    assert run.exit_code == 2
    assert "make_coffee" in run.output


def test_every_schema_stands_alone() -> None:
    for name in schemas.definitions():
        document = schemas.one(name)
        assert set(schemas.references(document)) == set(document["$defs"])


@pytest.mark.parametrize("name", schemas.GROUPS)
def test_every_group_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schemas.group(name))


def test_everything_that_is_named_is_described() -> None:
    for name, one in schemas.definitions().items():
        assert one["description"], name
    for channel in asyncapi.document()["channels"].values():
        assert channel["description"]


@pytest.mark.parametrize("file", TRACES, ids=lambda file: file.name)
def test_real_events_are_valid(file: Path) -> None:
    topics = Topics("cti", "d1")
    decoders = {name: msgspec.json.Decoder(kind) for name, kind in EVENTS.items()}
    channels = _addresses()
    for offset, line in enumerate(file.read_bytes().splitlines()[:400], 1):
        event: Event = decoders[json.loads(line)["event"]].decode(line)
        message = envelope.publication(topics, event, offset)
        told = json.loads(message.payload)
        name = told["data"]["event"]
        validator(schemas.event(name)).validate(told)
        assert channels(message.topic) == [f"event.{name}"]


def test_a_damaged_event_is_not_valid() -> None:
    line = TRACES[0].read_bytes().splitlines()[0]
    told = {"specversion": "1.0", "data": json.loads(line)}
    assert not validator("link.state").is_valid(told)


def _addresses() -> Any:
    """Give the channels whose address fits a topic."""
    patterns = {
        name: re.compile(re.sub(r"{\w+}", "[^/]+", channel["address"]))
        for name, channel in asyncapi.document()["channels"].items()
    }
    return lambda topic: [name for name, one in patterns.items() if one.fullmatch(topic)]


def test_every_topic_that_is_published_on_is_described() -> None:
    topics = Topics("cti", "d1")
    written = [
        *(topics.status, topics.alarm, topics.audit),
        *(
            topics.info("hq"),
            topics.link_status("hq", "main"),
            topics.reply("hq", "app", "hold"),
        ),
        *(topics.state("hq", kind, "1") for kind in schemas.STATES),
    ]
    channels = _addresses()
    assert [len(channels(topic)) for topic in written] == [1] * len(written)


REQUESTS: list[tuple[str, Any, bool]] = [
    ("make_call", {"command_id": "1", "args": {"device": "201", "to": "0301"}}, True),
    ("make_call", {"command_id": "1", "args": {"device": "201"}}, False),
    ("make_call", {"command_id": "1"}, False),
    ("make_call", {"args": {"device": "201", "to": "0301"}}, False),
    ("make_call", {"command_id": "1", "args": {"device": "201", "to": "x"}}, False),
    ("make_call", {"command_id": "1", "args": {"device": "201", "to": "1", "y": 1}}, False),
    ("make_call", {"command_id": "", "args": {"device": "201", "to": "0301"}}, False),
    ("make_call", {"command_id": "1", "args": {"device": "2 1", "to": "0301"}}, False),
    ("snapshot", {"command_id": "1"}, True),
    ("snapshot", {"command_id": "1", "deadline_ms": 0}, False),
    ("replay", {"command_id": "1", "args": {"from": 1, "to": 2}}, True),
    ("replay", {"command_id": "1", "args": {"from_": 1, "to": 2}}, False),
    ("set_dnd", {"command_id": "1", "args": {"device": "201", "on": True}}, True),
    ("set_dnd", {"command_id": "1", "args": {"device": "201", "on": "yes"}}, False),
]


@pytest.mark.parametrize(("verb", "body", "good"), REQUESTS)
def test_reader_and_schema_agree_on_a_command(verb: str, body: Any, good: bool) -> None:
    assert validator(schemas.request(verb)).is_valid(body) is good
    payload = json.dumps(body).encode()
    asked = Asked("hq", "app", verb)
    if good:
        assert requests.read(asked, payload).verb == verb
    else:
        with pytest.raises(requests.BadRequest):
            requests.read(asked, payload)


def test_every_verb_has_a_result() -> None:
    assert set(results.RESULTS) == set(VERBS)


def test_replies_are_valid() -> None:
    native = NativeError("csta3-ber", "state", 5)
    error = Error(ErrorClass.STATE_CONFLICT, "no held call", "args.call", native)
    made = {"call": None, "device": "201"}
    good = ReplyBody("1", "make_call", ReplyStatus.SUCCEEDED, result=made)
    bad = ReplyBody("1", "make_call", ReplyStatus.FAILED, error=error.problem("1"))
    for body in (good, bad):
        validator("make_call.reply").validate(json.loads(msgspec.json.encode(body)))
        assert not validator("hold.reply").is_valid(json.loads(msgspec.json.encode(body)))


@pytest.mark.slow
def test_the_parser_of_the_asyncapi_project_finds_no_fault(tmp_path: Path) -> None:
    node = asyncapi_parser()
    assert _faults(node, text("asyncapi"), tmp_path) == []


@pytest.mark.slow
def test_that_parser_finds_faults(tmp_path: Path) -> None:
    node = asyncapi_parser()
    broken = asyncapi.document()
    del broken["channels"]["command.hold"]
    assert _faults(node, json.dumps(broken), tmp_path)


def _faults(node: Node, document: str, folder: Path) -> list[Any]:
    file = folder / "asyncapi.json"
    file.write_text(document)
    told: list[Any] = json.loads(node.run(_VALIDATE, str(file)))
    return [one for one in told if one["severity"] <= 1]


_VALIDATE = """
import { Parser } from '@asyncapi/parser';
import fs from 'fs';
const found = await new Parser().validate(fs.readFileSync(process.argv[2], 'utf8'));
console.log(JSON.stringify(found));
"""

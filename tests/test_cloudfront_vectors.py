"""What AWS does is data: every case of tests/vectors/aws/cloudfront_*.json, against the emulator."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from emulator.cloudfront.headers import value as value_of
from tests.cloudfront_world import FakeOrigin, World, header

folder = Path(__file__).parent / "vectors" / "aws"
# The language of CloudFront Functions is tried by tests/test_viewer_runtime.py.
files = sorted(set(folder.glob("cloudfront_*.json")) - {folder / "cloudfront_functions_runtime.json"})
cases = [(path.stem, case) for path in files for case in json.loads(path.read_text(encoding="utf-8"))]


def test_every_case_names_its_rule_its_source_and_its_certainty() -> None:
    for file, case in cases:
        assert {"name", "rule", "source", "date", "certainty", "steps"} <= case.keys(), (file, case.get("name"))
        assert case["certainty"] in ("documented", "derived", "unknown"), (file, case["name"])
    assert len({case["name"] for _, case in cases}) == len(cases)


@pytest.mark.parametrize(("file", "case"), cases, ids=[f"{file}: {case['name']}" for file, case in cases])
def test_the_emulator_does_as_aws_does(file: str, case: dict) -> None:
    asyncio.run(_play(case))


async def _play(case: dict) -> None:
    world = World(settings=case.get("distribution", {}), switches=case.get("switches", {}))
    for at, step in enumerate(case["steps"]):
        try:
            await _step(world, dict(step))
        except AssertionError as wrong:
            raise AssertionError(f"step {at + 1} of {case['name']!r}: {wrong}") from wrong


async def _step(world: World, step: dict) -> None:
    if "origin" in step:
        _told(world.origin, step["origin"])
    elif "second" in step:
        _told(world.second, step["second"])
    elif "response" in step:
        for name, value in {"output": None, "changes": {}, "status": None, "error": None, **step["response"]}.items():
            setattr(world.response, name, value)
    elif "edge" in step:
        for name, value in {"payload": None, "raw": None, "failure": None, **step["edge"]}.items():
            setattr(world.edge, name, value.encode() if name == "raw" and value is not None else _repeated(value))
    elif "viewer" in step:
        for name, value in {
            "output": None,
            "changes": {},
            "error": None,
            "selected_origin": None,
            "selected_group": None,
            **step["viewer"],
        }.items():
            setattr(world.viewer, name, value)
    elif "advance_s" in step:
        world.clock.advance(step["advance_s"])
    elif "across" in step:
        await _across(world, step)
    elif "invalidate" in step:
        assert world.front.invalidate(tuple(step["invalidate"])) == step["gone"]
    elif "clear" in step:
        world.front.clear()
    elif "settle" in step:
        while world.front.is_busy:
            await asyncio.sleep(0)
    elif "together" in step:
        await _together(world, step)
    else:
        answer = await world.ask(
            step["ask"] * step.get("times", 1),
            step.get("method", "GET"),
            step.get("headers", {}),
            has_body=bool(step.get("body")),
            http_version=step.get("http", "1.1"),
        )
        _hold(world, answer, step["expect"])


def _repeated(payload: object) -> object:
    """The payload, whose body may be said as a text to repeat."""
    if isinstance(payload, dict) and isinstance(payload.get("body"), dict) and "repeat" in payload["body"]:
        return {**payload, "body": payload["body"]["repeat"] * payload["body"]["times"]}
    return payload


def _told(origin: FakeOrigin, told: dict) -> None:
    origin.status = told.get("status", 200)
    origin.headers = told.get("headers", {})
    origin.body = told.get("body", "body").encode() * told.get("times", 1)
    origin.reachable = told.get("reachable", True)
    origin.silent = told.get("silent", False)
    origin.ranged = told.get("ranged", True)


async def _across(world: World, step: dict) -> None:
    """A request that is under way while an invalidation comes."""
    world.origin.gate = asyncio.Event()
    waiting = asyncio.create_task(world.ask(step["across"]))
    for _ in range(5):
        await asyncio.sleep(0)
    world.front.invalidate(tuple(step["invalidate"]))
    world.origin.gate.set()
    assert (await waiting).status == 200


async def _together(world: World, step: dict) -> None:
    world.origin.gate = asyncio.Event()
    several = step["together"] if isinstance(step["together"], list) else [{}] * step["together"]
    waiting = [asyncio.create_task(world.ask(step["ask"], headers=headers)) for headers in several]
    for _ in range(5):
        await asyncio.sleep(0)
    world.origin.gate.set()
    answers = await asyncio.gather(*waiting)
    said = sorted(str(header(answer, "x-cache")).split()[0] for answer in answers)
    assert said == sorted(step["expect"]["x-cache"]), said
    if "bodies" in step["expect"]:
        assert [answer.body.decode() for answer in answers] == step["expect"]["bodies"]
    if "asked" in step["expect"]:
        assert len(world.origin.asked) == step["expect"]["asked"]


def _hold(world: World, answer, expected: dict) -> None:
    """Every word of the expectation; a header that is null must be absent."""
    expected = dict(expected)
    assert answer.status == expected.pop("status", 200), answer
    if "x-cache" in expected:
        assert header(answer, "x-cache") == f"{expected.pop('x-cache')} from cloudfront"
    if "asked" in expected:
        assert len(world.origin.asked) == expected.pop("asked"), world.origin.asked
    if "asked_second" in expected:
        assert len(world.second.asked) == expected.pop("asked_second"), world.second.asked
    if "body" in expected:
        assert answer.body.decode() == expected.pop("body")
    if "counts" in expected:
        wanted = expected.pop("counts")
        assert {name: world.front.counts[name] for name in wanted} == wanted
    if "size" in expected:
        assert len(answer.body) == expected.pop("size")
    if "says" in expected:
        assert expected.pop("says") in answer.body.decode()
    for name, value in expected.pop("headers", {}).items():
        assert header(answer, name) == value, f"{name}: {header(answer, name)!r}"
    for word, is_there in (("contains", True), ("lacks", False)):
        for name, texts in expected.pop(word, {}).items():
            said = header(answer, name) or ""
            assert all((text in said) is is_there for text in texts), f"{name}: {said!r}"
    _hold_request(world, expected)
    assert not expected, f"unknown words {sorted(expected)}"


def _hold_request(world: World, expected: dict) -> None:
    """What the origin was last sent, and what the functions were last shown."""
    for word, origin in (("sent", world.origin), ("sent_second", world.second)):
        if word not in expected:
            continue
        last = origin.asked[-1]
        sent = {name.lower(): value_of(last.headers, name) for name, _ in last.headers}
        for name, value in expected.pop(word).items():
            got = {"method": last.method, "uri": last.uri, "query": last.query, "origin": last.origin.id}.get(
                name, sent.get(name)
            )
            assert got == value, f"sent {name}: {got!r}"
    shown = {"edge_event": world.edge, "viewer_event": world.viewer, "response_event": world.response}
    for kind, events in ((name, each.events) for name, each in shown.items()):
        for path, value in expected.pop(kind, {}).items():
            found = events[-1]
            for part in path.split("/"):
                found = found[int(part)] if isinstance(found, list) else found.get(part)
                if found is None:
                    break
            assert found == value, f"{kind} {path}: {found!r}"

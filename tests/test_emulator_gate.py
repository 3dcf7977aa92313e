"""S3 as AWS has it: every case of tests/vectors/aws/s3_*.json against the gate, and AWS's client at its doors."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from emulator.aws.iam import Policy, parse_policy
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.reading import NotHonoured, Reader
from emulator.s3.changes import Change
from emulator.s3.gate import Gate
from emulator.s3.lifecycle import read_rules
from emulator.s3.messages import Caller, S3Answer, administrator, anonymous, cloudfront, role
from emulator.s3.public_access import is_public
from emulator.s3.refusals import Refused
from emulator.s3.sweep import sweep

folder = Path(__file__).parent / "vectors" / "aws"
cases = [(path.stem, case) for path in sorted(folder.glob("s3_*.json")) for case in json.loads(path.read_text())]
account = "123456789012"
edge_arn = f"arn:aws:iam::{account}:role/edge"


class World:
    """A gate with one bucket, `bucket-one`, and what changed in it since it was last asked."""

    def __init__(self, case: dict) -> None:
        begin = datetime.fromisoformat(case["now"].replace("Z", "+00:00")).timestamp() if "now" in case else None
        self.clock = Clock() if begin is None else Clock(lambda: begin)
        self.faults = Faults()
        self.gate = Gate(now=self.clock.now, account=account, faults=self.faults)
        self.kept: dict[str, str] = {}
        self.sizes = case.get("sizes", False)
        self.changes: list[Change] = []
        self.gate.changed.append(self.changes.append)
        identity = {"Version": "2012-10-17", "Statement": case.get("identity", [])}
        policies = [parse_policy(json.dumps(identity))]
        self.callers: dict[str, Caller] = {
            "administrator": administrator(account),
            "cloudfront": cloudfront(f"arn:aws:cloudfront::{account}:distribution/E1"),
            "another distribution": cloudfront(f"arn:aws:cloudfront::{account}:distribution/E2"),
            "nobody": anonymous(),
            "edge": role(edge_arn, policies),
            "edge over HTTP": Caller(kind="role", arn=edge_arn, policies=tuple(policies), secure=False),
        }

    async def make(self, case: dict) -> None:
        await self.gate.create("bucket-one", "eu-central-1")
        bucket = self.gate.buckets["bucket-one"]
        if case.get("versioned"):
            space = "http://s3.amazonaws.com/doc/2006-03-01/"
            document = f'<VersioningConfiguration xmlns="{space}"><Status>Enabled</Status></VersioningConfiguration>'
            await self.ask("administrator", "PUT", "", "versioning", body=document.encode())
        bucket.rules = read_rules(Reader("BucketLifecycleConfiguration", {"rules": case.get("rules", [])}))
        bucket.blocks_public_policy = case.get("blocks_public_policy", False)
        for name in ("bucket-one", "bucket-two"):
            await self._policy(name, case.get("policy" if name == "bucket-one" else "other_policy"))

    async def _policy(self, name: str, statements: list | None) -> None:
        if statements is None:
            return
        if name not in self.gate.buckets:
            await self.gate.create(name, "eu-central-1")
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.gate.buckets[name].policy = parse_policy(document, of_resource=True)
        self.gate.buckets[name].policy_text = document

    async def ask(
        self, who: str, method: str, key: str, query: str = "", headers: dict | None = None, body: bytes = b"",
        bucket: str = "bucket-one",
    ) -> S3Answer:  # fmt: skip
        lines = list((headers or {}).items())
        return await self.gate.request(self.callers[who], method, bucket, key, query, lines, body)

    def said(self) -> list[str]:
        told = [f"{each.event} {each.key}" + (f" {each.size}" if self.sizes else "") for each in self.changes]
        self.changes.clear()
        return told


def test_every_case_names_its_rule_its_source_and_its_certainty() -> None:
    for file, case in cases:
        assert {"name", "rule", "source", "date", "certainty", "steps"} <= case.keys(), (file, case.get("name"))
        assert case["certainty"] in ("documented", "derived", "unknown"), (file, case["name"])
    assert max(Counter(case["name"] for _, case in cases).values()) == 1


@pytest.mark.parametrize(("file", "case"), cases, ids=[f"{file}: {case['name']}" for file, case in cases])
def test_the_gate_does_as_s3_does(file: str, case: dict) -> None:
    asyncio.run(_play(case))


async def _play(case: dict) -> None:
    world = World(case)
    if "refused" in case:
        with pytest.raises(NotHonoured, match=case["refused"]):
            await world.make(case)
        return
    await world.make(case)
    world.said()
    for at, step in enumerate(case["steps"]):
        try:
            await _step(world, step)
        except AssertionError as wrong:
            raise AssertionError(f"step {at + 1} of {case['name']!r}: {wrong}") from wrong


async def _step(world: World, step: dict) -> None:
    if "advance_s" in step:
        world.clock.advance(step["advance_s"])
    elif "faults" in step:
        world.faults.set(step["faults"])
    elif "sweep" in step:
        world.said()
        assert await sweep(world.gate) == step["sweep"]
        assert world.said() == step.get("changes", []) or "changes" not in step
    elif "together" in step:
        answers = await asyncio.gather(*(_done(world, step) for _ in range(step["together"])))
        assert sorted(each.status for each in answers) == step["expect"]["statuses"]
    else:
        world.said()
        answer = await _done(world, step)
        _compare(world, answer, step["expect"])
        world.kept |= {name: answer.header(header) or "" for name, header in step.get("keep", {}).items()}
        for name, pattern in step.get("keep_text", {}).items():
            world.kept[name] = re.search(pattern, answer.body.decode())[1]


async def _done(world: World, step: dict) -> S3Answer:
    method, path = step["do"].split(" ", 1)
    return await world.ask(
        step.get("as", "administrator"),
        method,
        path[1:],
        _filled(step.get("query", ""), world.kept),
        {name: _filled(value, world.kept) for name, value in step.get("headers_sent", {}).items()},
        _filled(step.get("send", ""), world.kept).encode(),
        step.get("bucket", "bucket-one"),
    )


def _filled(text: str, kept: dict[str, str]) -> str:
    """The text with what was kept of earlier answers."""
    for name, value in kept.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _compare(world: World, answer: S3Answer, expect: dict) -> None:
    text = answer.body.decode()
    assert answer.status == expect["status"], (answer.status, text[:300])
    assert f"<Code>{expect.get('code')}</Code>" in text or "code" not in expect, text[:300]
    assert text == expect.get("body", text)
    assert expect.get("contains", "") in _unescaped(text), text
    assert "lacks" not in expect or expect["lacks"] not in text, text
    for name, value in expect.get("headers", {}).items():
        assert answer.header(name) == value, (name, answer.headers)
    assert "once" not in expect or [name for name, _ in answer.headers].count(expect["once"]) == 1
    assert all(isinstance(value, str) for _, value in answer.headers)
    assert {"x-amz-request-id", "x-amz-id-2", "Date", "Server"} <= {name for name, _ in answer.headers}
    assert "changes" not in expect or world.said() == expect["changes"]


def test_a_bucket_s_name_is_as_s3_wants_it() -> None:
    gate = Gate(now=Clock().now, account=account, faults=Faults())
    with pytest.raises(Refused, match="InvalidBucketName"):
        asyncio.run(gate.create("Capitals_", "eu-central-1"))
    assert gate.buckets == {}


def _unescaped(text: str) -> str:
    return text.replace("&quot;", '"')


fixing_who = """aws:SourceArn aws:SourceAccount aws:PrincipalArn aws:PrincipalAccount aws:PrincipalOrgID aws:SourceVpc
    aws:SourceVpce aws:userid s3:DataAccessPointArn""".split()  # noqa: SIM905


@pytest.mark.parametrize("key", fixing_who)
def test_a_condition_that_fixes_who_makes_a_policy_no_public_one(key: str) -> None:
    def policy(value: str) -> Policy:
        granted = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
        statement = {**granted, "Condition": {"StringLike": {key: value}}}
        return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), of_resource=True)

    assert not is_public(policy("fixed"))
    assert is_public(policy("any*"))


@pytest.mark.parametrize(
    ("who", "is_told"), [("nobody", False), ("cloudfront", False), ("another distribution", False), ("edge", True)]
)
def test_only_the_accounts_own_are_told_why_they_may_not(who: str, is_told: bool) -> None:
    async def ask() -> bytes:
        world = World({"name": "x"})
        await world.make({})
        return (await world.ask(who, "GET", "a.txt")).body

    assert (b"is not authorized to perform: s3:GetObject" in asyncio.run(ask())) == is_told

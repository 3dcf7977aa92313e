"""A running chain whose roles lose a right for a while; and which rights a program grants."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path

from emulator.aws.events import Travel
from emulator.aws.iam import parse_policy
from emulator.program import Declared
from emulator.s3.messages import S3Answer, administrator
from tests.chain_world import World, changed, header, world

policy_type = "aws:iam/rolePolicy:RolePolicy"
# A generator that is as slow as the Region's function by its timeout alone.
late = """
name: late
path: /gen/late/{seed:slug}.png
access: open
secrets: {token: "secretsmanager:mirage/replicate-token"}
request:
  url: https://api.dicebear.com/9.x/identicon/png
  query: {seed: "{seed}", size: "256"}
  headers: {Authorization: "Bearer {token}"}
timeout: 60
budget: {hour: 1000, day: 5000}
"""
Right = tuple[str, str, str]  # role, action, and resource, or a part of it


def less(statement: dict, action: str, part: str) -> dict | None:
    """The statement without one action on the resources that hold `part`; None where nothing of it is left."""
    listed = {name: [found] if isinstance(found := statement[name], str) else found for name in ("Action", "Resource")}
    hit = [each for each in listed["Resource"] if part in each]
    if statement["Effect"] != "Allow" or action not in listed["Action"] or not hit:
        return statement
    actions = [each for each in listed["Action"] if each != action]
    if actions:
        return {**statement, "Action": actions}
    rest = [each for each in listed["Resource"] if each not in hit]
    return {**statement, "Resource": rest} if rest else None


def lacking(declared: Declared, kind: str, name: str, action: str, part: str) -> Declared:
    """The declaration in which a policy (its type's last word, its name) lacks an action on the resources whose ARN
    holds `part`."""

    def change(inputs: dict) -> None:
        inputs["policy"] = _lesser(inputs["policy"], action, part)

    return changed(declared, kind, name, change)


def _lesser(text: str, action: str, part: str) -> str:
    """A policy without the action on some resources."""
    policy = json.loads(text)
    left = [kept for each in policy["Statement"] if (kept := less(each, action, part)) is not None]
    assert left != policy["Statement"], f"The policy grants no such thing: {action} on {part}"
    return json.dumps(policy | {"Statement": left})


@contextlib.contextmanager
def without(here: World, role: str, action: str, part: str) -> Iterator[None]:
    """While it is open the role lacks the action on the resources whose ARN holds `part`."""
    document = here.chain.declared.one(policy_type, role).inputs["policy"]
    policies = here.chain.aws.policies
    (arn,) = [each for each in policies if each.rpartition("/")[2].split("-", 2)[2] == role]
    whole = policies[arn]
    policies[arn] = (parse_policy(_lesser(document, action, part)),)
    try:
        yield
    finally:
        policies[arn] = whole


def granted(declared: Declared) -> set[Right]:
    """Every right of every role of a program."""
    return {
        (found.name, action, resource)
        for found in declared.of(policy_type)
        for each in json.loads(found.inputs["policy"])["Statement"]
        for action in each["Action"]
        for resource in each["Resource"]
    }


def missed(rights: Iterable[Right], taken: Iterable[Right]) -> set[Right]:
    """The rights that none of those that were taken away stands for."""
    known = list(taken)
    return {
        (role, action, resource)
        for role, action, resource in rights
        if not any((role, action) == each[:2] and each[2] in resource for each in known)
    }


def play(declared: Declared, scratch: Path, story: Callable[[World], Awaitable[None]]) -> None:
    """Plays a story without events, since workers of the Region take their time to start."""

    async def run() -> None:
        async with world(declared, scratch) as here:
            here.chain.aws.events.travel = Travel(drop=1.0)
            await story(here)

    asyncio.run(run())


async def ask(here: World, method: str, bucket: str, key: str, query: str = "", body: bytes = b"") -> S3Answer:
    """S3's answer to the administrator."""
    gate = here.chain.aws.gate
    return await gate.request(administrator(gate.account), method, bucket, key, query, (), body)


async def answered(here: World, target: str) -> tuple[int, str | None]:
    """The status, and X-Mirage-Error or X-Mirage, of an answer that no cache gives."""
    here.forget()
    answer = await here.get(target)
    return answer.status, header(answer, "x-mirage-error") or header(answer, "x-mirage")


async def lose(here: World, bucket: str, key: str) -> None:
    await ask(here, "DELETE", bucket, key)


async def keep(here: World, bucket: str, key: str, body: bytes, **metadata: str) -> None:
    """Nothing: the object is there, put by the administrator."""
    gate = here.chain.aws.gate
    sent = [(f"x-amz-meta-{name.replace('_', '-')}", each) for name, each in metadata.items()]
    answer = await gate.request(administrator(gate.account), "PUT", bucket, key, "", sent, body)
    assert answer.status == 200, answer.body

"""What AWS's services take of a request and what they refuse: the cases of tests/vectors/aws/messages.json."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.spelled import spelled
from tests.test_emulator_apis import invoke, parameter, secret
from tests.test_emulator_queues import ask, publish

cases = json.loads((Path(__file__).parent / "vectors" / "aws" / "messages.json").read_text(encoding="utf-8"))


def refused(service: str, operation: str, wanted: object) -> str:
    """The code that a service answers with; empty where it takes the request."""
    if service == "sqs":
        return ask(operation, wanted)[1].get("__type", "").removeprefix("com.amazonaws.sqs#")
    if service == "lambda":
        return invoke(wanted)[1]
    if service == "ssm":
        return secret(parameter, wanted, "*")[1].get("__type", "")
    _, said, topics = publish(**wanted)
    code = "".join(re.findall("<Code>(.*)</Code>", said))
    assert len(topics.published) == (not code)
    return code


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_a_service_takes_or_refuses_as_awss_does(case: dict) -> None:
    for each in case["asks"]:
        assert refused(each["service"], each["operation"], spelled(each["wanted"])) == each.get("code", "")

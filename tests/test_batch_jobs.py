"""A job of S3 Batch Operations: the cases of tests/vectors/aws/batch_jobs.json."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from emulator.aws import batch_jobs
from emulator.lambdas.invocation import ErrorKind, Invocation

cases = json.loads((Path(__file__).parent / "vectors" / "aws" / "batch_jobs.json").read_text(encoding="utf-8"))


class Called:
    """A function that gives its answers one after the other, and remembers the events."""

    def __init__(self, answers: list[dict]) -> None:
        self.answers, self.events = list(answers), []

    async def __call__(self, arn: str, event: dict) -> Invocation:
        self.events.append(event)
        return invocation(self.answers.pop(0), event["tasks"][0]["taskId"])


def invocation(answer: dict, task_id: str) -> Invocation:
    if "error" in answer:
        return Invocation(
            request_id="r", function="f", payload=None, error=ErrorKind.UNHANDLED, message=answer["error"]
        )
    result = {"taskId": task_id, "resultCode": answer.get("code"), "resultString": answer.get("text")}
    said = {
        "invocationSchemaVersion": "2.0",
        "treatMissingKeysAs": answer.get("missing", "PermanentFailure"),
        "results": [] if "missing" in answer else [result],
    }
    payload = answer.get("payload", json.dumps(said)).encode()
    return Invocation(request_id="r", function="f", payload=payload, error=None)


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_a_job_runs_as_s3_runs_it(case: dict) -> None:
    called, expected = Called(case["answers"]), case["expect"]
    if "refused" in expected:
        with pytest.raises(ValueError, match=expected["refused"]):
            batch_jobs.read(case["manifest"], "arn:f", {})
        return
    job = batch_jobs.read(case["manifest"], "arn:f", case.get("arguments", {}))
    rows = asyncio.run(batch_jobs.run(job, called))
    assert [[each[name] for name in ("taskStatus", "resultCode", "resultString")] for each in rows] == expected["rows"]
    assert len(called.events) == expected.get("calls", len(rows))
    for path, value in expected.get("event", {}).items():
        found = called.events[0]
        for part in path.split("/"):
            found = found[int(part)] if isinstance(found, list) else found[part]
        assert found == value, path

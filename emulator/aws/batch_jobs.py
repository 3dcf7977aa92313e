"""A job of S3 Batch Operations: a function called for each object of a manifest. AWS runs millions; here, one by one.

S3 User Guide, "Invoke AWS Lambda function", "Specifying a manifest", "Tracking job status and completion reports", read
2026-11. A manifest is a CSV of bucket and key (and a version), keys percent-encoded. A task that fails for the time
being is tried again; AWS does not say how often: `tries` is a guess.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from emulator.aws.delivery import Invoke

tries = 3
schema = "2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`arguments` are the job's user arguments, which schema 2.0 hands on."""

    function_arn: str
    rows: tuple[tuple[str, ...], ...]
    arguments: Mapping[str, str]


def read(manifest: str, function_arn: str, arguments: Mapping[str, str]) -> Job:
    """The job over a manifest. Raises ValueError where it is none."""
    rows = tuple(tuple(row) for row in csv.reader(io.StringIO(manifest)) if row)
    if not rows or not all(len(row) in (2, 3) and all(row[:2]) for row in rows):
        raise ValueError("Expected rows of a bucket and a percent-encoded key for manifest.")
    return Job(function_arn=function_arn, rows=rows, arguments=arguments)


async def run(job: Job, invoke: Invoke) -> list[dict[str, str]]:
    """The completion report: a row for each task."""
    job_id = str(uuid4())
    return [await _task(row, str(number), job, job_id, invoke) for number, row in enumerate(job.rows)]


async def _task(row: tuple[str, ...], task_id: str, job: Job, job_id: str, invoke: Invoke) -> dict[str, str]:
    result = {"resultCode": "PermanentFailure", "resultString": "Nothing was answered."}
    for _ in range(tries):
        event = {
            "invocationSchemaVersion": schema,
            "invocationId": str(uuid4()),
            "job": {"id": job_id, "userArguments": dict(job.arguments)},
            "tasks": [
                {"taskId": task_id, "s3Key": row[1], "s3VersionId": (*row, None)[2], "s3Bucket": row[0]},
            ],
        }
        answered = await invoke(job.function_arn, event)
        if answered.error is None:
            result = _result(answered.payload or b"", task_id)
        else:
            result = {"resultCode": "TemporaryFailure", "resultString": answered.message}
        if result["resultCode"] != "TemporaryFailure":
            break
    told = "succeeded" if result["resultCode"] == "Succeeded" else "failed"
    return {"bucket": row[0], "key": row[1], "taskStatus": told, **result}


def _result(payload: bytes, task_id: str) -> dict[str, str]:
    """The task's result, or what the answer says of one that is missing; a malformed answer fails for good."""
    try:
        answer = json.loads(payload)
        missing = {"taskId": task_id, "resultCode": answer["treatMissingKeysAs"]}
        found = next((each for each in answer["results"] if each["taskId"] == task_id), missing)
        return {"resultCode": str(found["resultCode"]), "resultString": str(found.get("resultString", ""))}
    except (ValueError, KeyError, TypeError):
        return {"resultCode": "PermanentFailure", "resultString": "The function's answer is not of the schema."}

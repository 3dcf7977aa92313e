"""S3 Batch Operations: what a new preset is, made for each original of a manifest, by AWS's own engine.

Invocation schemas 1.0 and 2.0 (S3 User Guide, "Invoke AWS Lambda function", read 2026-11). The job's user argument
`preset` names the preset; without it, what the stack makes ahead for the original's path is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, cast
from urllib.parse import unquote_plus

from origin.in_line import is_servable
from origin.region import Region
from variants import errors

succeeded, again, never = "Succeeded", "TemporaryFailure", "PermanentFailure"
# A result's text may have 1,024 characters (the same page).
most_said = 1024


class Job(TypedDict, total=False):
    id: str
    userArguments: Mapping[str, str] | None


class Task(TypedDict, total=False):
    taskId: str
    s3Key: str
    s3VersionId: str | None
    s3Bucket: str
    s3BucketArn: str


class Result(TypedDict):
    taskId: str
    resultCode: str
    resultString: str


class Report(TypedDict):
    invocationSchemaVersion: str
    treatMissingKeysAs: str
    invocationId: str
    results: list[Result]


def respond(event: Mapping[str, object], region: Region) -> Report:
    """What became of each task. A task that AWS sees as temporarily failed comes again, up to its own bound."""
    job, tasks = cast("Job", event["job"]), cast("Sequence[Task]", event["tasks"])
    arguments = job.get("userArguments") or {}
    return {
        "invocationSchemaVersion": str(event["invocationSchemaVersion"]),
        "treatMissingKeysAs": again,
        "invocationId": str(event["invocationId"]),
        "results": [_done(task, arguments, region) for task in tasks],
    }


def _done(task: Task, arguments: Mapping[str, str], region: Region) -> Result:
    try:
        code, said = succeeded, _make(task, arguments, region)
    except errors.Unable as error:
        code, said = again, error.message
    except errors.MirageError as error:
        code, said = never, error.message
    except ValueError as error:
        code, said = never, str(error)
    return {"taskId": task["taskId"], "resultCode": code, "resultString": said[:most_said]}


def _make(task: Task, arguments: Mapping[str, str], region: Region) -> str:
    bucket = task.get("s3Bucket") or task.get("s3BucketArn", "").rpartition(":")[2]
    original = unquote_plus(task["s3Key"])
    if bucket != region.settings.originals_bucket:
        raise ValueError(f"Expected an object of {region.settings.originals_bucket}, received one of {bucket}.")
    if not is_servable(original):
        raise ValueError("Expected an original that a URL can name.")
    if unknown := set(arguments) - {"preset"}:
        raise ValueError(f"Expected no user argument but preset, received {', '.join(sorted(unknown))}.")
    name = arguments.get("preset")
    if name is not None and name not in region.chosen.presets:
        raise ValueError(f"Expected preset to be one of {', '.join(region.chosen.presets) or 'none'}, received {name}.")
    segments = region.chosen.segments(original) if name is None else region.chosen.presets[name]
    made = [region.pictures.make(f"{original}/{segment}") for segment in segments]
    return f"{len(made)} variants: {made.count('stored')} were there, {len(made) - made.count('stored')} made"

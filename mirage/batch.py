"""A job of S3 Batch Operations a preset: its manifest, its cost, its start."""

from __future__ import annotations

import csv
import json
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast
from urllib.parse import quote

from mirage import stop
from mirage.aws import Asked, regional, s3
from mirage.stack import Stack, root
from mirage.stop import Stop
from mirage.verb import Here

folder = "_mirage/batch"
# AWS "S3 pricing", Batch Operations, read 2026-11.
per_job_usd = 0.25
per_million_objects_usd = 1.00
# What is assumed of a picture, besides: its preset in three formats, a second and a half of a function of 1.5 GB.
assumed_gb_seconds = 2.25
variants_each = 3


def start(stack: Stack, presets: Sequence[str], originals: Iterable[str], role: str, here: Here) -> int:
    """The exit status; the jobs are under way, where the person agreed to their cost."""
    role = role or stack.batch_role
    if not role.startswith("arn:"):
        raise Stop("Expected the ARN of the role that the jobs take in --role: this stack was deployed without one.")
    with tempfile.TemporaryDirectory(prefix="mirage-") as scratch:
        manifest = Path(scratch) / "manifest.csv"
        count = write(manifest, stack.originals, originals)
        if not count:
            raise Stop("There are no originals there: nothing is to be made.")
        usd = cost_usd(count, len(presets), stack.region)
        asked = f"Make {', '.join(presets)} of {count:,} originals by S3 Batch Operations, for about {usd:,.2f} USD?"
        if not here.voice.agrees(asked):
            raise Stop("No job was started.")
        key = f"{folder}/{uuid.uuid4()}.csv"
        s3(stack).upload_file(str(manifest), stack.originals, key)
    there = s3(stack).head_object(Bucket=stack.originals, Key=key)
    control = regional(stack, "s3control")
    for name in presets:
        job = _create(control, stack, name, role, key, str(there["ETag"]))
        said = (
            f"Job {job}: {name} of {count:,} originals; what fails is told below {folder}/reports of {stack.originals}."
        )
        here.voice.tell(said, job=job, preset=name, originals=count, usd=usd)
        here.voice.so_far = lambda: "the jobs that were told go on in AWS; the others were not started."
    return stop.done


def write(manifest: Path, bucket: str, originals: Iterable[str]) -> int:
    """How many rows the manifest has: bucket and key, percent-encoded (S3 "Specifying a manifest", read 2026-11)."""
    count = 0
    with manifest.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        for each in originals:
            rows.writerow([bucket, quote(each, safe="/")])
            count += 1
    return count


def cost_usd(originals: int, presets: int, region: str) -> float:
    """What the jobs cost: AWS's engine, the function's time, and the puts, by infra/costs/prices.json."""
    regions = json.loads((root / "infra" / "costs" / "prices.json").read_text(encoding="utf-8"))["regions"]
    prices = regions.get(region) or regions["us-east-1"]
    engine = presets * (per_job_usd + originals * per_million_objects_usd / 1e6)
    calls = originals * presets
    work = calls * (prices["lambda_per_million"] / 1e6 + assumed_gb_seconds * prices["lambda_gb_second"])
    return float(engine + work + calls * variants_each * prices["put_per_1k"] / 1000)


def _create(control: Asked, stack: Stack, preset: str, role: str, key: str, etag: str) -> str:
    """The id of the job."""
    function = f"arn:aws:lambda:{stack.region}:{stack.account}:function:{stack.original_changed}"
    answer = control.create_job(
        AccountId=stack.account,
        ConfirmationRequired=False,
        ClientRequestToken=str(uuid.uuid4()),
        Description=f"Mirage {stack.name}: {preset}",
        Operation={
            "LambdaInvoke": {
                "FunctionArn": function,
                "InvocationSchemaVersion": "2.0",
                "UserArguments": {"preset": preset},
            }
        },
        Manifest={
            "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
            "Location": {"ObjectArn": f"arn:aws:s3:::{stack.originals}/{key}", "ETag": etag.strip('"')},
        },
        Report={
            "Enabled": True,
            "Bucket": f"arn:aws:s3:::{stack.originals}",
            "Prefix": f"{folder}/reports",
            "Format": "Report_CSV_20180820",
            "ReportScope": "FailedTasksOnly",
        },
        Priority=10,
        RoleArn=role,
    )
    return cast("str", answer["JobId"])

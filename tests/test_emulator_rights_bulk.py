"""Each right of the role of S3 Batch Operations' jobs, taken away while the chain runs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from PIL import Image

from emulator.wire import HttpRequest
from tests.chain_world import World
from tests.declared import stack
from tests.emulator_originals import png
from tests.rights_world import ask, keep, play, without

pytestmark = pytest.mark.emulator
picture = png(Image.new("RGB", (40, 30), (240, 120, 20)))
manifest = "_mirage/batch/manifest.csv"
# Action, resource: why the job fails without it.
bulk_cases = {
    ("s3:GetObject", "/_mirage/batch/*"): "got 403 for GET",
    ("s3:GetObjectVersion", "/_mirage/batch/*"): "lacks s3:GetObjectVersion",
    ("s3:PutObject", "/_mirage/batch/reports/*"): "got 403 for PUT",
    ("lambda:InvokeFunction", "original-changed"): "lacks lambda:InvokeFunction",
}


async def job(here: World) -> str:
    """How a job over one original ends, and why."""
    originals, jobs = here.chain.originals, here.chain.aws.jobs
    await keep(here, originals, manifest, f"{originals},a.png\n".encode())
    etag = ((await ask(here, "HEAD", originals, manifest)).header("etag") or "").strip('"')
    function = next(arn for name, arn in here.chain.aws.functions.arns.items() if name.endswith("original-changed"))
    role = next(arn for arn in here.chain.aws.policies if arn.endswith("-bulk"))
    said = f"""<CreateJobRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
        <Operation><LambdaInvoke><FunctionArn>{function}</FunctionArn>
          <InvocationSchemaVersion>2.0</InvocationSchemaVersion></LambdaInvoke></Operation>
        <Report><Bucket>arn:aws:s3:::{originals}</Bucket><Prefix>_mirage/batch/reports</Prefix>
          <Enabled>true</Enabled><ReportScope>AllTasks</ReportScope></Report>
        <Manifest><Location><ObjectArn>arn:aws:s3:::{originals}/{manifest}</ObjectArn><ETag>{etag}</ETag></Location>
        </Manifest><RoleArn>{role}</RoleArn></CreateJobRequest>"""
    asked = HttpRequest(method="POST", path="/v20180820/jobs", query="", headers={}, body=said.encode(), client="")
    status, body = jobs.request(asked)
    assert status == 200, body
    (job_id,) = re.findall("<JobId>(.*?)</JobId>", body.decode())
    while jobs.jobs[job_id].status in ("New", "Active"):
        await asyncio.sleep(0.02)
    return f"{jobs.jobs[job_id].status} {jobs.jobs[job_id].why}"


def test_without_any_of_its_rights_a_job_fails(tmp_path: Path) -> None:
    async def story(here: World) -> None:
        await keep(here, here.chain.originals, "a.png", picture)
        assert await job(here) == "Complete "
        for (action, part), why in bulk_cases.items():
            with without(here, "bulk", action, part):
                said = await job(here)
            assert said.startswith("Failed ") and why in said, (action, said)

    play(stack(), tmp_path, story)

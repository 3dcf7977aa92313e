"""S3 Control, the two operations of Batch Operations that the command line uses: CreateJob and DescribeJob.

A job takes its role, reads its manifest by it, calls the function by it, and writes its report by it. Amazon S3 API
Reference (S3 Control), "Granting permissions for Batch Operations", read 2026-11.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import uuid4
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from emulator.aws import batch_jobs
from emulator.aws.batch_jobs import Job
from emulator.aws.delivery import Invoke
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.aws.refusal import Refusal
from emulator.s3.gate import Gate
from emulator.s3.messages import S3Answer, role
from emulator.wire import HttpRequest

jobs_path = "/v20180820/jobs"
space = "http://awss3control.amazonaws.com/doc/2018-08-20/"
service = "batchoperations.s3.amazonaws.com"
reported = {"FailedTasksOnly": ("failed",), "AllTasks": ("failed", "succeeded")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a CreateJob asks for; `report_prefix` is None where there is to be no report."""

    role_arn: str
    function_arn: str
    arguments: Mapping[str, str]
    manifest_bucket: str
    manifest_key: str
    manifest_etag: str
    report_bucket: str
    report_prefix: str | None
    report_scope: str


@dataclass(slots=True)
class Made:
    """A job as DescribeJob tells of it. It changes as the job goes on."""

    status: str = "New"
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    why: str = ""


@dataclass(slots=True, kw_only=True)
class S3Control:
    """All jobs of the account. `trusts`: whether a service may assume a role."""

    gate: Gate
    invoke: Invoke
    policies: Mapping[str, tuple[Policy, ...]]
    trusts: Callable[[str, str], bool]
    jobs: dict[str, Made] = field(default_factory=dict)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def is_busy(self) -> bool:
        return bool(self._under_way)

    async def stop(self) -> None:
        """Drops what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def request(self, asked: HttpRequest) -> tuple[int, bytes]:
        """Status and XML of the answer."""
        try:
            if asked.method == "POST" and asked.path == jobs_path:
                return 200, self._create(read(asked.body))
            found = re.fullmatch(rf"{jobs_path}/([A-Za-z0-9-]+)", asked.path)
            if asked.method == "GET" and found is not None:
                return 200, self._describe(found[1])
            raise Refusal("InvalidRequest", "The emulator's S3 Control creates and describes jobs only.")
        except Refusal as error:
            said = f"<Code>{error.code}</Code><Message>{escape(str(error))}</Message>"
            return error.status, f'<ErrorResponse xmlns="{space}"><Error>{said}</Error></ErrorResponse>'.encode()

    def _create(self, asked: Asked) -> bytes:
        if not self.trusts(asked.role_arn, service):
            raise Refusal("InvalidRequest", f"The role {asked.role_arn} cannot be assumed by {service}.")
        job_id, made = str(uuid4()), Made()
        self.jobs[job_id] = made
        task = asyncio.create_task(self._run(asked, made))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return f'<CreateJobResult xmlns="{space}"><JobId>{job_id}</JobId></CreateJobResult>'.encode()

    def _describe(self, job_id: str) -> bytes:
        made = self.jobs.get(job_id)
        if made is None:
            raise Refusal("NoSuchJob", f"The specified job does not exist: {job_id}", 404)
        counts = {"TotalNumberOfTasks": made.total, "NumberOfTasksSucceeded": made.succeeded}
        counts["NumberOfTasksFailed"] = made.failed
        progress = "".join(f"<{name}>{count}</{name}>" for name, count in counts.items())
        reason = f"<FailureReason>{escape(made.why)}</FailureReason>" if made.why else ""
        failures = f"<FailureReasons><member>{reason}</member></FailureReasons>" if made.why else ""
        said = f"<JobId>{job_id}</JobId><Status>{made.status}</Status>"
        said += f"<ProgressSummary>{progress}</ProgressSummary>{failures}"
        return f'<DescribeJobResult xmlns="{space}"><Job>{said}</Job></DescribeJobResult>'.encode()

    async def _run(self, asked: Asked, made: Made) -> None:
        made.status = "Active"
        try:
            self._authorise(asked)
            job = batch_jobs.read(await self._manifest(asked), asked.function_arn, asked.arguments)
            rows = await batch_jobs.run(job, self.invoke)
            made.total, made.succeeded = len(job.rows), sum(each["taskStatus"] == "succeeded" for each in rows)
            made.failed = made.total - made.succeeded
            await self._report(asked, job, rows)
            made.status = "Complete"
        except (Refusal, ValueError) as why:
            made.status, made.why = "Failed", str(why)

    def _authorise(self, asked: Asked) -> None:
        """Refuses what the job's first step asks for by itself: the function, and the manifest in any version."""
        manifest = f"arn:aws:s3:::{asked.manifest_bucket}/{asked.manifest_key}"
        principal = Principal(account=self.gate.account, arn=asked.role_arn)
        for action, resource in (("lambda:InvokeFunction", asked.function_arn), ("s3:GetObjectVersion", manifest)):
            access = Access(action=action, resource=resource, principal=principal)
            decision = decide(access, self.policies.get(asked.role_arn, ()))
            if not decision.allowed:
                raise Refusal("AccessDenied", f"The job's role lacks {action} on {resource} {decision.reason}")

    async def _manifest(self, asked: Asked) -> str:
        found = await self._s3(asked, "GET", asked.manifest_bucket, asked.manifest_key)
        if (found.header("etag") or "").strip('"') != asked.manifest_etag:
            raise Refusal("InvalidManifest", "The manifest's ETag is not the one that the job was given.")
        return found.body.decode()

    async def _report(self, asked: Asked, job: Job, rows: list[dict[str, str]]) -> None:
        if asked.report_prefix is None:
            return
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for each in rows:
            if each["taskStatus"] in reported[asked.report_scope]:
                names = ("bucket", "key", "taskStatus", "resultCode", "resultString")
                bucket, key, *rest = (each[name] for name in names)
                writer.writerow([bucket, key, "", *rest])
        key = f"{asked.report_prefix}/job-{uuid4()}/results/{uuid4().hex}.csv"
        await self._s3(asked, "PUT", asked.report_bucket, key, out.getvalue().encode())

    async def _s3(self, asked: Asked, method: str, bucket: str, key: str, body: bytes = b"") -> S3Answer:
        caller = role(asked.role_arn, self.policies.get(asked.role_arn, ()))
        answer = await self.gate.request(caller, method, bucket, quote(key), "", (), body)
        if answer.status != 200:
            raise Refusal("AccessDenied", f"The job's role got {answer.status} for {method} s3://{bucket}/{key}.")
        return answer


def read(body: bytes) -> Asked:
    """What a CreateJobRequest asks for. Raises Refusal where it is none that the emulator runs."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as why:
        raise Refusal("MalformedXML", "The XML you provided was not well-formed.") from why

    def text(path: str) -> str:
        return root.findtext("/".join(f"{{{space}}}{part}" for part in path.split("/")), "")

    entries = root.iterfind(f".//{{{space}}}UserArguments/{{{space}}}entry")
    if text("Operation/LambdaInvoke/InvocationSchemaVersion") != batch_jobs.schema:
        raise Refusal("InvalidRequest", f"The emulator runs jobs of Lambda's schema {batch_jobs.schema} only.")
    manifest = text("Manifest/Location/ObjectArn").removeprefix("arn:aws:s3:::")
    has_report, scope = text("Report/Enabled") == "true", text("Report/ReportScope")
    if has_report and scope not in reported:
        raise Refusal("InvalidRequest", "A report needs a scope: AllTasks or FailedTasksOnly.")
    return Asked(
        role_arn=text("RoleArn"),
        function_arn=text("Operation/LambdaInvoke/FunctionArn"),
        arguments={each[0].text or "": each[1].text or "" for each in entries},
        manifest_bucket=manifest.partition("/")[0],
        manifest_key=manifest.partition("/")[2],
        manifest_etag=text("Manifest/Location/ETag"),
        report_bucket=text("Report/Bucket").removeprefix("arn:aws:s3:::"),
        report_prefix=text("Report/Prefix") if has_report else None,
        report_scope=scope,
    )

"""S3's door: who asks is known, what is asked is judged by policy, and only then is anything fetched or kept."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import replace

from emulator.aws.iam import Policy
from emulator.faults import Faults
from emulator.quotas import s3_key_max_bytes
from emulator.s3 import conditions, copies, documents, honoured, parts, reads, rights, tags, uploads
from emulator.s3.bucket import Bucket
from emulator.s3.changes import Change, created_by, removed_by, sequencer
from emulator.s3.deletion import delete_objects, has_conditions
from emulator.s3.lifecycle import expiration_header
from emulator.s3.listing import bounded
from emulator.s3.messages import Caller, Headers, S3Answer, S3Request
from emulator.s3.moto_store import MotoStore
from emulator.s3.refusals import Refused, refusal, refused_by_moto
from emulator.s3.spelling import dressed, read_key, refuse_name, written


class Gate:
    """All buckets of the stack. `changed` is called with every change, once it is made; `may_tell` says whether a
    bucket may call the function of that ARN."""

    def __init__(self, *, now: Callable[[], float], account: str, faults: Faults) -> None:
        self.now = now
        self.account = account
        self.store = MotoStore(now)
        self.buckets: dict[str, Bucket] = {}
        self.changed: list[Callable[[Change], None]] = []
        self.may_tell: Callable[[str, str], bool] = lambda bucket, arn: True
        self._faults = faults

    async def request(
        self,
        caller: Caller,
        method: str,
        bucket: str,
        key: str,
        query: str = "",
        headers: Headers = (),
        body: bytes = b"",
    ) -> S3Answer:
        """S3's answer. `key` is the path as sent, percent-encoded, without the bucket and the slash before it."""
        ids = (secrets.token_hex(8).upper(), secrets.token_urlsafe(56))
        try:
            said, whole = uploads.received({name.lower(): value for name, value in headers}, body)
            request = S3Request(
                caller=caller, method=method, bucket=bucket, key=read_key(key), query=query, headers=said, body=whole
            )
            answer = await self._serve(request, ids)
        except Refused as error:
            answer = refusal(error, head=method == "HEAD", ids=ids)
        return dressed(answer, ids, self.now())

    async def create(self, bucket: str, region: str) -> None:
        """Makes an empty bucket. Raises Refused for a name that S3 refuses."""
        refuse_name(bucket)
        await self.store.forget(bucket)
        where = f"<LocationConstraint>{region}</LocationConstraint>" if region != "us-east-1" else ""
        body = f"<CreateBucketConfiguration>{where}</CreateBucketConfiguration>" if where else ""
        made = await self.store.call("PUT", f"/{bucket}", body=body.encode(), region=region)
        if made.status >= 400:
            raise refused_by_moto(made, "")
        self.buckets[bucket] = Bucket(region=region)

    async def _serve(self, request: S3Request, ids: tuple[str, str]) -> S3Answer:
        if len(size := request.key.encode()) > s3_key_max_bytes:
            raise Refused("KeyTooLongError", told={"Size": str(len(size)), "MaxSizeAllowed": str(s3_key_max_bytes)})
        self._strike(request)
        if not request.bucket:
            rights.authorise(request, {}, self.account)
            return await self._pass(request)
        bucket = self.buckets.get(request.bucket)
        if bucket is None:
            honoured.refuse_others(request)
            raise Refused("NoSuchBucket", told={"BucketName": request.bucket})
        if request.method == "POST" and not request.key and "delete" in request.parameters:
            if not bucket.is_versioned and not has_conditions(request):
                return await self._drop(request, bucket, ids)
            return await delete_objects(request, lambda single: self._judged(single, bucket, ids))
        return await self._judged(request, bucket, ids)

    async def _drop(self, request: S3Request, bucket: Bucket, ids: tuple[str, str]) -> S3Answer:
        """DeleteObjects in a bucket without versions: each key judged by itself, all dropped in one go, as S3 does a
        thousand in a second or two."""
        judged: list[S3Request] = []

        async def judge(single: S3Request) -> S3Answer:
            rights.authorise(single, self._policies, self.account)
            judged.append(single)
            return S3Answer(status=204, headers=())

        answer = await delete_objects(request, judge)
        await self.store.drop(request.bucket, [each.key for each in judged])
        for each in judged:
            await self._tell(each, S3Answer(status=204, headers=()), ids)
        return answer

    async def _judged(self, request: S3Request, bucket: Bucket, ids: tuple[str, str]) -> S3Answer:
        rights.authorise(request, self._policies, self.account)
        honoured.refuse_others(request)
        if request.reads_object:
            return await self._read(request, bucket)
        if not request.key and (found := documents.served(request, bucket, self.may_tell)) is not None:
            return found
        uploads.refuse_unsupported(request)
        tags.refuse_malformed(request)
        parts.refuse_unknown(request, bucket)
        await self._overtake(request)
        await self._look_at_source(request)
        answer = await self._pass(request)
        parts.note(request, answer, bucket, self.now())
        await self._tell(request, answer, ids)
        if created_by(request) and (expires := expiration_header(bucket.rules, request.key, self.now())):
            answer = replace(answer, headers=(*answer.headers, ("x-amz-expiration", expires)))
        if not request.key and "versioning" in request.parameters and request.method == "PUT":
            bucket.is_versioned = b"<Status>Enabled</Status>" in request.body
        return answer

    async def _read(self, request: S3Request, bucket: Bucket) -> S3Answer:
        judged_here = {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "range"}
        headers = {name: value for name, value in request.headers.items() if name not in judged_here}
        path = f"/{request.bucket}/{request.key}"
        if request.method == "HEAD":
            found = await self.store.told(path, request.query, headers)
        else:
            found = await self.store.call("GET", path, request.query, headers)
        if found.status == 404 and b"<Code>NoSuchKey</Code>" in found.body:
            self._hide(request, bucket)
        if found.status >= 400:
            raise reads.missing(found, request, await self._marker(request, bucket))
        return reads.shown(found, request, bucket.rules)

    async def _look_at_source(self, request: S3Request) -> None:
        """Refuses a copy of what is not there, and of tags that the caller may not read or write."""
        found = copies.source(request)
        if found is None:
            return
        if (bucket := self.buckets.get(found.bucket)) is None:
            raise Refused("NoSuchBucket", told={"BucketName": found.bucket})
        kept = await self.store.kept(found.bucket, found.key, found.version)
        if kept is None:
            self._hide(replace(request, bucket=found.bucket, key=found.key), bucket)
            raise Refused("NoSuchVersion" if found.version else "NoSuchKey", told={"Key": found.key})
        if kept.has_tags:
            rights.authorise(request, self._policies, self.account, copies.tag_rights(request, found))

    @property
    def _policies(self) -> dict[str, Policy | None]:
        return {name: bucket.policy for name, bucket in self.buckets.items()}

    async def _marker(self, request: S3Request, bucket: Bucket) -> str | None:
        """The version id of the marker that was asked for, or that hides the object, where one does."""
        versions = await self.store.versions(request.bucket, request.key) if bucket.is_versioned else []
        wanted = request.parameters.get("versionId", versions[0].version_id if versions else "")
        return wanted if any(each.is_marker and each.version_id == wanted for each in versions) else None

    def _hide(self, request: S3Request, bucket: Bucket) -> None:
        """A missing key is 404 only to whom the bucket may be listed. S3 API "GetObject", read 2026-11."""
        resource = f"arn:aws:s3:::{request.bucket}"
        decision = rights.judge(request, "s3:ListBucket", resource, bucket.policy, self.account)
        if not decision.allowed:
            raise rights.denied(request.caller, "s3:ListBucket", resource, decision)

    async def _pass(self, request: S3Request) -> S3Answer:
        path = f"/{request.bucket}/{request.key}" if request.bucket else "/"
        answer = await self.store.call(
            request.method,
            path,
            bounded(request),
            conditions.unjudged(request.headers),
            request.body,
            first=lambda look: conditions.refuse_unmet(request, look),
        )
        if answer.status >= 400:
            raise refused_by_moto(answer, request.key)
        return written(answer) if request.key and request.method != "GET" else answer

    def _strike(self, request: S3Request) -> None:
        post = "put" if request.key else "delete"
        verb = {"GET": "get", "HEAD": "get", "PUT": "put", "POST": post, "DELETE": "delete"}.get(request.method, "")
        verb = "list" if verb == "get" and not request.key else verb
        if self._faults.strikes(f"s3.{verb}.slowdown"):
            raise Refused("SlowDown")
        if verb == "get" and self._faults.strikes("s3.get.internal"):
            raise Refused("InternalError")
        if verb == "put" and self._faults.strikes("s3.put.internal"):
            raise Refused("InternalError")
        if (asked := conditions.written_on(request)) and self._faults.strikes("s3.put.conflict"):
            told = {"Condition": asked[0].title(), "Key": request.key}
            raise Refused("ConditionalRequestConflict", told=told)
        if request.caller.kind == "role" and self._faults.strikes("s3.credentials.expired"):
            raise Refused("ExpiredToken")
        if request.caller.kind == "role" and self._faults.strikes("s3.clock.skewed"):
            raise Refused("RequestTimeTooSkewed")

    async def _overtake(self, request: S3Request) -> None:
        """By a fault: another maker's conditional put of the same object comes first."""
        is_conditional = request.method == "PUT" and "if-none-match" in request.headers
        if is_conditional and self._faults.strikes("s3.put.overtaken"):
            with contextlib.suppress(Refused):
                await self._pass(request)

    def tell(self, change: Change) -> None:
        """Tells whoever listens of a change."""
        for listen in self.changed:
            listen(change)

    async def _tell(self, request: S3Request, answer: S3Answer, ids: tuple[str, str]) -> None:
        event = created_by(request) or removed_by(request, answer)
        if event is None or not self.changed:
            return
        now = self.now()
        version_id = request.parameters.get("versionId") or answer.header("x-amz-version-id")
        etag, size = await self._written(event, request, answer, version_id)
        change = Change(
            event=event,
            bucket=request.bucket,
            key=request.key,
            size=size,
            etag=etag,
            version_id=version_id,
            sequencer=sequencer(now),
            principal=request.caller.arn,
            address=request.caller.address,
            request_id=ids[0],
            host_id=ids[1],
            happened_at=now,
        )
        self.tell(change)

    async def _written(
        self, event: str, request: S3Request, answer: S3Answer, version_id: str | None
    ) -> tuple[str | None, int | None]:
        if not event.startswith("ObjectCreated"):
            return None, None
        if event == "ObjectCreated:Put":
            return (answer.header("etag") or "").strip('"'), len(request.body)
        query = f"versionId={version_id}" if version_id else ""
        made = await self.store.told(f"/{request.bucket}/{request.key}", query)
        return (made.header("etag") or "").strip('"'), len(made.body)

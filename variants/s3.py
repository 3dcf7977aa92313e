"""S3, as far as the edge needs it: streamed GET, HEAD, conditional PUT and DELETE, signed here.

Always the bucket's regional host: the global one redirects for a fresh bucket's first day (AWS "Virtual hosting of
buckets", read 2026-11), and Lambda@Edge's AWS_REGION is the replica's. Every call has time-outs, retries with
jitter, and ends inside the deadline that it is given.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from variants import errors, sigv4, wire
from variants.s3_answer import Answered, Deadline, Found
from variants.stream import StreamView

connect_timeout_s = 2.0
read_timeout_s = 5.0
# A request's tries in all. S3 asks for retries with backoff on 500 and 503 (AWS "Best practices for error
# responses", read 2026-11); 409 ConditionalRequestConflict is to be sent again (S3 User Guide, "Conditional writes").
tries = 3
first_pause_s = 0.05
again_statuses = frozenset({409, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    key: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)


def role_credentials() -> sigv4.Credentials:
    """The function's role's credentials, from the variables that Lambda reserves (AWS "Defined runtime environment
    variables", read 2026-11). Read at every call: they change when the sandbox thaws."""
    return sigv4.Credentials(
        access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        session_token=os.environ.get("AWS_SESSION_TOKEN", ""),
    )


class Bucket:
    """One bucket in one Region. `connect` gives the connections to a host: `wire.https`, or a test's."""

    def __init__(
        self,
        *,
        name: str,
        region: str,
        connect: Callable[[str], wire.Wire] = wire.https,
        credentials: Callable[[], sigv4.Credentials] = role_credentials,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.host = f"{name}.s3.{region}.amazonaws.com"
        self._region = region
        self._connect = connect
        self._credentials = credentials
        self._sleep = sleep

    def get(self, key: str, deadline: Deadline, if_match: str | None = None) -> tuple[Found, Answered]:
        """An object's head, and its body under way. Raises errors.NotFound, errors.Archived, errors.Unable."""
        headers = {} if if_match is None else {"if-match": if_match}
        answer = self.ask(Request(method="GET", key=key, headers=headers), deadline)
        if answer.status != 200:
            raise answer.error()
        return answer.found(), answer

    def stream(self, key: str, deadline: Deadline) -> tuple[Found, StreamView]:
        """An object's head, and a seekable view that reads the body as it is asked to."""
        found, first = self.get(key, deadline)
        bodies = iter((first,))

        def reopen() -> Answered:
            return next(bodies, None) or self.get(key, deadline, if_match=found.etag)[1]

        return found, StreamView(found.size_bytes, reopen).start()

    def head(self, key: str, deadline: Deadline) -> Found | None:
        """An object's head, or None where there is no such object. Raises errors.Unable."""
        answer = self.ask(Request(method="HEAD", key=key, headers={}), deadline)
        answer.close()
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise answer.error()
        return answer.found()

    def put_new(self, key: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> str | None:
        """The ETag of the object that was put, or None where one of that key is there already (412).

        Raises errors.Unable where it was not put, for all that is known.
        """
        headers = {**headers, "if-none-match": "*"}
        answer = self.ask(Request(method="PUT", key=key, headers=headers, body=body), deadline)
        answer.close()
        if answer.status == 412:
            return None
        if answer.status != 200:
            raise answer.error()
        return answer.headers["etag"]

    def delete(self, key: str, etag: str, deadline: Deadline) -> None:
        """Nothing: the object is gone where it still had that ETag (another's is left). Raises errors.Unable."""
        answer = self.ask(Request(method="DELETE", key=key, headers={"if-match": etag}), deadline)
        answer.close()
        if answer.status not in (200, 204, 404, 412):
            raise answer.error()

    def ask(self, request: Request, deadline: Deadline) -> Answered:
        """The answer, tried again while S3 says so; close it. Raises errors.Busy, errors.Deadline."""
        for pause_s in _pauses():
            deadline.check()
            answer = self._try(request, deadline)
            if answer is not None and answer.status not in again_statuses:
                return answer
            if answer is not None:
                answer.close()
            if pause_s is not None:
                deadline.check(pause_s)
                self._sleep(pause_s)
        raise errors.Busy("The storage is busy; ask again in a moment.")

    def _try(self, request: Request, deadline: Deadline) -> Answered | None:
        left_s = max(deadline.left_s(), 0.05)
        asking = wire.Asking(
            method=request.method,
            target=_target(request),
            headers=self._signed(request),
            body=request.body,
            connect_timeout_s=min(connect_timeout_s, left_s),
            read_timeout_s=min(read_timeout_s, left_s),
        )
        try:
            response = self._connect(self.host).ask(asking)
        except wire.failures:
            return None
        return Answered(response, deadline, has_body=request.method != "HEAD")

    def _signed(self, request: Request) -> dict[str, str]:
        headers = dict(request.headers)
        if request.method == "PUT":
            headers["content-length"] = str(len(request.body))
        unsigned = sigv4.Unsigned(
            method=request.method,
            host=self.host,
            path="/" + request.key,
            query=request.query,
            headers=headers,
            payload_sha256=hashlib.sha256(request.body).hexdigest(),
        )
        return sigv4.sign(unsigned, self._credentials(), self._region, datetime.now(UTC))


def _target(request: Request) -> str:
    query = sigv4.encode_query(request.query)
    return "/" + sigv4.encode(request.key, "/") + (f"?{query}" if query else "")


def _pauses() -> Iterator[float | None]:
    """The pauses between the tries, full jitter (AWS Builders' Library, "Timeouts, retries and backoff with
    jitter"); None after the last."""
    for number in range(tries - 1):
        yield random.uniform(0, first_pause_s * 4**number)
    yield None

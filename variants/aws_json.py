"""AWS services other than S3, as far as generators need them: one signed POST, over the same connections."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import urllib3
from urllib3.exceptions import HTTPError

from variants import errors, s3, sigv4
from variants.s3_answer import Deadline

timeout = urllib3.Timeout(connect=2.0, read=5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a service answered."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service's regional endpoint, `<name>.<region>.amazonaws.com`."""

    name: str
    region: str
    connect: Callable[[str], urllib3.HTTPConnectionPool] = s3.https
    credentials: Callable[[], sigv4.Credentials] = field(default=s3.role_credentials)

    def post(self, path: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> Said:
        """The answer to a POST. Raises errors.Busy where there is none."""
        deadline.check()
        host = f"{self.name}.{self.region}.amazonaws.com"
        digest = hashlib.sha256(body).hexdigest()
        unsigned = sigv4.Unsigned(method="POST", host=host, path=path, query={}, headers=headers, payload_sha256=digest)
        signed = sigv4.sign(unsigned, self.credentials(), self.region, datetime.now(UTC), self.name)
        try:
            answer = self.connect(host).urlopen(
                "POST", path, body=body, headers=signed, retries=False, redirect=False, timeout=timeout
            )
        except HTTPError:
            raise errors.Busy("A service of this stack does not answer; ask again in a moment.") from None
        return Said(status=answer.status, body=answer.data)

"""AWS services other than S3, as far as generators need them: one signed POST, over the same connections."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from variants import errors, s3, sigv4, wire
from variants.s3_answer import Answered, Deadline

connect_timeout_s, read_timeout_s = 2.0, 5.0
# Secrets Manager gives 64 KB at the most ("Quotas", read 2026-11); base64 and JSON are around it.
most_bytes = 256 * 1024


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
    connect: Callable[[str], wire.Wire] = wire.https
    credentials: Callable[[], sigv4.Credentials] = field(default=s3.role_credentials)

    def post(self, path: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> Said:
        """The answer to a POST. Raises errors.Busy where there is none."""
        deadline.check()
        host = f"{self.name}.{self.region}.amazonaws.com"
        digest = hashlib.sha256(body).hexdigest()
        unsigned = sigv4.Unsigned(method="POST", host=host, path=path, query={}, headers=headers, payload_sha256=digest)
        signed = sigv4.sign(unsigned, self.credentials(), self.region, datetime.now(UTC), self.name)
        asking = wire.Asking(
            method="POST",
            target=path,
            headers={**signed, "content-length": str(len(body))},
            body=body,
            connect_timeout_s=connect_timeout_s,
            read_timeout_s=read_timeout_s,
        )
        try:
            answer = Answered(self.connect(host).ask(asking), deadline, has_body=True)
        except wire.failures:
            raise errors.Busy("A service of this stack does not answer; ask again in a moment.") from None
        said = Said(status=answer.status, body=answer.whole(most_bytes))
        if len(said.body) < int(answer.headers.get("content-length", "0")):
            raise errors.Busy("A service of this stack broke off; ask again in a moment.")
        return said

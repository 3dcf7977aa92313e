"""Names of what the stack owns, from plain strings, so that the bundle and the policies are known at preview."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

# S3 "General purpose bucket naming rules": 3 to 63 of a-z, 0-9 and hyphen (dots break TLS host names). Read 2026-11.
max_bucket_name = 63
# IAM role and Lambda function names: 64. CloudFront function, key value store, OAC: 64 (provider-rules). Read 2026-11.
max_name = 64
digest_length = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a stack's resources are called. `account` is AWS's twelve digits, `region` the stack's."""

    project: str
    stack: str
    account: str
    region: str

    @property
    def whole(self) -> str:
        """The stack's own name: `mirage-dev`."""
        return shorten(f"{self.project}-{self.stack}", max_name)

    def of(self, part: str, version: str = "") -> str:
        """The account-wide name of a part: `mirage-dev-edge`, or with a version `mirage-dev-viewer-1f2e3d4c`."""
        tail = f"-{part}-{version}" if version else f"-{part}"
        return shorten(f"{self.project}-{self.stack}", max_name - len(tail)) + tail

    def bucket(self, part: str) -> str:
        """The world-wide name of a bucket: `mirage-dev-originals-123456789012`."""
        tail = f"-{part}-{self.account}"
        return shorten(f"{self.project}-{self.stack}", max_bucket_name - len(tail)) + tail

    def bucket_domain(self, bucket: str) -> str:
        """The regional host name of a bucket; the global one may answer 307 for a day (CF:downloaddistvalues)."""
        return f"{bucket}.s3.{self.region}.amazonaws.com"


def shorten(text: str, most: int) -> str:
    """The text in lower case, digits and hyphens, with a digest at its end where that lost something."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if plain == text and len(plain) <= most:
        return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:digest_length]
    return f"{plain[: most - digest_length - 1].rstrip('-')}-{digest}".lstrip("-")

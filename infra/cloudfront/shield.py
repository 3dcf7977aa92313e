"""Where Origin Shield stands for a bucket's Region, as AWS maps it."""

from __future__ import annotations

import re

from infra.configuration.values import Unreadable

# CloudFront Developer Guide, "Using Amazon CloudFront Origin Shield", read 2026-11-20.
regions = (
    *("us-east-1", "us-east-2", "us-west-2", "sa-east-1", "eu-central-1", "eu-west-1", "eu-west-2"),
    *("ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"),
)
# The same page's advice for a bucket in a Region that has none; 2026-11-20, not verified on a live account.
nearest = {
    "us-west-1": "us-west-2",
    "ca-central-1": "us-east-1",
    "eu-north-1": "eu-west-2",
    "eu-west-3": "eu-west-2",
    "eu-south-1": "eu-central-1",
    "af-south-1": "eu-west-1",
    "ap-east-1": "ap-southeast-1",
    "me-south-1": "ap-south-1",
}


def setting(text: str) -> str:
    """The text of `originShield`: true, false, or the name of a Region that has a shield."""
    if text in ("true", "false") or text in regions:
        return text
    if re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", text):
        raise Unreadable(f"a Region that has Origin Shield ({', '.join(regions)})", text)
    raise Unreadable("true, false or a Region", text)


def region(shield: str, bucket_region: str) -> str | None:
    """The shield's Region for a bucket's, None where it is off.

    Raises Unreadable where it is on and nothing is known of the bucket's Region.
    """
    if shield == "false":
        return None
    if shield != "true":
        return shield
    found = bucket_region if bucket_region in regions else nearest.get(bucket_region)
    if found is None:
        wanted = f"the name of a Region, or false (AWS names no Origin Shield for buckets in {bucket_region})"
        raise Unreadable(wanted, shield)
    return found

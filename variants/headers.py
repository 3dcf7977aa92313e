"""The headers that belong to a variant: those it is stored with, and those that answers of it carry.

Light on purpose: the edge imports this for every answer of the origin.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from variants.table import table

if TYPE_CHECKING:
    from variants.grammar import Variant
    from variants.rendered import Rendered

# url-contract, "Answers".
immutable = "public, max-age=31536000, immutable"
one_minute = "public, max-age=60, s-maxage=60"
ten_seconds = "max-age=10"
tag_header = "x-amz-meta-cache-tag"
# What of a stored object's headers an answer carries, beside the ETag.
sent_names = ("content-type", "cache-control", "content-disposition")
# RFC 6266 §4.3 and appendix D: what every browser reads the same way in a quoted file name.
plain_name_pattern = re.compile(r"[A-Za-z0-9 !#$&'()+,.;=@\[\]^_`{}~-]+")


def cache_tag(original: str) -> str:
    """The tag of everything made of an original: `o-` and 32 hex of the SHA-256 of its decoded path."""
    return "o-" + hashlib.sha256(original.encode()).hexdigest()[:32]


def until_purged(browser_seconds: int) -> str:
    """The Cache-Control of what a purge by tag reaches: long in CloudFront, short in browsers."""
    return f"public, max-age={browser_seconds}, s-maxage=31536000, stale-while-revalidate=60"


def attachment(original: str, extension: str) -> str:
    """A Content-Disposition that downloads: the original's name with the output's extension (RFC 6266, RFC 8187)."""
    name = f"{PurePosixPath(original).stem}.{extension}"
    if plain_name_pattern.fullmatch(name):
        return f'attachment; filename="{name}"'
    plain = re.sub(r"[^A-Za-z0-9 .,_()-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def bare(etag: str) -> str:
    """An ETag without its quotes, as metadata and `v` have it."""
    return etag.strip('"')


def stored(
    original: str, variant: Variant, rendered: Rendered, original_etag: str, browser_seconds: int
) -> dict[str, str]:
    """The headers and metadata that a variant is stored with; S3 sends them from then on."""
    versioned = variant.v is not None
    found = {
        "content-type": rendered.content_type,
        "cache-control": immutable if versioned else until_purged(browser_seconds),
        tag_header: cache_tag(original),
        "x-amz-meta-original-etag": original_etag,
        "x-amz-meta-epoch": str(table.epoch),
    }
    if variant.dl:
        found["content-disposition"] = attachment(original, rendered.format)
    if variant.q == "auto" and rendered.quality is not None:
        found["x-amz-meta-quality"] = str(rendered.quality)
    if rendered.reduced:
        found["x-amz-meta-reduced"] = "1"
    return found

"""The page: its files in the variants bucket, where two behaviors of the distribution find them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

folder = Path(__file__).parent.parent / "page"
prefix = "page"
assets_prefix = f"{prefix}/_mirage/page"
# The list of originals that the page offers; the origin rewrites it whenever an original changes.
originals_list = f"{assets_prefix}/originals.json"
# An allow-list, and the same on every machine (mimetypes reads the machine's tables).
content_types = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArgs:
    bucket: pulumi.Input[str]


class Page(pulumi.ComponentResource):
    """The page's objects, and an empty list of originals for the origin to rewrite."""

    def __init__(self, name: str, args: PageArgs) -> None:
        super().__init__("mirage:infra:Page", name)
        opts = pulumi.ResourceOptions(parent=self)
        for key, path in files(folder).items():
            aws.s3.BucketObjectv2(
                key,
                bucket=args.bucket,
                key=key,
                source=pulumi.FileAsset(str(path)),
                content_type=content_types[path.suffix],
                cache_control="public, max-age=60",
                opts=opts,
            )
        aws.s3.BucketObjectv2(
            originals_list,
            bucket=args.bucket,
            key=originals_list,
            content='{"originals": []}',
            content_type="application/json",
            cache_control="no-cache",
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["content", "contentType", "cacheControl"]),
        )
        self.register_outputs({})


def files(source: Path) -> dict[str, Path]:
    """The files of the page by their keys: the index at the root, all else below `_mirage/page/`."""
    found = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix in content_types)
    index = source / "index.html"
    return {
        f"{prefix}/index.html" if path == index else f"{assets_prefix}/{path.relative_to(source).as_posix()}": path
        for path in found
    }

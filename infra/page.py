"""The page: its files in the variants bucket, where two behaviors of the distribution find them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

folder = Path(__file__).parent.parent / "page"
# The table that the page's controls are made from: the very file that the edge parses keys by.
grammar = folder.parent / "variants" / "grammar.json"
prefix = "page"
assets_prefix = f"{prefix}/_mirage/page"
# The list of originals that the page offers; the origin rewrites it whenever an original changes.
originals_list = f"{assets_prefix}/originals.json"
# What the stack names: its presets and watermarks, and a path of each open generator.
stack_names = f"{assets_prefix}/stack.json"
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
    """`presets` and `watermarks` are the names that the page offers; `generators` have a path of each to try."""

    bucket: pulumi.Input[str]
    presets: tuple[str, ...]
    watermarks: tuple[str, ...]
    generators: tuple[tuple[str, str], ...]


class Page(pulumi.ComponentResource):
    """The page's objects, and an empty list of originals for the origin to rewrite."""

    def __init__(self, name: str, args: PageArgs) -> None:
        super().__init__("mirage:infra:Page", name)
        opts = pulumi.ResourceOptions(parent=self)
        for key, path in (files(folder) | {f"{assets_prefix}/grammar.json": grammar}).items():
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
            stack_names,
            bucket=args.bucket,
            key=stack_names,
            content=json.dumps({"presets": args.presets, "watermarks": args.watermarks, "generators": args.generators}),
            content_type="application/json",
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


def security_policy(is_debug: bool) -> str:
    """The page's Content-Security-Policy: nothing from elsewhere, nothing inline. Made pictures are blobs.

    A debugged stack's page may reach loopback, where an emulator takes uploads.
    """
    reached = "'self' http://127.0.0.1:* http://localhost:*" if is_debug else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src {reached}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def files(source: Path) -> dict[str, Path]:
    """The files of the page by their keys: the index at the root, all else below `_mirage/page/`."""
    found = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix in content_types)
    index = source / "index.html"
    return {
        f"{prefix}/index.html" if path == index else f"{assets_prefix}/{path.relative_to(source).as_posix()}": path
        for path in found
    }

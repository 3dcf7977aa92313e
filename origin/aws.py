"""The Region's side of S3 and CloudFront, as far as a changed original needs it, over boto3."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypedDict, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# DeleteObjects takes at most 1,000 keys (S3 API Reference, "DeleteObjects", read 2026-11).
keys_per_delete = 1000
retrying = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=20)


class Listed(TypedDict):
    Key: str
    Size: int


class Page(TypedDict, total=False):
    Contents: list[Listed]


class Deleted(TypedDict, total=False):
    Errors: list[dict[str, str]]


class Paginator(Protocol):
    def paginate(self, **asked: object) -> Iterator[Page]: ...


class S3(Protocol):
    """What is used of boto3's S3 client."""

    def get_paginator(self, operation: str) -> Paginator: ...

    def head_object(self, **asked: object) -> dict[str, str]: ...

    def delete_objects(self, **asked: object) -> Deleted: ...

    def put_object(self, **asked: object) -> object: ...


class CloudFront(Protocol):
    """What is used of boto3's CloudFront client."""

    def create_invalidation(self, **asked: object) -> object: ...


def s3_client(region: str) -> S3:
    return cast("S3", boto3.client("s3", region_name=region, config=retrying))


def cloudfront_client() -> CloudFront:
    """CloudFront's API is one for all Regions and lives in us-east-1 (AWS General Reference, read 2026-11)."""
    return cast("CloudFront", boto3.client("cloudfront", region_name="us-east-1", config=retrying))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One bucket, seen from the Region."""

    name: str
    s3: S3

    def etag(self, key: str) -> str | None:
        """The object's ETag now; None where there is none. Needs s3:ListBucket: without it a 403 is raised."""
        try:
            return self.s3.head_object(Bucket=self.name, Key=key)["ETag"]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise

    def children(self, prefix: str) -> Iterator[list[str]]:
        """The keys directly under a prefix that ends in a slash, by the page; not those below another slash."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix, Delimiter="/"):
            yield [each["Key"] for each in page.get("Contents", [])]

    def all(self) -> Iterator[tuple[str, int]]:
        """Every key and its bytes, in the order of keys."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            for each in page.get("Contents", []):
                yield each["Key"], each["Size"]

    def delete(self, keys: Sequence[str]) -> None:
        """Nothing: all the keys are gone. Raises RuntimeError with the first of S3's reasons where one is not."""
        for start in range(0, len(keys), keys_per_delete):
            batch = [{"Key": key} for key in keys[start : start + keys_per_delete]]
            answer = self.s3.delete_objects(Bucket=self.name, Delete={"Objects": batch, "Quiet": True})
            refused = answer.get("Errors", [])
            if refused:
                raise RuntimeError(f"{len(refused)} of {len(batch)} deletes were refused: {refused[0].get('Code')}")

    def write_json(self, key: str, value: object, cache_control: str) -> None:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        self.s3.put_object(
            Bucket=self.name, Key=key, Body=body, ContentType="application/json", CacheControl=cache_control
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    id: str
    cloudfront: CloudFront

    def invalidate(self, tags: Sequence[str]) -> None:
        """Nothing: an invalidation of everything with one of the tags is under way.

        A tag is an item of Paths that begins with `#` (AWS "Invalidate by cache tag", read 2026-11). The reference is
        a new one each time: CloudFront takes a repeated one for the invalidation that it has done already.
        """
        paths = {"Quantity": len(tags), "Items": [f"#{tag}" for tag in tags]}
        batch = {"Paths": paths, "CallerReference": str(uuid.uuid4())}
        self.cloudfront.create_invalidation(DistributionId=self.id, InvalidationBatch=batch)

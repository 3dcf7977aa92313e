"""One bucket of a stack, as the verbs need it: looked at, listed, and emptied in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from botocore.exceptions import ClientError

from mirage.aws import S3, Said, s3
from mirage.stack import Stack

# DeleteObjects takes at most 1,000 keys (S3 API Reference, "DeleteObjects", read 2026-11).
keys_per_delete = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """An object as it is listed: `etag` is bare."""

    key: str
    etag: str
    size_bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an object, or a delete marker."""

    key: str
    id: str
    is_marker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An object's head; `metadata` without its prefix."""

    etag: str
    size_bytes: int
    content_type: str
    modified: datetime
    now: str
    metadata: Mapping[str, str]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One bucket."""

    name: str
    client: S3

    def head(self, key: str) -> Head | None:
        """The object's head, None where there is none. Raises ClientError."""
        try:
            found = self.client.head_object(Bucket=self.name, Key=key, ChecksumMode="ENABLED")
        except ClientError as why:
            if why.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        headers = cast("Mapping[str, Mapping[str, str]]", found["ResponseMetadata"])["HTTPHeaders"]
        metadata = cast("Mapping[str, str]", found.get("Metadata", {}))
        return Head(
            etag=str(found["ETag"]).strip('"'),
            size_bytes=cast("int", found["ContentLength"]),
            content_type=str(found.get("ContentType", "")),
            modified=cast("datetime", found["LastModified"]),
            now=headers.get("date", ""),
            metadata=metadata,
            sha256=str(found.get("ChecksumSHA256") or metadata.get("mirage-sha256", "")),
        )

    def all(self, prefix: str = "", *, children_only: bool = False) -> Iterator[Object]:
        """The objects under a prefix, in the order of keys, read by the page; or those directly under it."""
        delimiter = {"Delimiter": "/"} if children_only else {}
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix, **delimiter):
            for each in cast("Sequence[Said]", page.get("Contents", [])):
                yield Object(
                    key=str(each["Key"]),
                    etag=str(each["ETag"]).strip('"'),
                    size_bytes=cast("int", each["Size"]),
                    modified=cast("datetime", each["LastModified"]),
                )

    def versions(self, key: str) -> Iterator[Version]:
        """All versions and delete markers of one key."""
        for page in self.client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=key):
            for kind in ("Versions", "DeleteMarkers"):
                for each in cast("Sequence[Said]", page.get(kind, [])):
                    if each["Key"] == key:
                        yield Version(key=key, id=str(each["VersionId"]), is_marker=kind == "DeleteMarkers")

    def delete(self, keys: Sequence[str]) -> list[str]:
        """Those of the keys that are still there, as `key: S3's code`."""
        return self._delete([{"Key": key} for key in keys])

    def delete_versions(self, versions: Sequence[Version]) -> list[str]:
        """Those of the versions that are still there, as `key: S3's code`."""
        return self._delete([{"Key": each.key, "VersionId": each.id} for each in versions])

    def _delete(self, objects: Sequence[Mapping[str, str]]) -> list[str]:
        refused: list[str] = []
        for start in range(0, len(objects), keys_per_delete):
            batch = {"Objects": objects[start : start + keys_per_delete], "Quiet": True}
            answer = self.client.delete_objects(Bucket=self.name, Delete=batch)
            errors = cast("Sequence[Mapping[str, str]]", answer.get("Errors", []))
            refused += [f"{each.get('Key')}: {each.get('Code')}" for each in errors]
        return refused


def buckets(stack: Stack) -> tuple[Bucket, Bucket]:
    """The originals and the variants."""
    client = s3(stack)
    return Bucket(name=stack.originals, client=client), Bucket(name=stack.variants, client=client)

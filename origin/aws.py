"""The Region's side of S3 and CloudFront, as far as a changed original needs it, over boto3."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import ClientError

from origin.clients import S3, CloudFront, HeadAnswer
from origin.region import Seen

# DeleteObjects takes at most 1,000 keys (S3 API Reference, "DeleteObjects", read 2026-11).
keys_per_delete = 1000
# Looks at variants side by side: 16 at some 15 ms each are 1,000 a second, far below S3's 5,500 a prefix.
looks_at_once = 16
missing, refused_condition = 404, 412


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One bucket, seen from the Region."""

    name: str
    s3: S3

    def etag(self, key: str) -> str | None:
        """The object's ETag now; None where there is none. Needs s3:ListBucket: without it a 403 is raised."""
        found = self._head(key)
        return None if found is None else found["ETag"]

    def look(self, key: str) -> Seen | None:
        """The object as it is now; None where there is none."""
        found = self._head(key)
        if found is None:
            return None
        return Seen(etag=found["ETag"].strip('"'), size_bytes=found["ContentLength"], metadata=found["Metadata"])

    def others(self, keys: Sequence[str], original_etag: str) -> list[str]:
        """Those of the variants' keys that were made of another state of their original; one that is gone is none."""
        with ThreadPoolExecutor(looks_at_once) as pool:
            found = list(pool.map(self._head, keys))
        made_of = [None if each is None else each["Metadata"].get("original-etag") for each in found]
        pairs = zip(keys, found, made_of, strict=True)
        return [key for key, each, etag in pairs if each is not None and etag != original_etag]

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

    def remove(self, key: str, etag: str) -> bool:
        """Whether the object is gone: not where it is another one by now (S3 User Guide, "Conditional deletes")."""
        return self._on_condition(lambda: self.s3.delete_object(Bucket=self.name, Key=key, IfMatch=f'"{etag}"'))

    def read(self, key: str) -> bytes | None:
        """The object's bytes; None where there is none."""
        found = self.read_with_etag(key)
        return None if found is None else found[0]

    def read_with_etag(self, key: str) -> tuple[bytes, str] | None:
        """The object's bytes and ETag; None where there is none."""
        try:
            found = self.s3.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if _status(error) == missing:
                return None
            raise
        return found["Body"].read(), found["ETag"]

    def write(self, key: str, body: bytes, content_type: str) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def write_if(self, key: str, body: bytes, etag: str | None) -> bool:
        """Whether it was written: only while the object is the one of that ETag, or with None while there is none."""
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        return self._on_condition(lambda: self.s3.put_object(Bucket=self.name, Key=key, Body=body, **condition))

    def copy_from(self, bucket: str, source: str, etag: str, key: str) -> bool:
        """Whether the other bucket's object was copied: not where it is another one by now, or gone."""
        named = {"Bucket": bucket, "Key": source}
        return self._on_condition(
            lambda: self.s3.copy_object(
                Bucket=self.name, Key=key, CopySource=named, CopySourceIfMatch=f'"{etag}"', MetadataDirective="COPY"
            )
        )

    def write_json(self, key: str, value: object, cache_control: str) -> None:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        self.s3.put_object(
            Bucket=self.name, Key=key, Body=body, ContentType="application/json", CacheControl=cache_control
        )

    def _head(self, key: str) -> HeadAnswer | None:
        try:
            return self.s3.head_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if _status(error) == missing:
                return None
            raise

    @staticmethod
    def _on_condition(act: Callable[[], object]) -> bool:
        try:
            act()
        except ClientError as error:
            if _status(error) in (missing, refused_condition):
                return False
            raise
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    id: str
    cloudfront: CloudFront

    def invalidate(self, tags: Sequence[str]) -> None:
        """Nothing: an invalidation of everything with one of the tags is under way.

        A tag is an item of Paths that begins with `#` (AWS "Invalidate by cache tag", read 2026-11). The reference is
        a new one each time: CloudFront takes a repeated one for the invalidation that it has done already.
        """
        paths = {"Quantity": len(tags), "Items": [tag if tag.startswith("/") else f"#{tag}" for tag in tags]}
        batch = {"Paths": paths, "CallerReference": str(uuid.uuid4())}
        self.cloudfront.create_invalidation(DistributionId=self.id, InvalidationBatch=batch)


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])

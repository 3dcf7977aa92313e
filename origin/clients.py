"""What is used of boto3's clients, and where they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypedDict, cast

import boto3
from botocore.config import Config

retrying = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=20)


class Listed(TypedDict):
    Key: str
    Size: int


class Page(TypedDict, total=False):
    Contents: list[Listed]


class Deleted(TypedDict, total=False):
    Errors: list[dict[str, str]]


class Readable(Protocol):
    def read(self) -> bytes: ...


class HeadAnswer(TypedDict):
    ETag: str
    ContentLength: int
    Metadata: Mapping[str, str]


class GetAnswer(TypedDict):
    Body: Readable
    ETag: str


class SentBatch(TypedDict, total=False):
    Failed: Sequence[Mapping[str, object]]


class Paginator(Protocol):
    def paginate(self, **asked: object) -> Iterator[Page]: ...


class S3(Protocol):
    def get_paginator(self, operation: str) -> Paginator: ...

    def head_object(self, **asked: object) -> HeadAnswer: ...

    def get_object(self, **asked: object) -> GetAnswer: ...

    def put_object(self, **asked: object) -> object: ...

    def copy_object(self, **asked: object) -> object: ...

    def delete_object(self, **asked: object) -> object: ...

    def delete_objects(self, **asked: object) -> Deleted: ...


class CloudFront(Protocol):
    def create_invalidation(self, **asked: object) -> object: ...


class Sqs(Protocol):
    def send_message_batch(self, **asked: object) -> SentBatch: ...


class Sns(Protocol):
    def publish(self, **asked: object) -> object: ...


def s3_client(region: str) -> S3:
    return cast("S3", boto3.client("s3", region_name=region, config=retrying))


def cloudfront_client() -> CloudFront:
    """CloudFront's API is one for all Regions and lives in us-east-1 (AWS General Reference, read 2026-11)."""
    return cast("CloudFront", boto3.client("cloudfront", region_name="us-east-1", config=retrying))


def sqs_client(region: str) -> Sqs:
    return cast("Sqs", boto3.client("sqs", region_name=region, config=retrying))


def sns_client(region: str) -> Sns:
    return cast("Sns", boto3.client("sns", region_name=region, config=retrying))

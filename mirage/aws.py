"""AWS as the verbs need it, over boto3; the emulator's is no other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from mirage.stack import Stack

Said = Mapping[str, object]
# Whose hosts begin with the account's number; their names in botocore's events.
with_account_hosts = {"s3control": "s3-control"}
anybody = {"aws_access_key_id": "emulator", "aws_secret_access_key": "emulator"}


class Paginator(Protocol):
    def paginate(self, **asked: object) -> Iterator[Said]: ...


class S3(Protocol):
    """What is used of boto3's S3 client."""

    def get_paginator(self, operation: str) -> Paginator: ...
    def head_object(self, **asked: object) -> Said: ...
    def put_object(self, **asked: object) -> Said: ...
    def get_object(self, **asked: object) -> Said: ...
    def delete_objects(self, **asked: object) -> Said: ...
    def upload_file(self, filename: str, bucket: str, key: str, **asked: object) -> None: ...


class _Request(Protocol):
    url: str


class _Events(Protocol):
    def register(self, event: str, handler: object) -> None: ...


class _Meta(Protocol):
    @property
    def events(self) -> _Events: ...


class _Hooked(Protocol):
    @property
    def meta(self) -> _Meta: ...


class Asked(Protocol):
    """A client of which each operation is called by its name with what it takes."""

    def __getattr__(self, operation: str) -> Operation: ...


class Operation(Protocol):
    def __call__(self, **asked: object) -> Said: ...


def _client(stack: Stack, service: str, region: str) -> object:
    retrying = Config(
        retries={"mode": "standard", "max_attempts": 5},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=32,
        s3={"addressing_style": "path"} if stack.is_emulated else {},
    )
    there = {"endpoint_url": stack.endpoint, **anybody} if stack.is_emulated else {}
    client = boto3.client(service, region_name=region, config=retrying, **there)
    if stack.is_emulated and service in with_account_hosts:
        stay_at(stack.endpoint, client, with_account_hosts[service])
    return cast("object", client)


def stay_at(endpoint: str, client: _Hooked, service_id: str) -> None:
    """Nothing: the client asks the endpoint itself; botocore puts the account before its host, and loopback has no
    such names."""

    def move(request: _Request, **other: object) -> None:
        parts = urlsplit(request.url)
        request.url = parts._replace(netloc=urlsplit(endpoint).netloc).geturl()

    client.meta.events.register(f"before-sign.{service_id}", move)


def s3(stack: Stack) -> S3:
    return cast("S3", _client(stack, "s3", stack.region))


def regional(stack: Stack, service: str, region: str = "") -> Asked:
    """A service in the stack's Region, or in another one."""
    return cast("Asked", _client(stack, service, region or stack.region))


def cloudfront(stack: Stack) -> Asked:
    """CloudFront's API is one for all Regions and lives in us-east-1 (AWS General Reference, read 2026-11)."""
    return regional(stack, "cloudfront", "us-east-1")


def viewer_code(stack: Stack) -> str:
    """The viewer function as viewers meet it: its LIVE stage."""
    answer = cloudfront(stack).get_function(Name=stack.viewer_function, Stage="LIVE")
    return cast("_Readable", answer["FunctionCode"]).read().decode()


class _Readable(Protocol):
    def read(self) -> bytes: ...


def invalidate(stack: Stack, items: Sequence[str]) -> str:
    """The id of an invalidation of these paths and `#tags`, which is under way."""
    batch = {"Paths": {"Quantity": len(items), "Items": list(items)}, "CallerReference": str(uuid.uuid4())}
    answer = cloudfront(stack).create_invalidation(DistributionId=stack.distribution_id, InvalidationBatch=batch)
    return str(cast("Said", answer["Invalidation"])["Id"])


def is_invalidated(stack: Stack, invalidation: str) -> bool:
    """Whether the invalidation is done everywhere."""
    answer = cloudfront(stack).get_invalidation(DistributionId=stack.distribution_id, Id=invalidation)
    return cast("Said", answer["Invalidation"])["Status"] == "Completed"

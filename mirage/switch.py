"""The KeyValueStore of the viewer function, and in it the switch `generate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import boto3
from botocore.exceptions import ClientError

from mirage.aws import Asked, Said, anybody, stay_at
from mirage.stack import Stack


class Switch:
    """The store of a stack.

    Its requests are signed by SigV4A (CF:functions-custom-methods, read 2026-11), which botocore does with awscrt.
    """

    def __init__(self, stack: Stack) -> None:
        self._arn = stack.key_value_store
        client = boto3.client(
            "cloudfront-keyvaluestore",
            region_name="us-east-1",
            **({"endpoint_url": stack.endpoint, **anybody} if stack.is_emulated else {}),
        )
        if stack.is_emulated:
            stay_at(stack.endpoint, client, "cloudfront-keyvaluestore")
        self._client = cast("Asked", client)

    def all(self) -> dict[str, str]:
        """Every key with its value. They may be secrets."""
        found: dict[str, str] = {}
        token: dict[str, object] = {}
        while True:
            page = self._client.list_keys(KvsARN=self._arn, **token)
            found |= {str(each["Key"]): str(each["Value"]) for each in cast("Sequence[Said]", page.get("Items", []))}
            if not page.get("NextToken"):
                return found
            token = {"NextToken": page["NextToken"]}

    def get(self, key: str) -> str | None:
        """The value of a key, None where there is none."""
        try:
            return str(self._client.get_key(KvsARN=self._arn, Key=key)["Value"])
        except ClientError as why:
            if why.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                return None
            raise

    def put(self, key: str, value: str) -> None:
        """Nothing: the key has the value; viewers meet it within seconds."""
        etag = self._client.describe_key_value_store(KvsARN=self._arn)["ETag"]
        self._client.put_key(KvsARN=self._arn, Key=key, Value=value, IfMatch=etag)

"""What the program declares, run once for each stack that tests ask for."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator

from emulator.program import Declared, Resource, declare

distribution_type = "aws:cloudfront/distribution:Distribution"
# What the dev stack lends people to play with, left out.
lent = {"generators": "[]", "presets": "[]", "watermarks": "[]"}


@functools.cache
def stack(preview: bool = False, **settings: str) -> Declared:
    """The dev stack without what it lends to play with, and settings laid over its file; declared once in a run."""
    return declare("dev", config={**lent, **settings}, preview=preview)


def custom(found: Declared) -> Iterator[Resource]:
    """The resources that AWS would see: no components, and none that is only read."""
    return (each for each in found.resources if each.type.startswith("aws:") and not each.is_external)


def distribution(**settings: str) -> dict:
    return dict(stack(**settings).one(distribution_type, "cdn").inputs)


def policy(kind: str, name: str, **settings: str) -> dict:
    """The policy document of a bucket or a role."""
    return json.loads(stack(**settings).one(kind, name).inputs["policy"])


def bucket_policy(name: str, **settings: str) -> dict:
    return policy("aws:s3/bucketPolicy:BucketPolicy", name, **settings)


def role_policy(name: str, **settings: str) -> dict:
    return policy("aws:iam/rolePolicy:RolePolicy", name, **settings)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)

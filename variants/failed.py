"""What could not be made, told to the stack's topic: the edge's half of notifications (the other: origin/telling.py).

Only what somebody may have to mend: a generator's failure, a spent budget, work that did not end, a broken policy. Each
original and code once in ten minutes for a sandbox, so that a burst of viewers is no burst of messages.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode

from variants import errors
from variants.aws_json import Said, Service
from variants.s3_answer import Deadline
from variants.siblings import Recently

told_kinds = (errors.Upstream, errors.Deadline, errors.Budget, errors.PolicyBroken, errors.Internal)
again_after_s = 600.0
subject = "Mirage: a variant could not be made"
# Amazon SNS API Reference, "Publish", read 2026-11.
version = "2010-03-31"


class Post(Protocol):
    def post(self, path: str, headers: Mapping[str, str], body: bytes, deadline: Deadline) -> Said: ...


@functools.cache
def recently() -> Recently:
    """This sandbox's."""
    return Recently(again_after_s=again_after_s)


def tell(
    topic: str, original: str, error: errors.MirageError, deadline: Deadline, *, sns: Post | None = None
) -> int | None:
    """SNS's status; None where it is not to be told, was told already, or SNS does not answer, which stops nothing."""
    if not isinstance(error, told_kinds) or not recently().first(f"{error.code} {original}"):
        return None
    service = sns or Service(name="sns", region=topic.split(":")[3])
    body = urlencode(_published(topic, original, error)).encode()
    try:
        return service.post("/", {"content-type": "application/x-www-form-urlencoded"}, body, deadline).status
    except errors.MirageError:
        return None


def _published(topic: str, original: str, error: errors.MirageError) -> dict[str, str]:
    """The call's parameters; the attributes are those of the Region's notifications, which subscriptions filter by."""
    folder, _, name = original.rpartition("/")
    message = {"event": "failed", "original": original, "code": error.code, "reason": error.message}
    attributes = {
        "event": "failed",
        "folder": folder or "/",
        "extension": name.rpartition(".")[2].lower() or "-",
        "code": error.code,
    }
    found = {"Action": "Publish", "Version": version, "TopicArn": topic, "Subject": subject}
    found["Message"] = json.dumps(message, ensure_ascii=False)
    for number, (attribute, value) in enumerate(attributes.items(), start=1):
        place = f"MessageAttributes.entry.{number}"
        found |= {f"{place}.Name": attribute, f"{place}.Value.DataType": "String", f"{place}.Value.StringValue": value}
    return found

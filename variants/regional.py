"""A regional function of the stack, called asynchronously from wherever this code runs."""

from __future__ import annotations

import json
from dataclasses import dataclass

from variants import errors
from variants.s3_answer import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Regional:
    """One function, by its name."""

    function: str
    region: str

    def start(self, event: object, deadline: Deadline) -> None:
        """Nothing: Lambda has taken the event, and tries again by itself (L:invocation-async). Raises errors.Busy."""
        from variants.aws_json import Service

        path = f"/2015-03-31/functions/{self.function}/invocations"
        said = Service(name="lambda", region=self.region).post(
            path,
            {"x-amz-invocation-type": "Event", "content-type": "application/json"},
            json.dumps(event).encode(),
            deadline,
        )
        if said.status != 202:
            raise errors.Busy("What does this work cannot be started now; ask again in a moment.")

"""On-failure destinations: what Lambda tells a queue of an asynchronous invocation that it gave up.

AWS "Capturing records of Lambda asynchronous invocations", read 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from emulator.aws.delivery import Retries
from emulator.aws.functions import Functions
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.aws.queues import Queues
from emulator.lambdas.invocation import Invocation
from emulator.reading import NotHonoured


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Listens to what is given up. `retries` by the function's ARN."""

    queues: Queues
    functions: Functions
    retries: Mapping[str, Retries]
    policies: Mapping[str, tuple[Policy, ...]]
    now: Callable[[], float]

    def check(self) -> None:
        """Nothing. Raises NotHonoured where a destination is missing, or the function's role may not send to it."""
        for arn, retries in self.retries.items():
            if retries.on_failure and retries.on_failure not in self.queues.by_arn:
                raise NotHonoured(f"InvalidParameterValueException: {arn} names a destination that does not exist.")
            if retries.on_failure and not self._may_send(arn, retries.on_failure):
                raise NotHonoured(
                    "InvalidParameterValueException: The function's execution role does not have permissions to call "
                    f"SendMessage on {retries.on_failure}"
                )

    def tell(self, arn: str, said: object, result: Invocation, condition: str) -> None:
        """Nothing: the queue has the record, where the function has a queue."""
        retries = self.retries.get(arn, Retries())
        if retries.on_failure:
            self.queues.by_arn[retries.on_failure].send(json.dumps(self._record(arn, said, result, condition)))

    def _record(self, arn: str, said: object, result: Invocation, condition: str) -> object:
        when = datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {
            "version": "1.0",
            "timestamp": when,
            "requestContext": {
                "requestId": result.request_id,
                "functionArn": f"{arn}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": self.retries[arn].attempts + 1,
            },
            "requestPayload": said,
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": json.loads(result.payload or b"null"),
        }

    def _may_send(self, arn: str, queue_arn: str) -> bool:
        spec = self.functions.by_arn[arn]
        principal = Principal(account=spec.account, arn=spec.role_arn)
        access = Access(action="sqs:SendMessage", resource=queue_arn, principal=principal)
        return decide(access, self.policies.get(spec.role_arn, ())).allowed

"""SQS as a function of the stack reaches it: SendMessage and SendMessageBatch, in its JSON protocol.

Amazon SQS API Reference, read 2026-11. Receiving is the event source mapping's work, not a function's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.aws.credentials import Credentials
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.aws.queues import Message, Queue, Queues
from emulator.aws.signatures import Unsigned
from emulator.faults import Faults
from emulator.quotas import sqs_batch_max, sqs_delay_max_s, sqs_message_max_bytes
from emulator.wire import HttpRequest


class Refusal(Exception):
    """SQS says no; `kind` is its own."""

    def __init__(self, kind: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsApi:
    """`account` owns every queue."""

    queues: Queues
    account: str
    faults: Faults
    content_type: str = "application/x-amz-json-1.0"

    def unsigned(self, error: Unsigned) -> tuple[int, bytes]:
        """Status and JSON of the answer to a request whose signature is refused."""
        said = {"__type": f"com.amazon.coral.service#{error.code}", "message": error.message or error.code}
        return 403, json.dumps(said).encode()

    def request(self, asked: HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> tuple[int, bytes]:
        """Status and JSON of the answer."""
        try:
            if self.faults.strikes("sqs.slowdown"):
                raise Refusal("ServiceUnavailable", "The service is unavailable; try again.", status=503)
            return 200, json.dumps(self._serve(asked, who, policies)).encode()
        except Refusal as error:
            said = {"__type": f"com.amazonaws.sqs#{error.kind}", "message": str(error)}
            return error.status, json.dumps(said).encode()

    def _serve(self, asked: HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> object:
        operation = asked.headers.get("x-amz-target", "").removeprefix("AmazonSQS.")
        if operation not in {"SendMessage", "SendMessageBatch"}:
            raise Refusal("UnsupportedOperation", f"The emulator's SQS does not do {operation or 'that'}.")
        wanted = json.loads(asked.body)
        queue = self.queues.by_url(str(wanted.get("QueueUrl")))
        if queue is None:
            raise Refusal("QueueDoesNotExist", "The specified queue does not exist.")
        self._authorise(queue, who, policies)
        if operation == "SendMessage":
            return _told(_send(queue, wanted))
        return _send_batch(queue, wanted.get("Entries", []))

    def _authorise(self, queue: Queue, who: Credentials, policies: tuple[Policy, ...]) -> None:
        access = Access(
            action="sqs:SendMessage",
            resource=queue.declared.arn,
            principal=Principal(account=self.account, arn=who.role_arn),
        )
        decision = decide(access, policies)
        if not decision.allowed:
            session = f"{who.role_arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{who.session_name}"
            raise Refusal(
                "AccessDeniedException",
                f"User: {session} is not authorized to perform: sqs:sendmessage on resource: {queue.declared.arn} "
                f"{decision.reason}",
                status=403,
            )


def _send(queue: Queue, wanted: Mapping[str, object]) -> Message:
    body, delay = str(wanted.get("MessageBody", "")), wanted.get("DelaySeconds")
    if not body:
        raise Refusal("MissingParameter", "The request must contain the parameter MessageBody.")
    if len(body.encode()) > sqs_message_max_bytes:
        raise Refusal("InvalidParameterValue", "One or more parameters are invalid: Message must be shorter.")
    if delay is None:
        return queue.send(body)
    if not isinstance(delay, int) or not 0 <= delay <= sqs_delay_max_s:
        raise Refusal(
            "InvalidParameterValue", f"Value {delay} for parameter DelaySeconds is invalid. Reason: 0 to 900."
        )
    return queue.send(body, delay)


def _send_batch(queue: Queue, entries: list[Mapping[str, object]]) -> object:
    if not entries:
        raise Refusal("EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.")
    if len(entries) > sqs_batch_max:
        raise Refusal(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are 10. You have sent {len(entries)}.",
        )
    ids = [str(each.get("Id")) for each in entries]
    if len(set(ids)) != len(ids):
        raise Refusal("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
    if sum(len(str(each.get("MessageBody", "")).encode()) for each in entries) > sqs_message_max_bytes:
        raise Refusal("BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes.")
    return {"Successful": [{"Id": str(each.get("Id")), **_told(_send(queue, each))} for each in entries], "Failed": []}


def _told(message: Message) -> dict[str, str]:
    digest = hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest()
    return {"MessageId": message.id, "MD5OfMessageBody": digest}

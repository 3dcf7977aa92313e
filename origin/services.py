"""The queue of notes, the topic of notifications, and the count of a minute's purges, over boto3."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from origin.aws import Bucket
from origin.clients import Sns, Sqs

# SendMessageBatch takes ten (Amazon SQS API Reference, read 2026-11).
entries_per_batch = 10
count_key = "lease/invalidations.json"
# Writers who meet try again after a pause.
count_tries = 8
longest_pause_s = 0.5
minute_s = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteQueue:
    url: str
    sqs: Sqs

    def send(self, bodies: Sequence[str], delay_s: int) -> None:
        """Nothing: the queue has all of them. Raises RuntimeError where it refused one."""
        for start in range(0, len(bodies), entries_per_batch):
            batch = bodies[start : start + entries_per_batch]
            entries = [
                {"Id": str(number), "MessageBody": body, "DelaySeconds": delay_s} for number, body in enumerate(batch)
            ]
            failed = self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries).get("Failed", [])
            if failed:
                raise RuntimeError(f"{len(failed)} of {len(batch)} notes were refused: {failed[0].get('Code')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsTopic:
    arn: str
    sns: Sns

    def tell(self, subject: str, message: str, attributes: Mapping[str, str]) -> None:
        """Nothing: SNS has taken it. Raises OSError."""
        filterable = {name: {"DataType": "String", "StringValue": value or "-"} for name, value in attributes.items()}
        try:
            self.sns.publish(TopicArn=self.arn, Subject=subject, Message=message, MessageAttributes=filterable)
        except (ClientError, BotoCoreError) as error:
            raise ConnectionError(str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteCounter:
    """What was taken in this minute of the clock, in one object that is written on condition."""

    bucket: Bucket
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def take(self, wanted: int, most: int) -> int:
        """How many of the wanted are granted: together never more than `most` in a minute. Raises RuntimeError."""
        for number in range(count_tries):
            minute = int(self.now()) // minute_s
            found = self.bucket.read_with_etag(count_key)
            said = {"minute": 0, "used": 0} if found is None else json.loads(found[0])
            used = int(said["used"]) if said["minute"] == minute else 0
            granted = max(0, min(wanted, most - used))
            if granted == 0:
                return 0
            body = json.dumps({"minute": minute, "used": used + granted}).encode()
            if self.bucket.write_if(count_key, body, None if found is None else found[1]):
                return granted
            self.sleep(random.uniform(0, min(longest_pause_s, 0.02 * 2**number)))
        raise RuntimeError("The count of this minute's purges is written by too many at once.")

"""The Region's function: S3 says that an original changed, and everything that was made of it is brought in line.

An event is a hint: whatever it says, the original is looked at as it is now. Late, repeated and reordered events do
the same work once more. By its shape an event is S3's, the queue's (second sweeps and purges), a job's of S3 Batch
Operations, or one of EventBridge.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from origin import bulk, clients, entrances, page, requested, sweeping
from origin.aws import Bucket, Distribution
from origin.hints import hints, requests
from origin.in_line import bring_in_line
from origin.region import Region, chosen_from
from origin.services import MinuteCounter, NoteQueue, SnsTopic
from variants import settings as baked

Event = Mapping[str, object]


def handler(event: Event, _context: object) -> object:
    """What the caller wants to know. What it raises makes Lambda try again (AWS "Asynchronous invocation", 2026-11)."""
    return respond(event, _region())


def respond(event: Event, region: Region) -> object:
    """The queue's or the job's report; for S3's events nothing: variants, here and in CloudFront, are in line."""
    if "tasks" in event:
        return bulk.respond(event, region)
    if "detail-type" in event:
        entrances.respond(event, region)
        return None
    records = cast("list[Mapping[str, str]]", event.get("Records", []))
    if records and records[0].get("eventSource") == sweeping.source:
        return sweeping.respond(records, region)
    changed(event, region)
    return None


def changed(event: Event, region: Region) -> None:
    """Nothing: what was made of every original that S3's event names is in line with what it is now."""
    bucket = region.settings.originals_bucket
    worked = [hint.original for hint in hints(event, bucket) if bring_in_line(hint, region)]
    if worked:
        page.rewrite_list(region.originals, region.variants, region.settings.decoders, worked)
    for file in requests(event, bucket):
        requested.respond(file, region)


@functools.cache
def _region() -> Region:
    settings = baked.load(Path(__file__).resolve().parents[1])
    chosen = chosen_from(os.environ["FRESHNESS"])
    s3 = clients.s3_client(settings.region)
    variants = Bucket(name=settings.variants_bucket, s3=s3)
    topic_arn = os.environ.get("TOPIC_ARN", "")
    from origin.making import RegionalPictures

    return Region(
        settings=settings,
        chosen=chosen,
        originals=Bucket(name=settings.originals_bucket, s3=s3),
        variants=variants,
        pictures=RegionalPictures(settings=settings),
        counter=MinuteCounter(bucket=variants, now=time.time),
        queue=NoteQueue(url=os.environ["NOTES_QUEUE"], sqs=clients.sqs_client(settings.region)),
        cache=Distribution(id=os.environ["DISTRIBUTION_ID"], cloudfront=clients.cloudfront_client()),
        topic=SnsTopic(arn=topic_arn, sns=clients.sns_client(settings.region)) if topic_arn else None,
        now=time.time,
    )

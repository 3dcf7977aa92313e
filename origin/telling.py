"""What happened to an original, told to whoever subscribed; each by attributes that subscriptions can filter by.

Events: created, replaced, removed, refused, failed (what should have been made could not).
"""

from __future__ import annotations

import json

from origin.region import Region

# SNS takes subjects of at most 100 ASCII characters ("Publish", read 2026-11).
most_subject = 100


def tell(region: Region, event: str, original: str, **told: str) -> None:
    """Nothing: the topic has it, in a stack with notifications. One that cannot be told stops nothing else."""
    if region.topic is None:
        return
    message = json.dumps({"event": event, "original": original, "bucket": region.settings.originals_bucket, **told})
    folder, _, name = original.rpartition("/")
    attributes = {"event": event, "folder": folder or "/", "extension": name.rpartition(".")[2].lower()}
    if "code" in told:
        attributes["code"] = told["code"]
    subject = f"Mirage: an original was {event}" if event != "failed" else "Mirage: a variant could not be made"
    try:
        region.topic.tell(subject[:most_subject], message, attributes)
    except OSError as error:
        region.say("not-told", level="error", original=original, what=event, error=str(error)[:200])

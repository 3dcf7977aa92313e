"""CloudFront's copies go, tag by tag: many in one call, and never more than a set number in a minute.

A tag is billed as one path: 1,000 a month are free, then 0.005 USD each (AWS "Pay for file invalidation", read
2026-11). The count of a minute is one small object in the variants bucket, written on condition, so that it is exact
for however many of these functions run at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from origin.notes import Note
from origin.region import Region

minute_s = 60
# An invalidation takes up to 3,000 paths (AWS "Quotas on invalidations", read 2026-11).
most_in_a_batch = 3000


def purge(notes: Sequence[Note], region: Region) -> None:
    """Nothing: the tags of the notes are purged, or their notes are sent again for when the minute is over.

    Raises what CloudFront raises.
    """
    by_tag = {region.chosen.purged(note): note for note in notes}
    if not by_tag:
        return
    granted = region.counter.take(min(len(by_tag), most_in_a_batch), region.chosen.invalidations_per_minute)
    now, later = list(by_tag)[:granted], list(by_tag)[granted:]
    if later:
        wait_s = minute_s - int(region.now()) % minute_s
        region.queue.send([by_tag[tag].purge_only().body() for tag in later], wait_s)
    if now:
        region.cache.invalidate(now)
    values: dict[str, float] = {"InvalidationPaths": len(now), "InvalidationsWaiting": len(later)}
    since = [by_tag[tag].changed_s for tag in now if by_tag[tag].changed_s]
    if since:
        values["PurgeLagSeconds"] = max(0.0, round(region.now() - min(since), 3))
    region.count("purged", values)

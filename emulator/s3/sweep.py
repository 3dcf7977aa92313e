"""S3's daily look for what has expired."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from emulator.s3.bucket import Bucket
from emulator.s3.changes import Change, sequencer
from emulator.s3.gate import Gate
from emulator.s3.lifecycle import due, due_noncurrent, is_given_up
from emulator.s3.moto_store import Version


async def sweep(gate: Gate) -> int:
    """How many versions and uploads the lifecycle rules of all buckets removed, or hid, now."""
    removed = 0
    for name, bucket in gate.buckets.items():
        if bucket.rules:
            removed += await _sweep(gate, name, bucket)
    return removed


async def _sweep(gate: Gate, name: str, bucket: Bucket) -> int:
    now, removed = gate.now(), 0
    newer_since = now
    for version in await gate.store.versions(name):
        if version.place == 0:
            gone = not version.is_marker and due(bucket.rules, version.key, version.modified, now) is not None
        else:
            newer = version.place - 1
            gone = due_noncurrent(bucket.rules, version.key, newer_since, newer, now) is not None
        newer_since = version.modified  # the next older one stopped being current when this one came
        if gone:
            await _remove(gate, name, bucket, version)
            removed += 1
    return removed + await _lone_markers(gate, name, bucket) + await _unfinished(gate, name, bucket)


async def _unfinished(gate: Gate, name: str, bucket: Bucket) -> int:
    """Uploads in parts that were never finished go; S3 tells nobody."""
    removed = 0
    for key, upload in await gate.store.uploads(name):
        began = bucket.uploads.get(upload)
        if began is not None and is_given_up(bucket.rules, key, began, gate.now()):
            await gate.store.call("DELETE", f"/{name}/{key}", urlencode({"uploadId": upload}))
            del bucket.uploads[upload]
            removed += 1
    return removed


async def _remove(gate: Gate, name: str, bucket: Bucket, version: Version) -> None:
    hides = bucket.is_versioned and version.place == 0 and not version.is_marker
    query = urlencode({"versionId": version.version_id}) if bucket.is_versioned and not hides else ""
    done = await gate.store.call("DELETE", f"/{name}/{version.key}", query)
    kind = "DeleteMarkerCreated" if hides else "Delete"
    gate.tell(
        Change(
            event=f"LifecycleExpiration:{kind}",
            bucket=name,
            key=version.key,
            size=None,
            etag=None,
            version_id=done.header("x-amz-version-id") if bucket.is_versioned else None,
            sequencer=sequencer(gate.now()),
            principal="",
            address="",
            request_id=secrets.token_hex(8).upper(),
            host_id=secrets.token_urlsafe(56),
            happened_at=gate.now(),
        )
    )


async def _lone_markers(gate: Gate, name: str, bucket: Bucket) -> int:
    """Markers with nothing left behind them go, where a rule says so."""
    rules = [rule for rule in bucket.rules if rule.drops_lone_markers]
    versions = await gate.store.versions(name) if rules else []
    kept = [version.key for version in versions]
    lone = [
        each
        for each in versions
        if each.is_marker and kept.count(each.key) == 1 and any(each.key.startswith(rule.prefix) for rule in rules)
    ]
    for each in lone:
        await _remove(gate, name, bucket, each)
    return len(lone)

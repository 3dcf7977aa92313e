"""An S3 event as a function gets it. AWS "Event message structure", read 2026-11."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote_plus

from emulator.s3.changes import Change

by_s3_itself = {"LifecycleExpiration"}


def event(change: Change, *, region: str, account: str, configuration_id: str) -> dict[str, object]:
    """The event of one change: S3 sends one record at a time."""
    when = datetime.fromtimestamp(change.happened_at, UTC)
    itself = change.event.split(":")[0] in by_s3_itself
    return {
        "Records": [
            {
                # The page: 2.1 for the kinds of old, 2.3 for lifecycle and tagging events.
                "eventVersion": "2.3" if itself else "2.1",
                "eventSource": "aws:s3",
                "awsRegion": region,
                "eventTime": when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z",
                "eventName": change.event,
                "userIdentity": {"principalId": "s3.amazonaws.com" if itself else f"AWS:{change.principal}"},
                "requestParameters": {"sourceIPAddress": "s3.amazonaws.com" if itself else change.address},
                "responseElements": {"x-amz-request-id": change.request_id, "x-amz-id-2": change.host_id},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": configuration_id,
                    "bucket": {
                        "name": change.bucket,
                        "ownerIdentity": {"principalId": f"A{account}EXAMPLE"},
                        "arn": f"arn:aws:s3:::{change.bucket}",
                    },
                    "object": _object(change),
                },
            }
        ]
    }


def _object(change: Change) -> dict[str, object]:
    found: dict[str, object] = {"key": quote_plus(change.key, safe="/*")}  # spaces are pluses: aws-facts §5.4
    if change.size is not None:
        found["size"] = change.size
    if change.etag is not None:
        found["eTag"] = change.etag
    if change.version_id is not None:
        found["versionId"] = change.version_id
    found["sequencer"] = change.sequencer
    return found

"""Others' events that this function takes, from EventBridge: a scanner's verdict, and a video's poster frame.

Their shapes are AWS's ("Monitoring S3 object scans with Amazon EventBridge" of GuardDuty; "EventBridge events" of
MediaConvert; both read 2026-11). What an event says of an original is checked against the original as it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import cast

from origin import telling, verifying
from origin.in_line import is_servable
from origin.region import Region
from variants.sidecar import Refusal, Sidecar

scanned = "GuardDuty Malware Protection Object Scan Result"
converted = "MediaConvert Job State Change"
frames_prefix = "_mirage/frames/"
types = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def respond(event: Mapping[str, object], region: Region) -> None:
    """Nothing: the event is acted on. Raises ValueError for one that this function does not take."""
    kind, detail = str(event.get("detail-type")), _object(event.get("detail"))
    if kind == scanned:
        _judge(detail, region)
    elif kind == converted:
        _place(detail, region)
    else:
        raise ValueError(f"Expected an event of {scanned} or {converted}, received {kind}.")


def _judge(detail: Mapping[str, object], region: Region) -> None:
    """Nothing: what a scanner found a threat in is in quarantine, while it is still what was scanned."""
    found = _object(detail.get("s3ObjectDetails"))
    verdict = _object(detail.get("scanResultDetails")).get("scanResultStatus")
    original, etag = str(found["objectKey"]), str(found["eTag"]).strip('"')
    if found.get("bucketName") != region.settings.originals_bucket or verdict != "THREATS_FOUND":
        return
    if not region.chosen.quarantine:
        raise ValueError("Expected a stack with quarantine: true for a scanner's verdict.")
    refusal = Refusal(code="unsupported", message="A scanner found a threat in this original.")
    away = verifying.quarantine(original, Sidecar(etag=etag, refusal=refusal), region)
    region.say("scanner-refused", original=original, quarantined=away is not None)
    if away is not None:
        telling.tell(region, "refused", original, code=refusal.code, reason=refusal.message)


def _place(detail: Mapping[str, object], region: Region) -> None:
    """Nothing: the frame that a job wrote under `_mirage/frames/` is an original, named by the job's metadata.

    The original's own event, which this causes, does the rest.
    """
    original = str(_object(detail.get("userMetadata")).get("mirage-original", ""))
    if detail.get("status") != "COMPLETE" or not original:
        return
    suffix = PurePosixPath(original).suffix.lower()
    if suffix not in types or not is_servable(original):
        raise ValueError(f"Expected mirage-original to be a picture that a URL can name, received {original}.")
    path = f"s3://{region.settings.originals_bucket}/"
    frames = [name.removeprefix(path) for name in _files(detail) if name.startswith(path + frames_prefix)]
    body = region.originals.read(frames[0]) if frames else None
    if body is None:
        raise ValueError(f"Expected a frame under {path}{frames_prefix}, found none.")
    region.originals.write(original, body, types[suffix])
    region.say("poster-placed", original=original, frame=frames[0])


def _files(detail: Mapping[str, object]) -> list[str]:
    groups = cast("list[Mapping[str, object]]", detail.get("outputGroupDetails") or [])
    outputs = [
        each for group in groups for each in cast("list[Mapping[str, object]]", group.get("outputDetails") or [])
    ]
    return [name for each in outputs for name in cast("list[str]", each.get("outputFilePaths") or [])]


def _object(found: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}

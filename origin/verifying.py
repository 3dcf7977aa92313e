"""A new original is looked into before anybody asks: its description, or why it is refused, goes beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from origin import page
from origin.region import Region, Seen
from variants import errors, sidecar
from variants.sidecar import Refusal, Sidecar

# The owner's focal point on the original: x-amz-meta-focal: 25x40, in hundredths of its width and height.
focal_pattern = re.compile(r"(100|[0-9]{1,2})x(100|[0-9]{1,2})")


def read(original: str, region: Region) -> Sidecar | None:
    body = region.variants.read(sidecar.prefix + original)
    return None if body is None else sidecar.read(body)


def verify(original: str, seen: Seen, region: Region) -> Sidecar | None:
    """The sidecar of the original, written; None where it changed again meanwhile, which has an event of its own.

    A file that no decoder reads by its extension is no picture: only its state is noted. Raises errors.Unable.
    """
    if not page.is_picture(original, region.settings.decoders):
        found = Sidecar(etag=seen.etag)
        write(original, found, region)
        return found
    try:
        etag, description = region.pictures.describe(original)
        found = Sidecar(etag=etag, description=_with_focal(description, seen))
    except (errors.NotFound, errors.Archived):
        return None
    except errors.Unsupported as error:
        refusal = Refusal(code=error.code, message=error.message)
        found = Sidecar(etag=_etag_now(original, region), refusal=refusal)
    if found.etag != seen.etag:
        return None
    if found.refusal is not None and region.chosen.quarantine:
        return quarantine(original, found, region)
    write(original, found, region)
    return found


def quarantine(original: str, found: Sidecar, region: Region) -> Sidecar | None:
    """The refused original's sidecar, once its bytes are in quarantine; None where it changed meanwhile.

    The copy comes first, the reason second, the original goes last, and only while it is what was refused.
    """
    if not region.variants.copy_from(region.settings.originals_bucket, original, found.etag, in_quarantine(original)):
        return None
    away = replace(found, quarantined=True)
    write(original, away, region)
    return away if region.originals.remove(original, found.etag) else None


def forget(original: str, region: Region) -> bool:
    """Whether a picture of that name was known; its sidecar is gone, but for the reason of one in quarantine."""
    known = read(original, region)
    if known is None or known.quarantined:
        return False
    region.variants.delete([sidecar.prefix + original])
    return True


def in_quarantine(original: str) -> str:
    return sidecar.quarantine_prefix + original


def write(original: str, found: Sidecar, region: Region) -> None:
    region.variants.write(sidecar.prefix + original, found.body(), sidecar.content_type)


def _etag_now(original: str, region: Region) -> str:
    now = region.originals.look(original)
    return "" if now is None else now.etag


def _with_focal(description: Mapping[str, object], seen: Seen) -> dict[str, object]:
    focal = seen.metadata.get("focal", "")
    return dict(description) | ({"focal": focal} if focal_pattern.fullmatch(focal) else {})

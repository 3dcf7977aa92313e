"""An original's first sweep: its variants go, CloudFront's copies after them, and what is known of it is written anew.

The order is the proof (docs/decisions/freshness.md). The note of the second sweep is sent before anything is done, so
that whatever crashes after it is made good by that sweep. The store goes before CloudFront, which would fetch the old
variants again else.
"""

from __future__ import annotations

from collections.abc import Iterator

from origin import telling, verifying
from origin.hints import Hint
from origin.made_here import Told, is_own
from origin.notes import Note
from origin.region import Region, Seen
from variants import errors, generation, grammar
from variants.table import table

unnamed = "No URL can name it: its path is reserved, too long, or ends like options."


def bring_in_line(hint: Hint, region: Region) -> bool:
    """Whether anything was to be done: variants, sidecar and CloudFront are as the original is now."""
    if len(hint.original.encode()) > table.max_path_bytes:
        _say_too_long(hint.original, region)
        return False
    seen, known = region.originals.look(hint.original), verifying.read(hint.original, region)
    is_known = seen is not None and known is not None and known.etag == seen.etag
    if hint.is_of_version and is_known:
        # An old version went. Were the current state one that no event was heard of yet, that event would do the work.
        region.say("old-version-removed", original=hint.original)
        return False
    if seen is not None and _is_made_here(hint, seen, region):
        region.say("original-made-here", original=hint.original)
        _follow(hint.original, seen, region, was_known=known is not None)
        return True
    region.queue.send([Note(original=hint.original, sweep=2).body()], region.chosen.second_sweep_s)
    deleted = sweep(hint.original, region, seen if is_known else None)
    region.queue.send([Note(original=hint.original, changed_s=hint.changed_s).body()], 0)
    region.say(
        "original-changed",
        original=hint.original,
        now=seen.etag if seen else None,
        deleted=deleted,
        servable=is_servable(hint.original),
    )
    if not is_known:
        _follow(hint.original, seen, region, was_known=known is not None)
    return True


def _say_too_long(original: str, region: Region) -> None:
    """Nothing: nothing was ever made of it, and S3 might take no name of a sidecar of it (1,024 bytes at most)."""
    region.say("original-changed", original=original, servable=False)
    if region.originals.look(original) is not None:
        telling.tell(region, "refused", original, code="bad-path", reason=unnamed)


def _is_made_here(hint: Hint, seen: Seen, region: Region) -> bool:
    """Whether a generator made it where there was none, and nothing made of another state is left to be purged."""
    told = Told(event_name=hint.event_name, event_etag=hint.event_etag, etag=seen.etag, metadata=seen.metadata)
    own = is_own(hint.original, told, generation.read(region.settings.generators))
    return own and not any(_stale(hint.original, region, seen))


def sweep(original: str, region: Region, seen: Seen | None) -> int:
    """How many variants were deleted: all, or where `seen` is given those that were made of another state."""
    deleted = 0
    for stale in _stale(original, region, seen):
        region.variants.delete(stale)
        deleted += len(stale)
    return deleted


def _stale(original: str, region: Region, seen: Seen | None) -> Iterator[list[str]]:
    """The keys that a sweep deletes, by the page."""
    for keys in region.variants.children(f"{grammar.store_prefix}{original}/"):
        variants = [key for key in keys if grammar.is_key(key)]
        yield variants if seen is None else region.variants.others(variants, seen.etag)


def _follow(original: str, seen: Seen | None, region: Region, *, was_known: bool) -> None:
    """Nothing: what depends on an original that is not what it was is done: sidecar, notification, presets."""
    if seen is None:
        gone = verifying.forget(original, region)
        if gone:
            telling.tell(region, "removed", original)
        return
    sidecar = verifying.verify(original, seen, region)
    if sidecar is None:
        return
    if sidecar.refusal is not None:
        telling.tell(region, "refused", original, code=sidecar.refusal.code, reason=sidecar.refusal.message)
        return
    told = {} if is_servable(original) else {"reason": unnamed}
    telling.tell(region, "replaced" if was_known else "created", original, etag=seen.etag, **told)
    make_presets(original, region)


def make_presets(original: str, region: Region) -> None:
    """Nothing: the stack's presets for its path are made, before anybody asks."""
    if not is_servable(original):
        return
    for segment in region.chosen.segments(original):
        try:
            region.pictures.make(f"{original}/{segment}")
        except errors.MirageError as error:
            # It is made when somebody asks for it; the event's own work is done.
            region.say("preset-not-made", level="warning", original=original, segment=segment, code=error.code)
            telling.tell(region, "failed", original, code=error.code, reason=error.message)


def is_servable(original: str) -> bool:
    """Whether a URL can name it: not where it is too long, or its own name ends like options."""
    try:
        grammar.parse(grammar.key(original, grammar.Variant()))
    except errors.Deploying:
        return False
    return not grammar.is_key(original)

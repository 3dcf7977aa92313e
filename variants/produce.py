"""The order of work, in one place: key → original → pixels → stored → answer.

Sees no network, no environment and no clock: all of them are given, in `Work`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, cast

from variants import errors, grammar, headers
from variants.work import Answer, Elsewhere, Job, Mark, Work

if TYPE_CHECKING:
    from variants.rendered import Rendered
    from variants.sources import Original
    from variants.store import Stored

# How often the work begins again because the original changed under it.
tries = 3
# What is younger was stored while its next viewer was on the way here: a cold start and a maker's time.
just_stored_s = 60


def produce(key: str, work: Work) -> Answer | Elsewhere:
    """The answer to a key that the store does not have, made and stored.

    Raises errors.MirageError: documented, with the status and times of the answer.
    """
    path, asked = grammar.parse(key)
    for _ in range(tries):
        with work.measure("fetch"):
            original = _fetch(path, work)
        with original, _siblings_watched(path, original, work):
            answer = _answer(_job(path, asked, original), work)
        if answer is not None:
            return answer
    raise errors.Busy("The original is changing; ask again in a moment.")


def unserved(key: str, work: Work) -> Answer | Elsewhere | None:
    """What the store has of a key although CloudFront came here for it; None where there is nothing to be found.

    `not_stored` says that the store should have been able to answer: its policy or S3 itself is at fault. What is too
    large to be answered is then made smaller, since asking again would lead back here; but not where it was stored a
    moment ago, and CloudFront only came before that.
    """
    path, variant = grammar.parse(key)
    stored = work.store.read(key, work.deadline)
    if stored is None:
        return None
    is_failing = work.keeps and stored.age_s > just_stored_s
    failing = errors.PolicyBroken("The store has it, and did not serve it.") if is_failing else None
    how = "reduced" if stored.reduced else "stored"
    if len(stored.body) <= work.room_bytes:
        sent = {name: stored.headers[name] for name in headers.sent_names if name in stored.headers}
        return Answer(how=how, body=stored.body, headers={**sent, "etag": stored.etag}, not_stored=failing)
    if work.keeps and failing is None:
        return Elsewhere(key=key, how=how, size_bytes=len(stored.body))
    with work.source.fetch(path, work.deadline) as original:
        job = Job(path=path, variant=variant, outdated=False, original=original)
        return replace(_smaller(job, work, headers.ten_seconds if failing else ""), not_stored=failing)


def _siblings_watched(path: str, original: Original, work: Work) -> AbstractContextManager[None]:
    return nullcontext() if work.siblings is None else work.siblings.watched(path, original, work.deadline)


def _fetch(path: str, work: Work) -> Original:
    """The original. Raises errors.Unsupported with its reason where it is gone because it was refused."""
    try:
        return work.source.fetch(path, work.deadline)
    except errors.Archived:
        raise
    except errors.NotFound as error:
        known = work.sidecars.read(path, work.deadline) if work.sidecars is not None else None
        if known is not None and known.quarantined and known.refusal is not None:
            raise known.refusal.error() from error
        raise


def _job(path: str, asked: grammar.Variant, original: Original) -> Job:
    """What is to be made: where `v` is not the original's, the plain variant (url-contract, "Versions")."""
    outdated = asked.v is not None and not headers.bare(original.etag).startswith(asked.v)
    return Job(path=path, variant=replace(asked, v=None) if outdated else asked, outdated=outdated, original=original)


def _answer(job: Job, work: Work) -> Answer | Elsewhere | None:
    """The answer; None where the original changed meanwhile, and the work is to begin again."""
    stored = work.store.read(job.key, work.deadline) if job.outdated else None
    if stored is not None and _is_current(stored, job):
        return _of_stored(stored, job, work)
    rendered = _render(job, work)
    try:
        with work.measure("store"):
            etag = work.store.put(job.key, rendered.body, _headers(job, rendered, work), work.store_deadline)
            if etag is None:
                return _of_other_maker(job, work)
            if not _still_is(job, work):
                work.store.take_back(job.key, etag, work.store_deadline)
                return None
    except errors.Unable as error:
        return _not_stored(rendered, job, work, error)
    return _of_made(rendered, etag, job, work)


def _of_other_maker(job: Job, work: Work) -> Answer | Elsewhere | None:
    """What another maker stored under the key since; one of another state of the original is taken back."""
    stored = work.store.read(job.key, work.store_deadline)
    if stored is None or (_is_current(stored, job) and not _still_is(job, work)):
        return None
    if _is_current(stored, job):
        return _of_stored(stored, job, work)
    if _still_is(job, work):
        work.store.take_back(job.key, stored.etag, work.store_deadline)
    return None


def _is_current(stored: Stored, job: Job) -> bool:
    return stored.original_etag == headers.bare(job.original.etag)


def _still_is(job: Job, work: Work) -> bool:
    """True while the original is what it was when it was fetched: asked *after* the put, so that of a maker and an
    event that cross, one sees the other."""
    return work.source.look(job.path, work.store_deadline) == job.original.etag


def _of_made(rendered: Rendered, etag: str, job: Job, work: Work) -> Answer | Elsewhere:
    how = _how(rendered, job)
    if len(rendered.body) > work.room_bytes:
        return _too_large(how, len(rendered.body), job, work)
    sent = _sent(job, _headers(job, rendered, work), etag)
    return Answer(how=how, body=rendered.body, headers=sent)


def _how(rendered: Rendered, job: Job) -> str:
    """X-Mirage's word for what was made just now."""
    return "reduced" if rendered.reduced else "generated" if job.original.is_generated else "made"


def _of_stored(stored: Stored, job: Job, work: Work) -> Answer | Elsewhere:
    how = "reduced" if stored.reduced else "stored"
    if len(stored.body) > work.room_bytes:
        return _too_large(how, len(stored.body), job, work)
    return Answer(how=how, body=stored.body, headers=_sent(job, stored.headers, stored.etag))


def _too_large(how: str, size_bytes: int, job: Job, work: Work) -> Answer | Elsewhere:
    """The stored key's own URL; but where the viewer's URL would be asked again, and its `v` is outdated, that would
    lead back here: a smaller picture."""
    if not work.keeps:
        return _smaller(job, work)
    if job.outdated and work.settings.redirect_of(job.key) != "key":
        return _smaller(job, work, headers.one_minute)
    return Elsewhere(key=job.key, how=how, size_bytes=size_bytes)


def _not_stored(rendered: Rendered, job: Job, work: Work, error: errors.MirageError) -> Answer:
    """The picture all the same, for a moment: smaller where only the store could have handed it out."""
    if len(rendered.body) > work.room_bytes:
        return replace(_smaller(job, work, headers.ten_seconds), not_stored=error)
    sent = _sent(job, _headers(job, rendered, work), None)
    how = _how(rendered, job)
    return Answer(how=how, body=rendered.body, headers={**sent, "cache-control": headers.ten_seconds}, not_stored=error)


def _smaller(job: Job, work: Work, cache_control: str = "") -> Answer:
    """The same in smaller; with its own Cache-Control where none is given."""
    rendered = work.imaging.smaller(
        _rewound(job.original),
        job.variant,
        work.settings.limits,
        decoders=work.settings.decoders,
        watermark=_watermark(job.variant, work),
        max_bytes=work.room_bytes,
    )
    sent = _sent(job, _headers(job, rendered, work), None)
    return Answer(
        how="reduced", body=rendered.body, headers=sent | ({"cache-control": cache_control} if cache_control else {})
    )


def _render(job: Job, work: Work) -> Rendered:
    original, limits, decoders = _rewound(job.original), work.settings.limits, work.settings.decoders
    etag, size_bytes = headers.bare(job.original.etag), job.original.size_bytes
    try:
        if job.variant.f == "json":
            known = work.sidecars.read(job.path, work.deadline) if work.sidecars is not None else None
            if known is not None and known.etag == etag and known.description is not None:
                return known.rendered()
            return work.imaging.describe(original, limits, decoders=decoders, etag=etag, size_bytes=size_bytes)
        mark = _watermark(job.variant, work)
        if work.renders is not None:
            work.renders.spend(work.deadline)
        return work.imaging.render(
            original, job.variant, limits, decoders=decoders, watermark=mark, measure=work.measure
        )
    except errors.Broken:
        if job.original.body.failure is not None:
            # It broke off on its way here: the picture itself may be sound.
            raise job.original.body.failure from None
        raise


def _rewound(original: Original) -> BinaryIO:
    original.body.seek(0)
    return cast("BinaryIO", original.body)


def _watermark(variant: grammar.Variant, work: Work) -> Mark | None:
    if variant.wm is None:
        return None
    registered = work.settings.watermarks.get(variant.wm)
    if registered is None:
        raise errors.Deploying(f"This version has no watermark {variant.wm}.")
    try:
        with work.source.fetch(registered.key, work.deadline) as mark:
            return mark.body.read(), registered
    except errors.Refused as error:
        raise errors.Internal(
            f"Expected a picture for watermark {variant.wm} at {registered.key} in the originals, found none to read."
        ) from error


def _headers(job: Job, rendered: Rendered, work: Work) -> dict[str, str]:
    """What the variant is stored with, and S3 will send with it from then on."""
    return headers.stored(
        job.path, job.variant, rendered, headers.bare(job.original.etag), work.settings.browser_cache_seconds
    )


def _sent(job: Job, stored: Mapping[str, str], etag: str | None) -> dict[str, str]:
    """Of the stored headers those that an answer carries."""
    found = {name: stored[name] for name in headers.sent_names if name in stored}
    if etag is not None:
        found["etag"] = etag
    if job.outdated:
        found["cache-control"] = headers.one_minute
    return found

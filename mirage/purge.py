"""`purge`: variants and CloudFront's copies of them go; they are made again when somebody asks."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from mirage import stop
from mirage.bucket import buckets
from mirage.removal import delete, forget
from mirage.verb import Here
from mirage.wanted import read, variants_of


def purge(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="An original's path or URL; a folder as cats/ or 'cats/*'; a cache tag as '#o-...'."
        ),
    ],
    wait: Annotated[bool, typer.Option(help="Wait until CloudFront has forgotten its copies everywhere.")] = True,
    *,
    here: Here,
) -> int:
    """Removes stored variants and CloudFront's copies, by path, folder or cache tag; the originals stay.

    The store goes first, CloudFront after it. What is purged is made again when somebody asks for it. Browsers keep
    what they have for as long as they were told.

    A path or tag is one of the 1,000 invalidation paths a month that are free; a folder counts as one, too.
    """
    stack, began = here.stack(), time.monotonic()
    wanted = [read(stack, each) for each in paths]
    originals, variants = buckets(stack)
    missing = [each.path for each in wanted if each.path and not each.is_folder and originals.head(each.path) is None]
    deleted = {str(each): delete(variants_of(each, variants), variants, here.voice) for each in wanted}
    nothing = [path for path in missing if not deleted[path]]
    items = list(dict.fromkeys(item for each in wanted for item in each.items))
    ids = forget(stack, items, here.voice, wait=wait)
    for path in nothing:
        here.voice.remark(f"There is no original {path}, and there were no variants of it.")
    took_s = round(time.monotonic() - began, 1)
    said = ", ".join(f"{_counted(count, 'variant')} of {name}" for name, count in deleted.items())
    ended = f"of {_counted(len(items), 'item')} is {'done' if wait else 'under way'}, after {took_s} s."
    here.voice.tell(
        f"Deleted {said}; CloudFront's invalidation {', '.join(ids)} {ended}",
        deleted=deleted,
        missing=missing,
        invalidations=ids,
        items=items,
        seconds=took_s,
    )
    return stop.incomplete if nothing else stop.done


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

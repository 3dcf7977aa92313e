"""`generated`: lists what generators made, by what the originals themselves say; and has it made anew."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from mirage import stop
from mirage.bucket import Bucket, Object, buckets
from mirage.parallel import in_parallel
from mirage.remaking import remake_one
from mirage.stack import Stack
from mirage.stop import Stop
from mirage.verb import Here
from mirage.wanted import Wanted, read

at_once = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An original that a generator made, and what it says of it (docs/generators.md, "Provenance")."""

    path: str
    generator: str
    parameters: str
    made: str
    request_id: str
    size_bytes: int


def generated(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="An original's path or URL, or a folder as gen/avatar/; without any, all of the stack's generators.",
        ),
    ] = None,
    generator: Annotated[str | None, typer.Option(help="Of this generator only.")] = None,
    remake: Annotated[
        bool, typer.Option("--remake", help="Have each made anew: a call of its API, which may be paid for.")
    ] = False,
    *,
    here: Here,
) -> int:
    """Lists the originals that generators made: which, when, and what their API calls the request.

    Every original below the generators' routes is looked at once (a HEAD request each). With --remake each is taken
    away with its variants and CloudFront's copies, and asked for again; where its API fails the old one is put back.
    What is closed to the public is made again by the next viewer who may see it.
    """
    stack = here.stack()
    originals, _ = buckets(stack)
    if generator is not None and generator not in stack.generators and not paths:
        known = ", ".join(stack.generators) or "the stack, which has none"
        raise Stop(f"Expected a generator of {known}, received {generator!r}.")
    found = _found(originals, _named(stack, paths or [], generator))
    wanted = [each for each in here.voice.watched(found, "Looking") if generator in (None, each.generator)]
    wanted.sort(key=lambda each: each.path)
    return _remade(stack, wanted, here) if remake else _listed(wanted, here)


def _named(stack: Stack, paths: Sequence[str], generator: str | None) -> list[Wanted]:
    """What is looked at: what was named, else the folders of the stack's generators."""
    if not paths:
        folders = [folder for name, folder in stack.generators.items() if generator in (None, name)]
        return [Wanted(path=each, is_folder=True) for each in folders]
    wanted = [read(stack, each) for each in paths]
    if any(each.tag for each in wanted):
        raise Stop("Expected a path or a folder, received a cache tag.")
    return wanted


def _found(originals: Bucket, wanted: Sequence[Wanted]) -> Iterator[Made]:
    def objects() -> Iterator[Object]:
        for named in wanted:
            for each in originals.all(named.path):
                if named.is_folder or each.key == named.path:
                    yield each

    for made in in_parallel(lambda each: look(originals, each), objects(), at_once):
        if made is not None:
            yield made


def look(originals: Bucket, each: Object) -> Made | None:
    """What an original says of its generator; None where it says nothing, or is gone."""
    head = originals.head(each.key)
    if head is None or "mirage-generator" not in head.metadata:
        return None
    return Made(
        path=each.key,
        generator=head.metadata["mirage-generator"],
        parameters=head.metadata.get("mirage-parameters", ""),
        made=head.metadata.get("mirage-made", ""),
        request_id=head.metadata.get("mirage-request-id", ""),
        size_bytes=each.size_bytes,
    )


def _listed(wanted: Sequence[Made], here: Here) -> int:
    for each in wanted:
        here.voice.tell(
            f"{each.made:<20}  {each.generator:<12}  {each.size_bytes:>9,} B  {each.path}  {each.request_id}".rstrip(),
            path=each.path,
            generator=each.generator,
            made=each.made,
            request_id=each.request_id,
            parameters=each.parameters,
            bytes=each.size_bytes,
        )
    counts = Counter(each.generator for each in wanted)
    said = ", ".join(f"{count} of {name}" for name, count in sorted(counts.items())) or "none"
    here.voice.tell(f"{len(wanted)} originals: {said}.", originals=len(wanted), generators=dict(sorted(counts.items())))
    return stop.done


def _remade(stack: Stack, wanted: Sequence[Made], here: Here) -> int:
    if not wanted:
        raise Stop("There is nothing that a generator made.")
    names = ", ".join(sorted({each.generator for each in wanted}))
    if not here.voice.agrees(f"Have {len(wanted)} originals made anew, a call of {names} each?"):
        raise Stop("Nothing was made anew.")
    counts: Counter[str] = Counter()
    here.voice.so_far = lambda: f"{counts['made']} were made anew; the others are as they were."
    began = time.monotonic()
    for each in here.voice.watched(wanted, "Making", len(wanted)):
        how, why = remake_one(stack, each.path, here.voice)
        counts[how] += 1
        here.voice.tell(f"{how:<9} {each.path}{f': {why}' if why else ''}", how=how, path=each.path, why=why)
    took_s = round(time.monotonic() - began, 1)
    said = ", ".join(f"{count} {how}" for how, count in counts.items())
    here.voice.tell(f"{said}, in {took_s} s.", seconds=took_s, **{how: counts[how] for how in sorted(counts)})
    return stop.incomplete if counts["kept"] else stop.done

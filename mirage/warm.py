"""`warm`: variants are made before anybody asks; few directly, many as a job of S3 Batch Operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
import urllib3

from mirage import batch, stop
from mirage.bucket import Bucket, buckets
from mirage.parallel import in_parallel
from mirage.paths import decoded, target, unservable
from mirage.stack import Stack
from mirage.stop import Stop
from mirage.verb import Here
from mirage.viewing import Viewed, Viewer
from variants import grammar

at_once = 8
timeout_s = 60.0
# What viewers take: newest formats, WebP, neither (url-contract, "Format").
accepts = ("image/avif,image/webp", "image/webp", "*/*")
most_directly = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One variant: the URL's target, with an Accept that gets it; `refused` where no variant is behind it."""

    target: str
    accept: str
    key: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    wish: Wish
    how: str
    why: str = ""


def warm(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URLS]...", help="URLs of the stack, or paths with their queries.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--list", help="A file with a URL a line.")] = None,
    preset: Annotated[list[str] | None, typer.Option(help="A preset of the stack, for every original.")] = None,
    below: Annotated[str, typer.Option(help="Only the originals below this path, as in --below cats/.")] = "",
    as_job: Annotated[bool, typer.Option("--batch", help="A job of S3 Batch Operations a preset, for many.")] = False,
    role: Annotated[str, typer.Option(help="With --batch: the ARN of a role that is not the stack's own.")] = "",
    *,
    here: Here,
) -> int:
    """Makes variants before anybody asks: of URLs, or of presets for every original.

    Each is made in the formats that viewers negotiate, by asking CloudFront for it; what is stored is not asked for.
    More than 5,000 are better made by --batch: AWS's own engine calls the stack's regional function for each original;
    its cost is told, and asked for first.
    """
    stack = here.stack()
    named, presets = _named(urls or [], file), preset or []
    if unknown := [name for name in presets if name not in stack.presets]:
        known = f"one of {', '.join(stack.presets)}" if stack.presets else "a stack that has presets"
        raise Stop(f"Expected {known} for --preset, received {unknown[0]}.")
    if not named and not presets:
        raise Stop("Expected URLs, --list or --preset: there is nothing to make.")
    originals, variants = buckets(stack)
    if as_job:
        if named or not presets:
            raise Stop("Expected --preset alone with --batch: a job is for every original.")
        return batch.start(stack, presets, _originals(originals, below), role, here)
    targets = [target(stack, each) for each in named]
    wishes = Wishes(stack).of(targets, presets, _originals(originals, below) if presets else iter(()))
    first = list(islice(wishes, most_directly + 1))
    if len(first) > most_directly:
        raise Stop(f"More than {most_directly:,} variants are to be made: say --batch, or fewer by --below.")
    return _directly(stack, first, variants, here)


def _named(urls: Sequence[str], file: Path | None) -> list[str]:
    if file is None:
        return list(urls)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as why:
        reason = getattr(why, "strerror", None) or "it is no text"
        raise Stop(f"Expected a text file of URLs at {file}: {reason}.") from why
    return [*urls, *(line.strip() for line in lines if line.strip() and not line.startswith("#"))]


def _originals(originals: Bucket, below: str) -> Iterator[str]:
    """The originals that a URL can name."""
    for each in originals.all(below.removeprefix("/")):
        if not each.key.endswith("/") and not unservable(each.key):
            yield each.key


class Wishes:
    """What is to be asked for, by the viewer function as it ships: each key once for a target."""

    def __init__(self, stack: Stack) -> None:
        self._viewer = Viewer(stack)

    def of(self, targets: Sequence[str], presets: Sequence[str], originals: Iterator[str]) -> Iterator[Wish]:
        for each in targets:
            yield from self._negotiated(each, is_named=True)
        for original in originals:
            for name in presets:
                yield from self._negotiated(f"/{grammar.encode_path(original)}?p={name}", is_named=False)

    def _negotiated(self, asked: str, *, is_named: bool) -> Iterator[Wish]:
        keys: set[str] = set()
        for accept in accepts:
            seen = self._viewer.view(asked, [("accept", accept)])
            if seen.uri and seen.origin == "variants" and seen.uri not in keys:
                keys.add(seen.uri)
                yield Wish(target=asked, accept=accept, key=seen.uri)
            elif not seen.uri or seen.origin != "variants":
                if is_named:
                    yield Wish(target=asked, accept=accept, refused=_reason(seen))
                return


def _reason(seen: Viewed) -> str:
    return f"{seen.status} {seen.code}: {seen.message}" if seen.status else "it is a file, of which nothing is made."


def _directly(stack: Stack, wishes: list[Wish], variants: Bucket, here: Here) -> int:
    """The exit status; every wish is asked for."""
    counts: Counter[str] = Counter()
    here.voice.so_far = lambda: f"{counts['made']} variants were made; start it again, what is stored is skipped."
    with urllib3.PoolManager(maxsize=at_once, retries=urllib3.Retry(2, status=0, redirect=0)) as pool:
        done = in_parallel(lambda wish: _ask(stack, wish, variants, pool), wishes, at_once)
        for each in here.voice.watched(done, "Warming", len(wishes)):
            counts[each.how] += 1
            shown = each.wish.key or each.wish.target
            reason = f": {each.why}" if each.why else ""
            here.voice.tell(f"{each.how:<7} {shown}{reason}", how=each.how, key=shown, why=each.why)
    said = ", ".join(f"{count} {how}" for how, count in counts.items()) or "nothing to make"
    here.voice.tell(f"{said}.", **{how: counts[how] for how in ("made", "stored", "failed")})
    return stop.incomplete if counts["failed"] else stop.done


def _ask(stack: Stack, wish: Wish, variants: Bucket, pool: urllib3.PoolManager) -> Made:
    """What became of a wish."""
    if wish.refused:
        return Made(wish=wish, how="failed", why=wish.refused)
    stored_key = grammar.store_prefix + decoded(wish.key).removeprefix("/")
    if variants.head(stored_key) is not None:
        return Made(wish=wish, how="stored")
    try:
        answer = pool.request(
            "GET", stack.url + wish.target, headers={"accept": wish.accept}, redirect=False, timeout=timeout_s
        )
    except urllib3.exceptions.HTTPError as why:
        return Made(wish=wish, how="failed", why=f"the network failed: {why}")
    if answer.status in (200, 302):  # 302: too large for the edge, and stored
        return Made(wish=wish, how="made")
    return Made(wish=wish, how="failed", why=f"{answer.status} {answer.headers.get('x-mirage-error', '')}".strip())

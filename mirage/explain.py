"""`explain`: what a URL means to the stack as it is, and what would run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated

import typer

from mirage import stop
from mirage.bucket import Bucket, Head, buckets
from mirage.paths import decoded, target
from mirage.stack import Stack
from mirage.verb import Here
from mirage.viewing import Viewed, Viewer
from variants import grammar

# From open to strict (url-contract, "Access modes").
modes = ("open", "presets", "signed", "basic", "jwt", "cloudfront")
browsers = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
formats = {
    "auto-avif": "AVIF for a still, WebP for an animation: Accept names avif and webp",
    "auto-webp": "WebP: Accept names webp",
    "auto": "JPEG, or PNG where there is alpha, GIF for an animation: Accept names nothing newer",
    "json": "a description of the original as JSON",
}


def explain(
    url: Annotated[str, typer.Argument(metavar="URL", help="A URL of the stack, or its path and query.")],
    accept: Annotated[
        str, typer.Option(help="What the viewer takes; a browser's Accept where nothing is said.")
    ] = browsers,
    header: Annotated[list[str] | None, typer.Option(help="Another header, as in --header 'Cookie: a=b'.")] = None,
    *,
    here: Here,
) -> int:
    """Tells what a URL means: who may see it, its key, its format, whether it is stored, and what would run.

    The stack's viewer function is run here as it ships, with its store as it is now, for a request with these headers.
    Nothing is asked of CloudFront, made or changed.
    """
    stack = here.stack()
    asked = target(stack, url)
    seen = Viewer(stack).view(asked, [("accept", accept), *(_header(each) for each in header or [])])
    facts: dict[str, object] = {"url": stack.url + asked, "access": access(stack, asked)}
    facts |= _refused(seen) if seen.status else _routed(seen, stack)
    for name, value in facts.items() if not here.voice.as_json else ():
        here.voice.tell(f"{name.replace('_', ' '):<12} {'no' if value is False else 'yes' if value is True else value}")
    if here.voice.as_json:
        here.voice.tell("", **facts)
    return stop.done


def access(stack: Stack, asked: str) -> str:
    """The strictest mode of the path as sent and as decoded; in each the longest prefix counts."""
    path = asked.partition("?")[0]
    found = ["open"]
    for form in (path, decoded(path)):
        prefixes = [prefix for prefix in stack.access if form.startswith(prefix)]
        found += [stack.access[max(prefixes, key=len)]] if prefixes else []
    return max(found, key=lambda mode: modes.index(mode) if mode in modes else len(modes))


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise stop.Stop(f"Expected a header like 'Cookie: a=b', received {text!r}.")
    return name.strip().lower(), value.strip()


def _refused(seen: Viewed) -> dict[str, object]:
    return {"route": "refused", "status": seen.status, "code": seen.code, "runs": seen.message}


def _routed(seen: Viewed, stack: Stack) -> dict[str, object]:
    """What the key leads to."""
    originals, variants = buckets(stack)
    path = decoded(seen.uri).removeprefix("/")
    if seen.origin == "originals":
        return _file(path, originals)
    if seen.origin == "page":
        return {"route": "page", "key": path, "runs": "nothing: the page is in the variants bucket."}
    original, _, segment = path.rpartition("/")
    there = originals.head(original)
    facts: dict[str, object] = {"route": "image", "key": seen.uri, "original": original, "options": segment}
    facts |= {"format": _format(segment)} | _original(there)
    stored = variants.head(grammar.store_prefix + path)
    facts["stored"] = stored is not None
    if stored is not None:
        facts |= {"bytes": stored.size_bytes, "type": stored.content_type, "age_s": _age_s(stored)}
    makers = [name for name, folder in stack.generators.items() if original.startswith(folder)]
    return facts | {"runs": _runs(seen, there, stored, segment, makers)}


def _file(path: str, originals: Bucket) -> dict[str, object]:
    there = originals.head(path)
    runs = "nothing: it is served from the originals as it is." if there else "nothing: 404 not-found."
    return {"route": "file", "original": path, **_original(there), "runs": runs}


def _format(segment: str) -> str:
    name = segment.rpartition(",f=")[2]
    return formats.get(name, f"{name}: the URL says so")


def _original(there: Head | None) -> dict[str, object]:
    if there is None:
        return {"original_is": "missing"}
    return {"original_is": f"{there.size_bytes:,} bytes, {there.content_type}, ETag {there.etag}"}


def _age_s(stored: Head) -> int:
    """How long it has been stored, by the clock of the store."""
    now = parsedate_to_datetime(stored.now) if stored.now else datetime.now(UTC)
    return max(0, int((now - stored.modified).total_seconds()))


def _runs(seen: Viewed, there: Head | None, stored: Head | None, segment: str, makers: Sequence[str]) -> str:
    """What would run if no copy were in CloudFront; `makers` are the generators of the folder."""
    if stored is not None:
        made_of = stored.metadata.get("original-etag", "").strip('"')
        if there is not None and made_of not in ("", there.etag):
            return "nothing: it is stored, but of an older state of its original (verify --fix removes it)."
        return "nothing: it is served from the store."
    if seen.generate != "on":
        return "nothing: 503 paused, since the switch generate does not let it be made (resume does)."
    if there is None:
        named = f"the generator {makers[0]}, where the rest of the path fits it; else " if makers else "nothing: "
        return f"{named}404 not-found."
    version = next((part[2:] for part in segment.split(",") if part.startswith("v=")), "")
    if version and not there.etag.startswith(version):
        what = "v is another state's, so the answer without v is made, stored, and kept for 60 s."
        return f"the function that makes variants: {what}"
    return "the function that makes variants: it makes the variant from the original, stores it, and answers."

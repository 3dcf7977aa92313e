"""`upload`: files and folders become originals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from mirage import stop
from mirage.bucket import Bucket, buckets
from mirage.files import File, Sums, sums, walk
from mirage.parallel import in_parallel
from mirage.paths import is_stacks_own, unservable
from mirage.stack import Stack
from mirage.verb import Here
from variants import grammar
from variants.table import table

at_once = 16
# One PUT takes 5 GB; above this a file goes in parts, and is compared by its checksum (S3 "Uploading objects").
parts_from_bytes = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What became of one file: `how` is uploaded, unchanged, would-upload or failed; `etag` of the original."""

    file: File
    how: str
    etag: str = ""
    why: str = ""


def upload(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATHS...", help="Files, and folders with all that is in them.")
    ],
    to: Annotated[str, typer.Option(help="Put them below this path, as in --to cats/2026.")] = "",
    srcset: Annotated[str, typer.Option(help="Print a srcset of these widths, as in --srcset 320,640,1280.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be uploaded.")] = False,
    *,
    here: Here,
) -> int:
    """Puts files or folders in the originals, and prints their URLs.

    What is there already with the same bytes is skipped, so an upload that broke off goes on when it is started again.
    Paths below a folder become the originals' paths, in Unicode's composed form (NFC). The content type goes by the
    file's extension. S3 checks each file by its SHA-256.

    The URL of a picture has v, the start of the original's ETag: as long as it is current, browsers keep the answer for
    a year.
    """
    widths = _widths(srcset)
    files = walk(paths, to.strip("/"))
    stack = here.stack()
    originals, _ = buckets(stack)
    counts = {"uploaded": 0, "unchanged": 0, "would-upload": 0, "failed": 0}
    here.voice.so_far = lambda: f"{counts['uploaded']} files were uploaded whole; start it again to go on."

    for each in here.voice.watched(uploads(files, originals, dry_run=dry_run), "Uploading"):
        counts[each.how] += 1
        _tell(each, stack, widths, here)
    said = ", ".join(f"{count} {how.replace('-', ' ')}" for how, count in counts.items() if count) or "no files"
    here.voice.tell(f"{said}: {stack.originals}", **counts)
    return stop.incomplete if counts["failed"] else stop.done


def uploads(files: Iterator[File], originals: Bucket, *, dry_run: bool = False) -> Iterator[Uploaded]:
    """What became of each file; no more of them are drawn than are under way."""
    return in_parallel(lambda file: _put(file, originals, dry_run=dry_run), files, at_once)


def _widths(text: str) -> list[int]:
    """The widths of a srcset. Raises Stop."""
    most = table.options["w"].most
    parts = [part.strip() for part in text.split(",")] if text else []
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= most for part in parts):
        raise stop.Stop(f"Expected widths from 1 to {most} for --srcset, as in 320,640,1280, received {text!r}.")
    return [int(part) for part in parts]


def _put(file: File, originals: Bucket, *, dry_run: bool) -> Uploaded:
    """What became of the file; a failure of one is no reason to leave the others."""
    if refused := file.why_not or ("" if is_stacks_own(file.key) else unservable(file.key)):
        return Uploaded(file=file, how="failed", why=refused)
    try:
        with file.path.open("rb") as body:
            found = sums(body)
        there = originals.head(file.key)
        if there is not None and found.are_of(there.etag, there.sha256) and there.content_type == file.content_type:
            return Uploaded(file=file, how="unchanged", etag=there.etag)
        if dry_run:
            return Uploaded(file=file, how="would-upload", etag=found.md5)
        return Uploaded(file=file, how="uploaded", etag=_send(file, found, originals))
    except OSError as why:
        return Uploaded(file=file, how="failed", why=f"{file.path}: {why.strerror or why}.")
    except ClientError as why:
        error = why.response.get("Error", {})
        return Uploaded(file=file, how="failed", why=f"{file.key}: S3 says {error.get('Code')}: {error.get('Message')}")
    except BotoCoreError as why:
        return Uploaded(file=file, how="failed", why=f"{file.key}: the network failed: {why}")


def _send(file: File, found: Sums, originals: Bucket) -> str:
    """The ETag of the original that the file now is."""
    if found.size_bytes < parts_from_bytes:
        with file.path.open("rb") as body:
            answer = originals.client.put_object(
                Bucket=originals.name,
                Key=file.key,
                Body=body,
                ContentType=file.content_type,
                ChecksumSHA256=found.sha256,
            )
        return str(answer["ETag"]).strip('"')
    # The checksum of the whole stays with the object, since an upload in parts has an ETag of its own kind.
    extra = {"ContentType": file.content_type, "Metadata": {"mirage-sha256": found.sha256}}
    originals.client.upload_file(str(file.path), originals.name, file.key, ExtraArgs=extra)
    there = originals.head(file.key)
    return there.etag if there is not None else ""


def _tell(done: Uploaded, stack: Stack, widths: list[int], here: Here) -> None:
    key, how = done.file.key, done.how
    if how == "failed":
        here.voice.tell(f"failed        {done.why}", how=how, key=key, file=str(done.file.path), why=done.why)
        return
    is_own = is_stacks_own(key)
    url = f"s3://{stack.originals}/{key}" if is_own else f"{stack.url}/{grammar.encode_path(key)}"
    is_picture = done.file.content_type.startswith("image/") and not is_own
    version = f"v={done.etag[:8]}" if is_picture and done.etag else ""
    shown = f"{url}?{version}" if version else url
    facts: dict[str, object] = {"how": how, "key": key, "url": shown, "etag": done.etag}
    sentence = f"{how:<13} {shown}"
    if widths and is_picture:
        facts["srcset"] = ", ".join(_sources(url, widths, version))
        sentence += f'\n              srcset="{facts["srcset"]}"'
    here.voice.tell(sentence, **facts)


def _sources(url: str, widths: list[int], version: str) -> Iterator[str]:
    for width in widths:
        yield f"{url}?w={width}{f'&{version}' if version else ''} {width}w"

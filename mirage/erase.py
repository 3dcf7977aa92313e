"""`erase`: an original and everything that was ever made of it, gone for good; with a report that can be kept."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mirage import stop
from mirage.bucket import Bucket, Version, buckets
from mirage.paths import original, tag
from mirage.removal import forget
from mirage.stack import Stack
from mirage.stop import Stop
from mirage.verb import Here
from mirage.wanted import Wanted, variants_of
from variants import grammar, lease, sidecar

# A maker of a variant lives for 30 s at most (design, "Limits"); what it stored is found after that.
longest_making_s = 35.0
elsewhere = (
    "what browsers keep until it expires",
    "log lines that name the path",
    "replicas, backups and copies of the bucket outside this stack",
)


@dataclass(slots=True)
class Report:
    """What was done, each with its time (UTC). It changes as the work goes on."""

    original: str
    stack: str
    steps: list[dict[str, object]] = field(default_factory=list)

    def add(self, did: str, **facts: object) -> None:
        self.steps.append({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "did": did, **facts})

    def said(self, *, is_gone: bool) -> Mapping[str, object]:
        asked = {"original": self.original, "stack": self.stack, "gone": is_gone}
        return {**asked, "steps": self.steps, "not_covered": list(elsewhere)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is of an original: its versions, and the keys in the variants bucket, with their versions."""

    versions: list[Version]
    made: list[Version]

    def __bool__(self) -> bool:
        return bool(self.versions or self.made)


def erase(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The original's path, or a URL of it.")],
    report: Annotated[Path | None, typer.Option(help="Keep the report in this file.")] = None,
    again_after: Annotated[
        float, typer.Option(min=0, help="Seconds after which to look for what was being made meanwhile.")
    ] = longest_making_s,
    *,
    here: Here,
) -> int:
    """Removes an original for good: all its versions, all variants of all epochs, what is known of it, all copies.

    For legal removal; it can't be taken back. It asks first, looks again after the longest time that a maker lives, and
    prints a report with times. A generator whose route names the path would make it again: take it out of the stack.
    """
    stack = here.stack()
    named = original(stack, path)
    if report is not None and not report.parent.is_dir():
        raise Stop(f"Expected a folder for the report at {report.parent}, there is none.")
    found = look(named, *buckets(stack))
    if not found:
        raise Stop(f"There is nothing of {named} in {stack.name}: no version, no variant.")
    counted = f"{len(found.versions)} versions and {len(found.made)} objects made of it"
    if not here.voice.agrees(f"Erase {named} in {stack.name} for good, {counted}?"):
        raise Stop("Nothing was erased.")
    written = Report(original=named, stack=stack.name)
    here.voice.so_far = lambda: f"{len(written.steps)} steps were done; start it again, it goes on. {_lines(written)}"
    _erase(stack, found, written, here)
    time.sleep(again_after)
    left = look(named, *buckets(stack))
    if left:
        _erase(stack, left, written, here)
    is_gone = not look(named, *buckets(stack))
    written.add("looked again", found=len(left.versions) + len(left.made), gone=is_gone)
    said = written.said(is_gone=is_gone)
    if report is not None:
        report.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    ended = "is gone" if is_gone else "is NOT gone"
    here.voice.tell(f"{named} {ended}.\n{_lines(written)}\nNot covered: {'; '.join(elsewhere)}.", **said)
    return stop.done if is_gone else stop.incomplete


def look(path: str, originals: Bucket, variants: Bucket) -> Found:
    """What there is of an original now."""
    keys = list(variants_of(Wanted(path=path), variants))
    keys += [f"{prefix}{path}" for prefix in (sidecar.prefix, sidecar.quarantine_prefix)]
    keys.append(lease.prefix + hashlib.sha256(path.encode()).hexdigest())
    made = [version for key in keys for version in variants.versions(key)]
    return Found(versions=list(originals.versions(path)), made=made)


def _erase(stack: Stack, found: Found, report: Report, here: Here) -> None:
    """Nothing: what was found is gone, the store before CloudFront. Raises Stop where S3 refuses."""
    originals, variants = buckets(stack)
    for bucket, versions in ((originals, found.versions), (variants, found.made)):
        refused = bucket.delete_versions(versions)
        report.add(f"deleted from {bucket.name}", objects=len(versions) - len(refused), refused=refused)
        if refused:
            raise Stop(f"S3 refused to delete {refused[0]}; so far: {_lines(report)}", stop.incomplete)
    path = f"/{grammar.encode_path(report.original)}"
    items = [f"#{tag(report.original)}", path, f"{path}/*"]
    ids = forget(stack, items, here.voice, wait=True)
    report.add("CloudFront forgot its copies", items=items, invalidations=ids)


def _lines(report: Report) -> str:
    return "\n".join(
        f"{each['at']}  {each['did']}: "
        + ", ".join(f"{name} {_shown(value)}" for name, value in each.items() if name not in ("at", "did"))
        for each in report.steps
    )


def _shown(value: object) -> str:
    return " ".join(str(each) for each in value) or "none" if isinstance(value, list) else str(value)

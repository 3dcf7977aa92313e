"""`adopt`: what a stack needs of a bucket that is not its own, merged in, or taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import typer
from botocore.exceptions import ClientError

from mirage import adopt as merging
from mirage import stop
from mirage.aws import Asked, regional
from mirage.stack import Stack
from mirage.stop import Stop
from mirage.verb import Here

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The policy of a bucket."""

    bucket: str
    s3: Asked

    def get(self) -> Document:
        try:
            return merging.read(str(self.s3.get_bucket_policy(Bucket=self.bucket)["Policy"]))
        except ClientError as why:
            if why.response.get("Error", {}).get("Code") == "NoSuchBucketPolicy":
                return {}
            raise

    def put(self, document: Document) -> None:
        if document:
            self.s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(document))
        else:
            self.s3.delete_bucket_policy(Bucket=self.bucket)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """The notifications of a bucket."""

    bucket: str
    s3: Asked

    def get(self) -> Document:
        found = self.s3.get_bucket_notification_configuration(Bucket=self.bucket)
        return {name: value for name, value in found.items() if name != "ResponseMetadata"}

    def put(self, document: Document) -> None:
        # SkipDestinationValidation stays off: S3 tells at once where it may not call the function.
        self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration=document)


def adopt(
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="The stack's originalsBucket.")],
    undo: Annotated[bool, typer.Option("--undo", help="Take what was merged out again.")] = False,
    *,
    here: Here,
) -> int:
    """Merges what the stack needs into the policy and the notifications of an adopted bucket; the rest stays as it is.

    Each document is got, ours is merged in, and it is put if nobody changed it meanwhile. It asks first. Versioning and
    encryption stay the owner's: without versioning an overwritten original is lost, and nothing else.
    """
    stack = here.stack()
    if bucket != stack.originals:
        raise Stop(f"Expected the stack's bucket of originals, {stack.originals}, received {bucket}.")
    if not stack.merge_policy or not stack.merge_notification:
        raise Stop(f"{bucket} is the stack's own: there is nothing to adopt (originalsBucket names one that is not).")
    s3 = regional(stack, "s3")
    return apply(stack, (Policy(bucket=bucket, s3=s3), Notification(bucket=bucket, s3=s3)), here, undo=undo)


def apply(stack: Stack, places: tuple[Policy, Notification], here: Here, *, undo: bool) -> int:
    """The exit status; every document is as it should be, where the person agreed. Raises Stop."""
    try:
        wanted = [each for each in _changes(stack, places, undo=undo) if each.is_due()]
        return _apply(stack.originals, wanted, here, undo=undo)
    except merging.Conflict as why:
        raise Stop(f"{why} {here.voice.so_far()}", stop.incomplete) from why


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to become of one document."""

    name: str
    place: merging.Place
    change: Callable[[Document], Document]

    def is_due(self) -> bool:
        before = self.place.get()
        return self.change(before) != before


def _changes(stack: Stack, places: tuple[Policy, Notification], *, undo: bool) -> list[Change]:
    policy, notification = merging.read(stack.merge_policy), merging.read(stack.merge_notification)

    def with_policy(theirs: Document) -> Document:
        return merging.merged_policy(theirs, policy)

    def with_notification(theirs: Document) -> Document:
        return merging.merged_notification(theirs, notification)

    return [
        Change(name="policy", place=places[0], change=merging.without_policy if undo else with_policy),
        Change(
            name="notifications", place=places[1], change=merging.without_notification if undo else with_notification
        ),
    ]


def _apply(bucket: str, wanted: list[Change], here: Here, *, undo: bool) -> int:
    if not wanted:
        here.voice.tell(f"{bucket} is as it should be: nothing was changed.", bucket=bucket, changed=[])
        return stop.done
    for each in wanted:
        after = json.dumps(each.change(each.place.get()), indent=1)
        here.voice.remark(f"The {each.name} of {bucket} would be:\n{after}")
    verb, names = "Take ours out of" if undo else "Merge ours into", " and the ".join(each.name for each in wanted)
    if not here.voice.agrees(f"{verb} the {names} of {bucket}?"):
        raise Stop("Nothing was changed.")
    changed: list[str] = []
    here.voice.so_far = lambda: f"Changed so far: {', '.join(changed) or 'nothing'}; start it again, or with --undo."
    for each in wanted:
        if merging.change(each.place, each.change):
            changed.append(each.name)
    here.voice.tell(f"Changed the {' and the '.join(changed)} of {bucket}.", bucket=bucket, changed=changed)
    return stop.done

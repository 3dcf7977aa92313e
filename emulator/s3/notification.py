"""A bucket's notification configuration: which changes go where. S3 "Amazon S3 Event Notifications", read 2026-11."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4
from xml.etree import ElementTree

from emulator.reading import NotHonoured, Reader
from emulator.s3.refusals import Refused

_space = "{http://s3.amazonaws.com/doc/2006-03-01/}"

# S3 "Supported event types", read 2026-11: the families that a stack may name, those that can't happen here included.
families = {
    "ObjectCreated": {"Put", "Post", "Copy", "CompleteMultipartUpload"},
    "ObjectRemoved": {"Delete", "DeleteMarkerCreated"},
    "LifecycleExpiration": {"Delete", "DeleteMarkerCreated"},
    "ObjectRestore": {"Post", "Completed", "Delete"},
    "ObjectTagging": {"Put", "Delete"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A function to be called for changes of these kinds, of keys with this prefix and suffix."""

    id: str
    arn: str
    events: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""

    def wants(self, event: str, key: str) -> bool:
        """True where a change (`ObjectCreated:Put`) of this key is to be told."""
        named = any(each in {f"s3:{event}", f"s3:{event.split(':')[0]}:*"} for each in self.events)
        return named and key.startswith(self.prefix) and key.endswith(self.suffix)


def read_targets(reader: Reader) -> tuple[Target, ...]:
    """The targets of a BucketNotification.

    Raises NotHonoured, with S3's reason where S3 would refuse them.
    """
    targets = []
    for each in reader.blocks("lambdaFunctions"):
        events = each.texts("events")
        for event in events:
            _check(event, each.path)
        targets.append(
            Target(
                id=each.text("id", "tf-s3-lambda"),
                arn=each.text("lambdaFunctionArn"),
                events=events,
                prefix=each.text("filterPrefix"),
                suffix=each.text("filterSuffix"),
            )
        )
        each.finish()
    _refuse_overlap(targets)
    return tuple(targets)


def from_xml(body: bytes) -> tuple[Target, ...]:
    """The targets of a PutBucketNotificationConfiguration. Raises Refused for what is malformed or not emulated."""
    try:
        document = ElementTree.fromstring(body or b"<NotificationConfiguration/>")
    except ElementTree.ParseError as error:
        raise Refused("MalformedXML") from error
    targets = []
    for each in document:
        kind = each.tag.removeprefix(_space)
        if kind != "CloudFunctionConfiguration":
            raise Refused("NotImplemented", f"The emulator sends events to functions only, not to a {kind}.")
        named = {part.tag.removeprefix(_space): part.text or "" for part in each}
        rules = {
            (rule.findtext(f"{_space}Name") or "").lower(): rule.findtext(f"{_space}Value") or ""
            for rule in each.iter(f"{_space}FilterRule")
        }
        targets.append(
            Target(
                id=named.get("Id", uuid4().hex),
                arn=named.get("CloudFunction", ""),
                events=tuple(part.text or "" for part in each if part.tag.removeprefix(_space) == "Event"),
                prefix=rules.get("prefix", ""),
                suffix=rules.get("suffix", ""),
            )
        )
    try:
        _refuse_overlap(targets)
    except NotHonoured as error:
        raise Refused("InvalidArgument", str(error).partition(": ")[2]) from error
    return tuple(targets)


def to_xml(targets: tuple[Target, ...]) -> bytes:
    """The document that GetBucketNotificationConfiguration gives."""
    root = ElementTree.Element("NotificationConfiguration", xmlns=_space.strip("{}"))
    for target in targets:
        entry = ElementTree.SubElement(root, "CloudFunctionConfiguration")
        for name, value in [("Id", target.id), ("CloudFunction", target.arn), *(("Event", e) for e in target.events)]:
            ElementTree.SubElement(entry, name).text = value
        filters = [(name, value) for name, value in (("prefix", target.prefix), ("suffix", target.suffix)) if value]
        if filters:
            keys = ElementTree.SubElement(ElementTree.SubElement(entry, "Filter"), "S3Key")
            for name, value in filters:
                rule = ElementTree.SubElement(keys, "FilterRule")
                ElementTree.SubElement(rule, "Name").text = name
                ElementTree.SubElement(rule, "Value").text = value
    return str(ElementTree.tostring(root, encoding="unicode")).encode()


def _check(event: str, path: str) -> None:
    family, _, kind = event.removeprefix("s3:").partition(":")
    if family not in families or kind not in families[family] | {"*"}:
        raise NotHonoured(f"MalformedXML: {path} names the event {event}, which S3 does not have.")


def _refuse_overlap(targets: list[Target]) -> None:
    for place, one in enumerate(targets):
        for other in targets[place + 1 :]:
            same = any(_meets(event, each) for event in one.events for each in other.events)
            begins = one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix)
            ends = one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix)
            if same and begins and ends:
                raise NotHonoured(
                    "InvalidArgument: Configuration is ambiguously defined. Cannot have overlapping suffixes in two "
                    "rules if the prefixes are overlapping for the same event type."
                )


def _meets(one: str, other: str) -> bool:
    if one == other:
        return True
    family, _, kind = one.rpartition(":")
    return other.rpartition(":")[0] == family and "*" in {kind, other.rpartition(":")[2]}

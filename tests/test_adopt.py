"""Adopting a bucket and giving it back: what is the owner's stays as it is, byte for byte."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.bucket_policies import merged_policy as our_policy
from infra.freshness.freshness import notification as our_notification
from mirage.adopt import (
    Conflict,
    change,
    merged_notification,
    merged_policy,
    without_notification,
    without_policy,
)

ours = json.loads(our_notification("arn:aws:lambda:eu-central-1:123456789012:function:mirage-dev-original-changed"))
statements = json.loads(our_policy("team-pictures", "arn:aws:cloudfront::123456789012:distribution/E1"))
foreign: dict[str, Any] = {
    "QueueConfigurations": [
        {"Id": "theirs", "QueueArn": "arn:aws:sqs:eu-central-1:1:q", "Events": ["s3:ObjectTagging:*"]}
    ],
    "EventBridgeConfiguration": {},
}
policy: dict[str, Any] = {
    "Version": "2008-10-17",
    "Id": "theirs",
    "Statement": [{"Sid": "Audit", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
}


@pytest.mark.parametrize("theirs", [{}, foreign], ids=["none", "others'"])
def test_notifications_are_added_once_and_taken_back_byte_for_byte(theirs: dict[str, Any]) -> None:
    before = json.dumps(theirs)
    after = merged_notification(theirs, ours)
    assert after["LambdaFunctionConfigurations"] == ours["LambdaFunctionConfigurations"]
    assert {name: after[name] for name in theirs} == theirs
    assert merged_notification(after, ours) == after
    assert json.dumps(without_notification(after)) == before
    assert json.dumps(theirs) == before


@pytest.mark.parametrize(
    "theirs",
    [{}, policy, policy | {"Statement": policy["Statement"][0]}],
    ids=["none", "theirs", "one statement that is no list"],
)
def test_statements_are_added_once_and_taken_back(theirs: dict[str, Any]) -> None:
    after = merged_policy(theirs, statements)
    assert len(after["Statement"]) == (4 if theirs else 3)  # type: ignore[arg-type]
    assert after["Version"] == theirs.get("Version", "2012-10-17")
    assert merged_policy(after, statements) == after
    listed = theirs if isinstance(theirs.get("Statement", []), list) else theirs | {"Statement": [theirs["Statement"]]}
    assert without_policy(after) == listed
    assert without_policy(theirs) == theirs


@pytest.mark.parametrize("kind", ["s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectRestore:*"])
def test_an_event_that_goes_elsewhere_already_is_a_conflict(kind: str) -> None:
    theirs = {"TopicConfigurations": [{"Id": "thumbs", "TopicArn": "arn:aws:sns:x", "Events": [kind]}]}
    with pytest.raises(Conflict, match=f"Expected no other target for .*{kind.partition('*')[0]}.*, found thumbs"):
        merged_notification(theirs, ours)


@dataclass
class Place:
    """A document that somebody else changes at some of the looks."""

    document: dict[str, Any]
    others: list[dict[str, Any] | None] = field(default_factory=list)
    puts: int = 0

    def get(self) -> dict[str, Any]:
        found = self.document
        if self.others and (other := self.others.pop(0)) is not None:
            self.document = other
        return json.loads(json.dumps(found))

    def put(self, document: Any) -> None:
        self.document, self.puts = document, self.puts + 1


def test_a_document_that_somebody_changes_meanwhile_is_merged_anew() -> None:
    place = Place({}, others=[foreign])
    assert change(place, lambda theirs: merged_notification(theirs, ours))
    assert (place.puts, place.document["QueueConfigurations"]) == (1, foreign["QueueConfigurations"])


def test_what_is_there_already_is_not_put_again() -> None:
    place = Place(dict(merged_notification(foreign, ours)))
    assert not change(place, lambda theirs: merged_notification(theirs, ours))
    assert place.puts == 0


def test_a_document_that_never_rests_is_left_alone() -> None:
    place = Place({}, others=[{"a": number} for number in range(6)])
    with pytest.raises(Conflict, match="try again"):
        change(place, lambda theirs: merged_notification(theirs, ours))
    assert place.puts == 0

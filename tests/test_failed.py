"""What the edge could not make is told to the stack's topic: once, with attributes to filter by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest

from tests.fakes import Patience
from variants import errors, failed
from variants.aws_json import Said

topic = "arn:aws:sns:eu-central-1:123456789012:mirage-dev-notifications"


@dataclass
class Sns:
    sent: list[dict[str, str]] = field(default_factory=list)
    failure: errors.MirageError | None = None

    def post(self, path: str, headers: object, body: bytes, deadline: object) -> Said:
        if self.failure:
            raise self.failure
        self.sent.append(dict(parse_qsl(body.decode())))
        return Said(status=200, body=b"")


@pytest.fixture(autouse=True)
def nothing_told_yet() -> Iterator[None]:
    failed.recently.cache_clear()
    yield
    failed.recently.cache_clear()


@pytest.mark.parametrize(
    ("error", "is_told"),
    [
        (errors.UpstreamBad("The generator's answer is no picture."), True),
        (errors.UpstreamTimeout("The generator did not answer."), True),
        (errors.Budget("What may be spent is spent."), True),
        (errors.Deadline("The time is over."), True),
        (errors.PolicyBroken("The storage refused."), True),
        (errors.NotFound("There is no such original."), False),
        (errors.Unsupported("Expected a picture."), False),
        (errors.Busy("Ask again."), False),
        (errors.Paused("Nothing new is made."), False),
        (errors.Deploying("This version has no such key."), False),
    ],
)
def test_what_somebody_may_have_to_mend_is_told(error: errors.MirageError, is_told: bool) -> None:
    sns = Sns()
    failed.tell(topic, "a/b.JPG", error, Patience(), sns=sns)
    assert bool(sns.sent) == is_told


def test_a_message_has_what_subscriptions_filter_by() -> None:
    sns = Sns()
    failed.tell(topic, "cats/ü.JPG", errors.Budget("It is spent."), Patience(), sns=sns)
    (sent,) = sns.sent
    names = {
        sent[f"MessageAttributes.entry.{n}.Name"]: sent[f"MessageAttributes.entry.{n}.Value.StringValue"]
        for n in (1, 2, 3, 4)
    }
    assert names == {"event": "failed", "folder": "cats", "extension": "jpg", "code": "budget"}
    assert (sent["Action"], sent["TopicArn"]) == ("Publish", topic)
    assert json.loads(sent["Message"]) == {
        "event": "failed",
        "original": "cats/ü.JPG",
        "code": "budget",
        "reason": "It is spent.",
    }


def test_the_same_is_told_once_and_a_topic_that_does_not_answer_stops_nothing() -> None:
    sns = Sns()
    for _ in range(3):
        failed.tell(topic, "a.jpg", errors.Deadline("Over."), Patience(), sns=sns)
    failed.tell(topic, "b.jpg", errors.Deadline("Over."), Patience(), sns=sns)
    assert len(sns.sent) == 2
    assert (
        failed.tell(topic, "c.jpg", errors.Deadline("Over."), Patience(), sns=Sns(failure=errors.Busy("No."))) is None
    )

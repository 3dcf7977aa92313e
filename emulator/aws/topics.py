"""SNS as a function of the stack reaches it: Publish, in its query protocol. What was published is kept to be seen.

Amazon SNS API Reference, "Publish", read 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import uuid4
from xml.sax.saxutils import escape

from emulator.aws.credentials import Credentials
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.aws.refusal import Refusal
from emulator.aws.signatures import Unsigned
from emulator.quotas import sns_message_max_bytes, sns_subject_max_chars
from emulator.reading import Reader
from emulator.recorded import Recorded
from emulator.wire import HttpRequest

topic_type = "aws:sns/topic:Topic"
most_kept = 1000
space = "http://sns.amazonaws.com/doc/2010-03-31/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One notification, `attributes` being what subscriptions filter by."""

    topic: str
    subject: str
    message: str
    attributes: dict[str, str]


class Topics:
    """All topics of a stack."""

    content_type = "text/xml"

    def __init__(self, resources: Iterable[Recorded], account: str) -> None:
        self.published: list[Published] = []
        self._account = account
        self._arns = {_arn(each) for each in resources if each.type == topic_type}

    def unsigned(self, error: Unsigned) -> tuple[int, bytes]:
        """Status and XML of the answer to a request whose signature is refused."""
        said = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{error.message or error.code}</Message>"
        return 403, f'<ErrorResponse xmlns="{space}"><Error>{said}</Error></ErrorResponse>'.encode()

    def request(self, asked: HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> tuple[int, bytes]:
        """Status and XML of the answer."""
        try:
            message_id = self._publish(dict(parse_qsl(asked.body.decode())), who, policies)
        except Refusal as error:
            said = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{escape(str(error))}</Message>"
            return error.status, f'<ErrorResponse xmlns="{space}"><Error>{said}</Error></ErrorResponse>'.encode()
        said = f"<PublishResult><MessageId>{message_id}</MessageId></PublishResult>"
        return 200, f'<PublishResponse xmlns="{space}">{said}</PublishResponse>'.encode()

    def _publish(self, wanted: dict[str, str], who: Credentials, policies: tuple[Policy, ...]) -> str:
        if wanted.get("Action") != "Publish":
            raise Refusal("InvalidAction", f"The emulator's SNS does not do {wanted.get('Action')}.")
        topic = wanted.get("TopicArn", "")
        principal = Principal(account=self._account, arn=who.role_arn)
        decision = decide(Access(action="sns:Publish", resource=topic, principal=principal), policies)
        if not decision.allowed:
            raise Refusal(
                "AuthorizationError", f"not authorized to perform: SNS:Publish on {topic} {decision.reason}", 403
            )
        if topic not in self._arns:
            raise Refusal("NotFound", "Topic does not exist", 404)
        message, subject = wanted.get("Message", ""), wanted.get("Subject", "")
        if not message or len(message.encode()) > sns_message_max_bytes or len(subject) > sns_subject_max_chars:
            raise Refusal("InvalidParameter", "Invalid parameter: Message or Subject is empty or too long")
        told = Published(topic=topic, subject=subject, message=message, attributes=_attributes(wanted))
        self.published = [*self.published[1 - most_kept :], told]
        return str(uuid4())


def _attributes(wanted: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number in range(1, 11):
        prefix = f"MessageAttributes.entry.{number}."
        if f"{prefix}Name" in wanted:
            found[wanted[f"{prefix}Name"]] = wanted.get(f"{prefix}Value.StringValue", "")
    return found


def _arn(each: Recorded) -> str:
    reader = Reader(f"Topic {each.name}", each.inputs)
    reader.without_effect("tags", "region", "name", "displayName")
    reader.finish()
    return str(each.outputs["arn"])
